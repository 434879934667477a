"""Parquet files as text columns."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb

from zhamen.adapters.files.arrow import Strings, stream
from zhamen.adapters.files.table import cell, connect, missing_columns, read_head
from zhamen.core.errors import UnreadableFile
from zhamen.ports.sources import Rejects

__all__ = ["ParquetTable"]

_NESTED = ("STRUCT", "MAP", "UNION", "VARIANT")


class ParquetTable:
    """A Parquet file; a cell is the text that DuckDB writes for its type.

    Numbers become their shortest decimal, instants ISO 8601 (those with a zone in UTC).
    """

    def __init__(self, path: Path) -> None:
        read_head(path)
        self._path = path
        self._connection = connect()
        try:
            found = self._connection.execute("DESCRIBE SELECT * FROM read_parquet(?)", [str(path)])
            self._types = {str(name): str(kind) for name, kind, *_ in found.fetchall()}
            counted = self._connection.execute("SELECT num_rows FROM parquet_file_metadata(?)", [str(path)])
            self._total = int(counted.fetchall()[0][0])
        except duckdb.Error as error:
            raise self._unreadable(error) from None

    @property
    def names(self) -> list[str]:
        """Its columns."""
        return list(self._types)

    @property
    def total(self) -> int | None:
        """From the file's footer."""
        return self._total

    def chunks(self, columns: Sequence[str], rejects: Rejects) -> Iterator[list[Strings]]:  # noqa: ARG002
        """Give the rows; Parquet has no rows that cannot be split."""
        problems = missing_columns(self._path, list(self._types), columns)
        for name in columns:
            kind = self._types.get(name, "")
            if kind.startswith(_NESTED) or kind.endswith("]"):
                problems.append(f"{self._path}: column {name!r} is nested ({kind[:40]}); map a plain column")
        if not self._total:
            problems.append(f"{self._path} has no rows; was the export filtered too far?")
        if problems:
            raise UnreadableFile("\n".join(problems))
        wanted = ", ".join(cell('"' + name.replace('"', '""') + '"') for name in columns)
        query = f"SELECT {wanted} FROM read_parquet(?)"  # noqa: S608  # quoted names of the file itself
        try:
            yield from stream(self._connection.sql(query, params=[str(self._path)]))
        except (duckdb.Error, UnreadableFile) as error:
            raise self._unreadable(error) from None

    def _unreadable(self, error: Exception) -> UnreadableFile:
        cause = str(error).partition("\n")[0].replace(str(self._path), "the file")
        return UnreadableFile(f"{self._path} is not a whole Parquet file ({cause}); copy or export it again")

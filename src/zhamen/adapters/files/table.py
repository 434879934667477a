"""What CSV and Parquet files have in common: rows of named columns, read by DuckDB as texts."""

import difflib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, Protocol

import duckdb

from zhamen.adapters.files.arrow import Strings
from zhamen.core.errors import UnreadableFile
from zhamen.ports.sources import Rejects

__all__ = ["MAX_CELL", "Table", "cell", "connect", "missing_columns", "read_head"]

MAX_CELL: Final = 1_000
"""A cell is cut after so many characters: no field takes as many, so it is refused either way."""
_HEAD_BYTES: Final = 1 << 20


class Table(Protocol):
    """A file of rows and named columns."""

    @property
    def total(self) -> int | None:
        """How many rows, when that is known without reading them."""

    def chunks(self, columns: Sequence[str], rejects: Rejects) -> Iterator[list[Strings]]:
        """Give the rows of `columns` in file order as texts; rows that cannot be split are rejected.

        Raises
        ------
        UnreadableFile
            A column that is not there, no rows at all, or a file that is broken further down.
        """


def read_head(path: Path) -> bytes:
    """Give the first bytes of a file, at most 1 MiB.

    Raises
    ------
    UnreadableFile
        It cannot be opened, or is empty.
    """
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
    except OSError as error:
        raise UnreadableFile(f"{path}: {error.strerror}; check the path") from None
    if not head:
        raise UnreadableFile(f"{path} is empty; was the export cut off?")
    return head


def missing_columns(path: Path, names: Sequence[str], wanted: Sequence[str]) -> list[str]:
    """Say which of `wanted` is not there, with the nearest name, or there twice; nothing when all is well."""
    problems = []
    for name in wanted:
        if names.count(name) > 1:
            problems.append(f"{path} has the column {name!r} {names.count(name)} times; rename one")
        elif name not in names:
            close = difflib.get_close_matches(name, names, 1)
            hint = f"did you mean {close[0]!r}?" if close else f"it has {', '.join(names)[:300]}"
            problems.append(f"{path} has no column {name!r}; {hint}")
    return problems


def connect() -> duckdb.DuckDBPyConnection:
    """Open a DuckDB of our own that loads nothing from elsewhere."""
    connection = duckdb.connect(config={"autoinstall_known_extensions": "false"})
    connection.execute(
        "SET arrow_large_buffer_size = true; SET TimeZone = 'UTC'; SET enable_progress_bar = false"
    )
    return connection


def cell(expression: str) -> str:
    """Give the SQL for a cell as text, cut after `MAX_CELL` characters."""
    return f"left(CAST({expression} AS VARCHAR), {MAX_CELL})"

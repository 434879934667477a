"""CSV files as text columns."""

import codecs
import csv
import io
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import duckdb

from zhamen.adapters.files.arrow import Strings, stream
from zhamen.adapters.files.mapping import Csv
from zhamen.adapters.files.table import cell, connect, missing_columns, read_head
from zhamen.core.errors import TooLarge, UnreadableFile
from zhamen.ports.sources import Reject, Rejects

__all__ = ["MAX_LINE_BYTES", "CsvTable"]

MAX_LINE_BYTES: Final = 65_536
"""The longest line; a longer one is rejected."""
_PACKED: Final = {
    b"\x1f\x8b": "gzip",
    b"PK\x03\x04": "zip",
    b"BZh": "bzip2",
    b"\xfd7zXZ": "xz",
    b"\x28\xb5\x2f\xfd": "zstd",
}
_BLOCK_BYTES: Final = 1 << 20
_WRONG_LINES: Final = 0.5
"""With a larger part of wrong lines after the header, the whole file is of another encoding."""
_MALFORMED: Final = {
    "MISSING COLUMNS": "fewer columns than the header has; add the missing delimiters",
    "TOO MANY COLUMNS": "more columns than the header has; quote texts that hold the delimiter",
    "UNQUOTED VALUE": "a quote is opened and not closed; write a quote inside a text twice",
    "INVALID ENCODING": "bytes that are not of the file's encoding; set csv.encoding in the mapping",
    "LINE SIZE OVER MAXIMUM": f"a line of more than {MAX_LINE_BYTES} bytes; is a quote left open?",
}


class CsvTable:
    """A CSV file (RFC 4180), in UTF-8 or another encoding that Python knows.

    Raises
    ------
    UnreadableFile
        Empty, packed, binary, of another encoding, or without header.
    TooLarge
        A first line of more than `MAX_LINE_BYTES`; when it is read, also a line of some MiB.
    """

    def __init__(self, path: Path, dialect: Csv) -> None:
        self._path = path
        self._dialect = dialect
        text = self._decoded(read_head(path))
        first = text.partition("\n")[0]
        if len(first.encode()) > MAX_LINE_BYTES:
            raise TooLarge(f"{path}: the first line has over {MAX_LINE_BYTES} bytes; is this a CSV file?")
        self._first = first
        self._names = list(dialect.columns) or self._split(text, dialect.delimiter)

    @property
    def names(self) -> list[str]:
        """Its columns."""
        return self._names

    @property
    def total(self) -> int | None:
        """Not known before reading."""
        return None

    def chunks(self, columns: Sequence[str], rejects: Rejects) -> Iterator[list[Strings]]:
        """Give the rows; lines that cannot be split are rejected after the others."""
        problems = missing_columns(self._path, self._names, columns)
        if problems:
            raise UnreadableFile("\n".join([*problems, *self._other_delimiter(columns)]))
        _check_lines(self._path)
        connection = connect()
        rows = 0
        with self._in_utf8() as readable:
            try:
                for chunk in stream(self._query(connection, readable, columns)):
                    rows += len(chunk[0])
                    yield chunk
            except (duckdb.Error, UnreadableFile) as error:
                cause = str(error).partition("\n")[0]
                raise UnreadableFile(
                    f"{self._path}: {cause}; write it again with one kind of line end"
                ) from None
        for reject in _malformed(connection):
            rejects.add(reject)
            rows += 1
        if not rows:
            raise UnreadableFile(f"{self._path} has a header and no rows; was the export filtered too far?")

    def _query(
        self, connection: duckdb.DuckDBPyConnection, readable: Path, columns: Sequence[str]
    ) -> duckdb.DuckDBPyRelation:
        """Select by place, so that a name of the file is never part of the SQL."""
        wanted = ", ".join(cell(f"c{self._names.index(name)}") for name in columns)
        named = ", ".join(f"'c{place}': 'VARCHAR'" for place in range(len(self._names)))
        query = (
            f"SELECT {wanted} FROM read_csv(?, columns = {{{named}}}, auto_detect = false,"  # noqa: S608
            " all_varchar = true, delim = ?, quote = ?, escape = ?, header = ?, encoding = 'utf-8',"
            " compression = 'none', store_rejects = true, rejects_limit = 0,"
            f" max_line_size = {MAX_LINE_BYTES})"
        )
        quote = self._dialect.quote
        dialect = [self._dialect.delimiter, quote, quote, not self._dialect.columns]
        return connection.sql(query, params=[str(readable), *dialect])

    def _decoded(self, head: bytes) -> str:
        for magic, packing in _PACKED.items():
            if head.startswith(magic):
                raise UnreadableFile(f"{self._path} is packed with {packing}; unpack it first")
        text = _text_in(head, self._dialect.encoding)
        if text is None:
            raise self._wrong_encoding(head)
        if "\0" in text.partition("\n")[0]:
            raise UnreadableFile(f"{self._path} is binary, not CSV; name Parquet files .parquet")
        return text

    def _wrong_encoding(self, head: bytes) -> UnreadableFile:
        given = self._dialect.encoding
        others = (other for other in ("utf-8", "gb18030", "utf-16") if other != given)
        fitting = next((other for other in others if "\0" not in (_text_in(head, other) or "\0")), None)
        hint = f"it could be {fitting}: set" if fitting else "export it as UTF-8, or set"
        return UnreadableFile(f"{self._path} is not in {given}; {hint} csv.encoding in the mapping")

    def _split(self, text: str, delimiter: str) -> list[str]:
        reader = csv.reader(io.StringIO(text), delimiter=delimiter, quotechar=self._dialect.quote)
        try:
            return [name.strip() for name in next(reader)]
        except (csv.Error, StopIteration) as error:
            raise UnreadableFile(f"{self._path}: the header cannot be split ({error})") from None

    def _other_delimiter(self, columns: Sequence[str]) -> list[str]:
        for other in (",", ";", "\t", "|", "^"):
            if other != self._dialect.delimiter and set(columns) <= set(self._split(self._first, other)):
                return [
                    f"with the delimiter {other!r} the columns are there: set csv.delimiter in the mapping"
                ]
        return []

    @contextmanager
    def _in_utf8(self) -> Iterator[Path]:
        """Give a path to the same file in UTF-8: itself, or a copy for as long as it is read."""
        if codecs.lookup(self._dialect.encoding).name == "utf-8":
            yield self._path
            return
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", newline="", suffix=".csv") as copy:
            try:
                with self._path.open(encoding=self._dialect.encoding, newline="") as file:
                    while part := file.read(1 << 20):
                        copy.write(part)
            except UnicodeError as error:
                raise UnreadableFile(
                    f"{self._path} is not {self._dialect.encoding} throughout ({error});"
                    " set csv.encoding in the mapping"
                ) from None
            copy.flush()
            yield Path(copy.name)


def _check_lines(path: Path) -> None:
    """Refuse a file with a line of some MiB, which DuckDB would pass over without a word.

    Raises
    ------
    TooLarge
        A block of 1 MiB holds no line end.
    """
    at = 0
    with path.open("rb") as file:
        while block := file.read(_BLOCK_BYTES):
            if len(block) == _BLOCK_BYTES and b"\n" not in block and b"\r" not in block:
                raise TooLarge(
                    f"{path} has a line of over {_BLOCK_BYTES} bytes at byte {at}; is it damaged, or not CSV?"
                )
            at += len(block)


def _text_in(head: bytes, encoding: str) -> str | None:
    """Decode the start of a file; None when it is of another encoding.

    A few wrong lines of UTF-8 do not speak against the file: they are rejected one by one.

    Raises
    ------
    UnreadableFile
        There is no such encoding.
    """
    try:
        "".encode(encoding)
        return codecs.getincrementaldecoder(encoding)().decode(head).removeprefix("\ufeff")
    except LookupError:
        raise UnreadableFile(f"csv.encoding: {encoding!r} is no encoding; write utf-8 or gb18030") from None
    except UnicodeError:
        if codecs.lookup(encoding).name != "utf-8":
            return None
    lines = head.decode(errors="replace").splitlines()
    wrong = sum("\ufffd" in line for line in lines)
    if "\ufffd" in lines[0] or wrong > _WRONG_LINES * (len(lines) - 1):
        return None
    return "\n".join(lines)


def _malformed(connection: duckdb.DuckDBPyConnection) -> Iterator[Reject]:
    """Give one reject for each line that DuckDB could not split, with its first cause."""
    query = "SELECT line, error_type, csv_line FROM reject_errors ORDER BY line, byte_position"
    found = connection.execute(query)
    before = 0
    while rows := found.fetchmany(1_000):
        for line, kind, text in rows:
            if line != before:
                code = "too_large" if kind.startswith("LINE SIZE") else "malformed"
                message = _MALFORMED.get(kind, str(kind).lower())
                yield Reject(row=line, code=code, message=message, raw=str(text))
            before = line

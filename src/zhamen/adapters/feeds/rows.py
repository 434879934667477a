"""The rows of a file, whatever its format: a number, and texts by column."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import msgspec

from zhamen.adapters.feeds.mapping import Column, Feed
from zhamen.adapters.files.csv_table import CsvTable
from zhamen.adapters.files.parquet_table import ParquetTable
from zhamen.core.errors import UnreadableFile
from zhamen.ports.sources import Reject, Rejects

__all__ = ["LINE", "Row", "read_rows"]

Row = tuple[int, dict[str, str | None]]
LINE: Final = "line"
"""The one column of a file of lines."""
_LONGEST_LINE: Final = 65_536
_DECODER: Final = msgspec.json.Decoder(dict[str, str | int | float | bool | None])


def read_rows(path: Path, feed: Feed, rejects: Rejects) -> Iterator[Row]:
    """Give the rows of a file of any format but XML; what cannot be split is rejected.

    Raises
    ------
    UnreadableFile
        The file is not what its mapping says: missing, empty, of another format, without a column.
    """
    match feed.format:
        case "csv":
            return _of_table(CsvTable(path, feed.csv), path, feed, rejects)
        case "parquet":
            return _of_table(ParquetTable(path), path, feed, rejects)
        case "jsonl":
            return _of_objects(path, rejects)
    return _of_lines(path)


def _of_table(table: CsvTable | ParquetTable, path: Path, feed: Feed, rejects: Rejects) -> Iterator[Row]:
    wanted = _columns(feed, table.names, path)
    number = 0
    for chunk in table.chunks(wanted, rejects):
        for at in range(len(chunk[0])):
            number += 1
            yield number, {name: strings[at] for name, strings in zip(wanted, chunk, strict=True)}


def _columns(feed: Feed, present: Sequence[str], path: Path) -> list[str]:
    """Give the columns to read; one that is needed and is not there under any of its names is told."""
    mapped = feed.record
    needed = [mapped.kind, mapped.identifier, mapped.list, mapped.category, mapped.level, mapped.confidence]
    optional = [
        mapped.reference,
        mapped.case_number,
        mapped.evidence_hash,
        mapped.effective_from,
        mapped.expires_at,
        mapped.names,
    ]
    wanted: dict[str, None] = {}
    for cell in [*needed, *optional]:
        if not isinstance(cell, Column):
            continue
        found = [name for name in cell.names if name in present]
        if not found and cell in needed and cell.otherwise is None:
            raise UnreadableFile(
                f"{path} has no column {' or '.join(map(repr, cell.names))}; "
                f"it has {', '.join(present)[:300]}"
            )
        wanted |= dict.fromkeys(found)
    return list(wanted)


def _of_objects(path: Path, rejects: Rejects) -> Iterator[Row]:
    for number, line in _lines(path):
        try:
            cells = _DECODER.decode(line)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            rejects.add(Reject(row=number, code="malformed", message="not a JSON object of plain values"))
            continue
        yield number, {name: None if cell is None else str(cell) for name, cell in cells.items()}


def _of_lines(path: Path) -> Iterator[Row]:
    for number, line in _lines(path):
        if not line.startswith((b"#", b"!")):
            yield number, {LINE: line.decode(errors="replace")}


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    try:
        with path.open("rb") as file:
            number = 0
            while line := file.readline(_LONGEST_LINE):
                number += 1
                if number == 1:
                    line = line.removeprefix(b"\xef\xbb\xbf")
                if b"\0" in line:
                    raise UnreadableFile(f"{path} is not a text file: line {number} has a zero byte")
                if line.strip():
                    yield number, line.strip()
    except OSError as error:
        raise UnreadableFile(f"{path}: {error.strerror}; check the path") from None

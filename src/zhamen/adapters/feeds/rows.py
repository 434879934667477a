"""The rows of a file, whatever its format, some thousands at a time: texts by column."""

import codecs
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

import msgspec

from zhamen.adapters.feeds.mapping import Feed
from zhamen.adapters.files.csv_table import CsvTable
from zhamen.adapters.files.parquet_table import ParquetTable
from zhamen.core.errors import UnreadableFile
from zhamen.ports.sources import Reject, Rejects

__all__ = ["LINE", "Rows", "read_rows"]

LINE: Final = "line"
"""The one column of a file of lines."""
_LONGEST_LINE: Final = 65_536
_AT_ONCE: Final = 20_000
_Cells = dict[str, str | int | float | bool | None]
_DECODER: Final = msgspec.json.Decoder(_Cells)


@dataclass(frozen=True, slots=True)
class Rows:
    """Some rows: their numbers, and each column that the file has of those the mapping names."""

    numbers: Sequence[int]
    columns: dict[str, Sequence[str | None]]


def read_rows(path: Path, feed: Feed, rejects: Rejects) -> Iterator[Rows]:
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
            return _of_objects(path, feed, rejects)
    return _of_lines(path)


def _of_table(table: CsvTable | ParquetTable, path: Path, feed: Feed, rejects: Rejects) -> Iterator[Rows]:
    wanted = _columns(feed, table.names, path)
    first = 1
    for chunk in table.chunks(wanted, _Unseen(rejects)):
        numbers = range(first, first + len(chunk[0]))
        yield Rows(numbers, {name: strings.texts() for name, strings in zip(wanted, chunk, strict=True)})
        first = numbers.stop


class _Unseen:
    """Takes rejects without the row itself, which may hold whole account numbers."""

    def __init__(self, rejects: Rejects) -> None:
        self._rejects = rejects

    @property
    def count(self) -> int:
        return self._rejects.count

    def add(self, reject: Reject) -> None:
        self._rejects.add(msgspec.structs.replace(reject, raw=""))


def _columns(feed: Feed, present: Sequence[str], path: Path) -> list[str]:
    """Give the columns to read; one that is needed and is not there under any of its names is told."""
    mapped = feed.record
    needed = [mapped.kind, mapped.identifier, mapped.list, mapped.category, mapped.level, mapped.confidence]
    wanted: dict[str, None] = {}
    for cell in mapped.columns:
        found = [name for name in cell.names if name in present]
        if not found and cell in needed and cell.otherwise is None:
            raise UnreadableFile(
                f"{path} has no column {' or '.join(map(repr, cell.names))}; "
                f"it has {', '.join(present)[:300]}"
            )
        wanted |= dict.fromkeys(found)
    return list(wanted)


def _of_objects(path: Path, feed: Feed, rejects: Rejects) -> Iterator[Rows]:
    wanted = [name for cell in feed.record.columns for name in cell.names]
    objects = _objects(path, rejects)
    while some := list(islice(objects, _AT_ONCE)):
        columns = {name: [_text(cells.get(name)) for _, cells in some] for name in wanted}
        yield Rows([number for number, _ in some], dict(columns))


def _objects(path: Path, rejects: Rejects) -> Iterator[tuple[int, _Cells]]:
    for number, line in _lines(path):
        try:
            yield number, _DECODER.decode(line)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            rejects.add(Reject(row=number, code="malformed", message="not a JSON object of plain values"))


def _text(cell: str | float | None) -> str | None:
    return cell if cell is None or isinstance(cell, str) else str(cell)


def _of_lines(path: Path) -> Iterator[Rows]:
    lines = (one for one in _lines(path) if not one[1].startswith((b"#", b"!")))
    while some := list(islice(lines, _AT_ONCE)):
        texts = [line.decode(errors="replace") for _, line in some]
        yield Rows([number for number, _ in some], {LINE: texts})


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """Give the lines that say something; of one beyond every limit only the first part, which is refused."""
    try:
        with path.open("rb") as file:
            number = 0
            while line := file.readline(_LONGEST_LINE):
                number += 1
                rest = line
                while len(rest) == _LONGEST_LINE and not rest.endswith(b"\n"):
                    rest = file.readline(_LONGEST_LINE)
                if number == 1:
                    line = line.removeprefix(codecs.BOM_UTF8)
                if b"\0" in line:
                    raise UnreadableFile(f"{path} is not a text file: line {number} has a zero byte")
                if line.strip():
                    yield number, line.strip()
    except OSError as error:
        raise UnreadableFile(f"{path}: {error.strerror}; check the path") from None

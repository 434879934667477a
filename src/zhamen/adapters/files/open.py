"""The reader that fits a file, by the ending of its name."""

from pathlib import Path
from typing import Final

from zhamen.adapters.files.csv_table import CsvTable
from zhamen.adapters.files.lines import JsonLines
from zhamen.adapters.files.mapped import MappedTable
from zhamen.adapters.files.mapping import load_mapping
from zhamen.adapters.files.parquet_table import ParquetTable
from zhamen.core.errors import UnreadableFile
from zhamen.ports.sources import EventSource

__all__ = ["open_events"]

_LINES: Final = (".jsonl", ".ndjson", ".json")
_PARQUET: Final = (".parquet", ".pq")
_CSV: Final = (".csv", ".tsv", ".txt")


def open_events(path: Path, mapping: Path | None) -> EventSource:
    """Open a file of events: JSON lines as it is, CSV and Parquet with a mapping file.

    Raises
    ------
    UnreadableFile
        Another kind of file, a table without mapping, or a file that its reader refuses.
    """
    ending = path.suffix.lower()
    if ending in _LINES:
        if mapping is not None:
            raise UnreadableFile(f"{path} holds events as they are; leave the mapping out")
        return JsonLines(path)
    if ending not in (*_PARQUET, *_CSV):
        known = " ".join((*_LINES, *_PARQUET, *_CSV, ".xml"))
        raise UnreadableFile(f"{path} ends in {ending or 'nothing'}; name it by what it is: {known}")
    if mapping is None:
        raise UnreadableFile(
            f"{path} is a table; say which column is which with --mapping FILE"
            " (docs/how-to/replay-your-own-data.md)"
        )
    document = load_mapping(mapping)
    table = ParquetTable(path) if ending in _PARQUET else CsvTable(path, document.csv)
    return MappedTable(table, document)

"""The journal on disk: SQLite with a write-ahead log, one writer, any number of readers."""

from zhamen.adapters.journal.reader import JournalReader
from zhamen.adapters.journal.sqlite import SqliteJournal

__all__ = ["JournalReader", "SqliteJournal"]

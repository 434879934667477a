"""Reading a journal, also while another process writes it."""

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from zhamen.adapters.journal.schema import check_version, connect, telling
from zhamen.core.errors import JournalDamaged, NotFoundError
from zhamen.ports.journal import Entry, PackSpan

__all__ = ["JournalReader"]

_BY_ID: Final = "SELECT * FROM entries WHERE event_id = ?"
_BY_SEQ: Final = "SELECT * FROM entries WHERE seq = ?"
_AFTER: Final = "SELECT * FROM entries WHERE seq > ? ORDER BY seq LIMIT 500"


class JournalReader:
    """The entries of the journal at `path`; any thread may ask.

    Raises
    ------
    JournalDamaged
        The file is not a journal, or not readable as one.

    Notes
    -----
    No read lasts longer than one chunk of entries, for as long as anybody reads, SQLite cannot
    reuse its write-ahead log and the log grows.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        if not path.exists():
            raise NotFoundError(f"there is no journal at {path}; give the path of one")
        with telling(path):
            self._connection = connect(path, read_only=True)
            check_version(self._connection, path)

    @property
    def last_seq(self) -> int:
        """The highest ``seq`` written; 0 when empty."""
        return int(self._rows("SELECT coalesce(max(seq), 0) FROM entries")[0][0])

    def find(self, event_id: str) -> Entry | None:
        """Give the entry of an event id."""
        return self._one(_BY_ID, event_id)

    def at(self, seq: int) -> Entry | None:
        """Give the entry with this ``seq``."""
        return self._one(_BY_SEQ, seq)

    def read(self, after: int = 0) -> Iterator[Entry]:
        """Iterate over the entries with ``seq`` above `after`, in order."""
        while rows := self._rows(_AFTER, after):
            for row in rows:
                yield _entry(row)
            after = rows[-1][0]

    def packs(self) -> Sequence[PackSpan]:
        """Give the packs that made the decisions, oldest first."""
        return [PackSpan(*row) for row in self._rows("SELECT * FROM packs ORDER BY first_seq")]

    def problems(self) -> list[str]:
        """Let SQLite check every page of the file; what it finds, nothing when all is well."""
        found = [str(row[0]) for row in self._rows("PRAGMA integrity_check(20)")]
        return [] if found == ["ok"] else found

    def close(self) -> None:
        """Let go of the journal."""
        with self._lock:
            self._connection.close()

    def _one(self, query: str, key: str | int) -> Entry | None:
        rows = self._rows(query, key)
        return _entry(rows[0]) if rows else None

    def _rows(self, query: str, *values: str | int) -> list[tuple[Any, ...]]:
        with self._lock, telling(self.path):
            return self._connection.execute(query, values).fetchall()


def _entry(row: tuple[Any, ...]) -> Entry:
    seq, event_id, digest, chain, event, decision = row
    if not type(digest) is type(chain) is type(event) is type(decision) is bytes:
        raise JournalDamaged(f"entry {seq} was changed after it was written; see docs/runbooks/recovery.md")
    return Entry(seq=seq, event_id=event_id, digest=digest, chain=chain, event=event, decision=decision)

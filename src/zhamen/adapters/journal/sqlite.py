"""Writing a journal: one statement a group, durable when it returns."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import Final

from zhamen.adapters.journal.checkpoints import Checkpointer
from zhamen.adapters.journal.ownership import Ownership
from zhamen.adapters.journal.reader import JournalReader
from zhamen.adapters.journal.schema import check_version, connect, create, telling
from zhamen.core.errors import JournalDamaged
from zhamen.ports.journal import GENESIS, Entry, PackSpan, link

__all__ = ["SqliteJournal"]

_MOST_ROWS: Final = 1024
_PROBE_BYTES: Final = 1 << 16
_CHECKED_ENTRIES: Final = 100
_INDEX_BYTES: Final = 4096
_CHECKPOINT_BYTES: Final = 32 << 20


class SqliteJournal:
    """A journal in one SQLite file that this process alone writes.

    Parameters
    ----------
    path
        Made, with its folder, if it is not there. ``path`` + ``.lock`` is the mark of ownership.
    checkpoint_bytes
        About how long the write-ahead log grows before it is moved into the database.

    Raises
    ------
    JournalInUse
        Another process holds the journal.
    JournalDamaged
        The file is not a journal, or its last entries do not fit together.
    JournalUnavailable
        The file cannot be opened or written.

    Notes
    -----
    Write-ahead log with ``synchronous=FULL``: a commit returns after its fsync. A group is one
    statement with all its rows, not one a row, because SQLite's binding lets other threads run at
    every step and then has to wait for its turn.
    """

    def __init__(self, path: Path, *, checkpoint_bytes: int = _CHECKPOINT_BYTES) -> None:
        self.path = path
        self._writing = threading.Lock()
        with ExitStack() as undo:
            undo.enter_context(telling(path))
            path.parent.mkdir(parents=True, exist_ok=True)
            undo.callback(Ownership(path).release)
            self._connection = connect(path)
            undo.callback(self._connection.close)
            create(self._connection)
            check_version(self._connection, path)
            self._reader = JournalReader(path)
            undo.callback(self._reader.close)
            self._last_seq = self._reader.last_seq
            _check_end(self._reader, self._last_seq)
            self._checkpointer = Checkpointer(path, self._writing, every_bytes=checkpoint_bytes)
            undo.callback(self._checkpointer.stop)
            self._undo = undo.pop_all()

    @property
    def last_seq(self) -> int:
        """The highest ``seq`` written; 0 when empty."""
        return self._last_seq

    def append(self, entries: Sequence[Entry]) -> None:
        """Write `entries` all or none; they are durable when this returns."""
        after = self._last_seq + 1
        if [entry.seq for entry in entries] != list(range(after, after + len(entries))):
            raise ValueError(f"the entries do not follow entry {self._last_seq}")
        statements = [_insertion(entries[at : at + _MOST_ROWS]) for at in range(0, len(entries), _MOST_ROWS)]
        self._commit(statements)
        self._last_seq += len(entries)
        self._checkpointer.count(sum(len(e.event) + len(e.decision) + _INDEX_BYTES for e in entries))

    def begin_pack(self, pack: str, pack_hash: str) -> None:
        """Note that decisions from the next entry on are made with this pack."""
        before = [span for span in self.packs() if span.first_seq <= self._last_seq]
        statements: list[tuple[str, Sequence[object]]] = [
            ("DELETE FROM packs WHERE first_seq > ?", (self._last_seq,))
        ]
        if not before or before[-1].pack_hash != pack_hash:
            statements.append(("INSERT INTO packs VALUES (?, ?, ?)", (self._last_seq + 1, pack, pack_hash)))
        self._commit(statements)

    def probe(self) -> None:
        """Find out whether the journal can be written: write something and take it out again."""
        self._commit([("INSERT OR REPLACE INTO probes VALUES (1, zeroblob(?))", (_PROBE_BYTES,))])
        self._commit([("DELETE FROM probes", ())])

    def find(self, event_id: str) -> Entry | None:
        """Give the entry of an event id."""
        return self._reader.find(event_id)

    def at(self, seq: int) -> Entry | None:
        """Give the entry with this ``seq``."""
        return self._reader.at(seq)

    def read(self, after: int = 0) -> Iterator[Entry]:
        """Iterate over the entries with ``seq`` above `after`, in order."""
        return self._reader.read(after)

    def packs(self) -> Sequence[PackSpan]:
        """Give the packs that made the decisions, oldest first."""
        return self._reader.packs()

    def close(self) -> None:
        """Empty the write-ahead log and let another process have the journal; again does nothing."""
        self._undo.close()

    def _commit(self, statements: Sequence[tuple[str, Sequence[object]]]) -> None:
        with self._writing, telling(self.path):
            if len(statements) == 1:
                self._connection.execute(*statements[0])
                return
            with self._connection:
                self._connection.execute("BEGIN IMMEDIATE")
                for statement in statements:
                    self._connection.execute(*statement)


def _insertion(entries: Sequence[Entry]) -> tuple[str, list[object]]:
    values: list[object] = []
    for entry in entries:
        values += (entry.seq, entry.event_id, entry.digest, entry.chain, entry.event, entry.decision)
    rows = 1 << (len(entries) - 1).bit_length()
    values += [None] * (6 * (rows - len(entries)))
    return _statement(rows), values


@cache
def _statement(rows: int) -> str:
    """Insert up to `rows` entries; those left empty do not count, so that few statements are prepared."""
    values = ", ".join(["(?, ?, ?, ?, ?, ?)"] * rows)
    return f"INSERT INTO entries SELECT * FROM (VALUES {values}) WHERE column1 IS NOT NULL"  # noqa: S608


def _check_end(reader: JournalReader, last: int) -> None:
    """See that the newest entries follow from one another and that the index knows them."""
    before = reader.at(last - _CHECKED_ENTRIES)
    seq, chain = (0, GENESIS) if before is None else (before.seq, before.chain)
    for entry in reader.read(seq):
        seq, chain = seq + 1, link(chain, entry.event, entry.decision)
        if entry.seq != seq or entry.chain != chain or reader.find(entry.event_id) != entry:
            raise JournalDamaged(
                f"entry {entry.seq} of the journal {reader.path} does not follow from the one before;"
                " see docs/runbooks/recovery.md"
            )

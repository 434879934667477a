"""The journal of a data folder, read beside a running gate or without one."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from zhamen.adapters.journal import JournalReader
from zhamen.adapters.journal.archive import open_archive
from zhamen.adapters.snapshots import list_snapshots
from zhamen.core.errors import DecisionNotFound
from zhamen.gate.decision import Decision
from zhamen.ports.journal import Entry, PackSpan
from zhamen.services.audit import Audit, audit_journal

__all__ = ["JournalReport", "SnapshotReport", "audit", "export", "find", "report"]

Started = Callable[[int], Callable[[int], None]]
"""Told how many entries there are; gives what is told of those done."""

_CHUNK: Final = 10_000


class SnapshotReport(Struct, frozen=True):
    """One snapshot: the last entry in it, its size, and the pack it was taken with."""

    path: str
    seq: int
    bytes: int
    pack_hash: str


class JournalReport(Struct, frozen=True, kw_only=True):
    """What a data folder holds of the journal."""

    path: str
    entries: int
    bytes: int
    """With the write-ahead log."""
    first_decided_at: datetime | None
    last_decided_at: datetime | None
    packs: list[PackSpan]
    snapshots: list[SnapshotReport]


def report(data_dir: Path) -> JournalReport:
    """Say what the journal in `data_dir` holds.

    Raises
    ------
    NotFoundError, JournalDamaged, JournalUnavailable
        There is no journal, or it cannot be read; so do all functions here.
    """
    with _reader(data_dir) as reader:
        files = [reader.path, reader.path.with_name(reader.path.name + "-wal")]
        last = reader.last_seq
        return JournalReport(
            path=str(reader.path),
            entries=last,
            bytes=sum(path.stat().st_size for path in files if path.exists()),
            first_decided_at=_decided_at(reader.at(1)),
            last_decided_at=_decided_at(reader.at(last)),
            packs=list(reader.packs()),
            snapshots=[
                SnapshotReport(one.name, one.about.seq, one.size, one.about.pack_hash)
                for one in list_snapshots(data_dir / "snapshots")
            ],
        )


def find(data_dir: Path, event_id: str) -> Entry:
    """Give the entry of an event.

    Raises
    ------
    DecisionNotFound
        The journal has none.
    """
    with _reader(data_dir) as reader:
        entry = reader.find(event_id)
    if entry is None:
        raise DecisionNotFound(
            f"the journal has no event {event_id[:128]!r}; see that the id is the sender's"
        )
    return entry


def audit(data_dir: Path, started: Started) -> Audit:
    """Check every page and every entry of the journal."""
    with _reader(data_dir) as reader:
        tick = started(reader.last_seq)
        found = audit_journal(reader, tick)
        found.problems[:0] = [f"file {reader.path.name}: {problem}" for problem in reader.problems()]
        return found


def export(data_dir: Path, to: Path, started: Started) -> int:
    """Archive the entries that the journal has now as Parquet; give how many there are."""
    with _reader(data_dir) as reader, open_archive(to) as archive:
        last = reader.last_seq
        tick = started(last)
        for chunk in _chunks(islice(reader.read(), last)):
            archive.add(chunk)
            tick(len(chunk))
        return last


@contextmanager
def _reader(data_dir: Path) -> Iterator[JournalReader]:
    with closing(JournalReader(data_dir / "journal.db")) as reader:
        yield reader


def _chunks(entries: Iterable[Entry]) -> Iterator[list[Entry]]:
    left = iter(entries)
    while chunk := list(islice(left, _CHUNK)):
        yield chunk


def _decided_at(entry: Entry | None) -> datetime | None:
    return None if entry is None else msgspec.json.decode(entry.decision, type=Decision).decided_at

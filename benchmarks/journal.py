"""What durability costs: the journal, group commit, checkpoints, snapshots and recovery."""

import mmap
import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, sleep
from typing import Final

import msgspec
import numpy as np
import numpy.typing as npt

from benchmarks.result import Result
from zhamen.adapters.journal import SqliteJournal
from zhamen.adapters.journal.schema import connect, create
from zhamen.adapters.packs import read_pack
from zhamen.adapters.snapshots import SnapshotFolder
from zhamen.events.model import AnyEvent
from zhamen.gate.gate import Gate
from zhamen.gate.pack import load_pack
from zhamen.ports.journal import Entry
from zhamen.ports.snapshots import About
from zhamen.services.decide import Answer, DecisionService
from zhamen.services.recover import recover
from zhamen.testing import NOON, MemoryJournal, SetClock, make_entries, make_events

__all__ = ["run"]

_EVENTS: Final = 20_000
_GROUP: Final = 32
_INSERT: Final = "INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?)"
_GIGABYTE: Final = 1 << 30


def run() -> list[Result]:
    """Measure on the file system of the working directory."""
    gate = Gate(load_pack(read_pack("starter"), "starter"))
    events = make_events(_EVENTS)
    with TemporaryDirectory(prefix=".bench-", dir=Path.cwd()) as name:
        folder = Path(name)
        return [
            *_by_window(folder, gate, events),
            *_alone(folder),
            *_checkpoints(folder),
            _recovery(folder, gate),
            _one_statement(folder),
            *_fork(folder),
        ]


def _by_window(folder: Path, gate: Gate, events: list[AnyEvent]) -> Iterator[Result]:
    rates: dict[int, float] = {}
    in_memory = _rate(gate, MemoryJournal(), events, 256)
    for window in (1, 8, 64, 256):
        some = events[: 2000 * min(window, 10)]
        with closing(SqliteJournal(folder / f"window{window}.db")) as journal:
            rates[window] = _rate(gate, journal, some, window)
    for window, rate in rates.items():
        yield Result(
            f"JOURNAL-01-{window}",
            f"durable decisions in process, {window} outstanding, starter pack",
            rate,
            "decisions/s",
            {"without a disk": rate / in_memory},
        )


def _rate(gate: Gate, journal: SqliteJournal | MemoryJournal, events: list[AnyEvent], window: int) -> float:
    clock, room = SetClock(), threading.Semaphore(window)

    def reply(answer: object) -> None:
        assert isinstance(answer, Answer)
        room.release()

    service = DecisionService(
        gate, journal, clock=clock, deliver=lambda answers: answers(), max_waiting=window + 1
    )
    service.start()
    start = perf_counter()
    for event in events:
        clock.now = max(clock.now, event.occurred_at)
        room.acquire()
        service.submit(event, trace_id="bench", with_features=False, reply=reply)
    service.drain()
    return len(events) / (perf_counter() - start)


def _alone(folder: Path) -> Iterator[Result]:
    """Commit one entry at a time, beside a bare write and fsync of as many bytes, in turns."""
    entries = make_entries(2000)
    ours, bare = [], []
    file = os.open(folder / "bare", os.O_WRONLY | os.O_CREAT)
    with closing(SqliteJournal(folder / "alone.db")) as journal:
        for entry in entries:
            content = msgspec.json.encode(entry)
            ours.append(_seconds(lambda entry=entry: journal.append([entry])))  # type: ignore[misc]
            bare.append(_seconds(lambda content=content: _write(file, content)))  # type: ignore[misc]
    os.close(file)
    for percent in (50, 99):
        mine, fsync = np.percentile(ours, percent), np.percentile(bare, percent)
        yield Result(
            f"JOURNAL-02-P{percent}",
            f"one entry written and durable, p{percent}",
            float(mine * 1e3),
            "ms",
            {"write and fsync": float(fsync / mine)},
        )


def _write(file: int, content: bytes) -> None:
    os.write(file, content)
    os.fsync(file)


def _checkpoints(folder: Path) -> Iterator[Result]:
    """Commit groups at full speed, with checkpoints beside, on the way of commits, and none."""
    never = 1 << 60
    with (
        closing(SqliteJournal(folder / "beside.db")) as beside,
        closing(SqliteJournal(folder / "within.db", checkpoint_bytes=never)) as within,
        closing(SqliteJournal(folder / "none.db", checkpoint_bytes=never)) as none,
    ):
        within._connection.execute("PRAGMA wal_autocheckpoint = 1000")
        seconds = _in_turns([beside.append, within.append, none.append], make_entries(60_000), block=200)
        log = (folder / "beside.db-wal").stat().st_size
    for percent in (50, 99, 99.9):
        mine, in_commit, free = (float(np.percentile(each, percent)) for each in seconds)
        yield Result(
            f"JOURNAL-03-P{percent}",
            f"a group of {_GROUP} written while checkpoints run beside, p{percent}",
            mine * 1e3,
            "ms",
            {"checkpoints in the commit": in_commit / mine, "no checkpoints": free / mine},
            f"the log came to {log >> 20} MB",
        )


def _in_turns(
    appends: list[Callable[[list[Entry]], None]], entries: list[Entry], *, block: int
) -> list[list[float]]:
    """Write the same groups by each way, `block` groups at a time, for the disk is not the same for long."""
    groups = [entries[at : at + _GROUP] for at in range(0, len(entries), _GROUP)]
    seconds: list[list[float]] = [[] for _ in appends]
    for at in range(0, len(groups), block):
        for append, taken in zip(appends, seconds, strict=True):
            taken += [_seconds(lambda group=group: append(group)) for group in groups[at : at + block]]  # type: ignore[misc] # noqa: B023
            sleep(0.05)
    return seconds


def _recovery(folder: Path, gate: Gate) -> Result:
    with closing(SqliteJournal(folder / "window256.db")) as journal:
        recovered = recover(gate, journal)
    return Result(
        "JOURNAL-04",
        "recovery without a snapshot: every entry decided again and compared, starter pack",
        recovered.replayed / recovered.seconds,
        "entries/s",
    )


def _one_statement(folder: Path) -> Result:
    """Commit groups beside a thread that computes, as one statement and as one a row."""
    connection = connect(folder / "rows.db")
    create(connection)
    with closing(connection), closing(SqliteJournal(folder / "one.db")) as journal, _busy_thread():
        one, rows = _in_turns(
            [journal.append, lambda group: _row_by_row(connection, group)], make_entries(6400), block=5
        )
    return Result(
        "JOURNAL-05",
        f"a group of {_GROUP} written beside a thread that computes, p50",
        float(np.median(one) * 1e3),
        "ms",
        {"a statement a row": float(np.median(rows) / np.median(one))},
    )


def _row_by_row(connection: sqlite3.Connection, group: list[Entry]) -> None:
    connection.execute("BEGIN IMMEDIATE")
    connection.executemany(_INSERT, [msgspec.structs.astuple(entry) for entry in group])
    connection.execute("COMMIT")


@contextmanager
def _busy_thread() -> Iterator[None]:
    stopped = threading.Event()

    def compute() -> None:
        while not stopped.is_set():
            sum(range(1000))

    thread = threading.Thread(target=compute)
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join()


def _fork(folder: Path) -> Iterator[Result]:
    """Snapshot memory laid out as live features are, and write to it while the child reads it."""
    about = About(seq=1, chain=bytes(16), decided_at=NOON, pack_hash="", fingerprint="")
    for share in (4, 1):
        size = _GIGABYTE // share
        space = mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        space.madvise(mmap.MADV_HUGEPAGE)
        words = np.frombuffer(space, np.int64)
        words[:] = 1
        snapshots = SnapshotFolder(folder / f"snapshots{share}")
        start = perf_counter()
        pause = snapshots.begin(about, [("words", words.data)])
        assert pause is not None
        touched = _touch(words)
        assert snapshots.finish()
        written = perf_counter() - start
        yield Result(
            f"JOURNAL-06-{size >> 20}",
            f"decisions held up by a snapshot of {size >> 20} MB",
            pause * 1e3,
            "ms",
            note=f"first write to a page then: p99 {np.percentile(touched, 99) * 1e3:.2f} ms;"
            f" on disk after {written:.1f} s",
        )


def _touch(words: npt.NDArray[np.int64]) -> list[float]:
    places = np.random.default_rng(1).integers(0, words.size, 1000).tolist()
    return [_seconds(lambda at=at: words.__setitem__(at, 2)) for at in places]  # type: ignore[misc]


def _seconds(work: Callable[[], object]) -> float:
    start = perf_counter()
    work()
    return perf_counter() - start

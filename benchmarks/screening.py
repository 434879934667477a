"""How large the screening index is and how fast it answers, beside other stores of the same records.

Records are made up: keys are random, as hashes are. Half of what is asked is there. ``SCREENING_RECORDS``
in the environment says how many records (10 million without). The area ``screening_large`` is the same
with 100 million. The stores are built and asked one after another, so that each has all of the memory.
Needs ``lmdb`` beside what zhamen needs.
"""

import mmap
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, perf_counter_ns
from typing import Final

import numpy as np
import numpy.typing as npt

from benchmarks.result import Result
from benchmarks.screening_measure import Measured, Questions, cold, rate, warm
from benchmarks.screening_peers import Bloom, Dict, Duck, Lmdb, OnDisk, Peer, Records, Sqlite, drop_pages
from zhamen.adapters.screening import IndexFolder
from zhamen.adapters.screening.layout import PARTS, read_built
from zhamen.screening.entries import ENTRY, EVER, Entry, ListKind
from zhamen.screening.identifiers.identify import identify
from zhamen.screening.index.live import Built, LiveScreen
from zhamen.screening.index.overlay import Change
from zhamen.screening.index.search import Search
from zhamen.screening.index.table import Table, directory_bits
from zhamen.screening.keys import KeyRing
from zhamen.screening.subjects import SubjectKind

__all__ = ["run"]

_RECORDS: Final = int(os.environ.get("SCREENING_RECORDS", "10000000"))
_BATCH: Final = 1 << 20
_CHANGES: Final = 20_000
_MANY: Final = 2_000_000
_CALL: Final = 10_000
"""Keys in one call, as the interface takes them."""
_ALL_UP_TO: Final = 20_000_000
"""As many records are made before the clock starts; more, while it runs."""
_ICBC: Final = 3_500_000_000
"""The records that ICBC says its own risk information has."""
_SEED: Final = 11


class _Ours:
    """The index as a peer of the peers."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.open()

    def open(self) -> None:
        """Map it, and put what its check has read out of memory again."""
        self.built = read_built(self.folder)
        self.search = Search(self.built.table)
        self._ids = self.built.table.entries["record_id"]

    def forget(self) -> None:
        """Put the index out of the page cache while it is mapped."""
        for name in PARTS:
            mapped = getattr(self.built.table, name).base
            while not isinstance(mapped, mmap.mmap):
                mapped = mapped.obj if isinstance(mapped, memoryview) else mapped.base
            mapped.madvise(mmap.MADV_DONTNEED)
        drop_pages(self.folder)

    def find(self, key: bytes) -> int:
        """Give the record id under a key."""
        places = self.search.find(key)
        return int(self._ids[places.start]) if places else -1

    def find_many(self, keys: npt.NDArray[np.uint8]) -> npt.NDArray[np.int64]:
        """Give the record ids under many keys."""
        return self.search.records_of(keys)


def run(size: int = _RECORDS) -> list[Result]:
    """Measure on the file system of the working directory."""
    with TemporaryDirectory(prefix=".bench-", dir=Path.cwd()) as name:
        folder = Path(name)
        built, seconds = _build(folder, size)
        records = _sorted(folder, built)
        del built  # whose pages could not be put out of memory
        questions = _questions(records)
        ours = _Ours(folder / "index" / "1")
        table, (one, many) = ours.built.table, warm(ours, questions, at_once=True)
        more = [*_calls(ours, questions), *_whole(ours.built)]
        mine = Measured(seconds, table.bytes, one, many, cold(ours, ours.forget, questions))
        theirs = {name: _asked(peer, records, questions) for name, peer in _peers(folder).items()}
        return [*_built(size, mine, theirs), *_sizes(table, theirs), *_found(mine, theirs), *more]


def _made(size: int) -> Iterator[tuple[npt.NDArray[np.uint8], npt.NDArray[np.void]]]:
    dice = np.random.default_rng(_SEED)
    for at in range(0, size, _BATCH):
        batch = min(_BATCH, size - at)
        entries = np.zeros(batch, ENTRY)
        entries["record_id"] = np.arange(at, at + batch)
        entries["expires_at"], entries["list"], entries["level"] = EVER, ListKind.BLACK.code, 80
        yield np.frombuffer(dice.bytes(batch * 16), np.uint8).reshape(-1, 16), entries


def _build(folder: Path, size: int) -> tuple[Built, float]:
    batches = list(_made(size)) if size <= _ALL_UP_TO else _made(size)
    begin = perf_counter()
    built = IndexFolder(folder / "index").build(batches, (), lambda: 1)
    return built, perf_counter() - begin


def _sorted(folder: Path, built: Built) -> Records:
    """Write the records as the index has them: it is checked against what was made by the questions."""
    table = built.table
    buckets = np.repeat(np.arange(1 << 16, dtype=">u2"), np.diff(table.directory[:: 1 << (table.bits - 16)]))
    keys = np.memmap(folder / "keys", np.uint8, "w+", shape=(table.size, 16))
    keys[:, 0:2] = buckets.view(np.uint8).reshape(-1, 2)
    keys[:, 2:6] = table.heads.astype(">u4").view(np.uint8).reshape(-1, 4)
    keys[:, 6:8] = table.tails.astype(">u2").view(np.uint8).reshape(-1, 2)
    keys[:, 8:] = table.lows.astype(">u8").view(np.uint8).reshape(-1, 8)
    entries = np.memmap(folder / "entries", ENTRY, "w+", shape=(table.size,))
    entries[:] = table.entries
    return Records(keys, entries)


def _questions(records: Records) -> Questions:
    """Take keys as they were made, not as the index has them, and as many that were not."""
    dice = np.random.default_rng(_SEED + 1)
    keys, answers = [], []
    share = _MANY // 2 / records.size
    for made, entries in _made(records.size):
        rows = np.flatnonzero(dice.random(len(made)) < share)
        keys.append(made[rows])
        answers.append(entries["record_id"][rows])
    there = sum(map(len, keys))
    absent = np.frombuffer(dice.bytes(there * 16), np.uint8).reshape(-1, 16)
    every = np.concatenate([*keys, absent])
    right = np.concatenate([*answers, np.full(there, -1, np.int64)])
    order = dice.permutation(len(every))
    return Questions(every[order], right[order])


def _peers(folder: Path) -> dict[str, Peer]:
    """Name what is asked beside, in the order that they are built in."""
    sqlite = Sqlite(folder / "sqlite")
    return {
        "SQLite": sqlite,
        "Bloom filter and SQLite": Bloom(sqlite),
        "LMDB": Lmdb(folder / "lmdb"),
        "DuckDB": Duck(folder / "duck"),
        "dict": Dict(),
    }


def _asked(peer: Peer, records: Records, questions: Questions) -> Measured:
    """Build a peer and ask it."""
    begin = perf_counter()
    peer.build(records)
    seconds = perf_counter() - begin
    one, many = warm(peer, questions, at_once=peer.at_once)
    without = cold(peer, peer.forget, questions) if isinstance(peer, OnDisk) else None
    return Measured(seconds, peer.bytes, one, many, without)


def _built(size: int, mine: Measured, theirs: Mapping[str, Measured]) -> Iterator[Result]:
    yield Result(
        "SCREEN-01",
        "records in any order become an index on disk, checked and opened",
        size / mine.seconds,
        "records/s",
        {name: one.seconds / mine.seconds for name, one in theirs.items() if one.cold is not None},
        f"{size:,} records in {mine.seconds:.1f} s; the others were given them sorted, without durability",
    )


def _sizes(table: Table, theirs: Mapping[str, Measured]) -> Iterator[Result]:
    searched = table.bytes / table.size
    largest = 14 + 4 * ((1 << directory_bits(_ICBC)) + 1) / _ICBC
    yield Result(
        "SCREEN-02",
        "bytes a record that a search may touch before it finds",
        searched,
        "bytes",
        {"dict": theirs["dict"].bytes / table.size / searched},
        f"{_ICBC / 1e9:.1f} thousand million records need {largest * _ICBC / 1e9:.0f} GB searched"
        f" and {ENTRY.itemsize * _ICBC / 1e9:.0f} GB of details (computed)",
    )
    whole = searched + ENTRY.itemsize
    yield Result(
        "SCREEN-02-WHOLE",
        "bytes a record with its details",
        whole,
        "bytes",
        {name: one.bytes / table.size / whole for name, one in theirs.items() if one.cold is not None},
        "DuckDB holds the record ids only",
    )


def _found(mine: Measured, theirs: Mapping[str, Measured]) -> Iterator[Result]:
    yield from _percentiles(
        "SCREEN-03", "one key, warm", mine.one, {n: each.one for n, each in theirs.items()}
    )
    without = {name: each.cold for name, each in theirs.items() if each.cold is not None}
    if mine.cold is not None:
        yield from _percentiles("SCREEN-04", "one key, nothing in the page cache", mine.cold, without)
    ratios = {name: mine.many / each.many for name, each in theirs.items()}
    yield Result("SCREEN-05", "many keys at once, on one core", mine.many, "keys/s", ratios)


def _percentiles(
    scenario: str, title: str, mine: npt.NDArray[np.float64], theirs: Mapping[str, npt.NDArray[np.float64]]
) -> Iterator[Result]:
    for percent in (50, 99):
        value = float(np.percentile(mine, percent))
        ratios = {name: float(np.percentile(took, percent)) / value for name, took in theirs.items()}
        yield Result(f"{scenario}-P{percent}", f"{title}, p{percent}", value, "µs", ratios)


def _calls(ours: _Ours, questions: Questions) -> Iterator[Result]:
    calls = [questions[at : at + _CALL] for at in range(0, len(questions.keys) - _CALL + 1, _CALL)]
    rates = [rate(ours.find_many, asked, rounds=1) for asked in calls]
    yield Result("SCREEN-08", f"the same in calls of {_CALL:,}, p50", float(np.median(rates)), "keys/s")
    asked = Questions(questions.keys, np.where(questions.answers >= 0, 1, 0))
    there = rate(lambda keys: ours.search.find_many(keys)[1].astype(np.int64), asked)
    yield Result("SCREEN-09", "the same, how many records there are and where, no ids read", there, "keys/s")


def _whole(built: Built) -> Iterator[Result]:
    """Ask with accounts, as the gate does, and change records while it answers."""
    ring = KeyRing({1: bytes(32)})
    screen = LiveScreen(ring, built)
    accounts = [identify(SubjectKind.ACCOUNT, f"62220202{number:011}") for number in range(_CHANGES)]
    asked, put = [], []
    for number, account in enumerate(accounts):
        entry = Entry(built.table.size + number, ListKind.BLACK, 80, 90, 101, 1, effective_from=0)
        change = Change(2 + number, ring.key_of(account), entry)
        begin = perf_counter_ns()
        screen.put([change])
        changed = perf_counter_ns()
        hits = screen.find(account, 1)
        asked.append((perf_counter_ns() - changed) / 1e3)
        put.append((changed - begin) / 1e3)
        assert [hit.entry for hit in hits] == [entry]
    title = "an account that just came onto a list: hashed, looked up, its hit given"
    yield from _percentiles("SCREEN-06", title, np.array(asked), {})
    yield from _percentiles("SCREEN-07", "a change, in force for the next question", np.array(put), {})

"""How large the screening index is and how fast it answers, beside other stores of the same records.

Records are made up: keys are random, as hashes are. Half of what is asked is there. ``SCREENING_RECORDS``
in the environment says how many records (10 million without). The area ``screening_large`` is the same
with 100 million, beside LMDB only: the dict and DuckDB's index then take more memory than there is,
and SQLite, which has to be filled row by row, most of an hour.
Needs ``lmdb`` beside what zhamen needs.
"""

import mmap
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, perf_counter_ns
from typing import Final

import numpy as np
import numpy.typing as npt

from benchmarks.result import Result
from benchmarks.screening_peers import (
    Bloom,
    Dict,
    Duck,
    Lmdb,
    Peer,
    Records,
    Sqlite,
    drop_pages,
    split,
)
from zhamen.adapters.screening import IndexFolder
from zhamen.adapters.screening.layout import PARTS, read_built
from zhamen.screening.entries import ENTRY, EVER, Entry, ListKind
from zhamen.screening.identifiers.identify import identify
from zhamen.screening.index.live import Built, LiveScreen
from zhamen.screening.index.overlay import Change
from zhamen.screening.index.search import Search
from zhamen.screening.index.table import directory_bits
from zhamen.screening.keys import KeyRing
from zhamen.screening.subjects import SubjectKind

__all__ = ["run"]

_RECORDS: Final = int(os.environ.get("SCREENING_RECORDS", "10000000"))
_BATCH: Final = 1 << 20
_SINGLE: Final = 20_000
_COLD: Final = 100
_MANY: Final = 2_000_000
_SLOW_MANY: Final = 100_000
_CALL: Final = 10_000
"""Keys in one call, as the interface takes them."""
_ROUNDS: Final = 5
_ALL_UP_TO: Final = 20_000_000
_ICBC: Final = 3_500_000_000
"""The records that ICBC says its own risk information has."""
_SEED: Final = 11
_FILES: Final = {"SQLite": "sqlite", "LMDB": "lmdb", "DuckDB": "duck"}
"""The stores with files, and their folders."""

Find = Callable[[bytes], int]
FindMany = Callable[[npt.NDArray[np.uint8]], npt.NDArray[np.int64]]


@dataclass(frozen=True)
class _Questions:
    """What is asked, half of it there, and the right answers."""

    keys: npt.NDArray[np.uint8]
    answers: npt.NDArray[np.int64]

    def __getitem__(self, rows: slice) -> "_Questions":
        return _Questions(self.keys[rows], self.answers[rows])


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
        records = _sorted(built)
        del built  # whose pages could not be put out of memory
        questions = _questions(records)
        with _peers(folder, records) as (peers, theirs):
            ours = _Ours(folder / "index" / "1")
            return [
                _built(size, seconds, theirs),
                *_sizes(ours, peers),
                *_singles(ours, peers, questions),
                *_cold(folder, ours, peers, questions),
                *_batch(ours, peers, questions),
                *_whole(ours.built),
            ]


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


def _sorted(built: Built) -> Records:
    """Give the records as the index has them: it is checked against what was made by the questions."""
    table = built.table
    buckets = np.repeat(np.arange(1 << 16), np.diff(table.directory[:: 1 << (table.bits - 16)]))
    keys = np.empty((table.size, 16), np.uint8)
    keys[:, 0:2] = buckets.astype(">u2").view(np.uint8).reshape(-1, 2)
    keys[:, 2:6] = table.heads.astype(">u4").view(np.uint8).reshape(-1, 4)
    keys[:, 6:8] = table.tails.astype(">u2").view(np.uint8).reshape(-1, 2)
    keys[:, 8:] = table.lows.astype(">u8").view(np.uint8).reshape(-1, 8)
    return Records(keys, table.entries.copy())


def _questions(records: Records) -> _Questions:
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
    return _Questions(every[order], right[order])


@contextmanager
def _peers(folder: Path, records: Records) -> Iterator[tuple[dict[str, Peer], dict[str, float]]]:
    """Build every peer; give them with the seconds that took."""
    peers: dict[str, Peer] = {"LMDB": Lmdb(folder / "lmdb")}
    if records.size <= _ALL_UP_TO:
        sqlite = Sqlite(folder / "sqlite")
        peers = {"SQLite": sqlite, **peers, "DuckDB": Duck(folder / "duck")}
        peers["dict"] = Dict()  # type: ignore[assignment]  # there is nothing to open
        peers["Bloom filter and SQLite"] = Bloom(sqlite)  # type: ignore[assignment]  # it is with what is behind
    seconds = {}
    for name, peer in peers.items():
        begin = perf_counter()
        peer.build(records)
        seconds[name] = perf_counter() - begin
    yield peers, seconds
    for peer in _stored(peers).values():
        peer.close()


def _stored(peers: Mapping[str, Peer]) -> dict[str, Peer]:
    return {name: peer for name, peer in peers.items() if hasattr(peer, "close")}


def _built(size: int, seconds: float, theirs: Mapping[str, float]) -> Result:
    stored = {name: theirs[name] / seconds for name in _FILES if name in theirs}
    return Result(
        "SCREEN-01",
        "records in any order become an index on disk, checked and opened",
        size / seconds,
        "records/s",
        stored,
        f"{size:,} records in {seconds:.1f} s; the others were given them sorted, without durability",
    )


def _sizes(ours: _Ours, peers: Mapping[str, Peer]) -> Iterator[Result]:
    table = ours.built.table
    searched = table.bytes / table.size
    largest = 14 + 4 * ((1 << directory_bits(_ICBC)) + 1) / _ICBC
    yield Result(
        "SCREEN-02",
        "bytes a record that a search may touch before it finds",
        searched,
        "bytes",
        {"dict": peers["dict"].bytes / table.size / searched} if "dict" in peers else {},
        f"{_ICBC / 1e9:.1f} thousand million records need {largest * _ICBC / 1e9:.0f} GB searched"
        f" and {ENTRY.itemsize * _ICBC / 1e9:.0f} GB of details (computed)",
    )
    whole = searched + ENTRY.itemsize
    yield Result(
        "SCREEN-02-WHOLE",
        "bytes a record with its details",
        whole,
        "bytes",
        {name: peers[name].bytes / table.size / whole for name in _FILES if name in peers},
        "DuckDB holds the record ids only",
    )


def _times(find: Find, asked: _Questions) -> npt.NDArray[np.float64]:
    """Ask one after another and check every answer; give the microseconds of each."""
    took = np.empty(len(asked.keys))
    answers = np.empty(len(asked.keys), np.int64)
    for at, key in enumerate(split(asked.keys)):
        begin = perf_counter_ns()
        answers[at] = find(key)
        took[at] = perf_counter_ns() - begin
    assert (answers == asked.answers).all()
    return took / 1e3


def _percentiles(
    scenario: str, title: str, mine: npt.NDArray[np.float64], theirs: Mapping[str, npt.NDArray[np.float64]]
) -> Iterator[Result]:
    for percent in (50, 99):
        value = float(np.percentile(mine, percent))
        ratios = {name: float(np.percentile(took, percent)) / value for name, took in theirs.items()}
        yield Result(f"{scenario}-P{percent}", f"{title}, p{percent}", value, "µs", ratios)


def _singles(ours: _Ours, peers: Mapping[str, Peer], questions: _Questions) -> Iterator[Result]:
    asked = questions[:_SINGLE]
    _times(ours.find, asked)
    mine = _times(ours.find, asked)
    theirs = {}
    for name, peer in peers.items():
        _times(peer.find, asked)
        theirs[name] = _times(peer.find, asked)
    yield from _percentiles("SCREEN-03", "one key, warm", mine, theirs)


def _cold(folder: Path, ours: _Ours, peers: Mapping[str, Peer], questions: _Questions) -> Iterator[Result]:
    """Put all files out of memory before each key; the others are opened anew, which is not counted."""
    asked = questions[_SINGLE : _SINGLE + _COLD]

    def cold(find: Find, forget: Callable[[], None]) -> npt.NDArray[np.float64]:
        took = []
        for at in range(len(asked.keys)):
            forget()
            took.append(_times(find, asked[at : at + 1]))
        return np.concatenate(took)

    def forgetting(peer: Peer, store: Path) -> Callable[[], None]:
        def forget() -> None:
            peer.close()
            drop_pages(store)
            peer.open()

        return forget

    mine = cold(ours.find, ours.forget)
    theirs = {
        name: cold(peers[name].find, forgetting(peers[name], folder / at))
        for name, at in _FILES.items()
        if name in peers
    }
    yield from _percentiles("SCREEN-04", "one key, nothing in the page cache", mine, theirs)


def _batch(ours: _Ours, peers: Mapping[str, Peer], questions: _Questions) -> Iterator[Result]:
    rate = _rate(ours.find_many, questions)
    ratios = {}
    for name, peer in peers.items():
        asked = questions if name in {"DuckDB", "dict"} else questions[:_SLOW_MANY]
        ratios[name] = rate / _rate(peer.find_many, asked)
    yield Result("SCREEN-05", "many keys at once, on one core", rate, "keys/s", ratios)
    calls = [questions[at : at + _CALL] for at in range(0, len(questions.keys) - _CALL + 1, _CALL)]
    rates = [_rate(ours.find_many, asked, rounds=1) for asked in calls]
    yield Result("SCREEN-08", f"the same in calls of {_CALL:,}, p50", float(np.median(rates)), "keys/s")
    asked = _Questions(questions.keys, np.where(questions.answers >= 0, 1, 0))
    there = _rate(lambda keys: ours.search.find_many(keys)[1].astype(np.int64), asked)
    yield Result("SCREEN-09", "the same, how many records there are and where, no ids read", there, "keys/s")


def _rate(find_many: FindMany, asked: _Questions, rounds: int = _ROUNDS) -> float:
    best = 0.0
    for _ in range(rounds):
        begin = perf_counter()
        answers = find_many(asked.keys)
        best = max(best, len(asked.keys) / (perf_counter() - begin))
        assert (answers == asked.answers).all()
    return best


def _whole(built: Built) -> Iterator[Result]:
    """Ask with accounts, as the gate does, and change records while it answers."""
    ring = KeyRing({1: bytes(32)})
    screen = LiveScreen(ring, built)
    accounts = [identify(SubjectKind.ACCOUNT, f"62220202{number:011}") for number in range(_SINGLE)]
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

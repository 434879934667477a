"""How fast the screening index finds keys, beside what else a bank might look them up in.

Keys are random, half of those asked for are there. Every tool holds the same keys in a folder of its own
(the dict in memory) and has to give the same answers. ``SCREENING_RECORDS`` is how many; above 20 million
only our index is measured, for the others would not be built in an hour.
"""

import gc
import os
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from time import perf_counter, perf_counter_ns
from typing import Any, Final, NamedTuple

import duckdb
import lmdb
import numpy as np
import numpy.typing as npt
from xxhash import xxh3_64_intdigest

from benchmarks.result import Result
from zhamen.adapters.screening import IndexFolder
from zhamen.screening.entries import ENTRY
from zhamen.screening.index.search import Search

__all__ = ["run"]

_RECORDS: Final = int(os.environ.get("SCREENING_RECORDS", "5000000"))
_PEERS_UP_TO: Final = 20_000_000
_ASKED: Final = 1_000_000
_SINGLE: Final = 100_000
_COLD: Final = 3_000
_CHUNK: Final = 1_000_000
_SEED: Final = 7
_BLOOM_BITS: Final = 10
_ICBC: Final = 3_500_000_000

Keys = npt.NDArray[np.uint8]
Find = Callable[[bytes], bool]


class _Tool(NamedTuple):
    name: str
    single: float
    many: float
    right: bool


def run() -> list[Result]:
    """Measure building, size, and finding one and many."""
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        return _measure(Path(folder))


def _measure(folder: Path) -> list[Result]:
    started = perf_counter()
    indexes = IndexFolder(folder / "index")
    built = indexes.build(_records(), [], lambda: 0)
    build = perf_counter() - started
    search, per_record = Search(built.table), built.table.bytes / built.table.size
    asked, there = _asked()
    started = perf_counter()
    first, _ = search.find_many(asked)
    many = len(asked) / (perf_counter() - started)
    assert ((first >= 0) == there).all()
    single = _times(lambda key: bool(search.find(key)), asked)
    search = built = indexes = None  # type: ignore[assignment]  # nothing may hold the pages to be dropped
    gc.collect()
    cold = _cold(folder / "index" / "1", asked)
    ours = _Tool("index", float(np.median(single)) / 1e3, many, True)
    peers = _peers(folder, asked, there) if _RECORDS <= _PEERS_UP_TO else []
    assert all(peer.right for peer in peers)
    size = f"{_RECORDS:,} records"
    need, entries = _ICBC * per_record / 1e9, _ICBC * ENTRY.itemsize / 1e9
    return [
        Result("SCREEN-01", f"built, {size}", _RECORDS / build, "records/s", note=f"{build:.1f} s"),
        Result(
            "SCREEN-02",
            "memory beyond the entries",
            per_record,
            "bytes/record",
            note=f"3.5 bn records need {need:.0f} GB, and {entries:.0f} GB of entries on disk",
        ),
        Result(
            "SCREEN-03",
            "one key found or not, warm",
            ours.single,
            "us p50",
            {peer.name: peer.single / ours.single for peer in peers},
            note=f"p99 {np.percentile(single, 99) / 1e3:.1f} us",
        ),
        Result(
            "SCREEN-04",
            "one key, nothing in the page cache",
            float(np.median(cold)) / 1e3,
            "us p50",
            note=f"p99 {np.percentile(cold, 99) / 1e3:.0f} us",
        ),
        Result(
            "SCREEN-05",
            "many keys",
            ours.many,
            "keys/s",
            {peer.name: ours.many / peer.many for peer in peers},
        ),
    ]


def _records() -> Iterator[tuple[Keys, npt.NDArray[np.void]]]:
    random = np.random.default_rng(_SEED)
    for start in range(0, _RECORDS, _CHUNK):
        size = min(_CHUNK, _RECORDS - start)
        entries = np.zeros(size, ENTRY)
        entries["record_id"] = np.arange(start, start + size)
        yield random.integers(0, 256, (size, 16), dtype=np.uint8), entries


def _asked() -> tuple[Keys, npt.NDArray[np.bool_]]:
    """Give keys that are there and keys that are not, mixed."""
    random = np.random.default_rng(_SEED + 1)
    batches = (keys for keys, _ in _records())
    each = max(1, _ASKED // 2 // max(1, _RECORDS // _CHUNK))
    known = np.concatenate([keys[random.integers(0, len(keys), each)] for keys in batches])
    other = random.integers(0, 256, (len(known), 16), dtype=np.uint8)
    order = random.permutation(2 * len(known))
    there = np.arange(2 * len(known)) < len(known)
    return np.concatenate([known, other])[order], there[order]


def _times(find: Find, asked: Keys) -> npt.NDArray[np.int64]:
    keys = [key.tobytes() for key in asked[:_SINGLE]]
    times = np.empty(len(keys), np.int64)
    for at, key in enumerate(keys):
        started = perf_counter_ns()
        find(key)
        times[at] = perf_counter_ns() - started
    return times


def _cold(folder: Path, asked: Keys) -> npt.NDArray[np.int64]:
    """Look up keys in files whose pages were dropped; each key takes pages that no other has taken."""
    arrays = {
        name: np.memmap(folder / name, kind, "r")
        for name, kind in (("directory", "<u4"), ("heads", "<u4"), ("tails", "<u2"), ("lows", "<u8"))
    }
    for name in arrays:
        with open(folder / name, "rb") as file:
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    bits = int(np.log2(len(arrays["directory"]) - 1))
    times = np.empty(_COLD, np.int64)
    for at, key in enumerate(asked[:_COLD]):
        high = int.from_bytes(key.tobytes()[:8])
        started = perf_counter_ns()
        bucket = high >> (64 - bits)
        begin, end = int(arrays["directory"][bucket]), int(arrays["directory"][bucket + 1])
        found = np.flatnonzero(arrays["heads"][begin:end] == (high >> 16 & 0xFFFFFFFF))
        for place in found:
            _ = arrays["lows"][begin + place], arrays["tails"][begin + place]
        times[at] = perf_counter_ns() - started
    return times


def _peers(folder: Path, asked: Keys, there: npt.NDArray[np.bool_]) -> list[_Tool]:
    makers = (_dict, _sqlite, _bloom_sqlite, _lmdb, _duckdb)
    return [_peer(make, folder, asked, there) for make in makers]


def _peer(
    make: Callable[[Path], tuple[str, Find]], folder: Path, asked: Keys, there: npt.NDArray[np.bool_]
) -> _Tool:
    name, find = make(folder)
    few = 2_000 if name == "duckdb" else _SINGLE
    keys = [key.tobytes() for key in asked[:few]]
    started = perf_counter()
    answers = [find(key) for key in keys]
    many = few / (perf_counter() - started)
    single = float(np.median(_times(find, asked[:few]))) / 1e3
    return _Tool(name, single, many, answers == there[:few].tolist())


def _dict(_: Path) -> tuple[str, Find]:
    held = {key.tobytes(): at for keys, _ in _records() for at, key in enumerate(keys)}
    return "dict", lambda key: key in held


def _sqlite(folder: Path) -> tuple[str, Find]:
    database = sqlite3.connect(folder / "peer.db")
    database.execute("pragma synchronous=off")
    database.execute("pragma cache_size=-2000000")
    database.execute("create table keys (key blob primary key) without rowid")
    for keys, _ in _records():
        rows = sorted((key.tobytes(),) for key in keys)
        database.executemany("insert or ignore into keys values (?)", rows)
    database.commit()
    ask = "select 1 from keys where key = ?"
    return "sqlite", lambda key: database.execute(ask, (key,)).fetchone() is not None


def _bloom_sqlite(folder: Path) -> tuple[str, Find]:
    database = sqlite3.connect(folder / "peer.db")
    size = _RECORDS * _BLOOM_BITS
    bits = bytearray(size // 8 + 1)
    for keys, _ in _records():
        for key in keys:
            for place in _places(key.tobytes(), size):
                bits[place >> 3] |= 1 << (place & 7)
    ask = "select 1 from keys where key = ?"

    def find(key: bytes) -> bool:
        if not all(bits[place >> 3] >> (place & 7) & 1 for place in _places(key, size)):
            return False
        return database.execute(ask, (key,)).fetchone() is not None

    return "bloom filter + sqlite", find


def _places(key: bytes, size: int) -> list[int]:
    one, other = xxh3_64_intdigest(key, 1), xxh3_64_intdigest(key, 2)
    return [(one + at * other) % size for at in range(7)]


def _lmdb(folder: Path) -> tuple[str, Find]:
    environment: Any = lmdb.open(str(folder / "lmdb"), map_size=1 << 36, sync=False)
    for keys, _ in _records():
        with environment.begin(write=True) as transaction:
            transaction.cursor().putmulti(sorted((key.tobytes(), b"") for key in keys))
    reading = environment.begin()
    return "lmdb", lambda key: reading.get(key) is not None


def _duckdb(folder: Path) -> tuple[str, Find]:
    database = duckdb.connect(str(folder / "peer.duckdb"))
    database.execute("create table keys (high ubigint, low ubigint)")
    for keys, _ in _records():
        words = keys.view(">u8").astype(np.uint64)
        frame = {"high": words[:, 0], "low": words[:, 1]}
        database.register("batch", frame)
        database.execute("insert into keys select high, low from batch")
    database.execute("create index by_key on keys (high)")
    ask = "select 1 from keys where high = ? and low = ?"

    def find(key: bytes) -> bool:
        halves = [int.from_bytes(key[:8]), int.from_bytes(key[8:])]
        return database.execute(ask, halves).fetchone() is not None

    return "duckdb", find

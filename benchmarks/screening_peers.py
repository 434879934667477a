"""The same records in other stores, asked the same questions: SQLite, DuckDB, LMDB, a dict, a Bloom filter.

Each is given what it does best with: keys in their order where that helps it, one transaction, no
durability. Its answers are record ids, -1 for none.
"""

import ctypes
import mmap
import os
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import sleep
from typing import IO, Any, Final, Protocol

import duckdb
import lmdb
import numpy as np
import numpy.typing as npt

__all__ = ["Bloom", "Dict", "Duck", "Lmdb", "OnDisk", "Peer", "Records", "Sqlite", "drop_pages", "split"]

_AT_ONCE: Final = 1 << 18
_HASHES: Final = 7
_BITS_A_KEY: Final = 10
_MAP_BYTES: Final = 1 << 40
_SETTLED: Final = 0.01
_TRIES: Final = 100


@dataclass(frozen=True)
class Records:
    """What every store holds, sorted by key: keys as rows of 16 bytes, and entries."""

    keys: npt.NDArray[np.uint8]
    entries: npt.NDArray[np.void]

    @property
    def size(self) -> int:
        """How many there are."""
        return len(self.keys)

    def chunks(self) -> "list[Records]":
        """Give them in parts that are turned into Python objects one after another."""
        starts = range(0, self.size, _AT_ONCE)
        return [Records(self.keys[at : at + _AT_ONCE], self.entries[at : at + _AT_ONCE]) for at in starts]

    def pairs(self) -> list[tuple[bytes, bytes]]:
        """Give them as keys and entries of bytes."""
        return list(zip(split(self.keys), split(self.entries.view(np.uint8).reshape(-1, 32)), strict=True))


class Peer(Protocol):
    """One store."""

    at_once: bool
    """Whether it takes many keys at once, and not one after another."""

    def build(self, records: Records) -> None:
        """Store the records."""

    def find(self, key: bytes) -> int:
        """Give the record id under a key."""

    def find_many(self, keys: npt.NDArray[np.uint8]) -> npt.NDArray[np.int64]:
        """Give the record ids under many keys, as fast as it can."""

    @property
    def bytes(self) -> int:
        """What it takes, on disk or in memory."""


def split(rows: npt.NDArray[np.uint8]) -> list[bytes]:
    """Give each row as bytes."""
    joined, width = rows.tobytes(), rows.shape[1]
    return [joined[at : at + width] for at in range(0, len(joined), width)]


def drop_pages(folder: Path) -> None:
    """Put the files of a folder out of the page cache, and see that they are; nobody may have them mapped."""
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb") as file:
                os.fsync(file.fileno())
                for _ in range(_TRIES):
                    sleep(_SETTLED)  # what is being read ahead comes into the cache even now
                    os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
                    sleep(_SETTLED)
                    if not _pages_in_cache(file):
                        break
                else:
                    raise AssertionError(f"{path.name} stays in the page cache")


def _pages_in_cache(file: IO[bytes]) -> int:
    """Count the pages of a file that are in the page cache; this does not bring any into it."""
    size = os.fstat(file.fileno()).st_size
    if not size:
        return 0
    with mmap.mmap(file.fileno(), size, prot=mmap.PROT_READ) as mapped:
        pages = np.zeros(-(-size // mmap.PAGESIZE), np.uint8)
        start = np.frombuffer(mapped, np.uint8)
        refused = ctypes.CDLL(None).mincore(
            ctypes.c_void_p(start.ctypes.data), ctypes.c_size_t(size), ctypes.c_void_p(pages.ctypes.data)
        )
        del start
        assert not refused
    return int(np.count_nonzero(pages & 1))


def _record_id(entry: bytes) -> int:
    return int.from_bytes(entry[:8], "little", signed=True)


class OnDisk:
    """A store in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self._folder = folder

    def open(self) -> None:
        """Open what was built, with nothing of it in the program's memory."""
        raise NotImplementedError

    def close(self) -> None:
        """Close it."""
        raise NotImplementedError

    def forget(self) -> None:
        """Put all of it out of memory."""
        self.close()
        drop_pages(self._folder)
        self.open()

    @property
    def bytes(self) -> int:
        """The files."""
        return sum(path.stat().st_size for path in self._folder.rglob("*") if path.is_file())


class Sqlite(OnDisk):
    """A table without row ids, the key its primary key."""

    at_once = False

    def build(self, records: Records) -> None:
        """Insert in the order of the keys."""
        self.open()
        self._connection.execute("PRAGMA synchronous = OFF")
        self._connection.execute("PRAGMA journal_mode = OFF")
        self._connection.execute(
            "CREATE TABLE records (key BLOB PRIMARY KEY, entry BLOB NOT NULL) WITHOUT ROWID"
        )
        for chunk in records.chunks():
            self._connection.executemany("INSERT INTO records VALUES (?, ?)", chunk.pairs())
        self._connection.commit()

    def open(self) -> None:
        """Open it, read through a map of the file."""
        self._connection = sqlite3.connect(self._folder / "records.db")
        self._connection.execute(f"PRAGMA mmap_size = {1 << 36}")
        self._connection.execute("SELECT count(*) FROM sqlite_master")  # which table it is, is no question

    def close(self) -> None:
        """Close it."""
        self._connection.close()

    def find(self, key: bytes) -> int:
        """Ask with one statement."""
        row = self._connection.execute("SELECT entry FROM records WHERE key = ?", (key,)).fetchone()
        return -1 if row is None else _record_id(row[0])

    def find_many(self, keys: npt.NDArray[np.uint8]) -> npt.NDArray[np.int64]:
        """Ask one after another: a join with a table of the keys is not faster."""
        return np.array([self.find(key) for key in split(keys)], np.int64)


class Lmdb(OnDisk):
    """A B+ tree mapped into memory."""

    at_once = False

    def build(self, records: Records) -> None:
        """Append in the order of the keys."""
        with lmdb.open(str(self._folder), map_size=_MAP_BYTES, sync=False) as environment:
            for chunk in records.chunks():
                with environment.begin(write=True) as transaction, transaction.cursor() as cursor:
                    cursor.putmulti(chunk.pairs(), append=True)
        self.open()

    def open(self) -> None:
        """Open it to be read."""
        self._environment = lmdb.open(
            str(self._folder), map_size=_MAP_BYTES, readonly=True, lock=False, readahead=False
        )
        self._transaction = self._environment.begin(buffers=False)

    def close(self) -> None:
        """Close it."""
        self._transaction.abort()
        self._environment.close()

    def find(self, key: bytes) -> int:
        """Get one."""
        entry = self._transaction.get(key)
        return -1 if entry is None else _record_id(entry)

    def find_many(self, keys: npt.NDArray[np.uint8]) -> npt.NDArray[np.int64]:
        """Get many with one call."""
        asked = split(keys)
        with self._transaction.cursor() as cursor:
            found = {bytes(key): _record_id(entry) for key, entry in cursor.getmulti(asked)}
        return np.array([found.get(key, -1) for key in asked], np.int64)


class Duck(OnDisk):
    """A table of two numbers a key and the record id only, in the order of the keys, with an index."""

    at_once = True

    def build(self, records: Records) -> None:
        """Insert as columns, then make the index."""
        self.open()
        self._connection.execute("CREATE TABLE records (high UBIGINT, low UBIGINT, id BIGINT)")
        for chunk in records.chunks():
            columns = _columns(chunk.keys) | {"id": np.ascontiguousarray(chunk.entries["record_id"])}
            self._connection.register("given", columns)
            self._connection.execute("INSERT INTO records SELECT high, low, id FROM given")
        self._connection.execute("CREATE INDEX by_key ON records (high)")
        self._connection.execute("CHECKPOINT")

    def open(self) -> None:
        """Open it on one thread, as the others are."""
        self._connection = duckdb.connect(self._folder / "records.duckdb", config={"threads": 1})

    def close(self) -> None:
        """Close it."""
        self._connection.close()

    def find(self, key: bytes) -> int:
        """Ask with one statement."""
        rows = self._connection.execute(
            "SELECT id FROM records WHERE high = ? AND low = ?",
            (int.from_bytes(key[:8]), int.from_bytes(key[8:])),
        ).fetchall()
        return int(rows[0][0]) if rows else -1

    def find_many(self, keys: npt.NDArray[np.uint8]) -> npt.NDArray[np.int64]:
        """Join with the keys."""
        asked = _columns(keys) | {"place": np.arange(len(keys))}
        self._connection.register("asked", asked)
        found = self._connection.execute(
            "SELECT place, id FROM asked JOIN records USING (high, low)"
        ).fetchnumpy()
        answers = np.full(len(keys), -1, np.int64)
        answers[found["place"]] = found["id"]
        return answers


def _columns(keys: npt.NDArray[np.uint8]) -> dict[str, Any]:
    words = np.ascontiguousarray(keys).reshape(-1).view(">u8").astype(np.uint64).reshape(-1, 2)
    return {"high": np.ascontiguousarray(words[:, 0]), "low": np.ascontiguousarray(words[:, 1])}


class Dict:
    """A dict of bytes to the place of the entry."""

    at_once = True

    def __init__(self) -> None:
        self._places: dict[bytes, int] = {}

    def build(self, records: Records) -> None:
        """Put all in."""
        before = _resident()
        for chunk in records.chunks():
            self._places.update(zip(split(chunk.keys), chunk.entries["record_id"].tolist(), strict=True))
        self._resident = _resident() - before

    def find(self, key: bytes) -> int:
        """Get one."""
        return self._places.get(key, -1)

    def find_many(self, keys: npt.NDArray[np.uint8]) -> npt.NDArray[np.int64]:
        """Get one after another."""
        return np.array([self._places.get(key, -1) for key in split(keys)], np.int64)

    @property
    def bytes(self) -> int:
        """What the program grew by."""
        return self._resident


def _resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


class Bloom:
    """A Bloom filter of 10 bits a key and 7 probes in memory, and SQLite for what passes it."""

    at_once = False

    def __init__(self, behind: Sqlite) -> None:
        self._behind = behind

    def build(self, records: Records) -> None:
        """Set the bits; what is behind is built already."""
        self._size = _BITS_A_KEY * records.size
        bits = np.zeros(self._size, np.bool_)
        for chunk in records.chunks():
            for probe in self._probes(chunk.keys):
                bits[probe] = True
        self._bits = np.packbits(bits)
        self._bytes = self._bits.tobytes()

    def find(self, key: bytes) -> int:
        """Look at each bit in turn."""
        first, second = int.from_bytes(key[:8]), int.from_bytes(key[8:]) | 1
        bits, size = self._bytes, self._size
        for probe in range(_HASHES):
            place = (first + probe * second & 0xFFFF_FFFF_FFFF_FFFF) % size
            if not bits[place >> 3] & 128 >> (place & 7):
                return -1
        return self._behind.find(key)

    def find_many(self, keys: npt.NDArray[np.uint8]) -> npt.NDArray[np.int64]:
        """Look at one bit of all keys, then at the next of those that are left."""
        left = np.arange(len(keys))
        for number in range(_HASHES):
            place = self._probe(keys[left], number)
            left = left[self._bits[place >> 3] & (128 >> (place & 7)) != 0]
        answers = np.full(len(keys), -1, np.int64)
        answers[left] = self._behind.find_many(keys[left])
        return answers

    @property
    def bytes(self) -> int:
        """The filter and what is behind it."""
        return len(self._bytes) + self._behind.bytes

    def _probes(self, keys: npt.NDArray[np.uint8]) -> Sequence[npt.NDArray[np.int64]]:
        return [self._probe(keys, number) for number in range(_HASHES)]

    def _probe(self, keys: npt.NDArray[np.uint8], number: int) -> npt.NDArray[np.int64]:
        words = _columns(keys)
        places = (words["high"] + np.uint64(number) * (words["low"] | np.uint64(1))) % np.uint64(self._size)
        return np.asarray(places, np.int64)

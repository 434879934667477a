"""Where the entries under a key stand: for one key in Python, for many in machine code."""

from bisect import bisect_left
from typing import Any, Final, NamedTuple

import numba
import numpy as np
import numpy.typing as npt

from zhamen.features.compiled import bare, inlined, prefetch
from zhamen.screening.index.table import Keys, Table, halves

__all__ = ["Search"]

_WORD: Final = 0xFFFF_FFFF
_AHEAD: Final = 32
"""How many keys are on their way at once: enough to hide the memory, few enough to stay in cache."""


class _Arrays(NamedTuple):
    directory: npt.NDArray[np.uint32]
    heads: npt.NDArray[np.uint32]
    tails: npt.NDArray[np.uint16]
    lows: npt.NDArray[np.uint64]


class _Asked(NamedTuple):
    high: npt.NDArray[np.uint64]
    low: npt.NDArray[np.uint64]
    first: npt.NDArray[np.int64]
    matches: npt.NDArray[np.int32]
    shift: npt.NDArray[np.uint64]


_Spans = npt.NDArray[np.int64]


def _read_only(part: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Give the array as mapped files give it, so that one machine code serves both."""
    view = part.view(np.ndarray)
    view.flags.writeable = False
    return view


class Search:
    """Finds keys in a table.

    Examples
    --------
    >>> from zhamen.screening.entries import ENTRY
    >>> from zhamen.screening.index.table import table_of
    >>> keys = np.arange(48, dtype=np.uint8).reshape(3, 16)
    >>> search = Search(table_of(keys, np.zeros(3, ENTRY)))
    >>> search.find(keys[1].tobytes()), search.find(bytes(16))
    (range(1, 2), range(0, 0))
    >>> search.find_many(keys[::-1])[0].tolist()
    [2, 1, 0]
    """

    def __init__(self, table: Table) -> None:
        self.table: Final = table
        self._directory = table.directory.data
        self._heads = table.heads.data
        self._tails = table.tails.data
        self._lows = table.lows.data
        self._shift = 64 - table.bits
        self._shifts = np.array([self._shift], np.uint64)
        self._arrays = _Arrays(
            _read_only(table.directory),
            _read_only(table.heads),
            _read_only(table.tails),
            _read_only(table.lows),
        )
        self.find_many(np.empty((0, 16), np.uint8))  # compiles, or loads, before anyone asks

    def find(self, key: bytes) -> range:
        """Give the places of the entries under a key; empty when there are none.

        Notes
        -----
        About 1 µs, two cache misses of which are the directory and the heads.
        """
        high = int.from_bytes(key[:8])
        bucket = high >> self._shift
        end = self._directory[bucket + 1]
        heads = self._heads
        head = high >> 16 & _WORD
        at = bisect_left(heads, head, self._directory[bucket], end)
        if at == end or heads[at] != head:
            return range(0)
        return self._exact(at, end, (head, high & 0xFFFF, int.from_bytes(key[8:])))

    def _exact(self, at: int, end: int, wanted: tuple[int, int, int]) -> range:
        heads, tails, lows = self._heads, self._tails, self._lows
        while at < end and (heads[at], tails[at], lows[at]) < wanted:
            at += 1
        first = at
        while at < end and (heads[at], tails[at], lows[at]) == wanted:
            at += 1
        return range(first, at)

    def find_many(self, keys: Keys) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int32]]:
        """Give for each key the place of its first entry, -1 when there is none, and how many there are."""
        high, low = halves(keys)
        first, count = np.full(len(high), -1, np.int64), np.zeros(len(high), np.int32)
        _find_all(self._arrays, _Asked(high, low, first, count, self._shifts))
        return first, count


@inlined
def _reach(table: _Arrays, asked: _Asked, at: int) -> None:
    """Ask for the directory of the keys of a block."""
    for i in range(at, min(at + _AHEAD, len(asked.high))):
        prefetch(bare(table.directory), int(asked.high[i] >> asked.shift[0]))


@inlined
def _open(table: _Arrays, asked: _Asked, at: int, spans: _Spans) -> None:
    """Read where their buckets lie, and ask for those."""
    for i in range(at, min(at + _AHEAD, len(asked.high))):
        bucket = np.int64(asked.high[i] >> asked.shift[0])
        spans[i - at, 0], spans[i - at, 1] = table.directory[bucket], table.directory[bucket + 1]
        prefetch(bare(table.heads), spans[i - at, 0])


@inlined
def _narrow(table: _Arrays, asked: _Asked, at: int, spans: _Spans) -> None:
    """Look for the first 32 bits, and ask for the rest of those that agree."""
    for i in range(at, min(at + _AHEAD, len(asked.high))):
        head = np.uint32(asked.high[i] >> np.uint64(16))
        place, end = spans[i - at, 0], spans[i - at, 1]
        while place < end and table.heads[place] < head:
            place += 1
        spans[i - at, 0] = place
        if place < end and table.heads[place] == head:
            prefetch(bare(table.lows), place)
            prefetch(bare(table.tails), place)
        else:
            spans[i - at, 1] = place


@inlined
def _match(table: _Arrays, asked: _Asked, at: int, spans: _Spans) -> None:
    """Compare the rest."""
    for i in range(at, min(at + _AHEAD, len(asked.high))):
        head, tail = np.uint32(asked.high[i] >> np.uint64(16)), np.uint16(asked.high[i])
        place, end = spans[i - at, 0], spans[i - at, 1]
        while place < end and table.heads[place] == head:
            if table.tails[place] == tail and table.lows[place] == asked.low[i]:
                if asked.matches[i] == 0:
                    asked.first[i] = place
                asked.matches[i] += 1
            place += 1


@numba.njit(nogil=True, cache=True)
def _find_all(table: _Arrays, asked: _Asked) -> None:
    """Look keys up in blocks: what each needs next is asked for while the others are looked at."""
    spans = np.empty((_AHEAD, 2), np.int64)
    for at in range(0, len(asked.high), _AHEAD):
        _reach(table, asked, at)
        _open(table, asked, at, spans)
        _narrow(table, asked, at, spans)
        _match(table, asked, at, spans)

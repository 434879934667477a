"""Where the entries under a key stand: for one key in Python, for many in machine code."""

from bisect import bisect_left
from typing import Any, Final, NamedTuple

import numba
import numpy as np
import numpy.typing as npt

from zhamen.features.compiled import bare, inlined, prefetch
from zhamen.screening.entries import ENTRY
from zhamen.screening.index.table import Keys, Table

__all__ = ["Search"]

_WORD: Final = 0xFFFF_FFFF
_ENTRY_WORDS: Final = ENTRY.itemsize // 8
_AHEAD: Final = 32
"""How many keys are on their way at once: enough to hide the memory, few enough to stay in cache."""


class _Arrays(NamedTuple):
    directory: npt.NDArray[np.uint32]
    heads: npt.NDArray[np.uint32]
    tails: npt.NDArray[np.uint16]
    lows: npt.NDArray[np.uint64]
    entries: npt.NDArray[np.int64]
    """As words, or none when nobody asks for what they say."""


class _Answers(NamedTuple):
    first: npt.NDArray[np.int64]
    matches: npt.NDArray[np.int32]
    records: npt.NDArray[np.int64]
    """As long as the others, or empty when nobody asks for them."""


class _Block(NamedTuple):
    """Keys on their way: their halves; which of them may be there, and the rest of their buckets."""

    high: npt.NDArray[np.uint64]
    low: npt.NDArray[np.uint64]
    which: npt.NDArray[np.int64]
    place: npt.NDArray[np.int64]
    end: npt.NDArray[np.int64]


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
        self._arrays = _Arrays(
            _read_only(table.directory),
            _read_only(table.heads),
            _read_only(table.tails),
            _read_only(table.lows),
            _read_only(table.entries).view(np.int64),
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
        found = self._find_all(keys, 0)
        return found.first, found.matches

    def records_of(self, keys: Keys) -> npt.NDArray[np.int64]:
        """Give for each key the record of its first entry, -1 when there is none.

        Notes
        -----
        Entries are on their way while keys are still compared, so that this is faster than to read
        them by the places that `find_many` gives.
        """
        return self._find_all(keys, len(keys)).records

    def _find_all(self, keys: Keys, records: int) -> _Answers:
        size = len(keys)
        found = _Answers(np.empty(size, np.int64), np.empty(size, np.int32), np.empty(records, np.int64))
        _find_all(self._arrays, _read_only(np.ascontiguousarray(keys).reshape(-1)), self._shift, found)
        return found


@inlined
def _half(keys: Keys, at: int) -> np.uint64:
    """Give eight bytes as a number."""
    half = np.uint64(0)
    for i in range(at, at + 8):
        half = half << np.uint64(8) | np.uint64(keys[i])
    return half


@inlined
def _reach(table: _Arrays, keys: Keys, shift: np.uint64, block: _Block) -> None:
    """Take the keys of a block, and ask for their part of the directory."""
    for i in range(len(keys) // 16):
        block.high[i], block.low[i] = _half(keys, 16 * i), _half(keys, 16 * i + 8)
        prefetch(bare(table.directory), int(block.high[i] >> shift))


@inlined
def _open(table: _Arrays, size: int, shift: np.uint64, block: _Block) -> None:
    """Read where their buckets lie, and ask for those."""
    for i in range(size):
        bucket = np.int64(block.high[i] >> shift)
        block.place[i], block.end[i] = table.directory[bucket], table.directory[bucket + 1]
        prefetch(bare(table.heads), block.place[i])
        prefetch(bare(table.heads), block.end[i])


@inlined
def _narrow(table: _Arrays, size: int, block: _Block, answers: _Answers) -> int:
    """Look for the first 32 bits, and ask for the rest of those that agree; give how many do."""
    agree = 0
    for i in range(size):
        head = np.uint32(block.high[i] >> np.uint64(16))
        place, end = block.place[i], block.end[i]
        while place < end and table.heads[place] < head:
            place += 1
        if place < end and table.heads[place] == head:
            block.which[agree], block.place[agree], block.end[agree] = i, place, end
            prefetch(bare(table.lows), place)
            prefetch(bare(table.tails), place)
            if len(answers.records):
                prefetch(bare(table.entries), place * _ENTRY_WORDS)
            agree += 1
    return agree


@inlined
def _match(table: _Arrays, agree: int, block: _Block, answers: _Answers) -> None:
    """Compare the rest of those that agree."""
    for i in range(agree):
        which, place = block.which[i], block.place[i]
        high, low, first, matches = block.high[which], block.low[which], -1, 0
        head, tail = np.uint32(high >> np.uint64(16)), np.uint16(high)
        while place < block.end[i] and table.heads[place] == head:
            if table.tails[place] == tail and table.lows[place] == low:
                if matches == 0:
                    first = place
                matches += 1
            place += 1
        answers.first[which], answers.matches[which] = first, matches
        if matches and len(answers.records):
            answers.records[which] = table.entries[first * _ENTRY_WORDS]


@numba.njit(nogil=True, cache=True)
def _find_all(table: _Arrays, keys: Keys, bits: int, answers: _Answers) -> None:
    """Look keys up in blocks: what each needs next is asked for while the others are looked at."""
    shift, size = np.uint64(bits), len(answers.first)
    answers.first[:], answers.matches[:], answers.records[:] = -1, 0, -1
    block = _Block(
        np.empty(_AHEAD, np.uint64),
        np.empty(_AHEAD, np.uint64),
        np.empty(_AHEAD, np.int64),
        np.empty(_AHEAD, np.int64),
        np.empty(_AHEAD, np.int64),
    )
    for at in range(0, size, _AHEAD):
        stop = min(at + _AHEAD, size)
        asked = _Answers(answers.first[at:stop], answers.matches[at:stop], answers.records[at:stop])
        _reach(table, keys[16 * at : 16 * stop], shift, block)
        _open(table, stop - at, shift, block)
        agree = _narrow(table, stop - at, block, asked)
        _match(table, agree, block, asked)

"""The one memory of live state: reserved whole, used from the bottom of each region, never moved.

Address space is reserved, not memory: a page costs nothing until it is first written. So every
region can grow to the whole budget without copying anything or stopping for it.
"""

import mmap
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from zhamen.core.errors import InvalidSetting, StateFull
from zhamen.features.layout import (
    BLOCKS_TOP,
    FIRST_BUCKETS,
    HEADER_WORDS,
    LIVE_WORDS,
    NEVER,
    TABLE_BUCKETS,
    TABLE_HEADER,
    TABLE_MASK,
    TABLE_TOP,
    TABLES,
    WATERMARK,
)

__all__ = ["Memory", "Table", "machine_bytes", "reserve"]

_WORD: Final = 8
_PAGE: Final = 512
"""Words in a page."""
_ROOM: Final = 8
"""How many times the budget a region spans: what one event may need behind a full budget, with ease."""
_ADDRESSES: Final = 2**45
"""Bytes of addresses that one state may reserve, of the 2^47 a process has."""
_NO_RESERVE: Final = getattr(mmap, "MAP_NORESERVE", 0x4000)


@dataclass(frozen=True)
class Table:
    """Where a table stands in the memory: its header, its buckets, its rows."""

    header: int
    buckets: int
    rows: int
    row_words: int


class Memory:
    """An empty memory for the keys of series with these row lengths.

    Parameters
    ----------
    row_words
        By series, the length of a key's row.
    budget_bytes
        What live state may come to; all of the machine's memory when not given.

    Raises
    ------
    InvalidSetting
        The system refuses to reserve that many addresses.
    """

    def __init__(self, row_words: dict[str, int], budget_bytes: int | None = None) -> None:
        wanted = budget_bytes if budget_bytes is not None else machine_bytes()
        regions = 2 + 2 * len(row_words)
        self.region_words: Final = _ROOM * _pages(min(wanted, _ADDRESSES // regions // _ROOM))
        self.budget_words: Final = min(wanted // _WORD, self.region_words // _ROOM)
        self.words: Final = reserve(HEADER_WORDS + regions * self.region_words)
        bases = iter(range(HEADER_WORDS, self.words.size, self.region_words))
        self.blocks: Final = next(bases)
        self.series: Final = {
            name: Table(TABLES + TABLE_HEADER * at, next(bases), next(bases), words)
            for at, (name, words) in enumerate(row_words.items())
        }
        self.words[WATERMARK] = NEVER
        for table in self.series.values():
            self.words[table.header + TABLE_BUCKETS] = FIRST_BUCKETS
            self.words[table.header + TABLE_MASK] = FIRST_BUCKETS - 1
            self.words[LIVE_WORDS] += FIRST_BUCKETS

    def regions(self) -> Iterator[tuple[str, int, int]]:
        """Give each region's name, where it begins, and how many words of it were ever used."""
        yield "header", 0, HEADER_WORDS
        yield "blocks", self.blocks, int(self.words[BLOCKS_TOP])
        for name, table in self.series.items():
            rows = int(self.words[table.header + TABLE_TOP]) * table.row_words
            yield f"{name}.buckets", table.buckets, int(self.words[table.header + TABLE_BUCKETS])
            yield f"{name}.rows", table.rows, rows

    def full(self) -> StateFull:
        """Give the error of a memory whose budget is used up."""
        used, budget = int(self.words[LIVE_WORDS]) * _WORD, self.budget_words * _WORD
        return StateFull(
            f"live features hold {used:,} bytes of a budget of {budget:,}; the event was not taken."
            " Give the state a larger budget, or the pack shorter windows"
        )


def _pages(size: int) -> int:
    """Give the words of as many whole pages as hold `size` bytes."""
    return -(-size // (_WORD * _PAGE)) * _PAGE


def machine_bytes() -> int:
    """Give the size of the machine's memory."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def reserve(words: int) -> npt.NDArray[np.int64]:
    """Give words of zeros that cost nothing until they are first written.

    Raises
    ------
    InvalidSetting
        The system refuses to reserve that many addresses.
    """
    flags = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | _NO_RESERVE
    try:
        space = mmap.mmap(-1, words * _WORD, flags=flags)
    except (OSError, OverflowError) as error:
        raise InvalidSetting(
            f"the system refuses to reserve {words * _WORD:,} bytes of addresses ({error});"
            " give the state a smaller budget, or allow overcommit"
        ) from None
    space.madvise(mmap.MADV_HUGEPAGE)
    return np.frombuffer(space, np.int64)

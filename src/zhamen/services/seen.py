"""Which event ids were decided before: a filter in memory that spares new ids a look at the disk."""

from collections.abc import Iterator, Mapping
from typing import Final

import numpy as np

from zhamen.core.errors import UnreadableFile
from zhamen.core.identifiers import identity

__all__ = ["Seen"]

_FIRST: Final = 1 << 16
_GROWTH: Final = 4
_IDS_PER_WORD: Final = 4


class Seen:
    """A set of event ids that may say *yes* wrongly, once in 200 for each of its tables, and *no* never.

    A wrong *yes* costs one read of the journal's index, which knows exactly.

    Notes
    -----
    A blocked Bloom filter (Putze, Sanders, Singler 2007): 4 bits in one 64-bit word, 2 bytes an id
    against 60 and more in a Python set. A full table stays and one four times its size is put beside
    it, so that growing copies nothing; 7 tables hold 350 million ids. About 1.5 µs a call
    with 2 tables.

    Examples
    --------
    >>> seen = Seen()
    >>> seen.add("T1")
    >>> "T1" in seen, "T2" in seen
    (True, False)
    """

    def __init__(self) -> None:
        self._tables: list[memoryview] = [_table(_FIRST)]
        self._room = _FIRST

    def add(self, event_id: str) -> None:
        """Remember an id."""
        if not self._room:
            self._room = _IDS_PER_WORD * len(self._tables[-1]) * _GROWTH
            self._tables.append(_table(self._room))
        self._room -= 1
        hashed = identity(event_id)
        table = self._tables[-1]
        table[_place(hashed, len(table))] |= _bits(hashed)

    def __contains__(self, event_id: str) -> bool:
        hashed = identity(event_id)
        bits = _bits(hashed)
        return any(table[_place(hashed, len(table))] & bits == bits for table in self._tables)

    def parts(self) -> Iterator[tuple[str, memoryview]]:
        """Give the tables and the room left in the last one as named memory."""
        yield "room", np.array([self._room], np.uint64).data
        for at, table in enumerate(self._tables):
            yield f"table{at}", table

    @classmethod
    def restore(cls, parts: Mapping[str, memoryview]) -> "Seen":
        """Make the set that `parts` came from.

        Raises
        ------
        UnreadableFile
            A part is missing.
        """
        seen = cls()
        try:
            seen._room = int(np.frombuffer(parts["room"], np.uint64)[0])
            names = [f"table{at}" for at in range(len(parts) - 1)]
            seen._tables = [np.frombuffer(parts[name], np.uint64).copy().data for name in names]
        except KeyError as error:
            raise UnreadableFile(
                f"the set of seen ids lacks its part {error}; use another snapshot"
            ) from None
        return seen


def _table(ids: int) -> memoryview:
    return np.zeros(ids // _IDS_PER_WORD, np.uint64).data


def _place(hashed: int, words: int) -> int:
    return ((hashed >> 24) * words) >> 39


def _bits(hashed: int) -> int:
    return 1 << (hashed & 63) | 1 << (hashed >> 6 & 63) | 1 << (hashed >> 12 & 63) | 1 << (hashed >> 18 & 63)

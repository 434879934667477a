"""Sorted keys with a directory over their first bits: how the index lies in memory and in files.

A key has 128 bits and is a hash, so its bits are uniform. The directory says where the keys begin that
share their first `bits` bits, about eight to a bucket; the first 16 bits, which every bucket implies, are
not kept. Of the rest the first 32 bits stand together, so that a bucket of them is one cache line, and
the other 80 bits are looked at only where those agree::

    bits      0 ....... 16 ............... 48 ...... 64 .................. 128
              implied    heads (u4)         tails (u2)  lows (u8)

That is 14 bytes a record and about half a byte of directory. The whole key is compared, so that what is
not there is never found.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from zhamen.screening.entries import ENTRY

__all__ = ["KEYED", "Keys", "Table", "directory_bits", "halves", "order_of", "table_of"]

Keys = npt.NDArray[np.uint8]
"""Keys as rows of 16 bytes."""

KEYED: Final = np.dtype([("key", "u1", 16), ("entry", ENTRY)])
"""A key with its entry: 48 bytes."""

_IMPLIED: Final = 16
_MOST: Final = 30
_BUCKET: Final = 8


@dataclass(frozen=True, slots=True)
class Table:
    """The arrays of an index; entries under one key are neighbours, in the order of their record ids."""

    bits: int
    directory: npt.NDArray[np.uint32]
    """[2**bits + 1], where each bucket begins."""
    heads: npt.NDArray[np.uint32]
    tails: npt.NDArray[np.uint16]
    lows: npt.NDArray[np.uint64]
    entries: npt.NDArray[np.void]
    """[n] of ENTRY."""

    @property
    def size(self) -> int:
        """How many records it holds."""
        return len(self.heads)

    @property
    def bytes(self) -> int:
        """The bytes that a search may touch before it finds: all but the entries."""
        return sum(part.nbytes for part in (self.directory, self.heads, self.tails, self.lows))


def directory_bits(size: int) -> int:
    """Give how many first bits of a key the directory of `size` records goes by.

    Examples
    --------
    >>> directory_bits(0), directory_bits(1_000_000), directory_bits(100_000_000)
    (16, 17, 24)
    """
    return min(_MOST, max(_IMPLIED, (size // _BUCKET).bit_length()))


def halves(keys: Keys) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64]]:
    """Give the first and the last 64 bits of each key as numbers that sort as the keys do."""
    words = np.ascontiguousarray(keys).reshape(-1).view(">u8").astype(np.uint64).reshape(-1, 2)
    return np.ascontiguousarray(words[:, 0]), np.ascontiguousarray(words[:, 1])


def order_of(
    high: npt.NDArray[np.uint64], low: npt.NDArray[np.uint64], record_ids: npt.NDArray[np.int64]
) -> npt.NDArray[np.intp]:
    """Give the order that sorts records by key and then by id.

    Notes
    -----
    Two keys that are not the same seldom share 64 bits: only records that do are sorted by the rest.
    """
    order = np.argsort(high, kind="stable")
    ordered = high[order]
    same = np.flatnonzero(ordered[1:] == ordered[:-1])
    if same.size:
        places = np.union1d(same, same + 1)
        tied = order[places]
        order[places] = tied[np.lexsort((record_ids[tied], low[tied], high[tied]))]
    return order


def table_of(keys: Keys, entries: npt.NDArray[np.void]) -> Table:
    """Make the table of records in memory.

    Parameters
    ----------
    keys, entries
        In any order, a row each.

    Examples
    --------
    >>> table = table_of(np.zeros((2, 16), np.uint8), np.zeros(2, ENTRY))
    >>> table.size, table.bits, int(table.directory[1])
    (2, 16, 2)
    """
    high, low = halves(keys)
    order = order_of(high, low, entries["record_id"])
    high, low = high[order], low[order]
    bits = directory_bits(len(high))
    heads, tails = heads_and_tails(high)
    return Table(bits, directory_of(high, bits), heads, tails, low, entries[order])


def heads_and_tails(high: npt.NDArray[np.uint64]) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.uint16]]:
    """Give what is kept of the first 64 bits of each key."""
    return (high >> np.uint64(16)).astype(np.uint32), high.astype(np.uint16)


def directory_of(high: npt.NDArray[np.uint64], bits: int) -> npt.NDArray[np.uint32]:
    """Give where each bucket of sorted keys begins."""
    directory = np.zeros((1 << bits) + 1, np.uint32)
    counts: npt.NDArray[Any] = np.bincount(
        (high >> np.uint64(64 - bits)).astype(np.int64), minlength=1 << bits
    )
    np.cumsum(counts, out=directory[1:])
    return directory

"""Which names stand under which keys, in flat arrays; and which of them share most with one."""

from array import array
from collections.abc import Iterable, Mapping
from math import log
from typing import Final

import numpy as np
import numpy.typing as npt

__all__ = ["Postings", "PostingsMaker"]

_FREQUENT: Final = 20_000
"""A key that stands for more names than this counts only when a name has no rarer one."""

Places = npt.NDArray[np.uint32]


class Postings:
    """Names by key: sorted keys, where each one's names begin, and the names' places."""

    def __init__(self, keys: npt.NDArray[np.uint64], starts: npt.NDArray[np.uint64], places: Places) -> None:
        self._keys: Final = keys
        self._starts: Final = starts
        self._places: Final = places

    def parts(self) -> dict[str, npt.NDArray[np.generic]]:
        """Give the arrays by name."""
        return {"keys": self._keys, "starts": self._starts, "places": self._places}

    @classmethod
    def restore(cls, parts: Mapping[str, npt.NDArray[np.generic]]) -> "Postings":
        """Give the postings that `parts` were taken from."""
        return cls(
            parts["keys"].view(np.uint64), parts["starts"].view(np.uint64), parts["places"].view(np.uint32)
        )

    def shared(self, keys: Iterable[int]) -> tuple[Places, npt.NDArray[np.float64]]:
        """Give the places of names with any of some keys, ascending, and how much each shares.

        A key counts the more the fewer names it has.
        """
        asked = np.array(sorted(keys), np.uint64)
        at = np.searchsorted(self._keys, asked)
        at = at[at < len(self._keys)]
        at = at[np.isin(self._keys[at], asked)]
        begins, ends = self._starts[at].astype(np.int64), self._starts[at + 1].astype(np.int64)
        sizes = ends - begins
        rare = sizes <= _FREQUENT
        if rare.any():
            begins, ends, sizes = begins[rare], ends[rare], sizes[rare]
        if not len(sizes):
            return np.empty(0, np.uint32), np.empty(0)
        runs = [self._places[begin:end] for begin, end in zip(begins, ends, strict=True)]
        together = np.concatenate(runs)
        largest = log(len(self._places) + 1)
        weights = np.repeat(largest - np.log(sizes), sizes)
        places, which = np.unique(together, return_inverse=True)
        return places, np.bincount(which, weights).astype(np.float64, copy=False)


class PostingsMaker:
    """Takes the keys of one name after another."""

    def __init__(self) -> None:
        self._keys: Final = array("Q")
        self._places: Final = array("I")
        self._names = 0

    def add(self, keys: Iterable[int]) -> None:
        """Take the keys of the next name."""
        before = len(self._keys)
        self._keys.extend(keys)
        self._places.extend([self._names] * (len(self._keys) - before))
        self._names += 1

    def finish(self) -> Postings:
        """Give what was taken, sorted by key."""
        keys = np.frombuffer(self._keys, np.uint64) if self._keys else np.empty(0, np.uint64)
        places = np.frombuffer(self._places, np.uint32) if self._places else np.empty(0, np.uint32)
        order = np.argsort(keys, kind="stable")
        keys, places = keys[order], places[order]
        starts = np.flatnonzero(np.append(True, keys[1:] != keys[:-1])[: len(keys)])
        return Postings(keys[starts], np.append(starts, len(keys)).astype(np.uint64), places)

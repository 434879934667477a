"""Which names stand under which keys, in flat arrays; and which of them share most with one."""

from array import array
from collections.abc import Iterable, Mapping, Sequence
from math import log
from typing import Final

import numpy as np
import numpy.typing as npt

__all__ = ["Places", "Postings", "PostingsMaker", "Weights", "weigh"]

_FREQUENT: Final = 20_000
"""A key that stands for more names than this counts only when a name has no rarer one."""

Places = npt.NDArray[np.uint32]
Weights = npt.NDArray[np.float64]


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

    def __len__(self) -> int:
        """How many names stand under keys, each as often as it has keys."""
        return len(self._places)

    def runs(self, keys: Iterable[int]) -> dict[int, Places]:
        """Give the places under each of some keys that there is, by ascending key."""
        asked = np.array(sorted(keys), np.uint64)
        at = np.searchsorted(self._keys, asked)
        at = at[at < len(self._keys)]
        at = at[np.isin(self._keys[at], asked)]
        begins, ends = self._starts[at].astype(np.int64), self._starts[at + 1].astype(np.int64)
        return {
            int(key): self._places[begin:end]
            for key, begin, end in zip(self._keys[at], begins, ends, strict=True)
        }

    def shared(self, keys: Iterable[int]) -> tuple[Places, Weights]:
        """Give the places of names with any of some keys, ascending, and how much each shares.

        A key counts the more the fewer names it has.
        """
        runs = list(self.runs(keys).values())
        return weigh(runs, [len(run) for run in runs], len(self))


def weigh(runs: Sequence[Places], sizes: Sequence[int], total: int) -> tuple[Places, Weights]:
    """Give the places in some runs, ascending, and what each shares by the runs that it is in.

    Parameters
    ----------
    sizes
        How many names count under the key of each run, which may hold others too.
    total
        How many names count under all keys, each as often as it has keys.
    """
    rarest = min(sizes, default=0) <= _FREQUENT
    chosen = [at for at, size in enumerate(sizes) if size <= _FREQUENT or not rarest]
    if not chosen:
        return np.empty(0, np.uint32), np.empty(0)
    together = np.concatenate([runs[at] for at in chosen])
    counted = np.array([sizes[at] for at in chosen])
    weights = np.repeat(log(total + 1) - np.log(counted), [len(runs[at]) for at in chosen])
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

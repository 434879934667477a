"""Listed names as they are now: an index that does not change, and what changed since it was made."""

import threading
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final, TypeVar

import numpy as np
import numpy.typing as npt

from zhamen.screening.names.find import (
    THRESHOLD,
    NameEntry,
    NameMatch,
    ask,
    candidates,
    likest,
    name_forms,
)
from zhamen.screening.names.index import NameIndex
from zhamen.screening.names.keys import keys_of
from zhamen.screening.names.postings import Places, Weights, weigh
from zhamen.screening.subjects import SubjectKind

__all__ = ["LiveNames"]

T = TypeVar("T", bound=np.generic)
_KINDS: Final = {kind.code: kind for kind in SubjectKind}


class LiveNames:
    """Finds exactly what an index made anew of the same entries would find.

    Names that came are filed beside the base; those that went are left out of what the base gives, and
    out of how many names a key counts, so that weights are those of a new index.

    Notes
    -----
    A change costs the making of its keys, 0.1 to 0.5 ms a name, whatever the size of the base.
    A change is seen by whoever asks after it. Changes and the first half of a search, which finds the
    candidates, wait for each other; comparing them does not.

    Examples
    --------
    >>> live = LiveNames(NameIndex([NameEntry(7, SubjectKind.PERSON, ("张伟",))]))
    >>> live.put(NameEntry(8, SubjectKind.PERSON, ("Zhang Wei",)))
    >>> live.strike(7)
    >>> [match.id for match in live.search("張偉")]
    [8]
    """

    def __init__(self, base: NameIndex) -> None:
        self._base: Final = base
        every = np.arange(len(base), dtype=np.uint32)
        self._base_ids: Final = base.ids(every)
        self._base_kinds: Final = base.kinds(every)
        self._by_id: Final = np.argsort(self._base_ids, kind="stable")
        self._sorted_ids: Final = self._base_ids[self._by_id]
        self._counts = np.ones(len(base), np.bool_)
        self._fewer: Counter[int] = Counter()
        self._added = _Added(len(base))
        self._total = len(base.postings)
        self._changing = threading.Lock()
        self.changed = 0
        """How many names came or went since the base was made."""

    def put(self, entry: NameEntry) -> None:
        """Take an entry, in place of what there was of its id."""
        filed = [(name, frozenset(keys_of(name_forms(name, entry.kind)))) for name in entry.names]
        with self._changing:
            self._strike(entry.id)
            for name, keys in filed:
                self._added.add(entry.id, entry.kind, name, keys)
                self._total += len(keys)
                self.changed += 1

    def strike(self, number: int) -> None:
        """Take an entry away, if it is there."""
        with self._changing:
            self._strike(number)

    def search(
        self, name: str, *, kind: SubjectKind | None = None, threshold: int = THRESHOLD, limit: int = 10
    ) -> tuple[NameMatch, ...]:
        """Give the listed persons and firms with a name like this one, the likest first, each once."""
        asked = ask(name, kind)
        with self._changing:
            listed = candidates(self, asked)
        return likest(asked, listed, threshold=threshold, limit=limit)

    def shared(self, keys: Iterable[int]) -> tuple[Places, Weights]:
        """Give the places of names with any of some keys, ascending, and how much each shares."""
        asked = sorted(keys)
        based = self._base.postings.runs(asked)
        runs: list[Places] = []
        sizes: list[int] = []
        for key in asked:
            parts = [part for part in (based.get(key), self._added.under(key)) if part is not None]
            size = sum(map(len, parts)) - self._fewer[key]
            if size:
                runs.append(parts[0] if len(parts) == 1 else np.concatenate(parts))
                sizes.append(size)
        places, weights = weigh(runs, sizes, self._total)
        counts = _at(places, self._counts, np.ones(len(self._added), np.bool_))
        return places[counts], weights[counts]

    def kinds(self, places: Places) -> npt.NDArray[np.uint8]:
        """Give the code of the kind of each place."""
        return _at(places, self._base_kinds, np.frombuffer(bytes(self._added.kinds), np.uint8))

    def ids(self, places: Places) -> npt.NDArray[np.int64]:
        """Give the entry of each place."""
        return _at(places, self._base_ids, np.array(self._added.ids, np.int64))

    def name(self, place: int) -> str:
        """Give the name at a place."""
        size = len(self._base)
        return self._base.name(place) if place < size else self._added.names[place - size]

    def _strike(self, number: int) -> None:
        for keys in self._added.strike(number):
            self._total -= len(keys)
            self.changed += 1
        first, last = np.searchsorted(self._sorted_ids, [number, number + 1])
        for place in self._by_id[first:last].tolist():
            if self._counts[place]:
                kind = _KINDS[int(self._base_kinds[place])]
                gone = keys_of(name_forms(self._base.name(place), kind))
                self._counts[place] = False
                self._fewer.update(gone)
                self._total -= len(gone)
                self.changed += 1


class _Added:
    """Names beside a base, at places that begin where those of the base end."""

    def __init__(self, begin: int) -> None:
        self._begin: Final = begin
        self._keys: Final[list[frozenset[int]]] = []
        self._by_key: Final[dict[int, dict[int, None]]] = {}
        self._by_id: Final[dict[int, list[int]]] = {}
        self.ids: Final = array("q")
        self.kinds: Final = bytearray()
        self.names: Final[list[str]] = []

    def __len__(self) -> int:
        """How many names came, those that went again too."""
        return len(self.names)

    def add(self, number: int, kind: SubjectKind, name: str, keys: frozenset[int]) -> None:
        """File one more name of an entry."""
        place = self._begin + len(self.names)
        self.ids.append(number)
        self.kinds.append(kind.code)
        self.names.append(name)
        self._keys.append(keys)
        self._by_id.setdefault(number, []).append(place)
        for key in keys:
            self._by_key.setdefault(key, {})[place] = None

    def strike(self, number: int) -> Iterator[frozenset[int]]:
        """Take the names of an entry out; give the keys of each."""
        for place in self._by_id.pop(number, ()):
            keys = self._keys[place - self._begin]
            for key in keys:
                places = self._by_key[key]
                del places[place]
                if not places:
                    del self._by_key[key]
            yield keys

    def under(self, key: int) -> Places | None:
        """Give the places under a key."""
        places = self._by_key.get(key)
        return None if places is None else np.fromiter(places, np.uint32, len(places))


def _at(places: Places, first: npt.NDArray[T], second: npt.NDArray[T]) -> npt.NDArray[T]:
    """Give what is at places that count through two arrays, one after the other."""
    found = np.empty(len(places), first.dtype)
    within = places < len(first)
    found[within] = first[places[within]]
    found[~within] = second[places[~within] - len(first)]
    return found

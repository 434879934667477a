"""Names found among many: candidates by what they share, then each compared in full."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from zhamen.screening.names.forms import NameForms, forms_of
from zhamen.screening.names.keys import keys_of
from zhamen.screening.names.postings import Postings, PostingsMaker
from zhamen.screening.names.score import Part, likeness
from zhamen.screening.subjects import SubjectKind

__all__ = ["THRESHOLD", "NameEntry", "NameIndex", "NameMatch"]

THRESHOLD: Final = 85
"""What counts as a match where nothing else is said; docs/cards/names.md has what it finds and misses."""
_CANDIDATES: Final = 40
_ALWAYS: Final = 12
_SHARE: Final = 0.3
"""A candidate shares this much of what the first one shares, or is among the first dozen."""
_PARTIES: Final = (SubjectKind.PERSON, SubjectKind.ENTERPRISE)
_KINDS: Final = {kind.code: kind for kind in _PARTIES}


@dataclass(frozen=True, slots=True)
class NameEntry:
    """A listed person or firm with all its names."""

    id: int
    kind: SubjectKind
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NameMatch:
    """A listed name that is like the one asked for, how much, and why."""

    id: int
    kind: SubjectKind
    name: str
    score: int
    explanation: tuple[Part, ...]


class NameIndex:
    """Finds names that are alike, never by looking at all of them.

    Every form of a name is filed under what `keys_of` gives. The names that share most with the one
    asked for, rare things counting more, are compared in full. It is made once and never changes.

    Parameters
    ----------
    entries
        Persons and firms; read once. They are kept in flat arrays: 190 to 320 bytes a name, the
        more for Chinese characters.

    Examples
    --------
    >>> index = NameIndex([NameEntry(7, SubjectKind.PERSON, ("张伟", "Zhang Wei"))])
    >>> [(match.id, match.score) for match in index.search("Chang Wei")]
    [(7, 94)]
    >>> index.search("Wang Fang")
    ()
    >>> [match.name for match in NameIndex.restore(index.parts()).search("張偉")]
    ['张伟']
    """

    def __init__(self, entries: Iterable[NameEntry]) -> None:
        texts, ends, ids, kinds = bytearray(), [0], [], bytearray()
        maker = PostingsMaker()
        for entry in entries:
            for name in entry.names:
                maker.add(keys_of(_forms(name, entry.kind)))
                texts += name.encode("utf-8", "surrogatepass")
                ends.append(len(texts))
                ids.append(entry.id)
                kinds.append(entry.kind.code)
        self._texts = np.frombuffer(bytes(texts), np.uint8)
        self._ends = np.array(ends, np.uint64)
        self._ids = np.array(ids, np.int64)
        self._kinds = np.frombuffer(bytes(kinds), np.uint8)
        self._postings = maker.finish()

    def __len__(self) -> int:
        """How many names it holds."""
        return len(self._ids)

    def parts(self) -> dict[str, npt.NDArray[np.generic]]:
        """Give the index as named flat arrays, to be kept in a file; they are not copied."""
        return {
            "texts": self._texts,
            "ends": self._ends,
            "ids": self._ids,
            "kinds": self._kinds,
            **self._postings.parts(),
        }

    @classmethod
    def restore(cls, parts: Mapping[str, npt.NDArray[np.generic]]) -> "NameIndex":
        """Give the index that `parts` were taken from; the arrays may be mapped from a file.

        Raises
        ------
        KeyError
            A part is missing.
        """
        index = cls(())
        index._texts = parts["texts"].view(np.uint8)
        index._ends = parts["ends"].view(np.uint64)
        index._ids = parts["ids"].view(np.int64)
        index._kinds = parts["kinds"].view(np.uint8)
        index._postings = Postings.restore(parts)
        return index

    def search(
        self, name: str, *, kind: SubjectKind | None = None, threshold: int = THRESHOLD, limit: int = 10
    ) -> tuple[NameMatch, ...]:
        """Give the listed persons and firms with a name like this one, the likest first, each once."""
        best: dict[int, NameMatch] = {}
        asked = {each: _forms(name, each) for each in (_PARTIES if kind is None else (kind,))}
        for place in self._candidates(asked):
            listed_kind = _KINDS[int(self._kinds[place])]
            listed, number = self._name(place), int(self._ids[place])
            found = likeness(asked[listed_kind], _forms(listed, listed_kind), at_least=threshold)
            before = best.get(number)
            if found.score >= threshold and (before is None or before.score < found.score):
                best[number] = NameMatch(number, listed_kind, listed, found.score, found.parts)
        return tuple(sorted(best.values(), key=lambda match: (-match.score, match.id))[:limit])

    def _candidates(self, asked: Mapping[SubjectKind, NameForms]) -> list[int]:
        """Give the places of the names of each kind that share most, in an order that repeats."""
        found: set[int] = set()
        shared: dict[frozenset[int], tuple[npt.NDArray[np.uint32], npt.NDArray[np.float64]]] = {}
        for kind, forms in asked.items():
            keys = frozenset(keys_of(forms))
            if keys not in shared:
                shared[keys] = self._postings.shared(keys)
            places, weights = shared[keys]
            of_kind = self._kinds[places] == kind.code
            places, weights = places[of_kind], weights[of_kind]
            if len(weights) > _CANDIDATES:
                enough = weights >= np.partition(weights, -_CANDIDATES)[-_CANDIDATES]
                places, weights = places[enough], weights[enough]
            order = np.argsort(-weights, kind="stable")[:_CANDIDATES]
            near = weights[order] >= _SHARE * weights[order[:1]]
            near[:_ALWAYS] = True
            found.update(places[order[near]].tolist())
        return sorted(found)

    def _name(self, place: int) -> str:
        text = self._texts[self._ends[place] : self._ends[place + 1]].tobytes()
        return text.decode("utf-8", "surrogatepass")


def _forms(name: str, kind: SubjectKind) -> NameForms:
    return forms_of(name, firm=kind is SubjectKind.ENTERPRISE)

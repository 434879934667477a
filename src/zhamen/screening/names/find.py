"""How listed names that are like one are found: those that share most with it, each compared in full."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from zhamen.screening.names.forms import NameForms, forms_of
from zhamen.screening.names.keys import keys_of
from zhamen.screening.names.postings import Places, Weights
from zhamen.screening.names.score import Part, likeness
from zhamen.screening.subjects import SubjectKind

__all__ = [
    "THRESHOLD",
    "Asked",
    "Filed",
    "ListedName",
    "NameEntry",
    "NameMatch",
    "ask",
    "candidates",
    "likest",
]

THRESHOLD: Final = 85
"""What counts as a match where nothing else is said; docs/cards/names.md has what it finds and misses."""
_CANDIDATES: Final = 40
_ALWAYS: Final = 12
_SHARE: Final = 0.3
"""A candidate shares this much of what the first one shares, or is among the first dozen."""
_PARTIES: Final = (SubjectKind.PERSON, SubjectKind.ENTERPRISE)

Asked = Mapping[SubjectKind, NameForms]


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


class ListedName(NamedTuple):
    """One name of a listed person or firm."""

    id: int
    kind: SubjectKind
    name: str


class Filed(Protocol):
    """Names at places, filed under keys; the names of one entry are at places that ascend."""

    def shared(self, keys: Iterable[int]) -> tuple[Places, Weights]:
        """Give the places of names with any of some keys, ascending, and how much each shares."""

    def kinds(self, places: Places) -> npt.NDArray[np.uint8]:
        """Give the code of the kind of each place."""

    def ids(self, places: Places) -> npt.NDArray[np.int64]:
        """Give the entry of each place."""

    def name(self, place: int) -> str:
        """Give the name at a place."""


def ask(name: str, kind: SubjectKind | None) -> Asked:
    """Give the forms of a name as that of a person, of a firm, or of either."""
    return {each: name_forms(name, each) for each in (_PARTIES if kind is None else (kind,))}


def name_forms(name: str, kind: SubjectKind) -> NameForms:
    """Give the forms of a name of a person or firm."""
    return forms_of(name, firm=kind is SubjectKind.ENTERPRISE)


def candidates(filed: Filed, asked: Asked) -> list[ListedName]:
    """Give the names of each kind that share most with what is asked for, in an order that repeats.

    Of names that share as much, those of the entry with the smaller id come first.
    """
    shared: dict[frozenset[int], tuple[Places, Weights]] = {}
    found: list[ListedName] = []
    for kind, forms in asked.items():
        keys = frozenset(keys_of(forms))
        if keys not in shared:
            shared[keys] = filed.shared(keys)
        places, weights = shared[keys]
        of_kind = filed.kinds(places) == kind.code
        places, weights = places[of_kind], weights[of_kind]
        if len(weights) > _CANDIDATES:
            enough = weights >= np.partition(weights, -_CANDIDATES)[-_CANDIDATES]
            places, weights = places[enough], weights[enough]
        ids = filed.ids(places)
        order = np.lexsort((places, ids, -weights))[:_CANDIDATES]
        near = weights[order] >= _SHARE * weights[order[:1]]
        near[:_ALWAYS] = True
        chosen = order[near]
        chosen = chosen[np.lexsort((places[chosen], ids[chosen]))]
        found += [ListedName(int(ids[at]), kind, filed.name(int(places[at]))) for at in chosen]
    return found


def likest(
    asked: Asked, listed: Iterable[ListedName], *, threshold: int, limit: int
) -> tuple[NameMatch, ...]:
    """Compare names in full; give the entries that are alike, the likest first, each once."""
    best: dict[int, NameMatch] = {}
    for number, kind, name in listed:
        found = likeness(asked[kind], name_forms(name, kind), at_least=threshold)
        before = best.get(number)
        if found.score >= threshold and (before is None or before.score < found.score):
            best[number] = NameMatch(number, kind, name, found.score, found.parts)
    return tuple(sorted(best.values(), key=lambda match: (-match.score, match.id))[:limit])

"""Names found among many: candidates by what they share, then each compared in full."""

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import log
from typing import Final

from zhamen.screening.names.forms import Form, NameForms, Writing, forms_of
from zhamen.screening.names.score import Part, likeness
from zhamen.screening.names.syllables import split
from zhamen.screening.subjects import SubjectKind

__all__ = ["THRESHOLD", "NameEntry", "NameIndex", "NameMatch"]

THRESHOLD: Final = 85
"""What counts as a match where nothing else is said; docs/cards/names.md has what it finds and misses."""
_CANDIDATES: Final = 40
_VOWELS: Final = str.maketrans("", "", "aeiouyhw")
_ALIKE: Final = str.maketrans("ckqgzxjvbd", "kkkkssjfpt")


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

    Every form of a name is filed under each of its words, under the consonants of each, and under its
    first letters without spaces. The names that share most with the one asked for, rare things counting
    more, are compared in full.

    Parameters
    ----------
    entries
        Persons and firms; they are kept in memory, about 2 kB a name.

    Examples
    --------
    >>> index = NameIndex([NameEntry(7, SubjectKind.PERSON, ("张伟", "Zhang Wei"))])
    >>> [(match.id, match.score) for match in index.search("Chang Wei")]
    [(7, 94)]
    >>> index.search("Wang Fang")
    ()
    """

    def __init__(self, entries: Iterable[NameEntry]) -> None:
        self._names: list[tuple[NameEntry, str, NameForms]] = []
        self._under: defaultdict[str, array[int]] = defaultdict(lambda: array("I"))
        for entry in entries:
            firm = entry.kind is SubjectKind.ENTERPRISE
            for name in entry.names:
                forms = forms_of(name, firm=firm)
                place = len(self._names)
                self._names.append((entry, name, forms))
                for key in _keys(forms):
                    self._under[key].append(place)

    def __len__(self) -> int:
        """How many names it holds."""
        return len(self._names)

    def search(
        self, name: str, *, kind: SubjectKind | None = None, threshold: int = THRESHOLD, limit: int = 10
    ) -> tuple[NameMatch, ...]:
        """Give the listed persons and firms with a name like this one, the likest first, each once."""
        kinds = (SubjectKind.PERSON, SubjectKind.ENTERPRISE) if kind is None else (kind,)
        best: dict[int, NameMatch] = {}
        for each in kinds:
            asked = forms_of(name, firm=each is SubjectKind.ENTERPRISE)
            for place in self._candidates(asked, each):
                entry, listed, forms = self._names[place]
                found = likeness(asked, forms)
                before = best.get(entry.id)
                if found.score >= threshold and (before is None or before.score < found.score):
                    best[entry.id] = NameMatch(entry.id, entry.kind, listed, found.score, found.parts)
        return tuple(sorted(best.values(), key=lambda match: (-match.score, match.id))[:limit])

    def _candidates(self, asked: NameForms, kind: SubjectKind) -> list[int]:
        weights: Counter[int] = Counter()
        size = len(self._names) + 1
        for key in _keys(asked):
            places = self._under.get(key)
            if places is None:
                continue
            weight = log(size / len(places)) + 0.1
            for place in places:
                weights[place] += weight  # type: ignore[assignment]  # a Counter of floats
        ranked = [place for place, _ in weights.most_common(4 * _CANDIDATES)]
        return [place for place in ranked if self._names[place][0].kind is kind][:_CANDIDATES]


def _keys(forms: NameForms) -> set[str]:
    """Give what a name is filed under."""
    return {key for form in forms.forms for key in _keys_of(form)}


def _keys_of(form: Form) -> Iterator[str]:
    if form.writing is Writing.HAN:
        yield from (f"h{character}" for character in form.joined)
        return
    parts = [part for word in form.words for part in (split(word) or (word,))]
    for word in {*form.words, *parts}:
        if len(word) > 1:
            yield f"w{word}"
        if len(word) > 3:
            yield f"s{_skeleton(word)}"
    whole = sorted(parts)
    yield f"j{_skeleton(''.join(whole))[:5]}"
    yield f"b{form.joined[:4]}"


def _skeleton(word: str) -> str:
    """Give the consonants of a word in groups that are heard or typed alike, none twice in a row."""
    first, rest = word[0].translate(_ALIKE), word[1:].translate(_ALIKE).translate(_VOWELS)
    found = [first]
    for letter in rest:
        if letter != found[-1]:
            found.append(letter)
    return "".join(found)

"""What several sources say about one subject becomes one grade, and what was outranked is shown."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from zhamen.screening.entries import Entry, ListKind, SourceNote

__all__ = ["Grading", "Outranked", "Why", "cautions", "grade"]

_SURE: Final = 50
_HEARD: Final = 20
_CORROBORATION: Final = 5
_MOST: Final = 100
_SUSPICIONS: Final = (ListKind.GREY, ListKind.BLACK)


class Why(StrEnum):
    """Why an entry does not count as its source gave it."""

    AUTHORITY = "authority"
    """Police, court or regulator say otherwise, or said so later."""
    CLEARED = "cleared"
    """A white entry of a source at least as trustworthy stands against it."""
    WEAK = "weak"
    """Too unsure: a black entry counts as grey, any other not at all."""
    SUSPECTED = "suspected"
    """A white entry gives way to a suspicion of a more trustworthy source."""

    @property
    def zh(self) -> str:
        """The reason in Chinese."""
        return _WORDS[self][0]

    @property
    def en(self) -> str:
        """The reason in English."""
        return _WORDS[self][1]


_WORDS: Final = {
    Why.AUTHORITY: ("有权机关另有认定", "an authority says otherwise"),
    Why.CLEARED: ("可信度不低于它的来源已核实为正常", "a source at least as trustworthy has cleared it"),
    Why.WEAK: ("来源可信度不足，降级处理", "the source is too unsure; it counts for less"),
    Why.SUSPECTED: ("可信度更高的来源提示可疑", "a more trustworthy source suspects it"),
}


@dataclass(frozen=True, slots=True)
class Outranked:
    """An entry that counts for less than its source says, and why."""

    entry: Entry
    why: Why


@dataclass(frozen=True, slots=True)
class Grading:
    """The one grade of a subject; ``list`` is None when nothing is known that counts.

    ``rests_on`` are the entries behind the grade, the strongest first.
    """

    list: ListKind | None = None
    level: int = 0
    rests_on: tuple[Entry, ...] = ()
    outranked: tuple[Outranked, ...] = ()

    @property
    def conflict(self) -> bool:
        """Whether sources contradict each other, which a person should look at."""
        return any(one.why is not Why.WEAK for one in self.outranked)


def grade(entries: Iterable[Entry], sources: Mapping[int, SourceNote], as_of: int) -> Grading:
    """Give the one grade that entries on a subject have at an instant.

    The trust in an entry is its confidence times its source's reliability, in percent. In this order:

    1. Entries that are not in force do not count.
    2. What authorities say counts alone; of two authorities that contradict each other on white, the
       later one counts.
    3. A trust under 20 is not heard; a black entry with a trust under 50 counts as grey.
    4. White stands when no suspicion has more trust than it; otherwise the suspicions stand.
    5. The gravest list left is the grade. Its level is that of its gravest entry, and 5 more for
       each further source that is on the same list, up to 100.

    Parameters
    ----------
    sources
        By number; a source that is missing has reliability 0 and is not heard.
    as_of
        µs since 1970, UTC.

    Notes
    -----
    O(n log n) in the entries on the subject. Nothing depends on their order.

    Examples
    --------
    >>> police = SourceNote(1, "police", "公安", "police", reliability=95, authority=True)
    >>> model = SourceNote(2, "model", "模型", "model", reliability=60)
    >>> case = Entry(7, ListKind.BLACK, 90, 95, 101, source=1, effective_from=0)
    >>> cleared = Entry(8, ListKind.WHITE, 0, 100, 901, source=2, effective_from=5)
    >>> graded = grade([case, cleared], {1: police, 2: model}, as_of=10)
    >>> graded.list.value, graded.level, [(one.entry.record_id, one.why.value) for one in graded.outranked]
    ('black', 90, [(8, 'authority')])
    """
    known = sorted((one for one in entries if one.in_force(as_of)), key=_order)
    heard, outranked = _rank(known, sources)
    if not heard:
        return Grading(outranked=tuple(outranked))
    gravest = max(heard.values(), key=lambda kind: kind.code)
    rests_on = [one for one, kind in heard.items() if kind is gravest]
    level = max(one.level for one in rests_on)
    if gravest is not ListKind.WHITE:
        others = len({one.source for one in rests_on}) - 1
        level = min(_MOST, level + _CORROBORATION * others)
    return Grading(gravest, level, tuple(rests_on), tuple(outranked))


def cautions(entries: Iterable[Entry], sources: Mapping[int, SourceNote], as_of: int) -> bool:
    """Tell whether the public is cautioned by what is known of a subject at an instant.

    It is when the grade is grey or black and a source for the public is heard to suspect it: what was
    cleared cautions nobody, and what another source adds silences no caution. Entries, sources, instant
    and cost are those of `grade`.

    Examples
    --------
    >>> peer = SourceNote(1, "peer", "同业", "a peer", reliability=70, public=True)
    >>> branch = SourceNote(2, "branch", "分行", "branch", reliability=90)
    >>> said = Entry(7, ListKind.GREY, 60, 80, 101, source=1, effective_from=0)
    >>> graver = Entry(8, ListKind.BLACK, 90, 90, 101, source=2, effective_from=0)
    >>> cleared = Entry(9, ListKind.WHITE, 0, 90, 901, source=2, effective_from=0)
    >>> [cautions(each, {1: peer, 2: branch}, 5) for each in ([said, graver], [graver], [said, cleared])]
    [True, False, False]
    """
    known = list(entries)
    if grade(known, sources, as_of).list not in _SUSPICIONS:
        return False
    public = [
        one for one in known if one.in_force(as_of) and one.source in sources and sources[one.source].public
    ]
    return any(_heard_as(one, sources[one.source]) in _SUSPICIONS for one in public)


def _heard_as(entry: Entry, source: SourceNote) -> ListKind | None:
    """Give the list that an entry counts on by its trust alone; None when it is too weak to be heard."""
    if source.authority:
        return entry.list
    trust = _trust(entry, source)
    if trust < _HEARD:
        return None
    return ListKind.GREY if entry.list is ListKind.BLACK and trust < _SURE else entry.list


def _rank(
    known: list[Entry], sources: Mapping[int, SourceNote]
) -> tuple[dict[Entry, ListKind], list[Outranked]]:
    """Give the list that each entry counts on, and what counts for less than it says."""
    ordered = [one for one in known if one.source in sources and sources[one.source].authority]
    if ordered:
        latest = max(ordered, key=lambda one: (one.effective_from, one.list.code))
        white = latest.list is ListKind.WHITE
        heard = {one: one.list for one in ordered if (one.list is ListKind.WHITE) == white}
        return heard, [Outranked(one, Why.AUTHORITY) for one in known if one not in heard]
    outranked: list[Outranked] = []
    counted: dict[Entry, ListKind] = {}
    trust = {one: _trust(one, sources[one.source]) if one.source in sources else 0 for one in known}
    for one in known:
        heard_as = _heard_as(one, sources[one.source]) if one.source in sources else None
        if heard_as is not None:
            counted[one] = heard_as
        if heard_as is not one.list:
            outranked.append(Outranked(one, Why.WEAK))
    whites = [one for one, kind in counted.items() if kind is ListKind.WHITE]
    suspicions = [one for one, kind in counted.items() if kind is not ListKind.WHITE]
    if whites and suspicions:
        cleared = max(map(trust.__getitem__, whites)) >= max(map(trust.__getitem__, suspicions))
        losers, why = (suspicions, Why.CLEARED) if cleared else (whites, Why.SUSPECTED)
        for one in losers:
            del counted[one]
            outranked = [known for known in outranked if known.entry is not one]
            outranked.append(Outranked(one, why))
    return counted, outranked


def _trust(entry: Entry, source: SourceNote) -> int:
    return entry.confidence * source.reliability // 100


def _order(entry: Entry) -> tuple[int, int, int]:
    return -entry.level, -entry.confidence, entry.record_id

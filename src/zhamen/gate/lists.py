"""The lists of a pack, asked about an event: which of its identifiers stand on which."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import groupby
from typing import Final

import numpy as np
import numpy.typing as npt

from zhamen.core.errors import InvalidIdentifier
from zhamen.events.batch import Column, Numbers, Texts
from zhamen.gate.decision import Evidence, ListedHit
from zhamen.gate.listuse import SCREENED, ListUse
from zhamen.screening.categories import category_at
from zhamen.screening.grading import Grading, grade
from zhamen.screening.identifiers.identify import identify
from zhamen.screening.screen import ListHit, Screen
from zhamen.screening.subjects import Identifier

__all__ = ["TIMES", "Lists"]

TIMES: Final = ("occurred_at", "received_at")
_REMEMBERED: Final = 1 << 16

Hits = tuple[ListedHit, ...]
Known = Callable[[str, str], Sequence[ListHit]]


class Lists:
    """Asks a screen about the events of a pack.

    An identifier counts as of the event's own time, or of its arrival if that is earlier. One that is
    written as no identifier of its kind is on no list. Without a screen nothing is known.

    Parameters
    ----------
    places
        Where the fields stand in a flat row.
    """

    def __init__(self, uses: Sequence[ListUse], places: Mapping[str, int], screen: Screen | None) -> None:
        self.uses: Final = tuple(uses)
        self.names: Final = tuple(name for use in uses for name in use.names)
        self.flags: Final = frozenset(use.names[0] for use in uses)
        self.screen: Final = screen
        ordered = sorted(uses, key=lambda use: use.of)
        self._asked: Final = [(of, tuple(group)) for of, group in groupby(ordered, key=lambda use: use.of)]
        self._of = [places[use.of] for use in uses]
        self._places = {of: places[of] for of, _ in self._asked}
        self._times = [places[name] for name in TIMES] if uses else []

    def ask(self, flat: Sequence[object]) -> Hits | None:
        """Give what the lists say of one event; None when nothing can be asked."""
        if self.screen is None or not self.uses:
            return None
        as_of = _earlier([flat[place] for place in self._times])
        fields = {of: flat[place] for of, place in self._places.items()}
        return self._hits(
            {of: text for of, text in fields.items() if isinstance(text, str)}, as_of, self._known
        )

    def values(self, flat: Sequence[object], hits: Hits | None) -> tuple[Evidence, ...]:
        """Give the value of each of `names`; of what the event does not have, nothing is known."""
        if not self.uses:
            return ()
        levels = {hit.name: float(hit.grade_level) for hit in hits or ()}
        found: list[Evidence] = []
        for use, place in zip(self.uses, self._of, strict=True):
            known = hits is not None and flat[place] is not None
            found += (use.name in levels if known else None, levels.get(use.name))
        return tuple(found)

    def ask_batch(
        self, columns: Mapping[str, Column], size: int
    ) -> tuple[dict[str, Column], dict[int, Hits]]:
        """Give the columns of `names`, and what was found by row; as `ask` and `values` of each event."""
        if not self.uses:
            return {}, {}
        found = self._found(columns) if self.screen is not None else {}
        result: dict[str, Column] = {}
        for use in self.uses:
            column = columns.get(use.of)
            there = column.codes >= 0 if isinstance(column, Texts) else np.zeros(size, np.bool_)
            levels = _levels(found, use.name, size)
            hit, level = use.names
            result[hit] = Numbers((~np.isnan(levels)).astype(np.float64), there & (self.screen is not None))
            result[level] = Numbers(levels, ~np.isnan(levels))
        return result, found

    def _found(self, columns: Mapping[str, Column]) -> dict[int, Hits]:
        """Ask about each distinct text once, and grade only the rows where something is known."""
        texts = {of: column for of, _ in self._asked if isinstance(column := columns.get(of), Texts)}
        known = {
            (of, text): hits
            for of, column in texts.items()
            for text in _occurring(column)
            if (hits := self._known(of, text))
        }
        times = [columns[name] for name in TIMES if name in columns]
        rows: set[int] = set()
        for of, column in texts.items():
            listed = np.array([(of, text) in known for text in column.values] + [False])
            rows.update(np.flatnonzero(listed[column.codes]).tolist())
        result = {}
        for row in sorted(rows):
            given = {
                of: column.values[column.codes[row]] for of, column in texts.items() if column.codes[row] >= 0
            }
            as_of = _earlier([_time(column, row) for column in times])
            result[row] = self._hits(given, as_of, lambda of, text: known.get((of, text), ()))
        return {row: hits for row, hits in result.items() if hits}

    def _hits(self, texts: Mapping[str, str], as_of: int, known: Known) -> Hits:
        found: list[ListedHit] = []
        for of, uses in self._asked:
            hits = known(of, texts[of]) if of in texts else ()
            if hits and self.screen is not None:
                sources = self.screen.sources
                grading = grade([hit.entry for hit in hits], sources, as_of)
                found += [
                    self._listed(use, hit, grading) for use in uses for hit in _counted(use, hits, grading)
                ]
        return tuple(found)

    def _listed(self, use: ListUse, hit: ListHit, grading: Grading) -> ListedHit:
        entry = hit.entry
        source = self.screen.sources[entry.source].code if self.screen is not None else ""
        return ListedHit(
            name=use.name,
            field=use.of,
            form=hit.form.value,
            masked=hit.masked,
            list=entry.list.value,
            level=entry.level,
            confidence=entry.confidence,
            category=category_at(entry.category).code,
            source=source,
            record_id=entry.record_id,
            grade_level=grading.level,
        )

    def _known(self, of: str, text: str) -> Sequence[ListHit]:
        if self.screen is None:
            return ()
        return [hit for one in _identifiers(of, text) for hit in self.screen.known(one)]


@lru_cache(_REMEMBERED)
def _identifiers(of: str, text: str) -> tuple[Identifier, ...]:
    """Give what a text may be; reading it costs more than looking it up, and accounts come again."""
    found = []
    for kind in SCREENED[of]:
        try:
            found.append(identify(kind, text))
        except InvalidIdentifier:
            continue
    return tuple(found)


def _counted(use: ListUse, hits: Iterable[ListHit], grading: Grading) -> list[ListHit]:
    """Give the hits behind a grade that the pack's list asks for."""
    if grading.list not in use.lists or grading.level < use.level_from:
        return []
    resting = set(grading.rests_on)
    return [hit for hit in hits if hit.entry in resting and use.wants(category_at(hit.entry.category).code)]


def _occurring(column: Texts) -> list[str]:
    """Give each text of a column once; a part of a batch has the dictionary of the whole."""
    return [column.values[code] for code in np.unique(column.codes[column.codes >= 0])]


def _earlier(times: Iterable[object]) -> int:
    return min(time for time in times if isinstance(time, int))


def _time(column: Column, row: int) -> int | None:
    if isinstance(column, Numbers) and column.known[row]:
        return int(column.values[row])
    return None


def _levels(found: Mapping[int, Hits], name: str, size: int) -> npt.NDArray[np.float64]:
    levels = np.full(size, np.nan)
    for row, hits in found.items():
        for hit in hits:
            if hit.name == name:
                levels[row] = hit.grade_level
    return levels

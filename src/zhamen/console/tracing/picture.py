"""A trace as the tables that its pictures are drawn from, and its moments for the slider."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from zhamen.core.money import grouped
from zhamen.services.traced import AccountTold, PlaceShown, TraceShown

__all__ = ["Cells", "Picture", "labels_of", "state_of"]

Cells = list[dict[str, Any]]


@dataclass(frozen=True)
class Picture:
    """One trace for one visitor: `words` are the tables of `told`, `clock` writes an instant.

    ``rest`` is what places are called together that are not shown; ``decisions`` says that the visitor may
    see those behind transfers.
    """

    shown: TraceShown
    words: Mapping[str, Mapping[str, str]]
    clock: Callable[[datetime], str]
    rest: str
    decisions: bool = False
    most_apart: int = 60
    """How many places the picture of the flow draws apart; of more, the others stand together by layer."""

    @property
    def crowded(self) -> bool:
        """Whether places stand together in the picture of the flow."""
        return len(self.shown.places) > self.most_apart

    @cached_property
    def labels(self) -> list[str]:
        """What each place is called."""
        return labels_of(self.shown, self.words["fates"])

    @cached_property
    def places(self) -> list[Cells]:
        """Rows from left to right and from top to bottom of the picture.

        Columns: the account, its layer, its kind, what came, what lies there, what is gone, how.
        """
        places, first = self.shown.places, self._first_seen()
        order = sorted(range(len(places)), key=lambda at: (places[at].layer, places[at].row))
        return [self._place(at, first[at]) for at in order]

    @cached_property
    def transfers(self) -> list[Cells]:
        """Rows in the order of posting; behind them what went to places that are not shown.

        Columns: from, to, how much of the traced money, when, the whole transfer, the share, how.
        """
        rows: list[Cells] = []
        for one in self.shown.transfers:
            decided = {} if one.seq is None else {"link": f"/console/decisions/{one.seq}", "go": True}
            rows.append(
                [
                    self._end(one.source) | {"at": _stamp(one.at)},
                    self._end(one.target),
                    self._money(one.carried_minor),
                    {"text": self.clock(one.at)} | (decided if self.decisions else {}),
                    self._money(one.amount_minor),
                    {"text": f"{one.share:.0%}"},
                    {"text": self.words["edge_kinds"][one.kind]},
                ]
            )
        aside = {} if self.shown.rest is None else self.shown.rest.by_place
        for at, amount in sorted(aside.items()):
            ends = (self.labels[at], self.rest)
            source, target = ends if self.shown.direction == "forward" else reversed(ends)
            rows.append([{"text": source}, {"text": target}, self._money(amount), *[{"text": ""}] * 4])
        return rows

    def moments(self, most: int) -> list[datetime]:
        """Give instants, each just after a transfer, evenly over the transfers."""
        times = sorted({one.at.replace(microsecond=0) + timedelta(seconds=1) for one in self.shown.transfers})
        if len(times) <= most:
            return times
        return [times[round(step * (len(times) - 1) / (most - 1))] for step in range(most)]

    def _place(self, at: int, first: int) -> Cells:
        place = self.shown.places[at]
        state = state_of(place)
        mark = {"at": first, "state": state, "word": self.words["states"][state]}
        return [
            self._end(at) | mark,
            {"text": str(place.layer + 1), "value": place.layer},
            {"text": "" if place.account is None else self.words["holders"][place.account.kind]},
            self._money(place.arrived_minor),
            self._money(place.held_minor),
            self._money(place.gone_minor),
            {"text": " · ".join(self.words["fates"][fate] for fate in place.left)},
        ]

    def _end(self, at: int) -> dict[str, Any]:
        return {"text": self.labels[at], **_link(self.shown.places[at].account)}

    def _first_seen(self) -> list[int]:
        """Give by place when money first touched it, in milliseconds; 0 for one that none did."""
        first = [0] * len(self.shown.places)
        for one in self.shown.transfers:
            at = _stamp(one.at)
            for place in (one.source, one.target):
                first[place] = min(first[place] or at, at)
        return first

    def _money(self, minor: int) -> dict[str, Any]:
        return {"text": grouped(minor, self.shown.currency), "value": minor}


def labels_of(shown: TraceShown, fates: Mapping[str, str]) -> list[str]:
    """Give every place a name of its own; a mask that several accounts share gets a number."""
    seen: Counter[tuple[str, bool]] = Counter()
    labels = []
    for place in shown.places:
        name = fates[place.ends or "nobody"] if place.account is None else place.account.masked
        seen[name, place.again] += 1
        number = seen[name, place.again]
        labels.append(name + (f" ({number})" if number > 1 else "") + (" ↺" if place.again else ""))
    return labels


def state_of(place: PlaceShown) -> str:
    """Say what a place is to somebody who looks for the money."""
    if place.again:
        return "again"
    if place.held_minor:
        return "held"
    if place.begins:
        return "begin"
    if place.gone_minor:
        return "left_off" if set(place.left) == {"below"} else "gone"
    return "passed"


def _stamp(at: datetime) -> int:
    return round(at.timestamp() * 1000)


def _link(account: AccountTold | None) -> dict[str, str]:
    if account is None or account.number is None:
        return {}
    return {"link": f"/console/accounts/{account.number}"}

"""Which closed cases were like one at hand, and in what."""

import math
from collections.abc import Iterable
from typing import Final

from msgspec import Struct

from zhamen.cases.alert import Alert
from zhamen.cases.case import Case

__all__ = ["Likeness", "most_alike"]

_REASONS: Final = 0.5
_SCAM: Final = 0.2
_AMOUNT: Final = 0.2
_CHANNEL: Final = 0.1
_FAR_APART: Final = 2.0
"""Amounts that differ by so many powers of ten have nothing in common."""


class Likeness(Struct, frozen=True, kw_only=True):
    """A closed case and how like it is, 0 to 1; ``codes`` are the rules that both alerts were raised by."""

    case: Case
    score: float
    codes: tuple[str, ...]


def most_alike(case: Case, alert: Alert, closed: Iterable[tuple[Case, Alert]], limit: int) -> list[Likeness]:
    """Give the closed cases most like one, the likest first; of those equally alike, the first given.

    Compared are the share of rules that both alerts hit, the kind of scam, how near the amounts at stake are
    (on a logarithmic scale), and the channel.

    Parameters
    ----------
    alert
        One of the case's own.
    closed
        Other cases, each with the alert that opened it.
    """
    found = [_compare(case, alert, *other) for other in closed if other[0].id != case.id]
    found.sort(key=lambda one: -one.score)
    return [one for one in found if one.score > 0][:limit]


def _compare(case: Case, alert: Alert, other: Case, opening: Alert) -> Likeness:
    ours, theirs = set(alert.codes), set(opening.codes)
    shared = ours & theirs
    score = _REASONS * len(shared) / len(ours | theirs) if shared else 0.0
    score += _SCAM * (bool(case.scam_kind) and case.scam_kind == other.scam_kind)
    score += _AMOUNT * _nearness(case, other)
    score += _CHANNEL * (bool(alert.channel) and alert.channel == opening.channel)
    codes = tuple(code for code in alert.codes if code in shared)
    return Likeness(case=other, score=round(score, 3), codes=codes)


def _nearness(case: Case, other: Case) -> float:
    if case.currency != other.currency or min(case.amount_minor, other.amount_minor) <= 0:
        return 0.0
    apart = abs(math.log10(case.amount_minor / other.amount_minor))
    return max(0.0, 1.0 - apart / _FAR_APART)

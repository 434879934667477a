"""Which case comes first: the loss that can still be prevented, by chance, amount and time left."""

import math
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct

from zhamen.core.instants import to_micros
from zhamen.gate.decision import Outcome

__all__ = ["HALF_LIFE", "Stake", "add_up", "half_lives", "height", "probability_of", "rank", "value_at"]

HALF_LIFE: Final = timedelta(hours=2)
"""After so long half of what went to a criminal cannot be found any more; a starting point to calibrate."""

_BY_SCORE: Final = ((0, 0.05), (20, 0.10), (40, 0.20), (60, 0.35), (80, 0.60))
"""From a score on, the chance that there is fraud; a starting point to calibrate."""
_BY_OUTCOME: Final = {Outcome.HOLD: 0.35, Outcome.DECLINE: 0.60}
"""The least chance where a single rule or list led to the outcome, without points."""
_HALF_LIFE_MICROS: Final = HALF_LIFE // timedelta(microseconds=1)


class Stake(Struct, frozen=True):
    """What an alert has at stake.

    ``pending`` while the payment waits at the bank: all of it can be kept. Otherwise the money went at
    ``since`` and halves with every half-life. Amounts below one minor unit count as one.
    """

    probability: float
    amount_minor: int
    since: datetime
    pending: bool = False


def probability_of(score: int, outcome: Outcome) -> float:
    """Give the chance of fraud that a decision stands for.

    Examples
    --------
    >>> probability_of(85, Outcome.HOLD), probability_of(0, Outcome.HOLD), probability_of(39, Outcome.DELAY)
    (0.6, 0.35, 0.1)
    """
    by_score = next(chance for start, chance in reversed(_BY_SCORE) if score >= start)
    return max(by_score, _BY_OUTCOME.get(outcome, 0.0))


def height(stake: Stake) -> float:
    """Give the base-2 logarithm of what is expected to be lost; of money that went, raised by its instant.

    The raised heights of two stakes keep their distance for ever, as both sink by one with every half-life.
    So an index over them is the order at every instant.
    """
    expected = math.log2(stake.probability) + math.log2(max(1, stake.amount_minor))
    return expected if stake.pending else expected + half_lives(stake.since)


def add_up(heights: Iterable[float | None]) -> float | None:
    """Give the height of several stakes of one kind together; None of none.

    >>> add_up([3.0, None, 3.0]), add_up([])
    (4.0, None)
    """
    known = [one for one in heights if one is not None]
    if not known:
        return None
    top = max(known)
    return top + math.log2(sum(2.0 ** (one - top) for one in known))


def rank(pending: float | None, sinking: float | None, at: datetime) -> float:
    """Give the height at an instant of what waits and of what went, the larger of the two.

    Parameters
    ----------
    pending, sinking
        Heights of stakes that are pending, and of those that are not.
    """
    sunk = -math.inf if sinking is None else sinking - half_lives(at)
    return max(sunk, -math.inf if pending is None else pending)


def value_at(stakes: Iterable[Stake], at: datetime) -> float:
    """Give what can still be prevented at an instant, in minor units, reckoned stake by stake.

    Examples
    --------
    >>> from datetime import UTC
    >>> noon = datetime(2026, 11, 2, 12, tzinfo=UTC)
    >>> went = Stake(0.5, 800_00, noon)
    >>> value_at([went], noon + 2 * HALF_LIFE)
    10000.0
    """
    pending = sinking = 0.0
    for stake in stakes:
        expected = stake.probability * max(1, stake.amount_minor)
        if stake.pending:
            pending += expected
        else:
            sinking += expected * 0.5 ** ((at - stake.since) / HALF_LIFE)
    return max(pending, sinking)


def half_lives(at: datetime) -> float:
    """Give the half-lives from 1970 to an instant: how far money that went has sunk by then."""
    return to_micros(at) / _HALF_LIFE_MICROS

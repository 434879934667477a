"""Which victim gets how much of a frozen account back, by the three methods of the rules.

《电信网络新型违法犯罪案件冻结资金返还若干规定》 (China Banking Regulatory Commission and Ministry of Public
Security, in force 2016-09-18), article 8: a single remittance goes back to its victim; of several,
what the time stamps trace directly goes back; what they do not is shared in proportion to what
each was defrauded of, after a public notice of 30 days. The police decide; this proposes.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from msgspec import Struct

from zhamen.core.errors import InputError
from zhamen.core.instants import Micros

__all__ = [
    "NOTICE",
    "WORKING_DAYS",
    "Method",
    "Movement",
    "ReturnLine",
    "ReturnPlan",
    "bank_due_on",
    "largest_remainder",
    "plan_return",
]

NOTICE: Final = timedelta(days=30)
"""How long a sharing in proportion is announced before it is done (article 8)."""
WORKING_DAYS: Final = 3
"""Within how many a bank carries a return out that it cannot carry out on the spot."""


class Method(StrEnum):
    """How it is told whose the frozen money is."""

    SINGLE = "single"
    """One remittance came in."""
    BY_TIME = "by_time"
    """Several did; whatever order money is said to have left in, the same is left of each."""
    PRO_RATA = "pro_rata"
    """It cannot be told; shared in proportion."""


class Movement(Struct, frozen=True, kw_only=True):
    """A line of the frozen account's statement, in posting order."""

    posted_at: Micros
    amount_minor: int
    """Above zero when it came in, below when it went out."""
    victim: str | None = None
    """Whose remittance it was; None for the money of nobody known, and for what went out."""


class ReturnLine(Struct, frozen=True, kw_only=True):
    """What one victim gets."""

    victim: str
    defrauded_minor: int
    returned_minor: int


class ReturnPlan(Struct, frozen=True, kw_only=True):
    """A proposal of return for one frozen account.

    The lines and ``stays_frozen_minor`` add up to ``frozen_minor``, and no victim gets more than
    was lost and not returned yet.
    """

    method: Method
    frozen_minor: int
    lines: tuple[ReturnLine, ...]
    stays_frozen_minor: int
    """Frozen on, until its term ends or new victims are found."""
    notice_until: datetime | None
    """When the public notice ends, before which nothing is returned; None where none is needed."""


def plan_return(
    frozen_minor: int,
    statement: Sequence[Movement],
    defrauded_minor: Mapping[str, int],
    *,
    announced_at: datetime,
) -> ReturnPlan:
    """Propose who gets how much of a frozen account.

    Parameters
    ----------
    frozen_minor
        What is frozen in it.
    statement
        Its movements in posting order, up to the freeze; with what it opened with as the first,
        when that was more than nothing.
    defrauded_minor
        By victim, what was lost by this case and is not returned yet.
    announced_at
        When the notice would begin, should one be needed.

    Raises
    ------
    InputError
        An amount below zero, a movement of nothing, or a victim in the statement without a loss.

    Examples
    --------
    >>> from datetime import UTC
    >>> def came(amount: int, victim: str | None) -> Movement:
    ...     return Movement(posted_at=0, amount_minor=amount, victim=victim)
    >>> plan = plan_return(500, [came(600, "A"), came(300, "B"), came(-400, None)], {"A": 600, "B": 300},
    ...     announced_at=datetime(2026, 11, 1, tzinfo=UTC))
    >>> plan.method.value, [(line.victim, line.returned_minor) for line in plan.lines], plan.notice_until.day
    ('pro_rata', [('A', 333), ('B', 167)], 1)
    """
    _check(frozen_minor, statement, defrauded_minor)
    received = [movement for movement in statement if movement.amount_minor > 0]
    owners = _owners_by_time(statement)
    if len(received) == 1 and received[0].victim is not None:
        method, shares = Method.SINGLE, {received[0].victim: received[0].amount_minor}
    elif owners is not None and sum(owners.values()) == frozen_minor:
        method, shares = Method.BY_TIME, {name: left for name, left in owners.items() if name is not None}
    else:
        method = Method.PRO_RATA
        shares = largest_remainder(min(frozen_minor, sum(defrauded_minor.values())), defrauded_minor)
    lines, rest = [], frozen_minor
    for victim, share in sorted(shares.items()):
        returned = min(share, defrauded_minor[victim], rest)
        rest -= returned
        lines.append(
            ReturnLine(victim=victim, defrauded_minor=defrauded_minor[victim], returned_minor=returned)
        )
    return ReturnPlan(
        method=method,
        frozen_minor=frozen_minor,
        lines=tuple(line for line in lines if line.returned_minor),
        stays_frozen_minor=rest,
        notice_until=announced_at + NOTICE if method is Method.PRO_RATA else None,
    )


def _check(frozen_minor: int, statement: Sequence[Movement], defrauded_minor: Mapping[str, int]) -> None:
    if frozen_minor < 0 or min(defrauded_minor.values(), default=0) < 0:
        raise InputError("what is frozen and what was lost are 0 or more minor units")
    for at, movement in enumerate(statement):
        if movement.amount_minor == 0:
            raise InputError("a movement moves something", path=f"statement[{at}].amount_minor")
        if movement.victim is not None and movement.victim not in defrauded_minor:
            raise InputError("a victim of the statement has no loss", path=f"statement[{at}].victim")


def _owners_by_time(statement: Sequence[Movement]) -> dict[str | None, int] | None:
    """Give how much is left of each one's money where any order of leaving gives the same; None elsewhere."""
    left: dict[str | None, int] = {}
    for movement in statement:
        if movement.amount_minor > 0:
            left[movement.victim] = left.get(movement.victim, 0) + movement.amount_minor
        elif -movement.amount_minor >= sum(left.values()):
            left = {}
        elif len(left) == 1:
            left = {owner: amount + movement.amount_minor for owner, amount in left.items()}
        else:
            return None
    return left


def largest_remainder(total: int, weights: Mapping[str, int]) -> dict[str, int]:
    """Share a whole number in proportion, to the last unit: the largest remainders get one more.

    Equal remainders go in order of name. Nobody gets more than the weight, when `total` is no more
    than all weights.

    Examples
    --------
    >>> largest_remainder(100, {"a": 1, "b": 1, "c": 1})
    {'a': 34, 'b': 33, 'c': 33}
    >>> largest_remainder(5, {})
    {}
    """
    whole = sum(weights.values())
    if not whole:
        return dict.fromkeys(weights, 0)
    shares = {name: total * weight // whole for name, weight in weights.items()}
    by_remainder = sorted(weights, key=lambda name: (-(total * weights[name] % whole), name))
    for name in by_remainder[: total - sum(shares.values())]:
        shares[name] += 1
    return shares


def bank_due_on(instructed_on: date, is_working_day: Callable[[date], bool]) -> date:
    """Give the last day on which a bank carries a return out that it could not carry out on the spot.

    Examples
    --------
    >>> bank_due_on(date(2026, 11, 26), lambda day: day.weekday() < 5)
    datetime.date(2026, 12, 1)
    """
    day, left = instructed_on, WORKING_DAYS
    while left:
        day += timedelta(days=1)
        left -= is_working_day(day)
    return day

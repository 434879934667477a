"""What a score of payments is worth to those who work its alerts: precision, recall, and how early."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt

from benchmarks.mule_days import CREDITOR, DEBTOR, Days

__all__ = [
    "Bin",
    "Judged",
    "Leads",
    "alerts",
    "average_precision",
    "calibration",
    "in_life",
    "interval",
    "judge",
    "leads",
]

_DAY: Final = 86_400_000_000
_EDGES: Final = (0.0, 0.001, 0.01, 0.05, 0.2, 0.5, 0.8, 1.0)

_Floats = npt.NDArray[np.float64]
_Whole = npt.NDArray[np.int64]
_Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Judged:
    """Payments of several banks, one row for each side that is scored, in order of time within a bank."""

    probability: _Floats
    account: _Whole
    """Numbered over all banks."""
    at: _Whole
    side: _Whole
    amount: _Whole
    work: _Flags
    """The account does a ring's work with this payment."""
    ring: _Flags
    """The account is a ring's, be it for its owner that it pays."""
    den: _Flags
    ring_number: _Whole
    """Which ring, over all banks; -1 for none."""
    reported_at: _Whole
    """When the account was first reported; far in the future when it was not."""

    @property
    def told_apart(self) -> _Flags:
        """Rows that are a mule's work, or of accounts that no ring or den ever used."""
        return self.work | ~(self.ring | self.den)


def judge(many: Sequence[Days], scores: Sequence[tuple[_Floats, _Floats]], since: int) -> Judged:
    """Lay the scored sides of all banks' payments one under the other; `since` is days after the start."""
    parts: list[list[npt.NDArray[np.generic]]] = []
    names: dict[tuple[int, str], int] = {}
    for bank, (days, both) in enumerate(zip(many, scores, strict=True)):
        start = days.at[0] + since * _DAY
        for side in (DEBTOR, CREDITOR):
            some = np.flatnonzero(days.scored[side] & (days.at >= start))
            account = days.accounts[side][some]
            who = [days.mules.get(one, "") for one in account.tolist()]
            numbers = [names.setdefault((bank, name), len(names)) if name else -1 for name in who]
            late = np.iinfo(np.int64).max
            parts.append(
                [
                    both[side][some],
                    account ^ bank,
                    days.at[some] - days.at[0],
                    np.full(len(some), side),
                    days.amount[some],
                    days.illicit(side)[some],
                    np.array([name.startswith("ring") for name in who]),
                    np.array([name != "" and not name.startswith("ring") for name in who]),
                    np.array(numbers),
                    np.array([days.reported_at.get(one, late) - days.at[0] for one in account.tolist()]),
                ]
            )
    return Judged(*[np.concatenate(column) for column in zip(*parts, strict=True)])


def average_precision(score: _Floats, mule: _Flags, weight: _Floats | None = None) -> float:
    """Give the area under precision by recall; ties count as one step."""
    order = np.argsort(-score, kind="stable")
    weights = np.ones(len(score)) if weight is None else weight[order]
    last = np.flatnonzero(np.append(np.diff(score[order]) != 0, True))
    right = np.cumsum(weights * mule[order])[last]
    everything = np.cumsum(weights)[last]
    precision = right / np.maximum(everything, 1e-12)
    return float(np.sum(np.diff(right, prepend=0.0) * precision) / right[-1])


def interval(judged: Judged, side: int, rounds: int = 200) -> tuple[float, float]:
    """Give the middle 95 % of average precision when rings are drawn anew (bootstrap by scheme)."""
    rows = np.flatnonzero(judged.told_apart & (judged.side == side))
    score, work, ring = judged.probability[rows], judged.work[rows], judged.ring_number[rows]
    rings = np.unique(ring[work])
    dice = np.random.default_rng(7)
    found = []
    for _ in range(rounds):
        drawn = np.bincount(dice.choice(rings, len(rings)), minlength=int(rings.max()) + 1)
        weight = np.where(work, drawn[np.maximum(ring, 0)], 1).astype(np.float64)
        found.append(average_precision(score, work, weight))
    low, high = np.percentile(found, (2.5, 97.5))
    return float(low), float(high)


def alerts(judged: Judged, budget: int) -> tuple[float, float]:
    """Give precision and recall when each day the `budget` worst accounts not looked at before are.

    An alert is right when the account is a ring's; gambling dens are left out. Recall is of the accounts
    that do a ring's work in these days.
    """
    day = judged.at // _DAY
    kept = ~judged.den
    seen: set[int] = set()
    rings = set(judged.account[judged.ring].tolist())
    working = set(judged.account[judged.work].tolist())
    right = given = 0
    for one in np.unique(day):
        rows = np.flatnonzero(kept & (day == one))
        order = rows[np.argsort(-judged.probability[rows], kind="stable")]
        taken: dict[int, None] = {}
        for account in judged.account[order].tolist():
            if account not in seen:
                taken[account] = None
            if len(taken) == budget:
                break
        seen |= taken.keys()
        given += len(taken)
        right += len(taken.keys() & rings)
    return right / given, len(seen & working) / len(working)


def in_life(judged: Judged, budget: int, times_as_many: float, rounds: int = 40) -> tuple[float, float]:
    """Give what `alerts` would give were rings as rare as in life: means over draws of so many rings."""
    dice = np.random.default_rng(7)
    rings = np.unique(judged.ring_number[judged.work])
    found = []
    for _ in range(rounds):
        drawn = rings[dice.random(len(rings)) < 1 / times_as_many]
        if len(drawn):
            kept = ~judged.ring | np.isin(judged.ring_number, drawn)
            some = Judged(*(getattr(judged, name)[kept] for name in Judged.__dataclass_fields__))
            found.append(alerts(some, budget))
    precision, recall = np.mean(found, axis=0).tolist()
    return precision, recall


@dataclass(frozen=True)
class Leads:
    """How early mules are seen whose first outflow of stolen money lies within the days."""

    mules: int
    before: float
    """Share seen at an earlier payment than the first outflow."""
    at_it: float
    """Share seen at the first outflow itself, which the gate can still hold."""
    never: float
    minutes: float
    """Median of those seen before."""
    before_report: float
    """Share seen before the first report, of those that were reported."""
    of_money: float
    """Share of victims' money that is stopped if payments at or above the threshold are."""
    a_day: float
    """Accounts a day at or above it for the first time."""
    right: float
    """Share of them that are a ring's."""


def leads(judged: Judged, least: float) -> Leads:
    """Tell how early and how much, when accounts count as seen from a probability of `least` on."""
    flagged = judged.probability >= least
    first_seen = _first(judged, flagged & ~judged.den)
    outflow = _first(judged, judged.work & (judged.side == DEBTOR))
    gaps = np.array([outflow[one] - first_seen[one] for one in outflow if one in first_seen], np.float64)
    report = dict(zip(judged.account.tolist(), judged.reported_at.tolist(), strict=True))
    days = float(judged.at.max() // _DAY - judged.at.min() // _DAY + 1)
    reported = [one for one in outflow if report[one] <= judged.at.max()]
    money = judged.amount * (judged.work & (judged.side == CREDITOR))
    rings = set(judged.account[judged.ring].tolist())
    return Leads(
        mules=len(outflow),
        before=float(np.sum(gaps > 0)) / len(outflow),
        at_it=float(np.sum(gaps == 0)) / len(outflow),
        never=sum(one not in first_seen for one in outflow) / len(outflow),
        minutes=float(np.median(gaps[gaps > 0])) / 60_000_000,
        before_report=sum(first_seen.get(one, report[one]) < report[one] for one in reported)
        / max(1, len(reported)),
        of_money=float(money[flagged].sum() / money.sum()),
        a_day=len(first_seen) / days,
        right=len(first_seen.keys() & rings) / max(1, len(first_seen)),
    )


def _first(judged: Judged, some: _Flags) -> dict[int, int]:
    """Give for each account the first instant among some rows."""
    rows = np.flatnonzero(some)
    rows = rows[np.argsort(judged.at[rows], kind="stable")]
    account, first = np.unique(judged.account[rows], return_index=True)
    return dict(zip(account.tolist(), judged.at[rows[first]].tolist(), strict=True))


@dataclass(frozen=True)
class Bin:
    """Payments whose probability lies between two bounds, as many as there would be in life."""

    low: float
    high: float
    payments: int
    said: float
    """The mean probability."""
    found: float
    """The share that is a mule's work."""


def calibration(judged: Judged, times_as_many: float) -> Iterator[Bin]:
    """Compare what was said with what was so; mules count one in `times_as_many`."""
    rows = judged.told_apart
    score, work = judged.probability[rows], judged.work[rows]
    weight = np.where(work, 1 / times_as_many, 1.0)
    for low, high in pairwise(_EDGES):
        some = (score >= low) & ((score < high) | (high == 1.0))
        total = weight[some].sum()
        if total:
            said, found = (weight * score)[some].sum() / total, (weight * work)[some].sum() / total
            yield Bin(low, high, int(some.sum()), float(said), float(found))

"""Every case of a bank, planned at every moment by every rule, and held against the truth."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum, auto
from itertools import product
from time import perf_counter_ns
from typing import Final

import numpy as np
import numpy.typing as npt

from benchmarks.freeze_loot import Spending
from benchmarks.freeze_truth import Played, Theft
from zhamen.networks.freeze import FreezePlan, plan_freeze
from zhamen.networks.tracing.request import Seed, TraceRequest
from zhamen.networks.tracing.rules import Fate, Rule
from zhamen.networks.tracing.tracer import Tracer

__all__ = ["DELAYS", "ROUNDS", "WAYS", "A", "Plan", "Whole", "counted", "plans", "times_of"]

WAYS: Final = {
    "stolen-first": (Rule.STOLEN_FIRST, 0.01),
    "haircut": (Rule.HAIRCUT, 0.01),
    "FIFO": (Rule.FIFO, 0.01),
    "LIBR": (Rule.LIBR, 0.01),
    "stolen-first from 0.1 %": (Rule.STOLEN_FIRST, 0.001),
}
"""Rules of tracing, and what share of the stolen money an account must hold to be in the plan."""
DELAYS: Final = {"10 min": 10, "30 min": 30, "2 h": 120, "24 h": 1440}
"""Minutes after the victim's last payment."""
ROUNDS: Final = 3

_MINUTE: Final = 60_000_000
_WARM_UP: Final = 5 * 1440 * _MINUTE
"""Cases that begin earlier are left out: money of cases before the first day still moves then."""
Whole = npt.NDArray[np.int64]
_Amounts = dict[int, int]
"""By the number of an account."""


@dataclass(frozen=True)
class Plan:
    """What came of one case by one rule at one moment, in minor units."""

    adversary: str
    delay: str
    way: str
    """One of `WAYS`."""
    spending: Spending
    ring: str
    amounts: Whole
    """In the order of `A`."""


class A(IntEnum):
    """The amounts of a plan."""

    STOLEN = 0
    TRUE = auto()
    """Of what was stolen, what lies in accounts of the bank."""
    LARGE = auto()
    """Of what is true, what lies in accounts that hold 1 % of the stolen money."""
    PLANNED = auto()
    FOUND = auto()
    """What is true of what was planned."""
    OTHER_CASES = auto()
    """Of what is not: what is stolen from others."""
    MULES = auto()
    """Likewise: mules' own."""
    ACCOUNTS = auto()
    """How many the plan names."""
    SENT = auto()
    """What is true to have gone to other banks."""
    NOTICED = auto()
    """What of it the plan's notices tell the right bank and account of."""


def plans(played: Played, adversary: str) -> Iterator[Plan]:
    """Plan every case of a bank at every moment by every rule."""
    tracer = Tracer(played.networks.graph)
    for theft, (delay, minutes) in product(counted(played), DELAYS.items()):
        until = theft.last_at + minutes * _MINUTE
        planned = {way: _planned(tracer, _request(played, theft, until, *WAYS[way])) for way in WAYS}
        for spending in Spending:
            truth, lying = played.truth(theft, until, spending), played.lying(until, spending)
            sent = played.sent(theft, until, spending)
            for way, (held, exited) in planned.items():
                amounts = _judged(theft, held, truth, lying, played.rings)
                amounts[A.SENT] = sum(sent.values())
                amounts[A.NOTICED] = sum(min(left, sent.get(to, 0)) for to, left in exited.items())
                yield Plan(adversary, delay, way, spending, f"{played.seed} {theft.ring}", amounts)


def _judged(
    theft: Theft, planned: _Amounts, truth: _Amounts, lying: _Amounts, rings: frozenset[int]
) -> Whole:
    """Hold a plan against the truth, by account."""
    stolen, row = theft.stolen_minor, np.zeros(len(A), np.int64)
    row[A.STOLEN], row[A.TRUE] = stolen, sum(truth.values())
    row[A.LARGE] = sum(amount for amount in truth.values() if 100 * amount >= stolen)
    row[A.PLANNED], row[A.ACCOUNTS] = sum(planned.values()), len(planned)
    for account, amount in planned.items():
        true = truth.get(account, 0)
        over = max(0, amount - true)
        others = min(over, lying.get(account, 0) - true)
        row[A.FOUND] += min(amount, true)
        row[A.OTHER_CASES] += others
        row[A.MULES] += over - others if account in rings else 0
    return row


def counted(played: Played) -> list[Theft]:
    """Give the cases all of which happened within the days, with a day left to plan."""
    start, end = int(played.posted_at[0]) + _WARM_UP, played.end - max(DELAYS.values()) * _MINUTE
    unseen = played.loots[Spending.OWN_FIRST].incomplete
    return [
        theft
        for theft in played.thefts
        if start <= theft.first_at and theft.last_at <= end and theft.name not in unseen
    ]


def _request(
    played: Played, theft: Theft, until: int, rule: Rule, minimum_share: float = 0.01
) -> TraceRequest:
    edges = [played.networks.edge_of(seq) for seq in theft.seqs]
    seeds = tuple(Seed(edge) for edge in edges if edge is not None)
    watermark = played.watermark(until)
    return TraceRequest(seeds=seeds, rule=rule, minimum_share=minimum_share, watermark=watermark)


def _planned(tracer: Tracer, request: TraceRequest) -> tuple[_Amounts, _Amounts]:
    """Give what a plan by this rule holds in each account of ours, and tells other banks of in theirs."""
    trace = tracer.trace(request)
    assert trace.conserved
    least = request.minimum_share * trace.total_minor
    held = {account: left for account, left in trace.held().items() if left >= least}
    return held, trace.left_in(Fate.EXITED)


def _from_report(tracer: Tracer, played: Played, theft: Theft, until: int) -> tuple[FreezePlan, float]:
    """Make a whole plan as from a report, and give it with the milliseconds that it took."""
    start = perf_counter_ns()
    traces = {
        rule: tracer.trace(_request(played, theft, until, rule))
        for rule in (Rule.STOLEN_FIRST, Rule.FIFO, Rule.LIBR)
    }
    plan = plan_freeze(traces.pop(Rule.STOLEN_FIRST), traces, {}, as_of=until)
    return plan, (perf_counter_ns() - start) / 1e6


def times_of(played: Played) -> Iterator[float]:
    """Give the milliseconds that each plan of a bank takes, from the report to the document."""
    tracer = Tracer(played.networks.graph)
    for theft, minutes in product(counted(played), DELAYS.values()):
        until = theft.last_at + minutes * _MINUTE
        made = [_from_report(tracer, played, theft, until) for _ in range(ROUNDS)]
        yield min(milliseconds for _, milliseconds in made)

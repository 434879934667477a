"""How much of the stolen money a freeze plan finds, how much it takes from others, and how soon it is made.

Each case is planned 10 minutes to 24 hours after its victim's last payment, by each rule of tracing, on
banks whose rings are all of one kind. What is true is `benchmarks.freeze_truth`'s to say.
See docs/explanation/fund-tracing.md for what the figures mean and do not mean.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import IntEnum, auto
from itertools import product
from time import perf_counter_ns
from typing import Final

import numpy as np
import numpy.typing as npt

from benchmarks.freeze_truth import Played, Spending, Theft, play
from benchmarks.result import Result
from zhamen.networks.freeze import FreezePlan, plan_freeze
from zhamen.networks.tracing.request import Seed, TraceRequest
from zhamen.networks.tracing.rules import Fate, Rule
from zhamen.networks.tracing.tracer import Tracer
from zhamen.simulate import Adversaries, BankConfig

__all__ = ["A", "Plan", "plans", "run"]

_ADVERSARIES: Final = {
    "fast": Adversaries(fast=1, slow=0, mixing=0),
    "slow, 6 to 48 h": Adversaries(fast=0, slow=1, mixing=0),
    "mixing, keeps 20 to 50 %": Adversaries(fast=0, slow=0, mixing=1),
}
_RULES: Final = (Rule.STOLEN_FIRST, Rule.HAIRCUT, Rule.FIFO, Rule.LIBR)
_MINUTE: Final = 60_000_000
_DELAYS: Final = {"10 min": 10, "30 min": 30, "2 h": 120, "24 h": 1440}
_SEEDS: Final = tuple(range(201, 207))
_CUSTOMERS: Final = 3_000
_DAYS: Final = 30
_INTENSITY: Final = 20.0
_WARM_UP: Final = 5 * 1440 * _MINUTE
"""Cases that begin earlier are left out: money of cases before the first day still moves then."""
_LEAST: Final = 0.01
"""Of what was stolen: an account that holds less is not in the plan."""
_ROUNDS: Final = 3
_Whole = npt.NDArray[np.int64]
_Amounts = dict[int, int]
"""By the number of an account."""


@dataclass(frozen=True)
class Plan:
    """What came of one case by one rule at one moment, in minor units."""

    adversary: str
    delay: str
    rule: Rule
    spending: Spending
    ring: str
    amounts: _Whole
    """In the order of `A`."""


class A(IntEnum):
    """The amounts of a plan."""

    STOLEN = 0
    TRUE = auto()
    """Of what was stolen, what lies in accounts of the bank."""
    LARGE = auto()
    """Of what is true, what lies in accounts that hold enough of it to be in a plan."""
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
    for theft, (delay, minutes) in product(_counted(played), _DELAYS.items()):
        until = theft.last_at + minutes * _MINUTE
        planned = {rule: _planned(tracer, played, theft, until, rule) for rule in _RULES}
        for spending in Spending:
            truth, lying = played.truth(theft, until, spending), played.lying(until, spending)
            sent = played.sent(theft, until, spending)
            for rule in _RULES:
                held, exited = planned[rule]
                amounts = _judged(theft, held, truth, lying, played.rings)
                amounts[A.SENT] = sum(sent.values())
                amounts[A.NOTICED] = sum(min(left, sent.get(to, 0)) for to, left in exited.items())
                yield Plan(adversary, delay, rule, spending, f"{played.seed} {theft.ring}", amounts)


def _judged(
    theft: Theft, planned: _Amounts, truth: _Amounts, lying: _Amounts, rings: frozenset[int]
) -> _Whole:
    """Hold a plan against the truth, by account."""
    stolen, row = theft.stolen_minor, np.zeros(len(A), np.int64)
    row[A.STOLEN], row[A.TRUE] = stolen, sum(truth.values())
    row[A.LARGE] = sum(amount for amount in truth.values() if amount >= _LEAST * stolen)
    row[A.PLANNED], row[A.ACCOUNTS] = sum(planned.values()), len(planned)
    for account, amount in planned.items():
        true = truth.get(account, 0)
        over = max(0, amount - true)
        others = min(over, lying.get(account, 0) - true)
        row[A.FOUND] += min(amount, true)
        row[A.OTHER_CASES] += others
        row[A.MULES] += over - others if account in rings else 0
    return row


def _counted(played: Played) -> list[Theft]:
    """Give the cases all of which happened within the days, with a day left to plan."""
    start, end = int(played.posted_at[0]) + _WARM_UP, played.end - max(_DELAYS.values()) * _MINUTE
    unseen = played.loots[Spending.OWN_FIRST].incomplete
    return [
        theft
        for theft in played.thefts
        if start <= theft.first_at and theft.last_at <= end and theft.name not in unseen
    ]


def _request(played: Played, theft: Theft, until: int, rule: Rule) -> TraceRequest:
    edges = [played.networks.edge_of(seq) for seq in theft.seqs]
    seeds = tuple(Seed(edge) for edge in edges if edge is not None)
    return TraceRequest(seeds=seeds, rule=rule, watermark=played.watermark(until))


def _planned(
    tracer: Tracer, played: Played, theft: Theft, until: int, rule: Rule
) -> tuple[_Amounts, _Amounts]:
    """Give what a plan by this rule holds in each account of ours, and tells other banks of in theirs."""
    trace = tracer.trace(_request(played, theft, until, rule))
    assert trace.conserved
    assert trace.total_minor == theft.stolen_minor
    least = _LEAST * trace.total_minor
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


def _times(played: Played) -> Iterator[float]:
    tracer = Tracer(played.networks.graph)
    for theft, minutes in product(_counted(played), _DELAYS.values()):
        until = theft.last_at + minutes * _MINUTE
        made = [_from_report(tracer, played, theft, until) for _ in range(_ROUNDS)]
        yield min(milliseconds for _, milliseconds in made)


# -- What it comes to -----------------------------------------------------------------------------


_Chosen = Callable[..., list[Plan]]


def _shares(table: _Whole) -> tuple[float, float]:
    """Give capture and collateral of cases together, in percent."""
    sums = table.sum(axis=0)
    found, planned = int(sums[A.FOUND]), int(sums[A.PLANNED])
    return 100 * found / max(1, int(sums[A.TRUE])), 100 * (planned - found) / max(1, planned)


def _intervals(some: list[Plan]) -> tuple[str, str]:
    """Give the middle 95 % of both when rings are drawn anew."""
    dice = np.random.default_rng(7)
    rings: dict[str, _Whole] = {}
    for plan in some:
        rings[plan.ring] = rings.get(plan.ring, 0) + plan.amounts
    table = np.array(list(rings.values()))
    drawn = [_shares(table[dice.integers(len(table), size=len(table))]) for _ in range(300)]
    low, high = np.percentile(drawn, (2.5, 97.5), axis=0)
    return f"{low[0]:.1f} to {high[0]:.1f} over rings", f"{low[1]:.1f} to {high[1]:.1f} over rings"


def _told(chosen: _Chosen) -> Iterator[Result]:
    """Tell capture, collateral and accounts of every adversary, moment and rule."""
    for number, (adversary, delay, rule) in enumerate(product(_ADVERSARIES, _DELAYS, _RULES), 1):
        own, other = (chosen(adversary, delay, rule, spending) for spending in Spending)
        table = np.array([plan.amounts for plan in own])
        (capture, collateral), (low, high) = _shares(table), _shares(np.array([p.amounts for p in other]))
        captures, collaterals = _intervals(own)
        title, otherwise = f"{adversary}, {delay}, {rule.name}", "if mules spend stolen money first"
        note = f"{captures}; {low:.1f} {otherwise}"
        yield Result(f"FREEZE-{100 + number}", f"capture: {title}", capture, "%", note=note)
        note = f"{collaterals}; {high:.1f} {otherwise}; {_whose(table)}"
        yield Result(f"FREEZE-{200 + number}", f"collateral: {title}", collateral, "%", note=note)
        accounts = float(table[:, A.ACCOUNTS].mean())
        yield Result(f"FREEZE-{300 + number}", f"accounts a case: {title}", accounts, "accounts")


def _whose(table: _Whole) -> str:
    sums = table.sum(axis=0)
    over = int(sums[A.PLANNED] - sums[A.FOUND])
    cases, mules = (int(sums[at]) / max(1, over) for at in (A.OTHER_CASES, A.MULES))
    return f"of it {cases:.0%} stolen in other cases, {mules:.0%} mules' own, {1 - cases - mules:.0%} others'"


def _left(chosen: _Chosen) -> Iterator[Result]:
    """Tell how much there is to be found at all."""
    for number, (adversary, delay) in enumerate(product(_ADVERSARIES, _DELAYS), 1):
        some = chosen(adversary, delay, Rule.STOLEN_FIRST, Spending.OWN_FIRST)
        sums = np.array([plan.amounts for plan in some]).sum(axis=0)
        value = 100 * float(sums[A.TRUE] / sums[A.STOLEN])
        large = 100 * float(sums[A.LARGE] / sums[A.TRUE])
        title = f"stolen money still in the bank: {adversary}, {delay}"
        note = (
            f"{large:.1f} % of it in accounts that hold 1 % of the case's; {len(some)} cases of"
            f" {len({plan.ring for plan in some})} rings, {sums[A.STOLEN] / 100:,.0f} yuan"
        )
        yield Result(f"FREEZE-{400 + number}", title, value, "%", note=note)
        told = 100 * float(sums[A.NOTICED] / max(1, sums[A.SENT]))
        title = f"money at other banks that a notice names: {adversary}, {delay}"
        note = f"{100 * sums[A.SENT] / sums[A.STOLEN]:.1f} % of what was stolen went there by transfer"
        yield Result(f"FREEZE-{500 + number}", title, told, "%", note=note)


def run() -> list[Result]:
    """Play the banks, plan every case, and say what it comes to."""
    kept: list[Plan] = []
    times: list[float] = []
    for (adversary, shares), seed in product(_ADVERSARIES.items(), _SEEDS):
        played = play(
            BankConfig(customers=_CUSTOMERS, days=_DAYS, seed=seed, intensity=_INTENSITY, adversaries=shares)
        )
        kept += plans(played, adversary)
        times += _times(played)
    by = defaultdict[tuple[object, ...], list[Plan]](list)
    for plan in kept:
        by[plan.adversary, plan.delay, plan.rule, plan.spending].append(plan)
    p50, p99 = np.percentile(times, (50, 99))
    of = f"{len(times):,} plans, least of {_ROUNDS} rounds each; three traces and the plan"
    return [
        Result("FREEZE-01", "plan from a report, p50", float(p50), "ms", note=of),
        Result("FREEZE-02", "plan from a report, p99", float(p99), "ms", note=of),
        *_told(lambda *key: by[key]),
        *_left(lambda *key: by[key]),
    ]


if __name__ == "__main__":
    for result in run():
        print(f"{result.id}  {result.value:10.3f} {result.unit:<9} {result.title}  ({result.note})")

"""How much of the stolen money a freeze plan finds, how much it takes from others, and how soon it is made.

Each case is planned 10 minutes to 24 hours after its victim's last payment, by each rule of tracing, on
banks whose rings are all of one kind. What is true is `benchmarks.freeze_loot`'s to say.
See docs/explanation/fund-tracing.md for what the figures mean and do not mean.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from itertools import product
from typing import Final

import numpy as np
import numpy.typing as npt

from benchmarks.freeze_loot import Spending
from benchmarks.freeze_plans import DELAYS, ROUNDS, WAYS, A, Plan, Whole, counted, plans, times_of
from benchmarks.freeze_truth import Played, play
from benchmarks.result import Result
from zhamen.simulate import Adversaries, BankConfig

__all__ = ["run"]

_ADVERSARIES: Final = {
    "fast": Adversaries(fast=1, slow=0, mixing=0),
    "slow, 6 to 48 h": Adversaries(fast=0, slow=1, mixing=0),
    "mixing, keeps 20 to 50 %": Adversaries(fast=0, slow=0, mixing=1),
}
_SEEDS: Final = tuple(range(201, 207))
_CUSTOMERS: Final = 3_000
_DAYS: Final = 30
_INTENSITY: Final = 20.0
_Chosen = Callable[..., list[Plan]]


def _shares(table: Whole) -> tuple[float, float]:
    """Give capture and collateral of cases together, in percent."""
    sums = table.sum(axis=0)
    found, planned = int(sums[A.FOUND]), int(sums[A.PLANNED])
    return 100 * found / max(1, int(sums[A.TRUE])), 100 * (planned - found) / max(1, planned)


def _intervals(some: list[Plan]) -> tuple[str, str]:
    """Give the middle 95 % of both when rings are drawn anew."""
    dice = np.random.default_rng(7)
    rings: dict[str, Whole] = {}
    for plan in some:
        rings[plan.ring] = rings.get(plan.ring, 0) + plan.amounts
    table = np.array(list(rings.values()))
    drawn = [_shares(table[dice.integers(len(table), size=len(table))]) for _ in range(300)]
    low, high = np.percentile(drawn, (2.5, 97.5), axis=0)
    return f"{low[0]:.1f} to {high[0]:.1f} over rings", f"{low[1]:.1f} to {high[1]:.1f} over rings"


def _told(chosen: _Chosen) -> Iterator[Result]:
    """Tell capture, collateral and accounts of every adversary, moment and rule."""
    for number, (adversary, delay, way) in enumerate(product(_ADVERSARIES, DELAYS, WAYS), 1):
        own, other = (chosen(adversary, delay, way, spending) for spending in Spending)
        table = np.array([plan.amounts for plan in own])
        (capture, collateral), (low, high) = _shares(table), _shares(np.array([p.amounts for p in other]))
        captures, collaterals = _intervals(own)
        title, otherwise = f"{adversary}, {delay}, {way}", "if mules spend stolen money first"
        note = f"{captures}; {low:.1f} {otherwise}"
        yield Result(f"FREEZE-{100 + number}", f"capture: {title}", capture, "%", note=note)
        note = f"{collaterals}; {high:.1f} {otherwise}; {_whose(table)}"
        yield Result(f"FREEZE-{200 + number}", f"collateral: {title}", collateral, "%", note=note)
        accounts = float(table[:, A.ACCOUNTS].mean())
        yield Result(f"FREEZE-{300 + number}", f"accounts a case: {title}", accounts, "accounts")


def _whose(table: Whole) -> str:
    sums = table.sum(axis=0)
    over = int(sums[A.PLANNED] - sums[A.FOUND])
    cases, mules = (int(sums[at]) / max(1, over) for at in (A.OTHER_CASES, A.MULES))
    return f"of it {cases:.0%} stolen in other cases, {mules:.0%} mules' own, {1 - cases - mules:.0%} others'"


def _left(chosen: _Chosen) -> Iterator[Result]:
    """Tell how much there is to be found at all."""
    for number, (adversary, delay) in enumerate(product(_ADVERSARIES, DELAYS), 1):
        some = chosen(adversary, delay, "stolen-first", Spending.OWN_FIRST)
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


def _spent(played: Played) -> npt.NDArray[np.float64]:
    """Give what mules spent in the end, by either truth, and what was stolen."""
    thefts = counted(played)
    spent = [sum(played.loots[spending].spent(theft.name) for theft in thefts) for spending in Spending]
    return np.array([*spent, sum(theft.stolen_minor for theft in thefts)])


def _spendings(spent: dict[str, npt.NDArray[np.float64]]) -> Iterator[Result]:
    for number, (adversary, (own_first, stolen_first, stolen)) in enumerate(spent.items(), 3):
        note = f"{100 * stolen_first / stolen:.1f} % if they spend stolen money first"
        title = f"stolen money that mules spend for themselves: {adversary}"
        yield Result(f"FREEZE-0{number}", title, float(100 * own_first / stolen), "%", note=note)


def run() -> list[Result]:
    """Play the banks, plan every case, and say what it comes to."""
    kept: list[Plan] = []
    times: list[float] = []
    spent = {adversary: np.zeros(3) for adversary in _ADVERSARIES}
    for (adversary, shares), seed in product(_ADVERSARIES.items(), _SEEDS):
        played = play(
            BankConfig(customers=_CUSTOMERS, days=_DAYS, seed=seed, intensity=_INTENSITY, adversaries=shares)
        )
        kept += plans(played, adversary)
        spent[adversary] += _spent(played)
        times += times_of(played)
    by = defaultdict[tuple[object, ...], list[Plan]](list)
    for plan in kept:
        by[plan.adversary, plan.delay, plan.way, plan.spending].append(plan)
    p50, p99 = np.percentile(times, (50, 99))
    of = f"{len(times):,} plans, least of {ROUNDS} rounds each; three traces and the plan"
    return [
        Result("FREEZE-01", "plan from a report, p50", float(p50), "ms", note=of),
        Result("FREEZE-02", "plan from a report, p99", float(p99), "ms", note=of),
        *_spendings(spent),
        *_told(lambda *key: by[key]),
        *_left(lambda *key: by[key]),
    ]


if __name__ == "__main__":
    for result in run():
        print(f"{result.id}  {result.value:10.3f} {result.unit:<9} {result.title}  ({result.note})")

"""How well the mule score tells mules from others, how early, and what its probabilities are worth.

The shipped weights are measured on banks that had no part in them (`benchmarks.mule_train` fits them).
See docs/cards/mule-score.md for what the figures mean and do not mean.
"""

from collections.abc import Iterator
from typing import Final

import numpy as np
import numpy.typing as npt

from benchmarks.mule_amlsim import amlsim
from benchmarks.mule_days import CREDITOR, DEBTOR, NAMES, Days
from benchmarks.mule_fit import Samples, log_odds
from benchmarks.mule_quality import (
    Judged,
    alerts,
    average_precision,
    calibration,
    in_life,
    interval,
    judge,
    leads,
)
from benchmarks.mule_train import INTENSITY, WARM_UP, live
from benchmarks.result import Result
from zhamen.networks.mule.fitted import INBOUND, OUTBOUND
from zhamen.simulate import Adversaries

__all__ = ["probabilities", "run"]

TEST_SEEDS: Final = tuple(range(121, 127))
_ALONE: Final = {
    "rings that pass on at once": Adversaries(fast=1, slow=0, mixing=0),
    "rings that wait 6 to 48 hours": Adversaries(fast=0, slow=1, mixing=0),
    "rings that keep 20 to 50 %": Adversaries(fast=0, slow=0, mixing=1),
}
_ALONE_SEEDS: Final = (131, 132)
_Floats = npt.NDArray[np.float64]

SEEN: Final = 0.05
"""From this probability on an account counts as seen, for the figures of how early."""
BUDGETS: Final = (10, 20, 50, 100, 500)
IN_LIFE: Final = (2, 5, 10, 50)


def probabilities(days: Days, *, links: bool = True) -> tuple[_Floats, _Floats]:
    """Score both sides of every payment; without `links`, as a bank that keeps none."""
    known = {
        name: days.values[:, at] if links or "cluster" not in name else np.full(len(days.at), np.nan, "f4")
        for at, name in enumerate(NAMES)
    }
    samples = Samples(known, np.zeros(len(days.at), np.bool_))
    debtor, creditor = (1 / (1 + np.exp(-log_odds(model, samples))) for model in (OUTBOUND, INBOUND))
    return debtor, creditor


def _precision(judged: Judged, side: int) -> tuple[float, str]:
    some = judged.told_apart & (judged.side == side)
    low, high = interval(judged, side)
    work = judged.work[some]
    note = f"{low:.2f} to {high:.2f} over rings; {work.sum():,} of {len(work):,} payments are a mule's work"
    return average_precision(judged.probability[some], work), note


def _sides(judged: Judged, bare: Judged) -> Iterator[Result]:
    for number, (side, title) in enumerate(((CREDITOR, "receiving"), (DEBTOR, "paying")), 1):
        value, note = _precision(judged, side)
        yield Result(f"MULE-0{number}", f"average precision, accounts {title}", value, "", note=note)
        value, _ = _precision(bare, side)
        yield Result(f"MULE-0{number + 2}", f"the same without links, accounts {title}", value, "")


def _alerts(judged: Judged) -> Iterator[Result]:
    accounts = len(np.unique(judged.account))
    working = len(np.unique(judged.account[judged.work]))
    of = f"{accounts:,} accounts seen, {working} at a mule's work; each is alerted once"
    for number, budget in enumerate(BUDGETS):
        precision, recall = alerts(judged, budget)
        title = f"{budget} alerts a day"
        yield Result(f"MULE-{10 + number}", f"{title}, precision", 100 * precision, "%", note=of)
        yield Result(f"MULE-{20 + number}", f"{title}, mules found", 100 * recall, "%", note=of)


def _in_life(judged: Judged) -> Iterator[Result]:
    of = f"one ring in {INTENSITY:.0f} kept, mean of draws"
    for number, budget in enumerate(IN_LIFE):
        precision, recall = in_life(judged, budget, INTENSITY)
        title = f"as rare as in life, {budget} alerts a day"
        yield Result(f"MULE-{60 + number}", f"{title}, precision", 100 * precision, "%", note=of)
        yield Result(f"MULE-{70 + number}", f"{title}, mules found", 100 * recall, "%", note=of)


def _leads(judged: Judged) -> Iterator[Result]:
    early = leads(judged, SEEN)
    of = f"{early.mules} mules, seen from a probability of {SEEN} on"
    for number, (title, value, unit) in enumerate(
        (
            ("seen before the first outflow", 100 * early.before, "%"),
            ("seen at the first outflow, in time to hold it", 100 * early.at_it, "%"),
            ("never seen", 100 * early.never, "%"),
            ("median lead of those seen before", early.minutes, "min"),
            ("reported mules seen before the report", 100 * early.before_report, "%"),
            ("victims' money at payments at or above it", 100 * early.of_money, "%"),
            ("accounts a day at or above it for the first time", early.a_day, "accounts"),
            ("of them rings' accounts", 100 * early.right, "%"),
        ),
        30,
    ):
        yield Result(f"MULE-{number}", title, value, unit, note=of)


def _alone() -> Iterator[Result]:
    """Measure on banks whose rings are all of one kind."""
    for number, (kind, adversaries) in enumerate(_ALONE.items()):
        test = list(live(_ALONE_SEEDS, adversaries))
        judged = judge(test, [probabilities(days) for days in test], WARM_UP)
        early = leads(judged, SEEN)
        of = f"{early.mules} mules; median lead of those seen before {early.minutes:.0f} min"
        for place, (side, sort) in enumerate(((CREDITOR, "receiving"), (DEBTOR, "paying"))):
            value, note = _precision(judged, side)
            title = f"{kind}: average precision, accounts {sort}"
            yield Result(f"MULE-{80 + 10 * number + place}", title, value, "", note=note)
        for place, (when, share) in enumerate(
            (("before the first outflow", early.before), ("at it", early.at_it), ("never", early.never)), 2
        ):
            title = f"{kind}: seen {when}"
            yield Result(f"MULE-{80 + 10 * number + place}", title, 100 * share, "%", note=of)


def run() -> list[Result]:
    """Measure the shipped weights on banks that had no part in them."""
    test = list(live(TEST_SEEDS))
    judged = judge(test, [probabilities(days) for days in test], WARM_UP)
    bare = judge(test, [probabilities(days, links=False) for days in test], WARM_UP)
    results = [*_sides(judged, bare), *_alerts(judged), *_in_life(judged), *_leads(judged)]
    for number, level in enumerate(calibration(judged, INTENSITY), 40):
        title = f"a mule's work, of payments said to be it by {level.low:g} to {level.high:g}"
        note = f"said {100 * level.said:.3g} %, {level.payments:,} payments"
        results.append(Result(f"MULE-{number}", title, 100 * level.found, "%", note=note))
    results += _alone()
    return [*results, *_amlsim()]


def _amlsim() -> Iterator[Result]:
    """Tell how the score does on a world that nobody here made, where its data are."""
    told = amlsim(INBOUND, OUTBOUND)
    if told is None:
        return
    for number, (way, value) in enumerate(told.precision.items(), 50):
        yield Result(f"MULE-{number}", f"AMLSim, accounts by {way}", value, "AP")
    note = f"{told.mules:,} mules that pay, at a level that as many accounts reach as are mules"
    yield Result("MULE-54", "AMLSim, seen before the first outflow", told.before, "%", note=note)
    yield Result("MULE-55", "AMLSim, seen at the first outflow", told.at, "%", note=note)
    yield Result("MULE-56", "AMLSim, median lead of those seen before", told.lead_steps, "steps", note=note)


if __name__ == "__main__":
    for result in run():
        print(f"{result.id}  {result.value:10.3f} {result.unit:<9} {result.title}  ({result.note})")

"""How well the mule score tells mules from others, how early, and what its probabilities are worth.

``python -m benchmarks mule_score`` measures the shipped weights on banks that had no part in them.
``python -m benchmarks.mule_score fit`` fits them anew and writes `zhamen.networks.mule.fitted`.
See docs/cards/mule-score.md for what the figures mean and do not mean.
"""

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from pprint import pformat
from typing import Final

import numpy as np
import numpy.typing as npt

from benchmarks.mule_amlsim import amlsim
from benchmarks.mule_days import CREDITOR, DEBTOR, NAMES, ROLES, Days, live_through
from benchmarks.mule_fit import Samples, calibrate, fit, log_odds
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
from benchmarks.result import Result
from zhamen.networks.mule.fitted import INBOUND, OUTBOUND
from zhamen.networks.mule.model import MuleModel
from zhamen.simulate import Adversaries, BankConfig

__all__ = ["directions_of", "fit_side", "probabilities", "refit", "run", "samples_of"]

FIT_SEEDS: Final = tuple(range(101, 109))
CALIBRATE_SEEDS: Final = tuple(range(111, 115))
TEST_SEEDS: Final = tuple(range(121, 127))
CUSTOMERS: Final = 3_000
DAYS: Final = 30
WARM_UP: Final = 10
"""Days that are lived through and not counted."""
INTENSITY: Final = 20.0
"""So many times the real rate of scams; the innocent are not touched by it."""

TYPOLOGIES: Final = {
    "fan_in": 1,
    "fan_in_sum": 1,
    "fan_out": 1,
    "fan_out_sum": 1,
    "fan_out_largest_share": -1,
    "pass_through_share": 1,
    "gather_scatter": 1,
    "splits": 1,
    "idle_days": 1,
    "woken_probe": 1,
    "woken_in_sum": 1,
    "woken_share": 1,
    "new_payers": 1,
    "age_days": -1,
}
"""What is read of an account, and whether more of it speaks for a mule (1) or against (-1)."""
TRANSFER: Final = {"scatter_gather": 1, "chain_length": 1, "cycle_length": 1}
CLUSTERS: Final = {
    "cluster_size": 1,
    "cluster_reported": 1,
    "cluster_opened_7d": 1,
    "cluster_growth_7d": 1,
    "cluster_risk": 1,
}

_ALL: Final = Adversaries()
_ALONE: Final = {
    "rings that pass on at once": Adversaries(fast=1, slow=0, mixing=0),
    "rings that wait 6 to 48 hours": Adversaries(fast=0, slow=1, mixing=0),
    "rings that keep 20 to 50 %": Adversaries(fast=0, slow=0, mixing=1),
}
_ALONE_SEEDS: Final = (131, 132)
_DAY: Final = 86_400_000_000
_FITTED: Final = Path(__file__).parents[1] / "src/zhamen/networks/mule/fitted.py"
_Floats = npt.NDArray[np.float64]
_Flags = npt.NDArray[np.bool_]


def live(seeds: Iterable[int], adversaries: Adversaries = _ALL) -> Iterator[Days]:
    """Give the payments of a bank of each seed."""
    for seed in seeds:
        config = BankConfig(
            customers=CUSTOMERS, days=DAYS, seed=seed, intensity=INTENSITY, adversaries=adversaries
        )
        yield live_through(config)


# -- Fitting ---------------------------------------------------------------------------------------


def counted(days: Days, side: int) -> _Flags:
    """Give the payments whose account on a side is scored, after the warm-up."""
    return np.asarray(days.scored[side] & (days.at >= days.at[0] + WARM_UP * _DAY))


def samples_of(many: Sequence[Days], side: int) -> Samples:
    """Give the payments to learn from: mules at work, and what accounts do that no ring ever used.

    What a mule does for itself is neither, and a gambling den is neither.
    """
    values, mules = [], []
    for days in many:
        work = days.illicit(side)
        some = counted(days, side) & (work | days.of_nobody(side))
        values.append(days.values[some])
        mules.append(work[some])
    table = np.concatenate(values)
    return Samples({name: table[:, at] for at, name in enumerate(NAMES)}, np.concatenate(mules))


def directions_of(side: int, *parts: Mapping[str, int]) -> dict[str, int]:
    """Give inputs of one side by their whole names."""
    chosen = parts or (TYPOLOGIES, CLUSTERS, TRANSFER)
    return {
        f"{'transfer' if part is TRANSFER else ROLES[side]}_{name}": direction
        for part in chosen
        for name, direction in part.items()
    }


def fit_side(learn: Sequence[Days], hold: Sequence[Days], side: int, *parts: Mapping[str, int]) -> MuleModel:
    """Fit one side's model, and calibrate it on other banks, for life's rate of mules."""
    model = fit(samples_of(learn, side), directions_of(side, *parts))
    return calibrate(model, samples_of(hold, side), times_as_many=INTENSITY)


def write(models: Mapping[str, MuleModel]) -> None:
    """Write the weights as a module."""
    lines = [
        '"""The weights of the mule score, written by ``python -m benchmarks.mule_score fit``."""',
        "",
        "from typing import Final",
        "",
        "from zhamen.networks.mule.model import Input, MuleModel",
        "",
        '__all__ = ["INBOUND", "OUTBOUND"]',
    ]
    for name, model in models.items():
        lines += ["", f"{name}: Final = MuleModel(", f"    intercept={model.intercept},", "    inputs=("]
        for each in model.inputs:
            lines.append(f"        Input({each.name!r}, {pformat(each.cuts)}, {pformat(each.weights)}),")
        lines += ["    ),", ")", _DOCS[name]]
    _FITTED.write_text("\n".join(lines) + "\n")


_DOCS: Final = {
    "INBOUND": '"""For the account that receives."""',
    "OUTBOUND": '"""For the account that pays."""',
}


def refit() -> None:
    """Fit both sides and write them down."""
    learn, hold = list(live(FIT_SEEDS)), list(live(CALIBRATE_SEEDS))
    write({"INBOUND": fit_side(learn, hold, CREDITOR), "OUTBOUND": fit_side(learn, hold, DEBTOR)})


# -- Measuring -------------------------------------------------------------------------------------

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
        for place, (side, title) in enumerate(((CREDITOR, "receiving"), (DEBTOR, "paying"))):
            value, note = _precision(judged, side)
            title = f"{kind}: average precision, accounts {title}"
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
    other = amlsim(INBOUND, OUTBOUND)
    for number, (way, value) in enumerate((other or {}).items(), 50):
        results.append(Result(f"MULE-{number}", f"AMLSim, accounts by {way}", value, "AP"))
    return results


if __name__ == "__main__":
    if sys.argv[1:] == ["fit"]:
        refit()
    else:
        for result in run():
            print(f"{result.id}  {result.value:10.3f} {result.unit:<9} {result.title}  ({result.note})")

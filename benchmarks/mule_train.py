"""Fitting and calibrating the mule score on synthetic banks: ``python -m benchmarks.mule_train``.

It writes `zhamen.networks.mule.fitted`; format it (ruff) before it is committed. The same seeds give
the same weights.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from pprint import pformat
from typing import Final

import numpy as np
import numpy.typing as npt

from benchmarks.mule_days import CREDITOR, DEBTOR, NAMES, ROLES, Days, live_through
from benchmarks.mule_fit import Samples, calibrate, fit
from zhamen.networks.mule.model import MuleModel
from zhamen.simulate import Adversaries, BankConfig

__all__ = ["INTENSITY", "WARM_UP", "directions_of", "fit_side", "live", "refit", "samples_of"]

FIT_SEEDS: Final = tuple(range(101, 109))
CALIBRATE_SEEDS: Final = tuple(range(111, 115))
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
_DAY: Final = 86_400_000_000
_FITTED: Final = Path(__file__).parents[1] / "src/zhamen/networks/mule/fitted.py"
_Flags = npt.NDArray[np.bool_]


def live(seeds: Iterable[int], adversaries: Adversaries = _ALL) -> Iterator[Days]:
    """Give the payments of a bank of each seed."""
    for seed in seeds:
        config = BankConfig(
            customers=CUSTOMERS, days=DAYS, seed=seed, intensity=INTENSITY, adversaries=adversaries
        )
        yield live_through(config)


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
        '"""The weights of the mule score, written by ``python -m benchmarks.mule_train``."""',
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


if __name__ == "__main__":
    refit()

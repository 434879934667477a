"""Fitting the mule score: logistic regression on bins by iteratively reweighted least squares.

Each input is cut where mules and the innocent have their quantiles. A bin weighs what the bins before
it weigh and an increment, which is 0 or more, so the score is monotone; increments that the data do
not ask for become 0, and their cuts fall away.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import floor, log10
from typing import Final

import numpy as np
import numpy.typing as npt

from zhamen.networks.mule.model import Input, MuleModel

__all__ = ["Samples", "calibrate", "fit", "log_odds"]

_ROUNDS: Final = 40
_SWEEPS: Final = 300
_OF_MULES: Final = (0.1, 0.5, 0.9)
_OF_OTHERS: Final = (0.5, 0.9, 0.99, 0.999)

_Floats = npt.NDArray[np.float64]
_Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Samples:
    """Payments of one side: values by name, and whether each is a mule's work."""

    values: Mapping[str, npt.NDArray[np.float32]]
    mule: _Flags


def fit(samples: Samples, directions: Mapping[str, int], ridge: float = 20.0) -> MuleModel:
    """Fit a model.

    `directions` says of each input whether more of it speaks for a mule (1) or against (-1). `ridge`
    pulls increments towards 0: payments of one ring are alike, and count for less than their number.
    """
    cuts = {name: _cuts(samples.values[name], samples.mule) for name in directions}
    columns = [
        _beyond(samples.values[name], cut, directions[name]) for name in directions for cut in cuts[name]
    ]
    patterns, rows = np.unique(np.packbits(np.stack(columns, axis=1), axis=1), axis=0, return_inverse=True)
    design = np.unpackbits(patterns, axis=1, count=len(columns)).astype(np.float64)
    totals = np.bincount(rows.ravel(), minlength=len(design)).astype(np.float64)
    mules = np.bincount(rows.ravel(), samples.mule, minlength=len(design)).astype(np.float64)
    intercept, increments = _solve(design, totals, mules, ridge)
    steps = iter(increments.tolist())
    inputs = [
        _input(name, direction, [(cut, next(steps)) for cut in cuts[name]])
        for name, direction in directions.items()
    ]
    return MuleModel(intercept=round(intercept, 3), inputs=tuple(each for each in inputs if each.cuts))


def _cuts(values: npt.NDArray[np.float32], mule: _Flags) -> list[float]:
    """Give where to cut: quantiles to two digits, each with values on both sides."""
    known = ~np.isnan(values)
    found = set[float]()
    for group, shares in ((mule, _OF_MULES), (~mule, _OF_OTHERS)):
        some = values[known & group]
        if len(some):
            found |= {_two_digits(float(value)) for value in np.quantile(some, shares)}
    low = float(np.min(values[known], initial=np.inf))
    return sorted(cut for cut in found if cut > low)


def _two_digits(value: float) -> float:
    return round(value, 1 - floor(log10(abs(value)))) if value else 0.0


def _beyond(values: npt.NDArray[np.float32], cut: float, direction: int) -> _Flags:
    with np.errstate(invalid="ignore"):
        return np.asarray(values >= cut if direction > 0 else values < cut)


def _solve(design: _Floats, totals: _Floats, mules: _Floats, ridge: float) -> tuple[float, _Floats]:
    """Maximise the likelihood less the ridge, with all coefficients but the intercept 0 or more."""
    matrix = np.hstack([np.ones((len(design), 1)), design])
    pull = np.full(matrix.shape[1], ridge)
    pull[0] = 0.0

    def loss(found: _Floats) -> float:
        eta = matrix @ found
        return float(np.sum(totals * np.logaddexp(0, eta) - mules * eta) + pull @ found**2 / 2)

    found = np.zeros(matrix.shape[1])
    found[0] = np.log(mules.sum() / (totals.sum() - mules.sum()))
    for _ in range(_ROUNDS):
        chance = 1 / (1 + np.exp(-(matrix @ found)))
        curvature = (matrix * (totals * chance * (1 - chance))[:, None]).T @ matrix + np.diag(pull)
        slope = matrix.T @ (mules - totals * chance) - pull * found
        way, before = _step(found, curvature, slope) - found, loss(found)
        share = next(
            (0.5**halving for halving in range(20) if loss(found + 0.5**halving * way) < before), 0.0
        )
        found = found + share * way
        if before - loss(found) < 1e-6:
            break
    return float(found[0]), found[1:]


def _step(start: _Floats, curvature: _Floats, slope: _Floats) -> _Floats:
    """Solve the quadratic model around `start` by coordinates, none but the first below 0."""
    found, rest = start.copy(), slope.copy()
    for _ in range(_SWEEPS):
        moved = 0.0
        for at in range(len(found)):
            to = found[at] + rest[at] / curvature[at, at]
            change = (to if at == 0 else max(0.0, to)) - found[at]
            if change:
                found[at] += change
                rest -= change * curvature[at]
                moved = max(moved, abs(change))
        if moved < 1e-7:
            break
    return found


def _input(name: str, direction: int, steps: Sequence[tuple[float, float]]) -> Input:
    kept = [(cut, step) for cut, step in steps if step >= 0.05]
    weights = [sum(step for _, step in kept[:at]) for at in range(len(kept) + 1)]
    if direction < 0:
        weights = [weights[-1] - weight for weight in weights]
    rounded = tuple(round(weight, 2) for weight in weights)
    return Input(name, tuple(cut for cut, _ in kept), rounded)


def log_odds(model: MuleModel, samples: Samples) -> _Floats:
    """Give the log-odds of many payments at once."""
    total = np.full(len(samples.mule), model.intercept)
    for each in model.inputs:
        values = samples.values[each.name]
        weights = np.array(each.weights)[np.searchsorted(each.cuts, values, side="right")]
        total += np.where(np.isnan(values), 0.0, weights)
    return total


def calibrate(model: MuleModel, samples: Samples, *, times_as_many: float) -> MuleModel:
    """Stretch and shift the log-odds so that they hold for other payments (Platt).

    `times_as_many` is how many times as frequent mules are among the samples as they are in life; the
    probabilities are those of life.
    """
    odds = log_odds(model, samples)
    levels, rows = np.unique(odds, return_inverse=True)
    totals = np.bincount(rows.ravel()).astype(np.float64)
    mules = np.bincount(rows.ravel(), samples.mule)
    intercept, slope = 0.0, 1.0
    for _ in range(50):
        eta = intercept + slope * levels
        chance = 1 / (1 + np.exp(-eta))
        weight, error = totals * chance * (1 - chance), mules - totals * chance
        matrix = np.array([[weight.sum(), weight @ levels], [weight @ levels, weight @ levels**2]])
        step = np.linalg.solve(matrix, np.array([error.sum(), error @ levels]))
        intercept, slope = intercept + float(step[0]), slope + float(step[1])
    inputs = tuple(
        Input(each.name, each.cuts, tuple(round(slope * weight, 2) for weight in each.weights))
        for each in model.inputs
    )
    shifted = intercept + slope * model.intercept - float(np.log(times_as_many))
    return MuleModel(intercept=round(shifted, 3), inputs=inputs)

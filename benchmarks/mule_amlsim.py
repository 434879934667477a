"""The mule score on AMLSim: 20,000 accounts that nobody here made, without devices, owners or openings.

A step of AMLSim is taken as an hour, so that the windows of a day span 24 steps. The shipped weights,
fitted on another world with other amounts, are asked first; then the same inputs are weighed anew on
four fifths of the accounts and asked about the last fifth. Of the shipped weights it is also told how
long before its first payment out a mule was at a level that as many accounts reach as are mules.
"""

import csv
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from benchmarks.mule_days import CREDITOR, DEBTOR, ROLES
from benchmarks.mule_fit import Samples, fit, log_odds
from benchmarks.mule_quality import average_precision
from zhamen.networks.graph.kinds import AccountKind, EdgeKind
from zhamen.networks.graph.live import TransferGraph
from zhamen.networks.graph.postings import Postings
from zhamen.networks.mule.model import MuleModel
from zhamen.networks.typologies.live import Typologies
from zhamen.networks.typologies.names import FIRES, TYPOLOGY_NAMES

__all__ = ["Amlsim", "amlsim"]

_DATA: Final = Path(__file__).parents[2] / "shared/data/amlsim"
_HOUR: Final = 3_600_000_000
_FOLDS: Final = 5
_INPUTS: Final = (
    "fan_in",
    "fan_in_sum",
    "fan_out",
    "fan_out_sum",
    "pass_through_share",
    "gather_scatter",
    "woken_in_sum",
)
_OF_TRANSFER: Final = ("transfer_scatter_gather", "transfer_chain_length", "transfer_cycle_length")

_Columns = dict[str, npt.NDArray[np.float32]]
_Values = npt.NDArray[np.float64]
_Flags = npt.NDArray[np.bool_]
_Whole = npt.NDArray[np.int64]


class Amlsim(NamedTuple):
    """Average precision by account of each way to rank them; of the mules that pay, when they were seen.

    ``before`` and ``at`` are shares in percent, before the first payment out and with it; ``lead_steps`` is
    the median of those before.
    """

    precision: dict[str, float]
    mules: int
    before: float
    at: float
    lead_steps: float


def amlsim(inbound: MuleModel, outbound: MuleModel) -> Amlsim | None:
    """Measure; None where the data are not there."""
    if not _DATA.exists():
        return None
    fraud = np.array([row["isFraud"] == "1" for row in _rows("nodes.csv")])
    steps, sides, values = _told(len(fraud))
    odds = [_odds(model, values) for model in (inbound, outbound)]
    shipped, patterns = np.full(len(fraud), -1e9), np.zeros(len(fraud))
    for accounts, each in zip((sides[CREDITOR], sides[DEBTOR]), odds, strict=True):
        np.maximum.at(shipped, accounts, each)
    for accounts in sides:
        np.add.at(patterns, accounts, values[:, FIRES:].sum(axis=1))
    precision = {
        "shipped": average_precision(shipped, fraud),
        "patterns": average_precision(patterns, fraud),
        "refitted": average_precision(_refitted(_worst(sides, values, len(fraud)), fraud), fraud),
        "base": float(fraud.mean()),
    }
    level = float(np.quantile(shipped, 1 - fraud.mean()))
    return Amlsim(precision, *_lead(steps, sides, odds, level, fraud))


def _odds(model: MuleModel, values: _Values) -> _Values:
    known = {name: values[:, at].astype(np.float32) for at, name in enumerate(TYPOLOGY_NAMES)}
    known |= dict.fromkeys(set(model.names) - known.keys(), np.full(len(values), np.nan, np.float32))
    return log_odds(model, Samples(known, np.zeros(len(values), np.bool_)))


def _lead(
    steps: _Whole, sides: tuple[_Whole, _Whole], odds: list[_Values], level: float, fraud: _Flags
) -> tuple[int, float, float, float]:
    """Give the mules that pay, those seen before and at their first payment, and the median lead."""
    never = np.iinfo(np.int64).max
    seen, paid = np.full(len(fraud), never), np.full(len(fraud), never)
    np.minimum.at(paid, sides[DEBTOR], np.arange(len(steps)))
    for accounts, each in zip((sides[CREDITOR], sides[DEBTOR]), odds, strict=True):
        told = np.flatnonzero(each >= level)
        np.minimum.at(seen, accounts[told], told)
    mules = np.flatnonzero(fraud & (paid < never))
    before, first = mules[seen[mules] < paid[mules]], mules[seen[mules] == paid[mules]]
    lead = float(np.median(steps[paid[before]] - steps[seen[before]])) if len(before) else 0.0
    return len(mules), 100 * len(before) / len(mules), 100 * len(first) / len(mules), lead


def _rows(name: str) -> list[dict[str, str]]:
    with (_DATA / name).open() as lines:
        return list(csv.DictReader(lines))


def _told(accounts: int) -> tuple[_Whole, tuple[_Whole, _Whole], _Values]:
    """Post every transfer; give its step, its two accounts, and what is told of it."""
    rows = _rows("transactions.csv")
    debtor, creditor = (
        np.array([int(row[side]) for row in rows]) for side in ("sourceNodeId", "targetNodeId")
    )
    at = np.array([int(row["time"]) * _HOUR for row in rows])
    order = np.argsort(at, kind="stable")
    graph = TransferGraph(1 << 28)
    for account in range(accounts):
        graph.enrol(account, AccountKind.PERSON)
    typologies, told = Typologies(graph, budget_bytes=1 << 28), np.empty((len(rows), len(TYPOLOGY_NAMES)))
    amount = np.array([max(1, round(float(row["value"]) * 100)) for row in rows])
    graph.append_many(
        Postings.of(
            posted_at=at[order],
            kind=np.full(len(rows), int(EdgeKind.TRANSFER)),
            amount_minor=amount[order],
            debtor=debtor[order],
            creditor=creditor[order],
        )
    )
    typologies.follow_many(told)
    return at[order] // _HOUR, (debtor[order], creditor[order]), told


def _worst(
    sides: tuple[_Whole, _Whole], values: _Values, accounts: int
) -> dict[str, npt.NDArray[np.float32]]:
    """Give for each account the most that was ever told of it, as debtor and as creditor."""
    worst = {}
    for side, role in enumerate(ROLES):
        for name in (*(f"{role}_{each}" for each in _INPUTS), *_OF_TRANSFER):
            column = np.full(accounts, -1.0)
            np.maximum.at(column, sides[side], np.nan_to_num(values[:, TYPOLOGY_NAMES.index(name)], nan=-1.0))
            worst[f"{role} {name}"] = np.where(column < 0, np.nan, column).astype(np.float32)
    return worst


def _refitted(worst: _Columns, fraud: _Flags) -> _Values:
    """Score each account by weights fitted on the accounts of the other folds."""
    fold = np.random.default_rng(7).permutation(len(fraud)) % _FOLDS
    found = np.empty(len(fraud))
    for held in range(_FOLDS):
        learn, ask = fold != held, fold == held
        model = fit(_some(worst, fraud, learn), dict.fromkeys(worst, 1), ridge=2.0)
        found[ask] = log_odds(model, _some(worst, fraud, ask))
    return found


def _some(worst: _Columns, fraud: _Flags, some: _Flags) -> Samples:
    return Samples({name: column[some] for name, column in worst.items()}, fraud[some])

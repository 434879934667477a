"""How well rules alone rank fraud on the handbook's data, by its protocol, beside its published models.

The published figures stand in the README of the data; rows that the gate refuses (payments of
0.00) get the lowest score, so that the same payments are ranked as in the publication.
"""

from pathlib import Path
from time import perf_counter
from typing import Final

import duckdb
import numpy as np
import numpy.typing as npt

from benchmarks.result import Result
from zhamen.adapters.files import RejectFile, open_events
from zhamen.adapters.packs import read_pack
from zhamen.bootstrap.replay import ReplayJob, open_replay
from zhamen.gate.gate import Gate
from zhamen.gate.pack import load_pack
from zhamen.ports.sources import Layout
from zhamen.services.quality import (
    HANDBOOK,
    Protocol,
    area_under_curve,
    average_precision,
    card_precision,
)

__all__ = ["run"]

_ROOT: Final = Path(__file__).parents[1]
_DATA: Final = _ROOT.parent / "shared/data/handbook/transactions.parquet"
_MAPPING: Final = _ROOT / "src/zhamen/packs/mappings/handbook.yaml"
_WEEK: Final = 7 * 86_400_000_000
_FOLDS: Final = tuple(Protocol(HANDBOOK.starts_at + week * _WEEK) for week in range(4))
"""Training from 2018-07-25 to 2018-08-15, a week apart."""
_CHOSEN_ON: Final = tuple(Protocol(HANDBOOK.starts_at - week * _WEEK) for week in range(9, 1, -1))
"""The weeks that the rules were chosen on: tested from 2018-06-06 to 2018-07-31."""
_PUBLISHED: Final = {
    "AUC": {"logistic regression": 0.871, "random forest": 0.867, "XGBoost": 0.862},
    "average precision": {"logistic regression": 0.606, "random forest": 0.658, "XGBoost": 0.639},
    "card precision at 100": {"logistic regression": 0.291, "random forest": 0.287, "XGBoost": 0.273},
}
_FOLDS_PUBLISHED: Final = {
    "AUC": {"balanced bagging": 0.879, "LSTM": 0.876},
    "average precision": {"XGBoost": 0.687, "LSTM": 0.665},
    "card precision at 100": {"balanced bagging": 0.305, "LSTM": 0.297},
}

_Numbers = npt.NDArray[np.float64]


def run() -> list[Result]:
    """Replay the whole file once and measure; nothing where the data is not beside the project."""
    if not _DATA.exists():
        return []
    with duckdb.connect() as connection:
        data = connection.execute(
            "SELECT epoch_us(TX_DATETIME) AS at, CUSTOMER_ID AS card, TX_FRAUD AS fraud"
            " FROM read_parquet(?) ORDER BY TRANSACTION_ID",
            [str(_DATA)],
        ).fetchnumpy()
    scores, uncapped = _scores(len(data["at"]))
    week = _measured(HANDBOOK, data, scores)
    folds = _mean([_measured(protocol, data, scores) for protocol in _FOLDS])
    chosen_on = _mean([_measured(protocol, data, scores) for protocol in _CHOSEN_ON])
    finer = _measured(HANDBOOK, data, uncapped)
    results = []
    for number, (name, value) in enumerate(week.items(), 1):
        elsewhere = f"{chosen_on[name]:.3f} on the eight weeks the rules were chosen on"
        note = f"{elsewhere}; {finer[name]:.3f} without the cap at 100"
        ratios = {f"{model} (published)": value / other for model, other in _PUBLISHED[name].items()}
        results.append(
            Result(f"HANDBOOK-{number:02}", f"{name}, test week, rules alone", value, "", ratios, note)
        )
    for number, (name, value) in enumerate(folds.items(), 4):
        ratios = {f"{model} (published)": value / other for model, other in _FOLDS_PUBLISHED[name].items()}
        results.append(Result(f"HANDBOOK-{number:02}", f"{name}, mean of four folds", value, "", ratios))
    results.append(Result("HANDBOOK-07", "whole replay: file, features, rules", _replay_rate(), "events/s"))
    return results


def _scores(rows: int) -> tuple[_Numbers, _Numbers]:
    """Give the score of each transaction, and the sum of its weights without the cap at 100."""
    pack = load_pack(read_pack("handbook"), "handbook")
    gate = Gate(pack)
    layout = Layout((*gate.fields, "event_id"), pack.utc_offset_minutes, pack.currency)
    weights = np.array([rule.weight for rule in pack.rules])
    scores, uncapped = np.zeros(rows), np.zeros(rows)
    for batch in open_events(_DATA, _MAPPING).batches(layout, RejectFile(None)):
        decisions = gate.decide_batch(batch)
        kinds, ids = batch.texts("type"), batch.texts("event_id")
        paid = np.array([*[kind == "transfer" for kind in kinds.values], False])[kinds.codes]
        numbers = np.array([int(text[1:]) if text[1:].isdigit() else -1 for text in ids.values])
        places = numbers[ids.codes[paid]]
        scores[places] = decisions.scores[paid]
        uncapped[places] = decisions.hits[paid] @ weights
    return scores, uncapped


def _replay_rate() -> float:
    with open_replay(ReplayJob(_DATA, "handbook", "handbook")) as replaying:
        start = perf_counter()
        replayed = replaying.run(lambda _: None)
        return replayed.events / (perf_counter() - start)


def _measured(
    protocol: Protocol, data: dict[str, npt.NDArray[np.int64]], scores: _Numbers
) -> dict[str, float]:
    fraud = data["fraud"] == 1
    tested = protocol.tested(data["at"], data["card"], fraud)
    if protocol == HANDBOOK:
        assert (int(tested.sum()), int(fraud[tested].sum())) == (58_264, 385)
    days = protocol.days(data["at"])[tested]
    card = card_precision(days, data["card"][tested], fraud[tested], scores[tested])
    return {
        "AUC": area_under_curve(fraud[tested], scores[tested]) or 0.0,
        "average precision": average_precision(fraud[tested], scores[tested]) or 0.0,
        "card precision at 100": card or 0.0,
    }


def _mean(measured: list[dict[str, float]]) -> dict[str, float]:
    return {name: float(np.mean([each[name] for each in measured])) for name in measured[0]}

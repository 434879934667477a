"""Measures of ranking against examples worked by hand and against their definitions."""

from datetime import UTC, datetime
from pathlib import Path

import duckdb
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhamen.core.instants import to_micros
from zhamen.services.quality import (
    HANDBOOK,
    Protocol,
    area_under_curve,
    average_precision,
    card_precision,
)

DAY = 86_400_000_000
SCORED = st.lists(st.tuples(st.booleans(), st.integers(0, 5)), min_size=1, max_size=30)


def laid_out(scored: list[tuple[bool, int]]) -> tuple[np.ndarray, np.ndarray]:
    return np.array([fraud for fraud, _ in scored], np.bool_), np.array([score for _, score in scored])


def test_a_perfect_and_a_reversed_ranking() -> None:
    fraud = np.array([True, True, False, False])
    assert area_under_curve(fraud, np.array([9, 8, 2, 1])) == 1
    assert area_under_curve(fraud, np.array([1, 2, 8, 9])) == 0
    assert average_precision(fraud, np.array([9, 8, 2, 1])) == 1
    # precision 1/3 at the third place and 2/4 at the fourth, half the recall each
    assert average_precision(fraud, np.array([2, 1, 8, 9])) == pytest.approx((1 / 3 + 2 / 4) / 2)


def test_equal_scores_are_one_step() -> None:
    fraud = np.array([True, False, False, False])
    assert area_under_curve(fraud, np.zeros(4)) == 0.5
    assert average_precision(fraud, np.zeros(4)) == 0.25
    # the fraud shares the first step with one other payment
    assert average_precision(fraud, np.array([5, 5, 1, 0])) == 0.5


def test_nothing_to_rank_has_no_figure() -> None:
    assert area_under_curve(np.array([True]), np.array([1])) is None
    assert area_under_curve(np.array([False]), np.array([1])) is None
    assert average_precision(np.array([False]), np.array([1])) is None
    empty = np.empty(0, np.int64)
    assert card_precision(empty, empty, empty.astype(bool), empty) is None


@given(SCORED)
def test_the_area_is_the_share_of_pairs_in_order(scored: list[tuple[bool, int]]) -> None:
    fraud, scores = laid_out(scored)
    pairs = [(a > b) + (a == b) / 2 for a in scores[fraud] for b in scores[~fraud]]
    assert area_under_curve(fraud, scores) == (pytest.approx(np.mean(pairs)) if pairs else None)


@given(SCORED)
def test_average_precision_sums_over_thresholds(scored: list[tuple[bool, int]]) -> None:
    fraud, scores = laid_out(scored)
    if not fraud.any():
        return
    total, recall = 0.0, 0.0
    for threshold in sorted(set(scores.tolist()), reverse=True):
        flagged = scores >= threshold
        now = fraud[flagged].sum() / fraud.sum()
        total += (now - recall) * fraud[flagged].mean()
        recall = now
    assert average_precision(fraud, scores) == pytest.approx(total)


def test_a_card_counts_once_a_day_and_not_after_it_was_found() -> None:
    days = np.array([1, 1, 1, 1, 2, 2, 2])
    cards = np.array([7, 7, 8, 9, 7, 8, 9])
    fraud = np.array([True, False, False, False, True, True, False])
    scores = np.array([1, 9, 5, 2, 9, 8, 7])
    # day 1: cards 7 (9 points, compromised), 8; day 2: 7 is gone, so 8 (compromised) and 9
    assert card_precision(days, cards, fraud, scores, top=2) == pytest.approx((1 / 2 + 1 / 2) / 2)


def test_ties_between_cards_are_drawn() -> None:
    days, cards = np.ones(4, np.int64), np.arange(4)
    fraud = np.array([True, False, False, False])
    share = card_precision(days, cards, fraud, np.zeros(4), top=1, draws=400)
    assert share == pytest.approx(0.25, abs=0.08)
    assert share == card_precision(days, cards, fraud, np.zeros(4), top=1, draws=400)


def test_the_protocol_leaves_out_cards_known_by_then() -> None:
    protocol = Protocol(0, train_days=2, delay_days=1, test_days=2)
    at = np.array([0, 1, 2, 3, 3, 3, 4, 4, 5]) * DAY
    cards = np.array([1, 2, 3, 1, 2, 3, 3, 4, 5])
    fraud = np.array([True, False, True, False, False, False, False, True, True])
    # day 3: card 1 was fraud in training; day 4: the fraud of card 3 on day 2 is known by now
    assert protocol.tested(at, cards, fraud).tolist() == [
        False,
        False,
        False,
        False,
        True,
        True,
        False,
        True,
        False,
    ]


def test_the_handbooks_training_starts_on_its_day() -> None:
    assert HANDBOOK.starts_at == to_micros(datetime(2018, 7, 25, tzinfo=UTC))


@pytest.mark.shared
def test_the_published_test_week_has_its_rows_and_frauds() -> None:
    path = Path(__file__).parents[4] / "shared/data/handbook/transactions.parquet"
    if not path.exists():
        pytest.skip("the published data sets are not beside the project")
    with duckdb.connect() as connection:
        found = connection.execute(
            "SELECT epoch_us(TX_DATETIME) AS at, CUSTOMER_ID AS card, TX_FRAUD AS fraud FROM read_parquet(?)",
            [str(path)],
        ).fetchnumpy()
    fraud = found["fraud"] == 1
    tested = HANDBOOK.tested(found["at"], found["card"], fraud)
    assert (int(tested.sum()), int(fraud[tested].sum())) == (58_264, 385)
    days = HANDBOOK.days(found["at"])[tested]
    ceiling = card_precision(
        days, found["card"][tested], fraud[tested], fraud[tested].astype(np.int64), draws=1
    )
    assert ceiling == pytest.approx(0.397, abs=0.0005)

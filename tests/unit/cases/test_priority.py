"""The order by stored heights is the order by the loss that can be prevented, at every instant."""

import math
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from zhamen.cases.priority import HALF_LIFE, Stake, add_up, height, probability_of, rank, value_at
from zhamen.gate.decision import Outcome
from zhamen.testing import NOON

STAKES = st.builds(
    Stake,
    st.sampled_from([0.05, 0.1, 0.2, 0.35, 0.6, 0.95]),
    st.integers(0, 10**12),
    st.integers(0, 10**6).map(lambda seconds: NOON - timedelta(seconds=seconds)),
    st.booleans(),
)
CASES = st.lists(STAKES, min_size=1, max_size=6)
INSTANTS = st.integers(0, 40 * 86_400).map(lambda seconds: NOON + timedelta(seconds=seconds))


def heights(case: list[Stake]) -> tuple[float | None, float | None]:
    pending = add_up(height(stake) for stake in case if stake.pending)
    return pending, add_up(height(stake) for stake in case if not stake.pending)


@given(CASES, INSTANTS)
def test_the_rank_is_the_logarithm_of_what_can_be_prevented(case: list[Stake], at: datetime) -> None:
    value = value_at(case, at)
    expected = math.log2(value) if value > 0 else -math.inf
    assert abs(rank(*heights(case), at) - expected) < 1e-6


@given(CASES, CASES, INSTANTS)
def test_of_two_cases_that_with_more_to_prevent_comes_first(
    one: list[Stake], other: list[Stake], at: datetime
) -> None:
    values = value_at(one, at), value_at(other, at)
    ranks = rank(*heights(one), at), rank(*heights(other), at)
    if values[0] > values[1] * (1 + 1e-5):
        assert ranks[0] > ranks[1]
    elif values[1] > values[0] * (1 + 1e-5):
        assert ranks[1] > ranks[0]


@given(CASES, CASES, INSTANTS, INSTANTS)
def test_the_order_of_money_that_went_never_changes(
    one: list[Stake], other: list[Stake], now: datetime, later: datetime
) -> None:
    _, first = heights([Stake(s.probability, s.amount_minor, s.since) for s in one])
    _, second = heights([Stake(s.probability, s.amount_minor, s.since) for s in other])
    assert first is not None
    assert second is not None
    gap = rank(None, first, now) - rank(None, second, now)
    assert abs(gap - (rank(None, first, later) - rank(None, second, later))) < 1e-9


def test_age_alone_does_not_win() -> None:
    old_and_small = [Stake(0.6, 1_000_00, NOON)]
    new_and_large = [Stake(0.6, 900_000_00, NOON + timedelta(minutes=30))]
    at = NOON + timedelta(hours=1)
    assert rank(*heights(new_and_large), at) > rank(*heights(old_and_small), at)


def test_what_waits_keeps_its_worth_and_what_went_halves() -> None:
    waits, went = [Stake(0.5, 100, NOON, True)], [Stake(0.5, 100, NOON)]
    assert value_at(waits, NOON + 3 * HALF_LIFE) == 50
    assert value_at(went, NOON + 3 * HALF_LIFE) == 50 / 8


def test_a_higher_score_is_never_less_likely() -> None:
    for outcome in Outcome:
        chances = [probability_of(score, outcome) for score in range(101)]
        assert chances == sorted(chances)
        assert 0 < chances[0] <= chances[-1] < 1

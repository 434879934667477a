"""What warnings achieved, by formulas that a person can check by hand."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhamen.records.feedback import Feedback, FeedbackOutcome, effect_of

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)


def told(outcome: FeedbackOutcome, fraud: bool | None = None, amount: int = 0, lost: int = 0) -> Feedback:
    return Feedback(
        id="E1", at=NOON, by="li", outcome=outcome, amount_minor=amount, fraud=fraud, lost_minor=lost
    )


@pytest.mark.parametrize(
    ("outcome", "fraud", "truth"),
    [
        (FeedbackOutcome.STOPPED, None, True),
        (FeedbackOutcome.STOPPED, False, False),
        (FeedbackOutcome.CONTINUED, None, None),
        (FeedbackOutcome.CONTINUED, True, True),
        (FeedbackOutcome.FALSE_ALARM, None, False),
        (FeedbackOutcome.MISSED, None, True),
    ],
)
def test_the_truth_is_what_is_known_or_what_the_outcome_says(
    outcome: FeedbackOutcome, fraud: bool | None, truth: bool | None
) -> None:
    assert told(outcome, fraud).truth is truth


def test_the_figures_of_a_day_worked_out_by_hand() -> None:
    day = [
        told(FeedbackOutcome.STOPPED, amount=50_000),
        told(FeedbackOutcome.STOPPED, fraud=False, amount=9_900),
        told(FeedbackOutcome.CONTINUED, fraud=True, amount=30_000, lost=20_000),
        told(FeedbackOutcome.CONTINUED, amount=1_000),
        told(FeedbackOutcome.FALSE_ALARM, amount=500),
        told(FeedbackOutcome.MISSED, amount=80_000, lost=80_000),
    ]
    effect = effect_of("day", day)
    assert (effect.warnings, effect.frauds_warned, effect.innocents_warned, effect.frauds_missed) == (
        5,
        2,
        2,
        1,
    )
    assert (effect.precision, effect.recall) == (0.5, 2 / 3)
    assert (effect.prevented_minor, effect.lost_minor) == (50_000, 100_000)


def test_shares_of_nothing_are_not_known() -> None:
    nothing = effect_of("none", [])
    assert (nothing.precision, nothing.recall, nothing.prevented_minor) == (None, None, 0)


@given(st.lists(st.builds(told, st.sampled_from(FeedbackOutcome), st.sampled_from([None, True, False]))))
def test_shares_lie_between_nothing_and_all(day: list[Feedback]) -> None:
    effect = effect_of("day", day)
    assert effect.frauds_warned + effect.innocents_warned <= effect.warnings <= len(day)
    for share in (effect.precision, effect.recall):
        assert share is None or 0 <= share <= 1

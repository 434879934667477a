"""Returns: the three methods, to the last minor unit."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhamen.core.errors import InputError
from zhamen.networks.returns import Method, Movement, ReturnPlan, bank_due_on, largest_remainder, plan_return

NOVEMBER = datetime(2026, 11, 1, tzinfo=UTC)


def plan_of(frozen: int, *movements: tuple[int, str | None], **defrauded: int) -> ReturnPlan:
    statement = [
        Movement(posted_at=at, amount_minor=amount, victim=victim)
        for at, (amount, victim) in enumerate(movements)
    ]
    return plan_return(frozen, statement, defrauded, announced_at=NOVEMBER)


def returned(plan: ReturnPlan) -> dict[str, int]:
    return {line.victim: line.returned_minor for line in plan.lines}


def test_a_single_remittance_goes_back_to_its_victim() -> None:
    plan = plan_of(300, (500, "A"), (-200, None), A=500)
    assert (plan.method, returned(plan), plan.stays_frozen_minor) == (Method.SINGLE, {"A": 300}, 0)
    assert plan.notice_until is None


def test_of_several_what_the_time_tells_goes_back_without_notice() -> None:
    plan = plan_of(500, (700, "A"), (-700, None), (500, "B"), A=700, B=500)
    assert (plan.method, returned(plan)) == (Method.BY_TIME, {"B": 500})
    plan = plan_of(1000, (200, None), (300, "A"), (500, "B"), A=300, B=500)
    assert (plan.method, returned(plan)) == (Method.BY_TIME, {"A": 300, "B": 500})
    assert plan.stays_frozen_minor == 200


def test_what_the_time_does_not_tell_is_shared_after_a_notice_of_thirty_days() -> None:
    plan = plan_of(400, (700, "A"), (500, "B"), (-800, None), A=700, B=500)
    assert (plan.method, returned(plan)) == (Method.PRO_RATA, {"A": 233, "B": 167})
    assert plan.notice_until == datetime(2026, 12, 1, tzinfo=UTC)


def test_a_balance_that_the_statement_does_not_explain_is_shared() -> None:
    assert plan_of(900, (300, "A"), (500, "B"), A=300, B=500).method is Method.PRO_RATA


def test_nobody_gets_more_than_was_lost() -> None:
    plan = plan_of(900, (1000, "A"), (-100, None), A=250)
    assert (returned(plan), plan.stays_frozen_minor) == ({"A": 250}, 650)
    plan = plan_of(900, (600, "A"), (600, None), (-300, None), A=600)
    assert (plan.method, returned(plan), plan.stays_frozen_minor) == (Method.PRO_RATA, {"A": 600}, 300)


@pytest.mark.parametrize(
    ("frozen", "movement", "loss"), [(-1, (5, "A"), 5), (5, (0, "A"), 5), (5, (5, "B"), 5), (5, (5, "A"), -5)]
)
def test_what_cannot_be_is_refused(frozen: int, movement: tuple[int, str], loss: int) -> None:
    with pytest.raises(InputError):
        plan_of(frozen, movement, A=loss)


amounts = st.integers(1, 10**15)
movements = st.lists(
    st.tuples(st.integers(-(10**6), 10**6).filter(bool), st.sampled_from(("A", "B", "C", None)))
)


@given(st.integers(0, 10**16), movements, amounts, amounts, amounts)
def test_every_plan_adds_up_and_keeps_within_losses(
    frozen: int, given_: list[tuple[int, str | None]], a: int, b: int, c: int
) -> None:
    plan = plan_of(frozen, *given_, A=a, B=b, C=c)
    assert sum(returned(plan).values()) + plan.stays_frozen_minor == frozen
    assert plan.stays_frozen_minor >= 0
    for line in plan.lines:
        assert 0 < line.returned_minor <= line.defrauded_minor


@given(st.dictionaries(st.text(max_size=3), st.integers(0, 10**15), min_size=1), st.integers(0, 10**15))
def test_shares_add_up_and_differ_from_the_exact_by_less_than_one(
    weights: dict[str, int], total: int
) -> None:
    shares, whole = largest_remainder(total, weights), sum(weights.values())
    if whole:
        assert sum(shares.values()) == total
        for name, weight in weights.items():
            assert abs(shares[name] * whole - total * weight) < whole


def test_the_bank_has_three_working_days() -> None:
    assert bank_due_on(date(2026, 11, 27), lambda day: day.weekday() < 5) == date(2026, 12, 2)

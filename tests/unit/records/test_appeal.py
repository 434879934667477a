"""An appeal's life: every step from its place, every end with words that tell nobody off."""

from datetime import UTC, datetime, timedelta

import pytest

from zhamen.core.errors import RecordConflict
from zhamen.records.appeal import (
    CAUSES,
    DAYS,
    OPEN,
    STEPS,
    Appeal,
    AppealStatus,
    Cause,
    Step,
    check_step,
    due_at,
)
from zhamen.screening.subjects import SubjectKind

NOON = datetime(2026, 2, 20, 12, tzinfo=UTC)


def appeal(status: AppealStatus) -> Appeal:
    return Appeal(
        id=1,
        kind=SubjectKind.PHONE,
        masked="+86 138****00",
        claim="it is mine",
        contact="a@b.example",
        received_at=NOON,
        due_at=due_at(NOON),
        status=status,
        decided_at=None if status in OPEN else NOON,
    )


@pytest.mark.parametrize("step", Step)
@pytest.mark.parametrize("status", AppealStatus)
def test_a_step_leads_on_from_its_places_only(step: Step, status: AppealStatus) -> None:
    before, after = STEPS[step]
    if status in before:
        assert check_step(appeal(status), step) is after
    else:
        with pytest.raises(RecordConflict, match=f"is {status}; {step} needs"):
            check_step(appeal(status), step)


def test_every_end_is_reached_and_none_is_left() -> None:
    reached = {after for _, after in STEPS.values()}
    assert reached | {AppealStatus.RECEIVED} == set(AppealStatus)
    assert all(before <= OPEN for before, _ in STEPS.values())


def test_the_clock_runs_fifteen_days_over_the_end_of_a_month() -> None:
    assert due_at(NOON) == datetime(2026, 3, 7, 12, tzinfo=UTC)
    waiting = appeal(AppealStatus.IN_REVIEW)
    assert not waiting.overdue(NOON + timedelta(days=DAYS))
    assert waiting.overdue(NOON + timedelta(days=DAYS, microseconds=1))
    assert not appeal(AppealStatus.REJECTED).overdue(NOON + timedelta(days=99))


@pytest.mark.parametrize(
    ("passed", "left"),
    [
        (timedelta(), 15),
        (timedelta(seconds=1), 15),
        (timedelta(days=1), 14),
        (timedelta(days=14, hours=1), 1),
        (timedelta(days=15), 0),
        (timedelta(days=15, seconds=1), -1),
    ],
)
def test_a_day_that_runs_is_left_and_one_that_runs_late_is_late(passed: timedelta, left: int) -> None:
    assert appeal(AppealStatus.RECEIVED).days_left(NOON + passed) == left


@pytest.mark.parametrize("cause", Cause)
def test_what_the_customer_is_told_names_no_source_and_no_case(cause: Cause) -> None:
    zh, en = CAUSES[cause]
    assert any("\u4e00" <= letter <= "\u9fff" for letter in zh)
    assert en.isascii()
    for word in ("公安", "涉案", "可疑交易", "举报", "police", "suspicious", "report", "case number"):
        assert word not in zh
        assert word not in en.lower()

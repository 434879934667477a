"""Dense groups of the night: their accounts are records that wait for a check, unless they stand already."""

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from zhamen.bootstrap.groups import enter_groups, run_groups
from zhamen.core.errors import StoreUnavailable
from zhamen.organisation.scope import Scope
from zhamen.ports.record_desk import Sought
from zhamen.ports.records import Actor, Merged
from zhamen.records.record import Status
from zhamen.services.nights import Nights
from zhamen.testing import NOON, SetClock

SOURCES = ("6222020200110000001", "6222020200110000002")
TARGETS = ("6222020200110000011", "6222020200110000012")
CHINA = timezone(timedelta(hours=8))


@pytest.fixture
def bank(desk: Any) -> Any:
    """A desk where two paid the same two, and one paid one of them."""
    paid = [(source, target) for source in SOURCES for target in TARGETS]
    for number, (debtor, creditor) in enumerate([*paid, ("6222020200110000099", TARGETS[0])], 1):
        event = desk.transfer(number, debtor_account={"id": debtor}, creditor_account={"id": creditor})
        assert desk.post("/v1/decisions", event).status == 200
    desk.follow_money()
    return desk


def waiting(bank: Any) -> list[Any]:
    sought, scope = Sought(status=Status.CANDIDATE), Scope("head")
    return [one.record for one in bank.house.desk.records_desk.filed.search(sought, scope).records]


def test_every_account_of_a_group_waits_for_its_check(bank: Any) -> None:
    assert enter_groups(bank.house) == Merged(created=4)
    records = waiting(bank)
    assert [record.source for record in records] == ["network-groups"] * 4
    assert {record.case_number for record in records} == {f"T8-{NOON:%Y%m%d}-1"}
    assert enter_groups(bank.house) == Merged(unchanged=4)


def test_what_was_checked_is_not_entered_again(bank: Any) -> None:
    enter_groups(bank.house)
    filed, checker = bank.house.desk.records_desk.filed, Actor("wang", "head", "looked at the payments")
    run = filed.runs(Scope("head"))[0].number
    assert filed.publish_run(run, checker, bank.house.desk.clock(), most=3) == 3
    bank.house.desk.follower.look()
    assert enter_groups(bank.house) == Merged(unchanged=1)
    assert len(waiting(bank)) == 1


def test_a_bank_without_payments_has_none(desk: Any) -> None:
    desk.follow_money()
    assert enter_groups(desk.house) == Merged()
    desk.house.service._live.gate.networks = None
    assert enter_groups(desk.house) == Merged()


def test_the_search_ends_with_the_gate(bank: Any) -> None:
    with run_groups(bank.house):
        assert not waiting(bank)


class TestNights:
    def test_each_night_that_begins_is_done_once_and_one_that_fails_again(self) -> None:
        done: list[datetime] = []
        clock = SetClock(datetime(2026, 11, 1, 2, 59, tzinfo=CHINA))

        def work() -> None:
            done.append(clock())
            if len(done) == 1:
                raise StoreUnavailable("away")

        nights = Nights(work, clock, CHINA)
        assert not nights.round()
        clock.now += timedelta(minutes=1)
        with pytest.raises(StoreUnavailable):
            nights.round()
        assert nights.round()
        assert not nights.round()
        clock.now += timedelta(hours=23, minutes=59)
        assert not nights.round()
        clock.now += timedelta(minutes=1)
        assert nights.round()
        assert len(done) == 3

    def test_a_start_in_the_middle_of_the_day_waits_for_the_night(self) -> None:
        clock = SetClock(datetime(2026, 11, 1, 12, tzinfo=CHINA))
        nights = Nights(lambda: None, clock, CHINA)
        assert not nights.round()

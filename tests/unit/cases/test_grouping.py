"""One case for each entity or ring."""

from datetime import timedelta
from typing import Any

import pytest

from zhamen.cases.acts import ActKind
from zhamen.cases.case import CaseStatus, Link, Why
from zhamen.cases.disposition import Disposition
from zhamen.cases.policy import CasePolicy
from zhamen.gate.decision import Outcome
from zhamen.testing import MemoryCasework


def test_victims_of_one_mule_are_one_case(bank: Any) -> None:
    first = bank.pay("victim-1", "mule")
    second = bank.pay("victim-2", "mule")
    assert (second.id, second.alerts, second.amount_minor) == (first.id, 2, 2_000_00)


def test_the_mule_that_pays_on_joins_the_case_of_its_victim(bank: Any) -> None:
    first = bank.pay("victim", "mule")
    assert bank.pay("mule", "next", typology="mule").id == first.id
    assert bank.withdraw("mule").id == first.id


def test_a_ring_grows_along_the_money(bank: Any) -> None:
    first = bank.pay("victim", "layer-1")
    bank.pay("layer-1", "layer-2", typology="mule")
    bank.pay("layer-2", "layer-3", typology="mule")
    assert bank.withdraw("layer-3").id == first.id


def test_a_ring_shares_its_devices(bank: Any) -> None:
    first = bank.pay("mule-1", "a", typology="mule", device="X")
    assert bank.pay("mule-2", "b", typology="mule", device="X").id == first.id


def test_the_device_of_a_victim_ties_nothing(bank: Any) -> None:
    first = bank.pay("mother", "mule-1", device="family tablet")
    assert bank.pay("son", "mule-2", device="family tablet").id != first.id


def test_two_customers_of_one_merchant_are_two_cases(bank: Any) -> None:
    first = bank.pay("a", "shop", kind="merchant")
    assert bank.pay("b", "shop", kind="merchant").id != first.id


def test_a_victim_who_pays_two_suspects_links_them_and_merges_nothing(bank: Any) -> None:
    first = bank.pay("victim", "mule-1")
    second = bank.pay("victim", "mule-2")
    assert second.id != first.id
    assert bank.work.shelf.links == {Link(first.id, second.id, Why.SAME_PAYER)}


def test_an_alert_between_two_cases_joins_the_nearer_and_links_the_other(bank: Any) -> None:
    first = bank.pay("v1", "mule-1")
    second = bank.pay("v2", "mule-2")
    joined = bank.pay("mule-2", "mule-1", typology="mule")
    assert joined.id == second.id
    assert Link(first.id, second.id, Why.SAME_RING) in bank.work.shelf.links


def test_a_closed_case_takes_no_alert_and_is_linked(bank: Any) -> None:
    first = bank.pay("v1", "mule")
    bank.act(first.id, ActKind.DISPOSE, disposition=Disposition.FALSE_POSITIVE)
    second = bank.pay("v2", "mule")
    assert second.id != first.id
    assert Link(first.id, second.id, Why.EARLIER) in bank.work.shelf.links


def test_a_full_case_takes_no_alert_and_is_linked(bank: Any) -> None:
    bank.work = MemoryCasework(CasePolicy(most_alerts=3))
    cases = [bank.pay(f"v{number}", "mule").id for number in range(7)]
    assert cases == [1, 1, 1, 4, 4, 4, 7]
    assert Link(1, 4, Why.SAME_RING) in bank.work.shelf.links


def test_a_case_that_was_quiet_for_too_long_takes_no_alert(bank: Any) -> None:
    first = bank.pay("v1", "mule")
    bank.now += timedelta(days=31)
    assert bank.pay("v2", "mule").id != first.id


def test_a_report_joins_the_case_of_its_payment_and_is_counted_once(bank: Any) -> None:
    case = bank.pay("victim", "mule", amount=500_00)
    reported = bank.report("T1", "victim", "mule", 500_00, scam_kind="task")
    assert (reported.id, reported.alerts, reported.amount_minor) == (case.id, 2, 500_00)
    assert reported.scam_kind == "task"
    assert reported.rank_at(bank.now) > case.rank_at(bank.now)


@pytest.mark.parametrize("days", [0, 30, 400, 40_000])
def test_no_more_can_be_prevented_than_there_is(bank: Any, days: int) -> None:
    case = bank.pay("victim", "mule")
    before = bank.now - timedelta(days=days)
    assert 0 < case.expected_minor(before) <= case.amount_minor
    assert (days < 1) or case.expected_minor(before) == case.amount_minor


def test_a_worse_alert_wakes_a_snoozed_case_and_another_one_does_not(bank: Any) -> None:
    case = bank.pay("v1", "mule", Outcome.CHALLENGE)
    bank.act(case.id, ActKind.SNOOZE, until=bank.now + timedelta(days=1))
    assert bank.pay("v2", "mule", Outcome.CHALLENGE).status is CaseStatus.SNOOZED
    assert bank.pay("v3", "mule", Outcome.HOLD).status is CaseStatus.NEW


def test_money_that_waits_makes_a_case_urgent(bank: Any) -> None:
    calm = bank.pay("v1", "mule-1", Outcome.HOLD, amount=100_00)
    urgent = bank.pay("v2", "mule-2", Outcome.HOLD, amount=20_000_00)
    critical = bank.pay("v3", "mule-1", Outcome.HOLD, amount=500_000_00)
    assert [one.emergency for one in (calm, urgent, critical)] == ["normal", "urgent", "critical"]
    assert critical.id == calm.id
    assert critical.due_at < calm.due_at

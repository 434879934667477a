"""A payment that waits is decided on its own page, by its payer's outlet too when the case has moved up."""

import re
from typing import Any

import pytest
from tests.unit.console.staff import found_bank, sign_in

from zhamen.organisation.permissions import Role
from zhamen.ports.audit import Wanted

OUTLET = "head/nmg/outlet-1"


@pytest.fixture(autouse=True)
def bank(desk: Any) -> Any:
    """A desk with a case of two held payments of an outlet, which the outlet has passed up."""
    found_bank(desk)
    for number in range(1, 5):
        event = desk.transfer(number, outlet="outlet-1", debtor={"id": "C1", "name": "张三"})
        assert desk.post("/v1/decisions", event).status == 200
    desk.project()
    return desk


@pytest.fixture
def outlet(browser: Any) -> Any:
    """Somebody of the outlet whose case has gone to the region."""
    sign_in(browser, Role.SUPERVISOR, OUTLET)
    browser.send("/console/cases/2/escalate-case", form=browser.token("/console/cases"), reason="大额")
    return browser


def test_the_list_leads_to_the_payment_and_to_no_case_outside(outlet: Any) -> None:
    listed = outlet.open("/console/payments")
    assert "/console/payments/4" in listed.text
    assert 'href="/console/cases/2' not in listed.text
    page = outlet.open("/console/payments/4")
    assert page.status == 200
    assert "TALLY-001" in page.text
    assert 'href="/console/cases/2' not in page.text


def test_the_payers_outlet_decides_a_payment_whose_case_has_moved_up(outlet: Any) -> None:
    form = outlet.token("/console/payments/4")
    page = outlet.send("/console/payments/4/decline-payment", form=form, reason="付款人承认被骗")
    assert page.status == 200
    assert "已拒绝" in page.text
    assert "付款人承认被骗" in page.text
    assert "/console/payments/4" not in outlet.open("/console/payments").text


def test_within_the_scope_the_payment_leads_to_its_case_and_the_case_to_it(browser: Any) -> None:
    sign_in(browser, Role.SUPERVISOR, OUTLET)
    assert 'href="/console/cases/2"' in browser.open("/console/payments/4").text
    assert 'href="/console/payments/4"' in browser.open("/console/cases/2").text


def test_what_the_payer_saw_and_said_stands_there(bank: Any, outlet: Any) -> None:
    said = {
        "event_id": "T4",
        "shown": "对方可能是骗子",
        "acknowledged": True,
        "answers": [{"question": "认识收款人吗", "answer": "不认识"}],
    }
    assert bank.post("/v1/statements", said).status == 200
    page = outlet.open("/console/payments/4")
    assert "对方可能是骗子" in page.text
    assert "不认识" in page.text


def test_an_act_that_lacks_something_keeps_what_was_typed(outlet: Any) -> None:
    form = outlet.token("/console/payments/4")
    page = outlet.send(
        "/console/payments/4/extend-payment", form=form, until="2020-01-01T10:00", reason="等家属"
    )
    assert page.status == 409
    assert "请填写时间" in page.text
    assert "等家属" in page.text
    assert 'value="2020-01-01T10:00"' in page.text
    assert outlet.send("/console/payments/4/claim-case", form=form).status == 404


def test_the_time_that_a_form_for_waiting_longer_proposes_is_taken(outlet: Any) -> None:
    page = outlet.open("/console/payments/4").text
    assert "最多再等 72 小时" in page
    until = re.search(r'name="until" required value="([^"]+)"', page)
    assert until is not None
    form = outlet.token("/console/payments/4")
    asked = {"form": form, "until": until[1], "reason": "等家属"}
    assert (
        f"<dd>{until[1].replace('T', ' ')}" in outlet.send("/console/payments/4/extend-payment", **asked).text
    )


def test_that_a_payment_was_looked_at_is_written_down(bank: Any, outlet: Any) -> None:
    outlet.open("/console/payments/4")
    deeds = bank.house.trails.search.list_entries(None, Wanted(act="show-payment"))
    assert [(entry.subject, entry.actor) for entry in deeds.entries] == [("payment/4", "li")]


def test_that_a_case_was_looked_at_is_written_down(bank: Any, browser: Any) -> None:
    sign_in(browser, Role.SUPERVISOR)
    browser.open("/console/cases/2")
    assert browser.open("/console/cases/77").status == 404
    deeds = bank.house.trails.search.list_entries(None, Wanted(act="show-case"))
    assert [(entry.subject, entry.actor) for entry in deeds.entries] == [("case/2", "li")]


def test_another_region_does_not_see_it(browser: Any) -> None:
    sign_in(browser, Role.SUPERVISOR, "head/nm")
    form = browser.token("/console/cases")
    assert browser.open("/console/payments/4").status == 404
    assert browser.send("/console/payments/4/decline-payment", form=form, reason="x").status == 404


@pytest.fixture
def proposed(bank: Any, browser: Any) -> Any:
    """An approver, where somebody else has proposed to release the large one of the payments."""
    for number in range(5, 10):
        event = bank.transfer(number, outlet="outlet-1", amount_minor=90_000_00, debtor={"id": "C1"})
        assert bank.post("/v1/decisions", event).status == 200
    bank.project()
    sign_in(browser, Role.SUPERVISOR, name="wang")
    payment = 9
    form = browser.token("/console/cases")
    own = browser.send(f"/console/payments/{payment}/release-payment", form=form, reason="家人做证").text
    assert ("/approve-payment" in own, "/return-payment" in own) == (False, True)
    browser.send("/console/logout", form=form)
    sign_in(browser, Role.APPROVER)
    return payment


def test_an_approver_finds_the_payments_to_approve(browser: Any, proposed: int) -> None:
    queue = browser.open("/console/cases").text
    assert '<a href="/console/payments?proposed=1">1</a>' in queue
    listed = browser.open("/console/payments?proposed=1").text
    assert set(re.findall(r"/console/payments/(\d+)", listed)) == {str(proposed)}
    form = browser.token(f"/console/payments/{proposed}")
    assert "已放行" in browser.send(f"/console/payments/{proposed}/approve-payment", form=form).text
    assert "没有等待复核的付款" in browser.open("/console/payments?proposed=1").text

"""Accounts and customers from every side: money, cases, talks, devices, page by page."""

import re
from datetime import timedelta
from typing import Any

import pytest
from tests.unit.console.staff import found_bank, sign_in

from zhamen.organisation.permissions import Role
from zhamen.ports.audit import Wanted
from zhamen.testing import NOON

PAYER, SECOND, PAYEE = "6222020200112233445", "6222020200112233999", "6217000010012345678"


@pytest.fixture(autouse=True)
def bank(desk: Any) -> Any:
    """A customer with two accounts who pays in October and November, moves money and gets some back."""
    found_bank(desk)
    owner = {"id": "C1", "name": "张三"}
    last_month = (NOON - timedelta(days=40)).isoformat()
    entries = [
        desk.transfer(1, debtor=owner, amount_minor=100_000, occurred_at=last_month),
        desk.transfer(2, debtor=owner, amount_minor=200_000),
        desk.transfer(3, debtor=owner, amount_minor=400_000),
        desk.transfer(4, debtor=owner, debtor_account={"id": SECOND}, amount_minor=800_000),
        desk.transfer(5, debtor=owner, creditor_account={"id": SECOND}, amount_minor=50),
        desk.transfer(
            6, debtor_account={"id": PAYEE}, creditor_account={"id": PAYER}, amount_minor=3_000, debtor=None
        ),
        {
            "type": "login", "event_id": "L1", "occurred_at": NOON.isoformat(), "account": {"id": PAYER},
            "device": {"id": "device-0123456789", "ip": "203.0.113.9"}, "succeeded": False,
        },
    ]  # fmt: skip
    for event in entries:
        target = "/v1/events" if event["type"] == "login" else "/v1/decisions"
        answer = desk.post(target, event | {"outlet": "outlet-1"})
        assert answer.status in (200, 202), answer.body
    desk.project()
    return desk


def money_of(text: str) -> list[str]:
    return re.findall(r"[\d,.]+ CNY", text)


def test_a_customer_is_shown_with_money_accounts_cases_and_decisions(browser: Any) -> None:
    sign_in(browser, Role.SUPERVISOR)
    page = browser.open("/console/customers/1").text
    months = re.search(r"<figure.*?</figure>", page, flags=re.S)
    assert months is not None
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", months[0], flags=re.S)[1:]
    cells = [re.findall(r"<td[^>]*>(.*?)</td>", row) for row in rows]
    first = NOON - timedelta(days=40)
    assert cells[0] == [f"{first:%Y-%m}", "1,000.00 CNY", "0.00 CNY", "1", "0"]
    assert cells[1][0] == f"{NOON:%Y-%m}"
    assert cells[1][1:] == ["10,000.00 CNY", "30.00 CNY", "2", "1"]
    assert set(re.findall(r'href="/console/accounts/(\d+)"', page)) >= {"1", "3"}
    assert re.search(r'href="/console/cases/\d+"', page)
    assert page.count('href="/console/decisions/') == 7
    assert PAYER not in page


def test_what_was_said_in_the_cases_of_a_customer_is_on_the_page(bank: Any, browser: Any) -> None:
    sign_in(browser, Role.SUPERVISOR)
    page = browser.open("/console/customers/1").text
    assert "没有确认，也没有联系记录" in page
    case = re.findall(r'href="/console/cases/(\d+)"', page)[0]
    form = browser.token("/console/cases")
    browser.send(f"/console/cases/{case}/claim-case", form=form)
    browser.send(
        f"/console/cases/{case}/contact-customer", form=form, way="phone", reached="yes", script="other"
    )
    told = bank.post("/v1/statements", {"event_id": "T3", "shown": "请核实", "acknowledged": True})
    assert told.status == 200
    page = browser.open("/console/customers/1").text
    assert "没有确认，也没有联系记录" not in page
    assert "已阅读提示并坚持付款" in page


def test_closed_cases_are_shown_with_an_account_and_with_its_customer(browser: Any) -> None:
    sign_in(browser, Role.SUPERVISOR)
    form = browser.token("/console/cases")
    case = re.findall(r'href="/console/cases/(\d+)"', browser.open("/console/accounts/1").text)[0]
    browser.send(f"/console/cases/{case}/claim-case", form=form)
    for payment in ("3", "4"):
        sent = {"form": form, "payment": payment, "reason": "骗局"}
        browser.send(f"/console/cases/{case}/decline-payment", **sent)
    closed = browser.send(
        f"/console/cases/{case}/dispose-case", form=form, disposition="suspicious", reason="未证实"
    )
    assert "已办结" in closed.text
    for path in ("/console/accounts/1", "/console/customers/1"):
        page = browser.open(path).text
        assert f'href="/console/cases/{case}"' in page, path
        assert "已办结：可疑，未证实" in page, path


def test_an_account_tells_its_devices_and_sign_ins(browser: Any) -> None:
    sign_in(browser, Role.ANALYST)
    page = browser.open("/console/accounts/1").text
    assert "devi*********6789" in page
    assert "203.0.113.9" in page
    assert "没有提到设备" in browser.open("/console/accounts/2").text


def test_entries_come_page_by_page(bank: Any, browser: Any) -> None:
    for number in range(10, 40):
        assert bank.post("/v1/decisions", bank.transfer(number, outlet="outlet-1")).status == 200
    bank.project()
    sign_in(browser, Role.ANALYST)
    for path in ("/console/accounts/1", "/console/customers/1"):
        seen: list[str] = []
        address = path
        while address:
            page = browser.open(address).text
            seen += re.findall(r'href="/console/decisions/(\d+)"', page)
            more = re.search(r'href="([^"#]+)#entries" rel="next"', page)
            address = more[1] if more else ""
        assert len(seen) == len(set(seen)) >= 35, path
        assert browser.open(f"{path}?before=x").status == 200


def test_a_decision_leads_to_its_case_and_its_customer(browser: Any) -> None:
    sign_in(browser, Role.ANALYST)
    page = browser.open("/console/decisions/3").text
    assert re.search(r'<a class="button" href="/console/cases/\d+">', page)
    assert '<a class="button" href="/console/customers/1">' in page
    assert "一号网点" in page
    strategist = browser
    strategist.cookies.clear()
    sign_in(strategist, Role.STRATEGIST, name="str")
    assert "/console/customers/" not in strategist.open("/console/decisions/3").text


def test_a_number_that_is_looked_up_in_vain_is_in_the_audit_trail_and_not_in_clear(
    bank: Any, browser: Any
) -> None:
    sign_in(browser, Role.ANALYST)
    form = browser.token("/console/account")
    unknown = "6222020200112239876"
    for typed in (unknown, f" {unknown} ", "6222020200112239877", "?"):
        assert browser.send("/console/accounts", form=form, account=typed).status == 404
    deeds = bank.house.trails.search.list_entries(None, Wanted(act="miss-account")).entries
    details = [entry.detail for entry in reversed(deeds)]
    assert [entry.actor for entry in deeds] == ["li"] * 4
    assert details[0] == details[1] != details[2]
    assert details[0]["masked"] == "6222***********9876"
    assert details[3] == {"length": 1}
    assert unknown not in str(deeds)

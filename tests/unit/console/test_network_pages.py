"""What networks say of a decision's transfer and of an account, as staff of one part of the bank meet it."""

import re
from typing import Any

import pytest
from tests.unit.console.staff import found_bank, sign_in

from zhamen.core.identifiers import mask
from zhamen.organisation.permissions import Role
from zhamen.ports.audit import Wanted

PAYER, PAYEE, FAR, LAST = (
    "6222020200112233445", "6217000010012345678", "6217000010087654321", "6217000010099999999",
)  # fmt: skip
MINOR = 50_000_00


@pytest.fixture(autouse=True)
def bank(desk: Any) -> Any:
    """What a victim paid goes on through three accounts, two of them used from one telephone; it is told."""
    found_bank(desk)
    hand = {"device": {"id": "hand-7", "ip": "192.0.2.7"}}
    steps = [(PAYER, PAYEE, {}), (PAYEE, FAR, hand), (FAR, LAST, hand)]
    for number, (debtor, creditor, seen) in enumerate(steps, 1):
        event = desk.transfer(
            number, outlet="outlet-2" if debtor == FAR else "outlet-1", amount_minor=MINOR - number * 1000_00,
            debtor_account={"id": debtor}, creditor_account={"id": creditor}, **seen,
        )  # fmt: skip
        assert desk.post("/v1/decisions", event).status == 200
    desk.follow_money()
    return desk


def part(text: str) -> str:
    found = re.search(r'<section id="networks".*?</section>', text, re.S)
    assert found is not None
    return found[0]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("zh-CN", ("快进快出", "这笔转账完成的资金转移手法", "行内转账")),
        ("en", ("pass-through", "Patterns of mules that this transfer completed", "Transfer")),
    ],
)
def test_a_decision_shows_the_transfers_of_what_it_completed(
    make_browser: Any, language: str, words: tuple[str, ...]
) -> None:
    browser = make_browser(language=language)
    sign_in(browser, Role.INVESTIGATOR)
    page = browser.open("/console/decisions/2/networks")
    assert page.status == 200
    shown = part(page.text)
    assert all(word in shown for word in words)
    assert "48,000.00 CNY" in shown
    assert mask(FAR) in shown
    assert FAR not in page.text


def test_a_decision_that_completed_nothing_shows_nothing(browser: Any) -> None:
    sign_in(browser, Role.INVESTIGATOR)
    page = browser.open("/console/decisions/1")
    assert 'hx-get="/console/decisions/1/networks"' in page.text
    assert '<a href="/console/decisions/1/networks">' in page.text
    assert part(browser.open("/console/decisions/1/networks").text).startswith(
        '<section id="networks" hidden>'
    )


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("zh-CN", ("涉案账户评分", "作为付款账户", "关联账户群", "设备", "大额到账后30分钟内转出的比例")),
        ("en", ("Mule score", "As an account that pays", "Cluster of linked accounts", "device",
                "share of a large receipt that left again within 30 minutes")),
    ],
)  # fmt: skip
def test_an_account_shows_its_score_and_its_cluster(
    make_browser: Any, language: str, words: tuple[str, ...]
) -> None:
    browser = make_browser(language=language)
    sign_in(browser, Role.INVESTIGATOR)
    assert 'hx-get="/console/accounts/2/networks"' in browser.open("/console/accounts/2").text
    page = browser.open("/console/accounts/2/networks")
    assert page.status == 200
    assert all(word in part(page.text) for word in words), page.text
    assert "hand-7" not in page.text
    assert "192.0.2.7" not in page.text


def test_stolen_money_stands_with_the_report_it_is_of(bank: Any, browser: Any) -> None:
    report = {
        "type": "fraud_reported", "event_id": "F1", "occurred_at": bank.transfer(9)["occurred_at"],
        "debtor_account": {"id": PAYER}, "creditor_account": {"id": PAYEE}, "label": "confirmed_fraud",
        "transfer_event_id": "T1", "outlet": "outlet-1",
    }  # fmt: skip
    assert bank.post("/v1/events", report).status in (200, 202), "refused"
    bank.follow_money()
    sign_in(browser, Role.INVESTIGATOR)
    shown = part(browser.open("/console/accounts/2/networks").text)
    assert "账户里的被骗资金" in shown
    assert '<a href="/console/decisions/1">T1</a>' in shown


def test_each_look_is_written_down(browser: Any) -> None:
    sign_in(browser, Role.INVESTIGATOR)
    browser.open("/console/decisions/2/networks")
    browser.open("/console/accounts/2/networks")
    entries = browser.desk.house.trails.search.list_entries(None, Wanted(act="explain-networks")).entries
    assert {entry.subject for entry in entries} == {"decision/2", "account/2"}


@pytest.mark.parametrize(
    ("path", "status"),
    [("decisions/3", 404), ("decisions/99", 404), ("accounts/99", 404), ("accounts/4", 404)],
)
def test_what_is_of_another_part_of_the_bank_is_not_there(browser: Any, path: str, status: int) -> None:
    sign_in(browser, Role.INVESTIGATOR)
    assert browser.open(f"/console/{path}/networks").status == status


def test_without_a_graph_it_is_said(bank: Any, browser: Any) -> None:
    bank.house.service._live.gate.networks = None
    sign_in(browser, Role.INVESTIGATOR)
    assert "闸门没有维护资金图" in part(browser.open("/console/accounts/2/networks").text)
    assert "闸门没有维护资金图" in browser.open("/console/decisions/2/networks").text

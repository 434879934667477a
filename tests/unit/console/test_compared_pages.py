"""Features against the account's own baseline, for those who work cases: no right to replay is needed."""

import re
from datetime import timedelta
from typing import Any

import pytest
from tests.unit.console.staff import found_bank, sign_in

from zhamen.core.errors import TooLarge
from zhamen.organisation.permissions import Role
from zhamen.ports.audit import Wanted
from zhamen.testing import NOON

SENT = "debtor_account_sent_sum_1h"


@pytest.fixture(autouse=True)
def bank(desk: Any) -> Any:
    """A desk where somebody paid 1,000.00 to 5,000.00 on five days and pays 98,000.00 now."""
    found_bank(desk)
    for number in range(1, 6):
        paid = (NOON - timedelta(days=6 - number)).isoformat()
        event = desk.transfer(number, outlet="outlet-1", amount_minor=number * 100_000, occurred_at=paid)
        assert desk.post("/v1/decisions", event).status == 200
    assert (
        desk.post("/v1/decisions", desk.transfer(6, outlet="outlet-1", amount_minor=9_800_000)).status == 200
    )
    desk.project()
    return desk


def row_of(text: str, name: str) -> list[list[str]]:
    """Give the cells of the rows of a feature."""
    rows = re.findall(rf"<tr><td>[^<]*<br><code>{name}</code>.*?</tr>", text)
    return [re.findall(r'<td class="number">(.*?)</td>', row) for row in rows]


@pytest.mark.parametrize("role", [Role.ANALYST, Role.APPROVER])
def test_a_case_tells_how_its_newest_payments_differ_from_what_is_usual(browser: Any, role: Role) -> None:
    sign_in(browser, role)
    case = browser.open("/console/cases").text
    number = re.findall(r'href="/console/cases/(\d+)"', case)[0]
    page = browser.open(f"/console/cases/{number}")
    address = f"/console/cases/{number}/compared"
    assert f'hx-get="{address}"' in page.text
    assert f'<a href="{address}">' in page.text
    text = browser.open(address).text
    assert row_of(text, SENT) == [
        ["5,000.00 CNY", "1,300.00 CNY", "2,500.00 CNY", "3,700.00 CNY"],
        ["4,000.00 CNY", "1,200.00 CNY", "2,000.00 CNY", "2,800.00 CNY"],
    ]
    assert text.count('<h3><a href="/console/decisions/') == 2


def test_a_decision_tells_it_without_being_made_again(bank: Any, browser: Any) -> None:
    sign_in(browser, Role.ANALYST)
    page = browser.open("/console/decisions/6").text
    assert 'hx-get="/console/decisions/6/compared"' in page
    assert "/replay" not in page
    text = browser.open("/console/decisions/6/compared").text
    assert row_of(text, SENT) == [["98,000.00 CNY", "1,400.00 CNY", "3,000.00 CNY", "4,600.00 CNY"]]
    assert "少见" in text
    assert f"<tr><td>付款账户1小时内的付款总额<br><code>{SENT}</code>" in text
    deeds = bank.house.trails.search.list_entries(None, Wanted(act="show-decision"))
    assert [entry.subject for entry in deeds.entries] == ["decision/6"] * 2


def test_without_a_past_nothing_is_unusual(browser: Any) -> None:
    sign_in(browser, Role.ANALYST)
    text = browser.open("/console/decisions/1/compared").text
    assert row_of(text, SENT) == []
    assert "少见。" in text


def test_too_much_to_compare_is_said_and_the_page_stands(bank: Any, browser: Any, monkeypatch: Any) -> None:
    def refuse(_: int) -> None:
        raise TooLarge("too many")

    monkeypatch.setattr(bank.house.insight.reconsidering, "compare", refuse)
    sign_in(browser, Role.ANALYST)
    page = browser.open("/console/decisions/6/compared")
    assert page.status == 200
    assert "不在这里逐笔比较" in page.text


def test_what_was_compared_is_not_made_again(bank: Any, monkeypatch: Any) -> None:
    reconsidering = bank.house.insight.reconsidering
    first = reconsidering.compare(6)
    monkeypatch.setattr(reconsidering, "_replay", None)
    assert reconsidering.compare(6) is first


def test_it_is_for_those_who_may_search_decisions_in_their_part_of_the_bank(
    browser: Any, make_browser: Any
) -> None:
    sign_in(browser, Role.SUPERVISOR, "head/nm")
    for path in ("/console/cases/2/compared", "/console/decisions/6/compared"):
        assert browser.open(path).status == 404
    teller = make_browser()
    sign_in(teller, Role.TELLER, name="teller")
    assert teller.open("/console/decisions/6/compared").status == 403

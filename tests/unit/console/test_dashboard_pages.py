"""The dashboard: clues and suspects beside payments by every part, filters that all obey, links, export."""

import csv
import io
import re
from datetime import timedelta
from typing import Any

import pytest
from tests.unit.console.staff import found_bank, sign_in

from zhamen.organisation.permissions import Role
from zhamen.testing import NOON

DAY = NOON.date().isoformat()
MONTH = NOON.date().replace(day=1).isoformat()
PERIOD = f"since={DAY}&until={DAY}"


@pytest.fixture(autouse=True)
def bank(desk: Any) -> Any:
    """A desk with four payments at an outlet; the fourth is held."""
    found_bank(desk)
    for number in range(1, 5):
        event = desk.transfer(number, outlet="outlet-1", debtor={"id": "C1", "name": "张三"})
        assert desk.post("/v1/decisions", event).status == 200
    desk.project()
    return desk


@pytest.fixture
def closed(browser: Any) -> Any:
    """A supervisor who has closed the case as suspicious, of a kind that was told."""
    sign_in(browser, Role.SUPERVISOR, "head")
    form = browser.token("/console/account")
    browser.send("/console/cases/2/claim-case", form=form)
    browser.send("/console/cases/2/classify-case", form=form, scam_kind="task", reason="x")
    for payment in ("3", "4"):
        browser.send(f"/console/payments/{payment}/decline-payment", form=form, reason="骗局")
    done = browser.send("/console/cases/2/dispose-case", form=form, disposition="suspicious", reason="未证实")
    assert "已办结" in done.text
    return browser


def rows(page: Any, title: str) -> dict[str, list[str]]:
    """Give the rows of the table of a picture, by their names."""
    (figure,) = [each for each in re.findall(r"<figure.*?</figure>", page.text, flags=re.S) if title in each]
    found = re.findall(r"<tr[^>]*>(<td.*?)</tr>", figure, flags=re.S)
    plain = [[re.sub("<[^>]+>", "", cell) for cell in re.findall(r"<td.*?</td>", row)] for row in found]
    return {cells[0]: cells[1:] for cells in plain}


def tiles(page: Any) -> dict[str, str]:
    found = re.findall(r'<div class="tile"><dt>(.*?)</dt><dd[^>]*>(.*?)<', page.text)
    return dict(found)


def test_clues_and_suspects_are_told_by_time_channel_kind_and_unit(closed: Any) -> None:
    page = closed.open(f"/console/dashboard?{PERIOD}")
    assert (tiles(page)["线索"], tiles(page)["涉案账户"]) == ("1", "0")
    for title, name in (
        ("按时间", DAY),
        ("按渠道", "手机银行"),
        ("按类型", "刷单返利"),
        ("按下级机构", "内蒙古分行"),
    ):
        assert rows(page, title)[name][-2:] == ["1", "0"], title


def test_a_confirmed_case_has_its_suspects(closed: Any) -> None:
    form = closed.token("/console/account")
    closed.send("/console/cases/2/reopen-case", form=form, reason="x")
    page = closed.open(f"/console/dashboard?{PERIOD}")
    assert tiles(page)["线索"] == "0"
    again = closed.send(
        "/console/cases/2/dispose-case", form=form, disposition="confirmed_fraud", reason="证实"
    )
    if "待复核" in again.text:
        second = type(closed)(closed.desk)
        sign_in(second, Role.SUPERVISOR, "head", "wang")
        second.send("/console/cases/2/approve-act", form=second.token("/console/account"))
    page = closed.open(f"/console/dashboard?{PERIOD}")
    assert (tiles(page)["线索"], tiles(page)["涉案账户"]) == ("1", "1")
    assert rows(page, "按渠道")["手机银行"][-2:] == ["1", "1"]


@pytest.mark.parametrize(
    ("asked", "clues"),
    [
        ("channel=mobile", "1"), ("channel=counter", "0"), ("scam=task", "1"), ("scam=romance", "0"),
        ("scam=other", "0"), ("unit=head/nmg", "1"), ("unit=head/nm", "0"),
    ],
)  # fmt: skip
def test_clues_obey_the_filters_as_payments_do(closed: Any, asked: str, clues: str) -> None:
    page = closed.open(f"/console/dashboard?{PERIOD}&{asked}")
    assert page.status == 200
    assert tiles(page)["线索"] == clues


def test_where_nothing_was_a_picture_says_what_to_do(closed: Any) -> None:
    page = closed.open("/console/dashboard?since=2019-01-01&until=2019-01-31").text
    assert page.count("这里还没有数据；可以放宽日期或条件。") == page.count("<figure")
    assert "这里还没有数据" not in closed.open("/console/dashboard").text


def test_reported_kinds_can_be_selected(browser: Any) -> None:
    sign_in(browser, Role.BRANCH_MANAGER)
    page = browser.open("/console/dashboard?scam=fake_police")
    assert '<option value="fake_police" selected>' in page.text


def test_rows_lead_to_their_part_and_to_decisions_and_cases(closed: Any) -> None:
    page = closed.open(f"/console/dashboard?{PERIOD}").text.replace("&amp;", "&")
    links = re.findall(r'<td[^>]*><a href="([^"]+)"', page)
    for wanted in (
        f"/console/dashboard?{PERIOD}&channel=mobile&unit=head",
        f"/console/dashboard?{PERIOD}&scam=task&unit=head",
        f"/console/dashboard?{PERIOD}&unit=head%2Fnmg",
        f"/console/decisions?{PERIOD}&channel=mobile&outcome=stopped",
        "/console/cases?status=closed&unit=head%2Fnmg",
    ):
        assert wanted in links, wanted
    for link in links:
        assert closed.open(link).status == 200, link
    found = closed.open(f"/console/decisions?{PERIOD}&channel=mobile&outcome=stopped")
    assert found.text.count('href="/console/decisions/') == 3
    none = closed.open(f"/console/decisions?{PERIOD}&channel=counter")
    assert 'href="/console/decisions/' not in none.text


def test_an_address_asks_for_no_account(closed: Any) -> None:
    found = closed.open("/console/decisions?account=6217000010012345678")
    assert 'value="6217000010012345678"' not in found.text
    assert found.text.count('href="/console/decisions/') == 3


def test_a_year_is_by_month_and_a_month_leads_to_its_days(closed: Any) -> None:
    since = (NOON - timedelta(days=300)).date().isoformat()
    page = closed.open(f"/console/dashboard?since={since}&until={DAY}")
    assert rows(page, "按时间")[MONTH][-2:] == ["1", "0"]
    asked = f"/console/dashboard?since={MONTH}&until={DAY}&unit=head"
    assert asked in page.text.replace("&amp;", "&")


def test_the_export_has_months_clues_and_suspects(closed: Any) -> None:
    form = closed.token("/console/dashboard")
    table = closed.send("/console/dashboard/export", form=form, since=DAY, until=DAY)
    found = list(csv.DictReader(io.StringIO(table.text)))
    told = {(row["by"], row["value"]): (row["payments"], row["clues"], row["suspects"]) for row in found}
    assert told["month", MONTH] == told["day", DAY] == ("4", "1", "0")
    assert told["channel", "mobile"] == ("4", "1", "0")
    assert told["scam", "task"] == ("0", "1", "0")
    assert told["unit", "head/nmg"] == ("4", "1", "0")


def test_units_are_shown_by_their_names(make_browser: Any) -> None:
    for language, name in (("zh-CN", "内蒙古分行"), ("en", "Inner Mongolia")):
        browser = make_browser(language=language)
        sign_in(browser, Role.SUPERVISOR, "head", f"li-{language.lower()}")
        heading = re.findall(r"<h1>.*?</h1>", browser.open("/console/dashboard?unit=head/nmg").text)[0]
        assert name in heading
        assert "head/nmg" not in heading


def test_decisions_are_found_by_kind_and_by_operator(bank: Any, browser: Any) -> None:
    event = bank.transfer(9, outlet="outlet-1", channel="counter", operator="teller-7")
    assert bank.post("/v1/decisions", event).status == 200
    bank.project()
    sign_in(browser, Role.ANALYST)
    page = browser.open("/console/decisions").text
    assert '<select id="scam"' in page
    assert '<input id="operator"' in page
    form = browser.token("/console/account")
    found = browser.send("/console/decisions", form=form, operator="teller-7")
    assert found.text.count('href="/console/decisions/') == 1
    assert browser.send("/console/decisions", form=form, scam="other").text.count("/console/decisions/") == 5
    assert "/console/decisions/" not in browser.send("/console/decisions", form=form, scam="mule").text

"""Traces and freeze plans on pages, as staff of one part of the bank meet them."""

import csv
import io
import re
from typing import Any

import msgspec
import pytest

from zhamen.core.identifiers import mask
from zhamen.organisation.actor import Actor
from zhamen.organisation.permissions import Role
from zhamen.organisation.units import Level, Organisation, Unit
from zhamen.ports.audit import Wanted
from zhamen.services.traced import FreezeShown
from zhamen.testing import NOON

PASSWORD = "a long sentence of mine"
BANK = Organisation(
    [
        Unit(code="head", level=Level.HEAD_OFFICE, zh="总行", en="Head Office"),
        Unit(code="north", level=Level.REGION, parent="head", zh="北部分行", en="North"),
        Unit(code="south", level=Level.REGION, parent="head", zh="南部分行", en="South"),
        Unit(code="n1", level=Level.OUTLET, parent="north", zh="建设路网点", en="Jianshe Road"),
        Unit(code="s1", level=Level.OUTLET, parent="south", zh="人民路网点", en="Renmin Road"),
    ]
)
PAYER, PAYEE, FAR = "6222020200112233445", "6217000010012345678", "6217000010087654321"


def enter(browser: Any, role: Role, unit: str = "head/north", name: str = "li") -> None:
    work = browser.desk.house.work
    operator = Actor.of_staff("root", (Role.ADMINISTRATOR,), work.organisation.history().scope("head"))
    first = work.staff.add(operator, name, (role,), unit).password
    browser.send("/console/login", name=name, password=first)
    sent = {"old": first, "new": PASSWORD, "again": PASSWORD}
    browser.send("/console/account/password", form=browser.token("/console/account"), **sent)


def token(browser: Any, path: str = "/console/cases") -> str:
    found = re.search(r'name="form" value="([^"]+)"', browser.open(path).text)
    return found[1] if found else ""


def deeds(desk: Any) -> set[tuple[str, str]]:
    entries = desk.house.trails.search.list_entries(None, Wanted()).entries
    return {(entry.act, entry.subject) for entry in entries}


@pytest.fixture(autouse=True)
def bank(desk: Any) -> Any:
    """Two payments of a victim in the north, of which the second asks for eyes; their money goes south."""
    desk.house.work.organisation.replace(BANK, at=NOON.replace(year=2020), by="tests")
    onward = {"debtor_account": {"id": PAYEE}, "creditor_account": {"id": FAR}, "outlet": "n1"}
    south = {"debtor_account": {"id": FAR}, "creditor_account": {"id": "S-0001"}, "outlet": "s1"}
    events = [desk.transfer(number, outlet="n1") for number in (1, 2)]
    events += [
        desk.transfer(3, amount_minor=500_000, **onward),
        desk.transfer(4, amount_minor=90_000, **south),
    ]
    for event in events:
        assert desk.post("/v1/decisions", event).status == 200
    desk.follow_money()
    return desk


def test_one_box_leads_to_the_trace_and_keeps_numbers_out_of_the_address(browser: Any) -> None:
    enter(browser, Role.INVESTIGATOR)
    form = token(browser, "/console/trace")
    by_event = browser.send("/console/trace", form=form, what="T1")
    assert "9,800.00 CNY" in by_event.text
    assert f"{mask(PAYEE)}" in by_event.text
    assert PAYEE not in by_event.text
    by_account = browser.send("/console/trace", form=form, what=PAYEE)
    assert "?account=2" in by_account.text
    assert browser.send("/console/trace", form=form, what="nobody").status == 404
    assert {("trace-funds", "decision/1"), ("trace-funds", "account/2")} <= deeds(browser.desk)


def test_the_table_has_what_the_pictures_draw(browser: Any) -> None:
    enter(browser, Role.ANALYST)
    page = browser.open("/console/trace?decision=1")
    assert page.text.count("data-chart=") == 2
    assert re.search(r'data-state="begin" data-word="起点"><td><a href="/console/accounts/1">', page.text)
    assert 'data-value="980000"' in page.text
    assert len(re.findall(r"<tr data-at=", page.text)) == 4 + 3
    assert 'type="range"' in page.text
    links = re.findall(r'href="/console/trace\?(decision=1[^"]+until=[^"]+)"', page.text)
    assert len(links) == 1


def test_an_account_of_another_part_of_the_bank_is_masked_and_no_link(browser: Any) -> None:
    enter(browser, Role.ANALYST)
    page = browser.open("/console/trace?decision=1")
    row = next(line for line in page.text.splitlines() if mask(FAR) in line and "data-state" in line)
    assert "/console/accounts/" not in row
    assert browser.open("/console/trace?decision=4").status == 404


@pytest.mark.parametrize("rule", ["stolen_first", "fifo", "haircut", "libr", "poison"])
@pytest.mark.parametrize("direction", ["forward", "backward"])
def test_every_rule_in_either_direction_is_a_page(browser: Any, rule: str, direction: str) -> None:
    enter(browser, Role.ANALYST)
    page = browser.open(f"/console/trace?account=2&rule={rule}&direction={direction}&hops=3&share=0")
    assert page.status == 200
    assert f'value="{rule}" selected' in page.text


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("decision=1&rule=lifo", 422), ("decision=1&direction=up", 422), ("decision=1&hops=65", 422),
        ("decision=1&hours=0", 422), ("decision=1&share=nan", 422), ("decision=1&until=now", 422),
        ("decision=x", 422), ("decision=99999999999999", 422), ("decision=99", 404), ("account=99", 404),
        ("case=99", 404), ("decision=1&until=20200101T000000Z", 200), ("decision=1&until=", 200),
    ],
)  # fmt: skip
def test_what_an_address_asks_for_is_checked(browser: Any, query: str, status: int) -> None:
    enter(browser, Role.ANALYST)
    page = browser.open(f"/console/trace?{query}")
    assert page.status == status
    assert ('role="alert"' in page.text) == (status != 200)


def test_without_a_graph_it_is_said_and_cases_are_drawn_from_their_alerts(bank: Any, browser: Any) -> None:
    bank.house.service._live.gate.networks = None
    enter(browser, Role.SUPERVISOR)
    page = browser.open("/console/trace?decision=1")
    assert (page.status, "没有维护资金图" in page.text) == (503, True)
    assert browser.open("/console/cases/2/freeze-plan").status == 503
    case = browser.open("/console/cases/2")
    assert case.status == 200
    assert 'data-chart="flow"' in case.text


def test_a_case_is_drawn_from_the_trace_and_leads_to_it(browser: Any) -> None:
    enter(browser, Role.SUPERVISOR)
    case = browser.open("/console/cases/2")
    drawn = case.text[case.text.index('data-chart="flow"') :]
    assert drawn.index(mask(FAR)) < drawn.index("</figure>")
    for link in re.findall(r'href="(/console/(?:trace\?case=2|cases/2/freeze-plan))"', case.text):
        assert browser.open(link).status == 200
    for page in ("/console/accounts/2", "/console/decisions/1"):
        for link in re.findall(r'href="(/console/trace\?[^"]+)"', browser.open(page).text):
            assert browser.open(link.replace("&amp;", "&")).status == 200


def test_a_freeze_plan_says_what_to_do_and_never_a_whole_number(browser: Any) -> None:
    enter(browser, Role.ANALYST)
    page = browser.open("/console/cases/2/freeze-plan")
    assert page.text.count("止付</span>") == 3
    assert "单笔汇入" in page.text
    assert PAYEE not in page.text
    assert "导出" not in page.text
    assert ("plan-freeze", "case/2") in deeds(browser.desk)
    sent = browser.send("/console/cases/2/freeze-plan/export", form=token(browser), format="csv")
    assert sent.status == 403


def test_files_of_it_name_accounts_in_full_and_are_written_down(browser: Any) -> None:
    enter(browser, Role.INVESTIGATOR, unit="head")
    form = token(browser)
    given = {
        kind: browser.send("/console/cases/2/freeze-plan/export", form=form, format=kind)
        for kind in ("csv", "json", "html")
    }
    rows = list(csv.reader(io.StringIO(given["csv"].text.lstrip("\ufeff"))))
    assert {row[2] for row in rows[1:]} == {f"\t{PAYEE}", f"\t{FAR}", "S-0001"}
    assert {row[5] for row in rows[1:]} == {"4800.00", "4100.00", "900.00"}
    plan = msgspec.json.decode(given["json"].text.encode(), type=FreezeShown)
    assert {line.account.identifier for line in plan.lines if line.account} == {PAYEE, FAR, "S-0001"}
    assert PAYEE in given["html"].text
    assert "<script" not in given["html"].text
    assert all("attachment" in each.headers["content-disposition"] for each in given.values())
    assert ("export-freeze-plan", "case/2") in deeds(browser.desk)
    assert browser.send("/console/cases/2/freeze-plan/export", form=form, format="exe").status == 422
    assert browser.send("/console/cases/2/freeze-plan/export", form="x", format="csv").status == 403


def test_a_plan_of_a_case_elsewhere_is_not_there(browser: Any) -> None:
    enter(browser, Role.INVESTIGATOR, unit="head/south")
    assert browser.open("/console/cases/2/freeze-plan").status == 404
    assert browser.open("/console/trace?case=2").status == 404


def test_a_teller_sees_neither(browser: Any) -> None:
    enter(browser, Role.TELLER)
    for path in ("/console/trace", "/console/trace?decision=1", "/console/cases/2/freeze-plan"):
        assert browser.open(path).status == 403


def test_in_english_nothing_is_left_in_chinese(make_browser: Any) -> None:
    browser = make_browser(language="en-GB")
    enter(browser, Role.SUPERVISOR, unit="head")
    for path in ("/console/trace", "/console/trace?case=2", "/console/cases/2/freeze-plan"):
        main = browser.open(path).text.partition("<main")[2].partition("</main>")[0]
        assert not re.search(r"[\u4e00-\u9fff]", main), path


def test_another_language_keeps_the_trace_that_was_open(browser: Any) -> None:
    enter(browser, Role.ANALYST)
    page = browser.open("/console/trace?decision=1&rule=fifo")
    back = re.search(r'name="back" value="([^"]+)"', page.text)
    assert back is not None
    assert back[1].startswith("/console/trace?decision=1&amp;rule=fifo")


def test_money_of_nobody_s_account_has_a_name(desk: Any, browser: Any) -> None:
    credit = {
        "type": "account_credited", "event_id": "C1", "occurred_at": NOON.isoformat(),
        "account": {"id": PAYEE}, "amount_minor": 700_000, "currency": "CNY", "credit_source": "salary",
    }  # fmt: skip
    assert desk.post("/v1/events", credit).status == 202
    desk.follow_money()
    enter(browser, Role.ANALYST)
    assert "现金或其他入账" in browser.open("/console/trace?account=2").text

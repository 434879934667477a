"""Traces and freeze plans on pages, as staff of one part of the bank meet them."""

import csv
import io
import re
from typing import Any

import msgspec
import pytest
from tests.unit.console.staff import found_bank, sign_in

from zhamen.core.identifiers import mask
from zhamen.organisation.permissions import Role
from zhamen.ports.audit import Wanted
from zhamen.services.traced import FreezeShown
from zhamen.testing import NOON

PAYER, PAYEE, FAR = "6222020200112233445", "6217000010012345678", "6217000010087654321"


def deeds(desk: Any) -> set[tuple[str, str]]:
    entries = desk.house.trails.search.list_entries(None, Wanted()).entries
    return {(entry.act, entry.subject) for entry in entries}


@pytest.fixture(autouse=True)
def bank(desk: Any) -> Any:
    """Two payments of a victim, of which the second asks for eyes; their money goes to another region."""
    found_bank(desk)
    onward = {"debtor_account": {"id": PAYEE}, "creditor_account": {"id": FAR}, "outlet": "outlet-1"}
    away = {"debtor_account": {"id": FAR}, "creditor_account": {"id": "S-0001"}, "outlet": "outlet-2"}
    events = [desk.transfer(number, outlet="outlet-1") for number in (1, 2)]
    events += [
        desk.transfer(3, amount_minor=500_000, **onward),
        desk.transfer(4, amount_minor=90_000, **away),
    ]
    for event in events:
        assert desk.post("/v1/decisions", event).status == 200
    desk.follow_money()
    return desk


def test_one_box_leads_to_the_trace_and_keeps_numbers_out_of_the_address(browser: Any) -> None:
    sign_in(browser, Role.INVESTIGATOR)
    form = browser.token("/console/trace")
    by_event = browser.send("/console/trace", form=form, what="T1")
    assert "9,800.00 CNY" in by_event.text
    assert f"{mask(PAYEE)}" in by_event.text
    assert PAYEE not in by_event.text
    by_account = browser.send("/console/trace", form=form, what=PAYEE)
    assert "?account=2" in by_account.text
    assert browser.send("/console/trace", form=form, what="nobody").status == 404
    assert {("trace-funds", "decision/1"), ("trace-funds", "account/2")} <= deeds(browser.desk)


def test_the_table_has_what_the_pictures_draw(browser: Any) -> None:
    sign_in(browser, Role.ANALYST)
    page = browser.open("/console/trace?decision=1")
    assert page.text.count("data-chart=") == 2
    assert re.search(r'data-state="begin" data-word="起点"><td><a href="/console/accounts/1">', page.text)
    assert 'data-value="980000"' in page.text
    assert len(re.findall(r"<tr data-at=", page.text)) == 4 + 3
    assert 'type="range"' in page.text
    links = re.findall(r'href="/console/trace\?(decision=1[^"]+until=[^"]+)"', page.text)
    assert len(links) == 1


def test_money_too_little_to_follow_has_a_mark_and_a_sum_of_its_own(browser: Any) -> None:
    sign_in(browser, Role.ANALYST)
    page = browser.open("/console/trace?decision=1&share=20")
    assert page.text.count('data-state="left_off" data-word="金额太小，不再追"') == 1
    assert re.search(r"<dt>金额太小，不再追</dt><dd>900\.00 CNY</dd>", page.text)
    assert "<dt>金额太小，不再追</dt>" not in browser.open("/console/trace?decision=1").text


def test_an_account_of_another_part_of_the_bank_is_masked_and_no_link(browser: Any) -> None:
    sign_in(browser, Role.ANALYST)
    page = browser.open("/console/trace?decision=1")
    row = next(line for line in page.text.splitlines() if mask(FAR) in line and "data-state" in line)
    assert "/console/accounts/" not in row
    assert browser.open("/console/trace?decision=4").status == 404


@pytest.mark.parametrize("rule", ["stolen_first", "fifo", "haircut", "libr", "poison"])
@pytest.mark.parametrize("direction", ["forward", "backward"])
def test_every_rule_in_either_direction_is_a_page(browser: Any, rule: str, direction: str) -> None:
    sign_in(browser, Role.ANALYST)
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
    sign_in(browser, Role.ANALYST)
    page = browser.open(f"/console/trace?{query}")
    assert page.status == status
    assert ('role="alert"' in page.text) == (status != 200)


def test_without_a_graph_it_is_said_and_cases_are_drawn_from_their_alerts(bank: Any, browser: Any) -> None:
    bank.house.service._live.gate.networks = None
    sign_in(browser, Role.SUPERVISOR)
    page = browser.open("/console/trace?decision=1")
    assert (page.status, "没有维护资金图" in page.text) == (503, True)
    assert browser.open("/console/cases/2/freeze-plan").status == 503
    case = browser.open("/console/cases/2")
    assert case.status == 200
    assert 'data-chart="flow"' in case.text


def test_a_case_is_drawn_from_the_trace_and_leads_to_it(browser: Any) -> None:
    sign_in(browser, Role.SUPERVISOR)
    case = browser.open("/console/cases/2")
    drawn = case.text[case.text.index('data-chart="flow"') :]
    assert drawn.index(mask(FAR)) < drawn.index("</figure>")
    for link in re.findall(r'href="(/console/(?:trace\?case=2|cases/2/freeze-plan))"', case.text):
        assert browser.open(link).status == 200
    for page in ("/console/accounts/2", "/console/decisions/1"):
        for link in re.findall(r'href="(/console/trace\?[^"]+)"', browser.open(page).text):
            assert browser.open(link.replace("&amp;", "&")).status == 200


def test_a_freeze_plan_says_what_to_do_and_never_a_whole_number(browser: Any) -> None:
    sign_in(browser, Role.ANALYST)
    page = browser.open("/console/cases/2/freeze-plan")
    assert page.text.count("止付</span>") == 3
    assert "单笔汇入" in page.text
    assert PAYEE not in page.text
    assert "导出" not in page.text
    assert ("plan-freeze", "case/2") in deeds(browser.desk)
    sent = browser.send(
        "/console/cases/2/freeze-plan/export", form=browser.token("/console/cases"), format="csv"
    )
    assert sent.status == 403


def test_a_plan_tells_the_likelihood_that_its_order_counts_with(bank: Any, browser: Any) -> None:
    report = {
        "type": "fraud_reported", "event_id": "F1", "occurred_at": bank.transfer(9)["occurred_at"],
        "creditor_account": {"id": PAYEE}, "label": "confirmed_fraud", "transfer_event_id": "T2",
    }  # fmt: skip
    assert bank.post("/v1/events", report).status == 202
    bank.follow_money()
    sign_in(browser, Role.ANALYST)
    page = browser.open("/console/cases/2/freeze-plan").text
    lines = [line for line in page.splitlines() if "每分钟风险金额" in line]
    assert ["涉案可能性 95%" in line for line in lines] == ["确认诈骗 1" in line for line in lines]
    assert sum("涉案可能性" in line for line in lines) == 1


def test_files_of_it_name_accounts_in_full_and_are_written_down(browser: Any) -> None:
    sign_in(browser, Role.INVESTIGATOR, unit="head")
    form = browser.token("/console/cases")
    given = {
        kind: browser.send("/console/cases/2/freeze-plan/export", form=form, format=kind)
        for kind in ("csv", "json", "html")
    }
    rows = list(csv.DictReader(io.StringIO(given["csv"].text.lstrip("\ufeff"))))
    assert {row["账号 account"] for row in rows} == {f"\t{PAYEE}", f"\t{FAR}", "S-0001"}
    assert {row["金额 amount"] for row in rows} == {"4800.00", "4100.00", "900.00"}
    assert {row["措施 action"] for row in rows} == {"止付"}
    assert {row["措施代码 action_code"] for row in rows} == {"stop_payment"}
    assert {(row["案件 about"], row["水位 watermark"]) for row in rows} == {("case/2", "4")}
    assert {row["追踪范围 bounds"] for row in rows} == {"最多 8 层 hops; 72 小时 hours; 最低 1% least share"}
    plan = msgspec.json.decode(given["json"].text.encode(), type=FreezeShown)
    assert {line.account.identifier for line in plan.lines if line.account} == {PAYEE, FAR, "S-0001"}
    assert PAYEE in given["html"].text
    assert "<script" not in given["html"].text
    assert all("attachment" in each.headers["content-disposition"] for each in given.values())
    assert ("export-freeze-plan", "case/2") in deeds(browser.desk)
    assert browser.send("/console/cases/2/freeze-plan/export", form=form, format="exe").status == 422
    assert browser.send("/console/cases/2/freeze-plan/export", form="x", format="csv").status == 403


def test_a_plan_takes_bounds_and_its_files_keep_them(browser: Any) -> None:
    sign_in(browser, Role.INVESTIGATOR, unit="head")
    plain, bounds = "/console/cases/2/freeze-plan", "least=1000&hops=3&hub=0&everyone=1"
    page = browser.open(f"{plain}?{bounds}")
    assert (page.status, page.text.count("止付</span>")) == (200, 2)
    assert 'name="least" type="number" min="0" step="0.01" value="1000"' in page.text
    assert "金额太小，不再追" in page.text
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.text))
    assert {"least": "1000", "hops": "3", "hub": "0", "everyone": "1"}.items() <= hidden.items()
    form = browser.token("/console/cases")
    sent = browser.send(f"{plain}/export", **{**hidden, "form": form}, format="json")
    plan = msgspec.json.decode(sent.text.encode(), type=FreezeShown)
    assert (plan.max_hops, plan.gone_minor) == (3, {"below": 90_000})
    for wrong in ("least=-1", "least=nan", "hub=x", "hops=99", "watermark=-2"):
        assert browser.open(f"{plain}?{wrong}").status == 422
        assert browser.open(f"/console/trace?case=2&{wrong}").status == 422


def test_the_watermark_leads_to_the_same_answer(browser: Any) -> None:
    sign_in(browser, Role.ANALYST)
    for path in ("/console/trace?decision=1&least=5", "/console/cases/2/freeze-plan"):
        page = browser.open(path)
        link = re.search(r'href="([^"]+watermark=4[^"]*)"', page.text)
        assert link is not None
        again = browser.open(link[1].replace("&amp;", "&"))
        assert again.status == 200
        assert re.findall("<td class=.number.>.*?</td>", again.text) == re.findall(
            "<td class=.number.>.*?</td>", page.text
        )


def test_a_trace_and_a_plan_of_five_hundred_accounts_are_pages(bank: Any, browser: Any) -> None:
    for number in range(500):
        account = {"id": f"62170000200{number:08d}"}
        paid = bank.transfer(10 + number, debtor_account={"id": PAYEE}, creditor_account=account)
        assert bank.post("/v1/decisions", paid | {"amount_minor": 500 + number}).status == 200
    bank.follow_money()
    sign_in(browser, Role.ANALYST)
    page = browser.open("/console/trace?decision=1&share=0")
    assert page.status == 200
    assert page.text.count('data-state="held"') >= 300
    assert "金额最小的未画出，已合并计算" in page.text
    plan = browser.open("/console/cases/2/freeze-plan?share=0")
    assert plan.status == 200
    assert plan.text.count("<details>") > 200


def test_a_plan_of_a_case_elsewhere_is_not_there(browser: Any) -> None:
    sign_in(browser, Role.INVESTIGATOR, unit="head/nm")
    assert browser.open("/console/cases/2/freeze-plan").status == 404
    assert browser.open("/console/trace?case=2").status == 404


def test_a_teller_sees_neither(browser: Any) -> None:
    sign_in(browser, Role.TELLER)
    for path in ("/console/trace", "/console/trace?decision=1", "/console/cases/2/freeze-plan"):
        assert browser.open(path).status == 403


def test_in_english_nothing_is_left_in_chinese(make_browser: Any) -> None:
    browser = make_browser(language="en-GB")
    sign_in(browser, Role.SUPERVISOR, unit="head")
    for path in (
        "/console/trace",
        "/console/trace?case=2&watermark=3&least=1",
        "/console/cases/2/freeze-plan",
        "/console/cases/2/freeze-plan?hops=99",
    ):
        main = browser.open(path).text.partition("<main")[2].partition("</main>")[0]
        assert not re.search(r"[\u4e00-\u9fff]", main), path


def test_another_language_keeps_the_trace_that_was_open(browser: Any) -> None:
    sign_in(browser, Role.ANALYST)
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
    sign_in(browser, Role.ANALYST)
    assert "现金或其他入账" in browser.open("/console/trace?account=2").text

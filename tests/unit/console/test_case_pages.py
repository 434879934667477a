"""Cases, payments, decisions, accounts and figures on pages, as staff of one part of the bank meet them."""

import re
from datetime import UTC, timedelta
from typing import Any

import pytest
from sqlalchemy import insert
from tests.unit.console.staff import found_bank, sign_in

from zhamen.adapters.sql.schema_cases import case_links
from zhamen.bootstrap.housekeeping import Nightly, make_housekeeper
from zhamen.cases.case import CaseStatus
from zhamen.core.money import grouped
from zhamen.organisation.permissions import Role
from zhamen.organisation.scope import Scope
from zhamen.ports.audit import Wanted
from zhamen.ports.casework import Wanted as Queued
from zhamen.services.housekeeping import nightly_rounds
from zhamen.testing import NOON

PAYER, PAYEE = "6222020200112233445", "6217000010012345678"
OPEN_PAGES = (
    "/console/cases", "/console/cases/2", "/console/payments", "/console/payments/4",
    "/console/decisions", "/console/decisions/4", "/console/accounts", "/console/accounts/1",
    "/console/customers/1", "/console/dashboard",
)  # fmt: skip


@pytest.fixture(autouse=True)
def bank(desk: Any) -> Any:
    """A desk with four payments at an outlet of a region; the fourth is held."""
    found_bank(desk)
    for number in range(1, 5):
        event = desk.transfer(number, outlet="outlet-1", debtor={"id": "C1", "name": "张三"})
        assert desk.post("/v1/decisions", event).status == 200
    desk.project()
    return desk


def test_the_queue_shows_the_case_and_its_payment_waits(browser: Any) -> None:
    sign_in(browser, Role.SUPERVISOR)
    queue, payments = browser.open("/console/cases"), browser.open("/console/payments")
    assert "/console/cases/2" in queue.text
    assert "9,800.00 CNY" in payments.text
    assert PAYER not in queue.text + payments.text


def test_a_case_is_claimed_worked_and_its_payment_declined(bank: Any, browser: Any) -> None:
    sign_in(browser, Role.SUPERVISOR)
    form = browser.token("/console/cases")
    assert browser.send("/console/cases/2/claim-case", form=form).status == 200
    noted = browser.send("/console/cases/2/note-case", form=form, reason="已联系付款人 <b>")
    assert "已联系付款人 &lt;b&gt;" in noted.text
    for payment in ("3", "4"):
        declined = browser.send(f"/console/payments/{payment}/decline-payment", form=form, reason="骗局")
    assert "已拒绝" in declined.text
    closed = browser.send(
        "/console/cases/2/dispose-case", form=form, disposition="suspicious", reason="未证实"
    )
    assert "已办结" in closed.text
    scope = bank.house.work.organisation.history().scope("head")
    assert bank.house.cases.store.get_case(scope, 2).status is CaseStatus.CLOSED


def test_an_act_without_what_it_needs_changes_nothing_and_says_so(bank: Any, browser: Any) -> None:
    sign_in(browser, Role.SUPERVISOR)
    form = browser.token("/console/cases")
    for act, fields in (
        ("note-case", {}), ("snooze-case", {"until": "soon", "reason": "x"}), ("raise-case", {"reason": "x"}),
        ("assign-case", {"reason": "x"}), ("split-case", {"reason": "x"}), ("approve-act", {}),
        ("merge-cases", {"into": "x", "reason": "x"}), ("contact-customer", {"way": "smoke"}),
    ):  # fmt: skip
        page = browser.send(f"/console/cases/2/{act}", form=form, **fields)
        assert (page.status, 'role="alert"' in page.text) == (409, True), act
    assert browser.send("/console/cases/2/nothing", form=form).status == 404
    scope = bank.house.work.organisation.history().scope("head")
    assert bank.house.cases.store.list_acts(scope, 2) == []


def test_cases_are_claimed_together_and_what_is_refused_is_told(browser: Any) -> None:
    sign_in(browser, Role.SUPERVISOR)
    form = browser.token("/console/cases")
    browser.send("/console/cases/2/claim-case", form=form)
    told = browser.send("/console/cases", form=form, act="claim", **{"case.2": "on"})
    assert 'role="status"' in told.text
    assert "未能完成：1" in told.text
    assert "状态已经变化" in told.text
    unticked = browser.send("/console/cases", form=form, act="claim")
    assert (unticked.status, "请先在表中勾选案件" in unticked.text) == (422, True)


def test_only_what_can_be_claimed_is_ticked_and_what_is_acknowledged_says_so(browser: Any) -> None:
    sign_in(browser, Role.SUPERVISOR)
    form = browser.token("/console/cases")
    assert 'name="case.2"' in browser.open("/console/cases").text
    ticked = {"case.2": "on"}
    assert "已完成：1" in browser.send("/console/cases", form=form, act="acknowledge", **ticked).text
    again = browser.send("/console/cases", form=form, act="acknowledge", **ticked)
    assert "案件已有人响应" in again.text
    worked = browser.send("/console/cases/2/claim-case", form=form)
    assert worked.status == 200
    queue = browser.open("/console/cases").text
    assert 'name="case.2"' not in queue
    assert 'value="acknowledge"' not in queue


def test_who_may_not_claim_is_offered_nothing_to_tick(browser: Any) -> None:
    sign_in(browser, Role.APPROVER)
    queue = browser.open("/console/cases").text
    assert 'href="/console/cases/2"' in queue
    assert ("checkbox" in queue, '<th scope="col">选</th>' in queue) == (False, False)


def test_the_queue_is_narrowed_to_a_unit_which_is_called_by_its_name(browser: Any) -> None:
    sign_in(browser, Role.SUPERVISOR)
    page = browser.open("/console/cases?unit=outlet-1&overdue=").text
    assert 'href="/console/cases/2"' in page
    assert 'name="unit" maxlength="200" list="units" spellcheck="false" value="outlet-1"' in page
    assert "<td>一号网点</td>" in page
    assert '<option value="outlet-1">一号网点</option>' in page
    assert "outlet-2" not in page
    assert 'href="/console/cases/2"' not in browser.open("/console/cases?unit=outlet-2").text
    assert "<td>一号网点</td>" in browser.open("/console/payments").text


def test_the_queue_shows_the_loss_by_which_it_is_ordered(bank: Any, browser: Any) -> None:
    sign_in(browser, Role.SUPERVISOR)
    case = bank.house.cases.store.get_case(Scope("head"), 2)
    expected = grouped(case.expected_minor(bank.house.desk.clock()), "CNY")
    assert f'<td class="number">{expected}</td>' in browser.open("/console/cases").text


def test_a_case_is_handed_to_a_unit_of_a_list(browser: Any) -> None:
    sign_in(browser, Role.SUPERVISOR)
    assert '<option value="outlet-2">二号网点</option>' in browser.open("/console/cases/2").text


def test_evidence_is_kept_and_given_back_as_a_file(browser: Any) -> None:
    sign_in(browser, Role.SUPERVISOR)
    form, content = browser.token("/console/cases"), b"%PDF-1.7 receipt"
    parts = b"".join(
        b'--x\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n%s\r\n' % part
        for part in (
            (b"form", b"", form.encode()),
            (b"file", '; filename="回单 1.pdf"'.encode(), content),
        )
    )
    sent = browser.upload(
        "/console/cases/2/evidence", parts + b"--x--\r\n", "multipart/form-data; boundary=x"
    )
    assert "回单 1.pdf" in sent.text
    (address,) = re.findall(r'href="(/console/cases/2/evidence/[0-9a-f]{64})"', sent.text)
    given = browser.download(address)
    assert given.body == content
    assert given.headers["content-disposition"].startswith("attachment; filename=")
    assert given.headers["content-disposition"].endswith(
        ".pdf\"; filename*=UTF-8''%E5%9B%9E%E5%8D%95%201.pdf"
    )
    assert "sandbox" in given.headers["content-security-policy"]
    assert browser.open(address[:-1] + "0").status == 404


def test_a_decision_shows_why_and_that_it_was_looked_at(bank: Any, browser: Any) -> None:
    sign_in(browser, Role.SUPERVISOR)
    page = browser.open("/console/decisions/4")
    assert "TALLY-001" in page.text
    assert PAYER not in page.text
    deeds = bank.house.trails.search.list_entries(None, Wanted(act="show-decision"))
    assert [entry.subject for entry in deeds.entries] == ["decision/4"]


def test_decisions_are_found_by_a_number_that_stays_out_of_the_address(browser: Any) -> None:
    sign_in(browser, Role.SUPERVISOR)
    form = browser.token("/console/cases")
    found = browser.send("/console/decisions", form=form, account=PAYER)
    assert found.text.count('href="/console/decisions/') == 4
    none = browser.send("/console/decisions", form=form, account=PAYER, least="1000000")
    assert 'role="status"' in none.text
    for wrong in ({"since": "yesterday"}, {"least": "much"}):
        assert browser.send("/console/decisions", form=form, **wrong).status == 422


def test_an_account_is_shown_masked_and_whole_only_when_asked_for(browser: Any) -> None:
    sign_in(browser, Role.SUPERVISOR)
    form = browser.token("/console/cases")
    page = browser.send("/console/accounts", form=form, account=PAYER)
    assert (page.status, PAYER in page.text) == (200, False)
    whole = browser.send("/console/accounts/1/identifier", form=form)
    assert PAYER in whole.text
    assert browser.send("/console/accounts", form=form, account="1").status == 404
    assert "/console/accounts/1" in browser.open("/console/customers/1").text


def test_the_dashboard_counts_what_was_held(browser: Any) -> None:
    sign_in(browser, Role.BRANCH_MANAGER)
    day = NOON.date().isoformat()
    page = browser.open(f"/console/dashboard?since={day}&until={day}")
    assert "9,800.00 CNY" in page.text
    form = browser.token("/console/dashboard")
    table = browser.send("/console/dashboard/export", form=form, since=day, until=day)
    assert table.headers["content-disposition"].endswith('"figures.csv"')
    assert "channel,mobile,CNY,4," in table.text
    assert browser.open("/console/dashboard?since=x").status == 422


def test_the_health_page_tells_how_the_gate_does(browser: Any) -> None:
    sign_in(browser, Role.STRATEGIST)
    page = browser.open("/console/health").text
    assert "闸门正在受理" in page
    house, risk = browser.desk.house, browser.desk.house.desk
    stores = (risk.records.engine, risk.records.store, risk.log)
    keeper = make_housekeeper(house.settings, stores, browser.desk.clock)
    house.housekeeping = Nightly(keeper, nightly_rounds(keeper, UTC))
    assert "启动后尚未运行" in browser.open("/console/health").text
    keeper.tidy("system")
    assert "删除：记录 0，查询 0，申诉 0，订阅 0" in browser.open("/console/health").text


@pytest.mark.parametrize("path", [*OPEN_PAGES, "/console/health"])
@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_pages_are_in_one_language(make_browser: Any, path: str, language: str) -> None:
    browser = make_browser(language=language)
    sign_in(browser, Role.AUDITOR if path == "/console/health" else Role.SUPERVISOR)
    page = browser.open(path)
    assert page.status == 200
    words = re.sub(r"<(script|style|textarea).*?</\1>|<[^>]+>", " ", page.text, flags=re.S)
    own = words.replace("中文", "").replace("张三", "")
    assert bool(re.search(r"[\u4e00-\u9fff]", own)) == (language == "zh-CN")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/console/cases/2"), ("POST", "/console/cases/2/claim-case"),
        ("POST", "/console/cases/2/escalate-case"), ("POST", "/console/cases/2/hand-over-case"),
        ("POST", "/console/payments/4/decline-payment"), ("GET", "/console/cases/2/evidence/" + "0" * 64),
        ("GET", "/console/decisions/4"), ("POST", "/console/decisions/4/replay"),
        ("GET", "/console/accounts/1"), ("POST", "/console/accounts/1/identifier"),
        ("GET", "/console/customers/1"),
    ],
)  # fmt: skip
def test_what_is_another_units_is_not_there(browser: Any, method: str, path: str) -> None:
    sign_in(browser, Role.SUPERVISOR, "head/nm")
    form = browser.token("/console/cases")
    if method == "GET":
        page = browser.open(path)
    else:
        page = browser.send(path, form=form, reason="x", unit="outlet-1")
    assert page.status == 404
    assert "/console/cases/2" not in browser.open("/console/cases").text
    assert "9,800.00" not in browser.open("/console/payments").text
    assert 'href="/console/decisions/' not in browser.open("/console/decisions").text


@pytest.mark.parametrize("path", [*OPEN_PAGES, "/console/health"])
def test_who_may_not_is_refused(browser: Any, path: str) -> None:
    sign_in(browser, Role.TELLER)
    assert browser.open(path).status == 403


@pytest.mark.parametrize(
    ("act", "unit", "name"), [("escalate-case", "", "内蒙古分行"), ("hand-over-case", "outlet-2", "二号网点")]
)
def test_a_case_that_leaves_ones_part_leads_to_the_queue_which_tells_where_it_went(
    browser: Any, act: str, unit: str, name: str
) -> None:
    sign_in(browser, Role.SUPERVISOR, "head/nmg/outlet-1")
    form = browser.token("/console/cases")
    page = browser.send(f"/console/cases/2/{act}", form=form, reason="大额", unit=unit)
    assert page.status == 200
    assert f"案件 2 已转到 {name}" in page.text
    assert browser.open("/console/cases/2").status == 404


def test_a_case_that_stays_in_sight_is_shown_after_it_moved(browser: Any) -> None:
    sign_in(browser, Role.SUPERVISOR)
    page = browser.send("/console/cases/2/escalate-case", form=browser.token("/console/cases"), reason="大额")
    assert "上报案件" in page.text
    assert browser.open("/console/cases?moved=1&to=<b>").status == 200


def test_a_case_is_assigned_to_somebody_of_a_list_and_to_nobody_else(browser: Any) -> None:
    sign_in(browser, Role.SUPERVISOR)
    form = browser.token("/console/cases")
    assert '<option value="li">li · 内蒙古分行</option>' in browser.open("/console/cases/2").text
    sent = {"form": form, "reason": "熟悉此案"}
    nobody = browser.send("/console/cases/2/assign-case", to="nobody-such", **sent)
    assert (nobody.status, "请选择能办理这个案件的在岗同事" in nobody.text) == (409, True)
    assert "调查中" in browser.send("/console/cases/2/assign-case", to="li", **sent).text


@pytest.mark.parametrize(
    ("act", "fields", "told"),
    [
        ("dispose-case", {"disposition": "suspicious", "reason": "证据链 <1>"}, "还有付款等待处置"),
        ("snooze-case", {"until": "2026-03-09T10:00", "reason": "证据链 <1>"}, "还有付款等待处置"),
        ("merge-cases", {"into": "77", "reason": "证据链 <1>"}, "没有这个案件"),
        ("hand-over-case", {"unit": "outlet-9", "reason": "证据链 <1>"}, "没有这个机构"),
        ("escalate-case", {"reason": ""}, "请写明理由"),
    ],
)
def test_an_act_that_is_refused_says_why_and_keeps_what_was_typed(
    browser: Any, act: str, fields: dict[str, str], told: str
) -> None:
    sign_in(browser, Role.SUPERVISOR)
    page = browser.send(f"/console/cases/2/{act}", form=browser.token("/console/cases"), **fields)
    assert page.status == 409
    alert = re.search(r'role="alert"><p>(.*?)</p>', page.text)
    assert alert is not None
    assert told in alert[1]
    opened = re.findall(r'<details class="card" open><summary>.*?</details>', page.text, flags=re.S)
    (form,) = (one for one in opened if f"/console/cases/2/{act}" in one)
    for value in fields.values():
        assert value.replace("<", "&lt;").replace(">", "&gt;") in form
    assert "selected>可疑" in form or act != "dispose-case"


def test_forms_ask_for_the_reason_that_their_act_needs(browser: Any) -> None:
    sign_in(browser, Role.SUPERVISOR)
    page = browser.open("/console/cases/2").text
    needed = re.findall(r'id="([a-z0-9-]+)" name="reason"[^>]* required>', page)
    assert {"note", "dispose-reason", "escalate-reason", "merge-reason", "reason-4"} <= set(needed)
    assert "evidence-note" not in needed


def test_the_timeline_tells_what_each_act_said(browser: Any) -> None:
    sign_in(browser, Role.SUPERVISOR)
    form = browser.token("/console/cases")
    for act, fields in (
        ("raise-case", {"emergency": "critical"}), ("classify-case", {"scam_kind": "task"}),
        ("split-case", {"alert.4": "on"}),
    ):  # fmt: skip
        browser.send(f"/console/cases/2/{act}", form=form, reason="r", **fields)
    timeline = browser.open("/console/cases/2").text.partition('<ol class="timeline">')[2]
    for said in ("→ 特急", "→ 刷单返利", '→ <a href="/console/decisions/4">4</a>'):
        assert said in timeline
    merged = browser.send("/console/cases/4/merge-cases", form=form, reason="r", into="2").text
    assert '→ <a href="/console/cases/2">案件 2</a>' in merged.partition('<ol class="timeline">')[2]


def test_a_case_of_one_alert_can_be_merged_and_into_one_that_rests(browser: Any) -> None:
    sign_in(browser, Role.SUPERVISOR)
    form = browser.token("/console/cases")
    browser.send("/console/cases/2/split-case", form=form, reason="r", **{"alert.4": "on"})
    page = browser.open("/console/cases/4").text
    assert 'action="/console/cases/4/merge-cases"' in page
    assert "本案的预警和付款归入案件 2" in page
    for payment in ("3", "2"):
        browser.send(f"/console/payments/{payment}/decline-payment", form=form, reason="r")
    until = f"{NOON + timedelta(days=2):%Y-%m-%dT%H:%M}"
    rested = browser.send("/console/cases/2/snooze-case", form=form, reason="r", until=until)
    assert "已暂缓" in rested.text
    assert 'name="into" value="2"' in browser.open("/console/cases/4").text


def test_a_case_leads_to_the_account_that_it_suspects(browser: Any) -> None:
    sign_in(browser, Role.SUPERVISOR)
    (address,) = set(
        re.findall(r'class="button" href="(/console/accounts/\d+)"', browser.open("/console/cases/2").text)
    )
    assert browser.open(address).status == 200


def test_who_approves_a_merge_is_told_into_which_case(bank: Any, browser: Any) -> None:
    theirs = {"debtor_account": {"id": "6222020200119999999"}, "creditor_account": {"id": "6217000010099999"}}
    for number in (12, 13):
        bank.post("/v1/decisions", bank.transfer(number, outlet="outlet-2", **theirs))
    bank.project()
    sign_in(browser, Role.SUPERVISOR, "head")
    cases = bank.house.cases.store.list_cases(Scope("head"), Queued(), NOON).cases
    other = next(one.id for one in cases if one.id != 2)
    form = browser.token("/console/cases")
    page = browser.send("/console/cases/2/merge-cases", form=form, reason="同一团伙", into=str(other))
    assert f'并入 <a href="/console/cases/{other}">' in page.text
    assert "/approve-act" not in page.text, "who proposed it cannot approve it"
    assert "/return-act" in page.text
    browser.send("/console/logout", form=form)
    sign_in(browser, Role.APPROVER, "head", name="wang")
    assert "/approve-act" in browser.open("/console/cases/2").text


def test_a_talk_is_noted_with_the_script_and_the_customer_that_were_chosen(browser: Any) -> None:
    sign_in(browser, Role.SUPERVISOR)
    form = browser.token("/console/cases")
    page = browser.open("/console/cases/2?script=task").text
    assert '<option value="task" selected>' in page
    assert '<input type="hidden" name="script" value="task">' in page
    party = re.findall(r'<option value="(\d+\.creditor)">收款人 ([^<]+)</option>', page)
    assert len(party) == 1
    sent = {"form": form, "script": "task", "way": "phone", "reached": "yes", "answer.0": "群里认识的"}
    refused = browser.send("/console/cases/2/contact-customer", **sent)
    assert (refused.status, "请选择这次联系的客户" in refused.text) == (409, True)
    assert 'value="群里认识的"' in refused.text
    assert '<input type="hidden" name="script" value="task">' in refused.text
    noted = browser.send("/console/cases/2/contact-customer", **sent, party=party[0][0]).text
    assert f"收款人 {party[0][1]} · 话术" in noted.partition('<ol class="timeline">')[2]


def test_a_related_case_stands_once_with_all_that_ties_it(bank: Any, browser: Any) -> None:
    theirs = {"debtor_account": {"id": "6222020200119999999"}, "creditor_account": {"id": "6217000010099999"}}
    for number in (12, 13):
        bank.post("/v1/decisions", bank.transfer(number, outlet="outlet-2", **theirs))
    bank.project()
    cases = bank.house.cases.store.list_cases(Scope("head"), Queued(), NOON).cases
    other = next(one.id for one in cases if one.id != 2)
    with bank.house.work.engine.begin() as connection:
        for why in ("same_payer", "same_ring"):
            values = {"older": min(2, other), "newer": max(2, other), "why": why}
            connection.execute(insert(case_links).values(values))
    sign_in(browser, Role.SUPERVISOR, "head")
    page = browser.open("/console/cases/2").text
    assert page.count(f'<a href="/console/cases/{other}">') == 1
    assert "同一付款人，可能是同一团伙 · 资金或设备相连 · 待认领" in page

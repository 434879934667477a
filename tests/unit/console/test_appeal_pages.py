"""Appeals on the pages: a receipt and what it tells, and the queue of those who decide."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from tests.unit.console.staff import sign_in

from zhamen.adapters.feeds import read_feed
from zhamen.organisation.permissions import Role
from zhamen.ports.audit import Wanted
from zhamen.ports.records import Actor
from zhamen.records.claim import Claim
from zhamen.screening.categories import category
from zhamen.screening.entries import ListKind
from zhamen.screening.identifiers.identify import recognise
from zhamen.services.import_records import import_records

CARD = "6222020200112233445"
BRANCH = msgspec.structs.replace(read_feed("branch-reports").source, trusted=True, public=True)
POLICE = read_feed("police-accounts").source
CODE = re.compile(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}")
MakeBrowser = Callable[..., Any]


def bring(desk: Any, source: Any = BRANCH, by: str = "wang") -> None:
    claim = Claim(recognise(CARD)[0], ListKind.GREY, category("mule.seller"), 60, 70)
    risk = desk.house.desk
    import_records(risk.records.store, source, iter([[claim]]), actor=Actor(by), clock=desk.clock)
    risk.follower.look()


def appealed(browser: Any) -> str:
    page = browser.send("/query/appeal", value=CARD, claim="这是我的工资卡", contact="a@b.example")
    found = CODE.search(page.text)
    assert found is not None
    return found[0]


def status(browser: Any, code: str) -> Any:
    return browser.send("/query/appeal/status", code=code)


def decide(browser: Any, cause: str, reason: str = "核对了流水", number: int = 1) -> Any:
    path = f"/console/appeals/{number}/decide"
    return browser.send(path, form=browser.token("/console/account"), cause=cause, reason=reason)


def take(browser: Any, number: int = 1) -> Any:
    return browser.send(f"/console/appeals/{number}/take", form=browser.token("/console/account"))


def test_a_receipt_tells_how_the_appeal_stands_and_how_many_days_are_left(desk: Any, browser: Any) -> None:
    code = appealed(browser)
    page = status(browser, code)
    assert (page.status, "已收到" in page.text) == (200, True)
    assert "还有 15 天" in page.text
    for private in ("工资卡", "a@b.example", CARD, "6222"):
        assert private not in page.text
    desk.clock.now += timedelta(days=16)
    assert "已经超过期限" in status(browser, code.lower()).text


def test_the_days_of_a_receipt_are_those_of_the_bank(desk: Any, browser: Any) -> None:
    desk.clock.now = desk.clock.now.replace(day=2, hour=20)
    receipt = browser.send("/query/appeal", value=CARD, claim="这是我的工资卡", contact="a@b.example").text
    due = f"{desk.clock.now + timedelta(days=15, hours=8):%Y-%m-%d}"
    assert f"最迟 {due} 答复" in receipt
    found = CODE.search(receipt)
    assert found is not None
    page = status(browser, found[0]).text
    assert f"收到日期：{desk.clock.now + timedelta(hours=8):%Y-%m-%d}" in page
    assert f"最迟 {due} 答复" in page


def test_what_is_no_receipt_has_one_answer(browser: Any) -> None:
    appealed(browser)
    answers = {status(browser, code).text for code in ("", "1", "0000-0000-0000-0000", "<b>", "x" * 200)}
    assert len(answers) == 1
    assert "没有查到这个查询码的申诉" in next(iter(answers))


def test_who_tries_receipts_too_often_has_to_wait(browser: Any) -> None:
    seen = [status(browser, f"code {number}").status for number in range(12)]
    assert seen[:10] == [200] * 10
    assert 429 in seen[10:]


def test_an_appeal_is_taken_upheld_and_the_record_is_out_of_force_at_once(
    desk: Any, browser: Any, make_browser: MakeBrowser
) -> None:
    bring(desk)
    code = appealed(browser)
    assert "有风险提示" in browser.send("/query", value=CARD).text
    staff = make_browser()
    sign_in(staff, Role.JUDICIAL_DESK, "head")
    assert "还有 15 天" in staff.open("/console/appeals").text
    page = take(staff)
    assert (page.status, "复核中" in page.text) == (200, True)
    against = page.text.partition("针对的记录")[2].partition("经过")[0]
    for word in (category("mule.seller").zh, BRANCH.zh, "生效中"):
        assert f"<td>{word}</td>" in against
    assert "复核中" in status(browser, code).text
    assert "成立，立即解除" in decide(staff, "mistaken").text
    assert "没有查到提示" in browser.send("/query", value=CARD).text
    told = status(browser, code).text
    assert "原风险信息有误" in told
    assert "the record was wrong" in told
    assert "核对了流水" not in told
    assert "没有待办的申诉" in staff.open("/console/appeals").text


def test_who_brought_the_record_does_not_reject_the_appeal(
    desk: Any, browser: Any, make_browser: MakeBrowser
) -> None:
    bring(desk, by="li")
    code = appealed(browser)
    first, second = make_browser(), make_browser()
    sign_in(first, Role.JUDICIAL_DESK, "head")
    assert "不能由您驳回" in take(first).text
    page = decide(first, "evidence_stands")
    assert (page.status, "这一步不能由您自己完成" in page.text) == (409, True)
    sign_in(second, Role.JUDICIAL_DESK, "head", "zhao")
    assert decide(second, "evidence_stands").status == 200
    assert "向监管部门投诉" in status(browser, code).text


def test_what_an_authority_listed_can_only_be_referred(
    desk: Any, browser: Any, make_browser: MakeBrowser
) -> None:
    bring(desk, POLICE)
    appealed(browser)
    staff = make_browser()
    sign_in(staff, Role.JUDICIAL_DESK, "head")
    take(staff)
    page = decide(staff, "mistaken")
    assert (page.status, "只能转交" in page.text) == (409, True)
    assert decide(staff, "authority").status == 200


def test_a_decision_needs_a_reason_and_follows_the_table_of_steps(
    browser: Any, make_browser: MakeBrowser
) -> None:
    appealed(browser)
    staff = make_browser()
    sign_in(staff, Role.JUDICIAL_DESK, "head")
    assert "cause-mistaken" not in staff.open("/console/appeals/1").text
    assert decide(staff, "mistaken").status == 409
    take(staff)
    for cause, reason in (("mistaken", ""), ("", "so"), ("none", "so")):
        assert decide(staff, cause, reason).status == 422
    assert decide(staff, "taken_back", "电话里说的").status == 200
    assert take(staff).status == 409
    assert staff.open("/console/appeals/99").status == 404


@pytest.mark.parametrize("role", [Role.TELLER, Role.AUDITOR, Role.ADMINISTRATOR])
def test_appeals_are_for_those_who_decide_them(browser: Any, make_browser: MakeBrowser, role: Role) -> None:
    appealed(browser)
    staff = make_browser()
    sign_in(staff, role)
    assert 'href="/console/appeals"' not in staff.open("/console/account").text
    assert staff.open("/console/appeals").status == 403
    assert staff.open("/console/appeals/1").status == 403
    assert take(staff).status == 403
    assert decide(staff, "mistaken").status == 403


def test_a_form_of_another_session_decides_nothing(browser: Any, make_browser: MakeBrowser) -> None:
    appealed(browser)
    staff = make_browser()
    sign_in(staff, Role.JUDICIAL_DESK, "head")
    assert staff.send("/console/appeals/1/take", form="x").status == 403
    staff.cookies.clear()
    assert 'action="/console/login"' in staff.send("/console/appeals/1/take", form="x").text


def test_what_the_public_wrote_is_shown_as_text(browser: Any, make_browser: MakeBrowser) -> None:
    browser.send("/query/appeal", value=CARD, claim="<script>x</script>", contact="<b>")
    staff = make_browser()
    sign_in(staff, Role.JUDICIAL_DESK, "head")
    page = staff.open("/console/appeals/1")
    assert "&lt;script&gt;x" in page.text
    assert "<script>x" not in page.text


def test_appeals_are_the_head_offices_and_elsewhere_not_there(
    desk: Any, browser: Any, make_browser: MakeBrowser
) -> None:
    bring(desk)
    appealed(browser)
    outlet = make_browser()
    sign_in(outlet, Role.SUPERVISOR, "head/nmg/outlet-1")
    for path in ("/console/appeals", "/console/appeals/1", "/console/appeals/9", "/console/appeals/all"):
        assert outlet.open(path).status == 404
    sent = {"form": outlet.token(), "value": CARD}
    assert outlet.send("/console/appeals/all", **sent).status == 404
    assert take(outlet).status == 404
    assert decide(outlet, "mistaken").status == 404
    assert desk.house.desk.appeals.open_file(1).acts == []
    assert 'href="/console/appeals"' not in outlet.open("/console").text


def enter(browser: Any, **fields: str) -> Any:
    given = {"kind": "card", "value": CARD, "claim": "这是我的工资卡", "contact": "a@b.example", **fields}
    return browser.send("/console/appeals/new", form=browser.token("/console/account"), **given)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("person", "PASSPORT:E12345678"),
        ("enterprise", "91110000600037341L"),
        ("device", "imei-355000000000001"),
        ("merchant", "104110070110013"),
        ("phone", "13800138000"),
        ("ip", "192.0.2.7"),
    ],
)
def test_staff_enter_an_appeal_of_any_kind_for_a_customer(
    desk: Any, browser: Any, make_browser: MakeBrowser, kind: str, value: str
) -> None:
    teller = make_browser()
    sign_in(teller, Role.TELLER, "head/nmg/outlet-1")
    assert "/console/appeals/new" in teller.open("/console").text
    page = enter(teller, kind=kind, value=value)
    found = CODE.search(page.text)
    assert found is not None, page.text
    assert "已收到" in status(browser, found[0]).text
    (deed,) = [one for one in audited(desk) if one.act == "receive-appeal"]
    assert (deed.actor, deed.unit) == ("li", "head/nmg/outlet-1")


def audited(desk: Any) -> list[Any]:
    return list(desk.house.trails.search.list_entries(None, Wanted(), limit=500).entries)


@pytest.mark.parametrize("fields", [{"kind": "x"}, {"value": "1"}, {"claim": ""}, {"contact": ""}])
def test_an_appeal_that_is_none_is_not_taken_in_and_what_was_typed_stays(
    desk: Any, browser: Any, fields: dict[str, str]
) -> None:
    sign_in(browser, Role.TELLER)
    page = enter(browser, **fields)
    assert page.status == 422
    if "claim" not in fields:
        assert "这是我的工资卡" in page.text
    assert desk.house.desk.appeals.queue() == []


def test_decided_appeals_are_found_by_status_and_by_number(
    desk: Any, browser: Any, make_browser: MakeBrowser
) -> None:
    bring(desk)
    appealed(browser)
    staff = make_browser()
    sign_in(staff, Role.SUPERVISOR, "head")
    take(staff)
    decide(staff, "not_proven")
    link = 'href="/console/appeals/1"'
    assert link not in staff.open("/console/appeals").text
    assert link in staff.open("/console/appeals/all").text
    assert link in staff.open("/console/appeals/all?status=rejected").text
    assert link not in staff.open("/console/appeals/all?status=upheld&before=x").text
    assert link not in staff.open("/console/appeals/all?before=1").text
    token = staff.token()
    assert link in staff.send("/console/appeals/all", form=token, value=CARD).text
    assert link not in staff.send("/console/appeals/all", form=token, value="13800138000").text
    assert "没有这样的申诉" in staff.send("/console/appeals/all", form=token, value="").text
    assert [one.act for one in audited(desk)].count("search-appeals") == 2


def test_an_appeal_is_closed_by_a_correction_of_its_record(
    desk: Any, browser: Any, make_browser: MakeBrowser
) -> None:
    bring(desk)
    code = appealed(browser)
    staff = make_browser()
    sign_in(staff, Role.SUPERVISOR, "head")
    assert 'href="/console/records/1"' in take(staff).text
    page = decide(staff, "corrected", "级别改为关注")
    assert (page.status, "已更正" in page.text) == (200, True)
    assert "不准确的内容已更正" in status(browser, code).text
    assert desk.house.desk.records.store.get(1).status == "active"

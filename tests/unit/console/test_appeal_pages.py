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
    sign_in(staff, Role.JUDICIAL_DESK)
    assert "还有 15 天" in staff.open("/console/appeals").text
    page = take(staff)
    assert (page.status, "复核中" in page.text, "mule.seller" in page.text) == (200, True, True)
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
    sign_in(first, Role.JUDICIAL_DESK)
    assert "不能由您驳回" in take(first).text
    page = decide(first, "evidence_stands")
    assert (page.status, "这一步不能由您自己完成" in page.text) == (409, True)
    sign_in(second, Role.JUDICIAL_DESK, name="zhao")
    assert decide(second, "evidence_stands").status == 200
    assert "向监管部门投诉" in status(browser, code).text


def test_what_an_authority_listed_can_only_be_referred(
    desk: Any, browser: Any, make_browser: MakeBrowser
) -> None:
    bring(desk, POLICE)
    appealed(browser)
    staff = make_browser()
    sign_in(staff, Role.JUDICIAL_DESK)
    take(staff)
    page = decide(staff, "mistaken")
    assert (page.status, "只能转交" in page.text) == (409, True)
    assert decide(staff, "authority").status == 200


def test_a_decision_needs_a_reason_and_follows_the_table_of_steps(
    browser: Any, make_browser: MakeBrowser
) -> None:
    appealed(browser)
    staff = make_browser()
    sign_in(staff, Role.JUDICIAL_DESK)
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
    assert "/console/appeals" not in staff.open("/console/account").text
    assert staff.open("/console/appeals").status == 403
    assert staff.open("/console/appeals/1").status == 403
    assert take(staff).status == 403
    assert decide(staff, "mistaken").status == 403


def test_a_form_of_another_session_decides_nothing(browser: Any, make_browser: MakeBrowser) -> None:
    appealed(browser)
    staff = make_browser()
    sign_in(staff, Role.JUDICIAL_DESK)
    assert staff.send("/console/appeals/1/take", form="x").status == 403
    staff.cookies.clear()
    assert 'action="/console/login"' in staff.send("/console/appeals/1/take", form="x").text


def test_what_the_public_wrote_is_shown_as_text(browser: Any, make_browser: MakeBrowser) -> None:
    browser.send("/query/appeal", value=CARD, claim="<script>x</script>", contact="<b>")
    staff = make_browser()
    sign_in(staff, Role.JUDICIAL_DESK)
    page = staff.open("/console/appeals/1")
    assert "&lt;script&gt;x" in page.text
    assert "<script>x" not in page.text

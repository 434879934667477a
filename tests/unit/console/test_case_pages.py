"""Cases, payments, decisions, accounts and figures on pages, as staff of one part of the bank meet them."""

import re
from datetime import UTC
from typing import Any

import pytest
from tests.unit.console.staff import found_bank, sign_in

from zhamen.bootstrap.housekeeping import Nightly, make_housekeeper
from zhamen.cases.case import CaseStatus
from zhamen.organisation.permissions import Role
from zhamen.ports.audit import Wanted
from zhamen.services.housekeeping import nightly_rounds
from zhamen.testing import NOON

PAYER, PAYEE = "6222020200112233445", "6217000010012345678"
OPEN_PAGES = (
    "/console/cases", "/console/cases/2", "/console/payments", "/console/decisions", "/console/decisions/4",
    "/console/accounts", "/console/accounts/1", "/console/customers/1", "/console/dashboard",
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
        sent = {"form": form, "payment": payment, "reason": "骗局"}
        declined = browser.send("/console/cases/2/decline-payment", **sent)
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
    assert "未能完成" in told.text
    assert browser.send("/console/cases", form=form, act="claim").status == 422


def test_evidence_is_kept_and_given_back_as_a_file(browser: Any) -> None:
    sign_in(browser, Role.SUPERVISOR)
    form, content = browser.token("/console/cases"), b"%PDF-1.7 receipt"
    parts = b"".join(
        b'--x\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n%s\r\n' % part
        for part in (
            (b"form", b"", form.encode()),
            (b"file", b'; filename="receipt.pdf"', content),
        )
    )
    sent = browser.upload(
        "/console/cases/2/evidence", parts + b"--x--\r\n", "multipart/form-data; boundary=x"
    )
    assert "receipt.pdf" in sent.text
    (address,) = re.findall(r'href="(/console/cases/2/evidence/[0-9a-f]{64})"', sent.text)
    given = browser.download(address)
    assert given.body == content
    assert given.headers["content-disposition"].startswith("attachment")
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
        ("POST", "/console/cases/2/decline-payment"), ("GET", "/console/cases/2/evidence/" + "0" * 64),
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
        page = browser.send(path, form=form, reason="x", unit="outlet-1", payment="4")
    assert page.status == 404
    assert "/console/cases/2" not in browser.open("/console/cases").text
    assert "9,800.00" not in browser.open("/console/payments").text
    assert 'href="/console/decisions/' not in browser.open("/console/decisions").text


@pytest.mark.parametrize("path", [*OPEN_PAGES, "/console/health"])
def test_who_may_not_is_refused(browser: Any, path: str) -> None:
    sign_in(browser, Role.TELLER)
    assert browser.open(path).status == 403

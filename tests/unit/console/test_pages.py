"""The pages as their visitors meet them, without a script."""

import gzip
import re
from collections.abc import Callable
from datetime import timedelta
from time import monotonic
from typing import Any

import msgspec
import pytest
from tests.unit.console.staff import PASSWORD, sign_in

from zhamen.adapters.feeds import read_feed
from zhamen.console import public
from zhamen.console.statics import OPTIONAL
from zhamen.core.instants import to_micros
from zhamen.organisation.actor import Actor as Who
from zhamen.organisation.permissions import Role
from zhamen.ports.records import Actor
from zhamen.records.appeal import Cause, Step
from zhamen.records.claim import Claim
from zhamen.records.record import Status
from zhamen.screening.categories import category
from zhamen.screening.entries import ListKind
from zhamen.screening.identifiers.identify import identify, recognise
from zhamen.screening.subjects import SubjectKind
from zhamen.services.import_records import import_records
from zhamen.testing import NOON

MULE, OTHER = "6222020200112233445", "6222020200112233446"
POLICE = read_feed("police-accounts").source
PUBLIC = ("/query", "/query/report", "/query/appeal", "/query/appeal/status", "/console/login")


@pytest.fixture
def listed(desk: Any) -> None:
    bring(desk, POLICE, MULE)


def bring(desk: Any, source: Any, text: str, kind: ListKind = ListKind.BLACK) -> None:
    claim = Claim(recognise(text)[0], kind, category("mule.case_account"), 90, 95)
    risk = desk.house.desk
    import_records(risk.records.store, source, iter([[claim]]), actor=Actor("li"), clock=desk.clock)
    risk.follower.look()


@pytest.mark.parametrize("path", PUBLIC)
@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_pages_are_small_whole_and_in_one_language(
    make_browser: Callable[..., Any], path: str, language: str
) -> None:
    page = make_browser(language=language).open(path)
    assert page.status == 200
    assert len(page.text.encode()) < 10_000
    assert f'lang="{language}"' in page.text
    assert page.text.count("<h1") == 1
    if language == "en":
        assert not re.search(r"[\u4e00-\u9fff]", page.text.replace("中文", ""))
    for field in re.findall(r'<(?:input|select|textarea)(?![^>]*type="hidden")[^>]*id="([^"]+)"', page.text):
        assert f'for="{field}"' in page.text


@pytest.mark.parametrize("path", [*PUBLIC, "/console", "/query/none", "/static/style.css"])
def test_nothing_from_elsewhere_may_run_and_nothing_is_kept(browser: Any, path: str) -> None:
    page = browser.open(path)
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["x-content-type-options"] == "nosniff"
    if not path.endswith(".css"):
        assert "default-src 'none'" in page.headers["content-security-policy"]
        assert page.headers["referrer-policy"] == "no-referrer"
        assert "<script" not in page.text
        assert "style=" not in page.text


@pytest.mark.usefixtures("listed")
def test_a_listed_account_gets_a_caution_and_another_never_a_word_of_safety(browser: Any) -> None:
    caution, nothing = browser.send("/query", value=MULE), browser.send("/query", value=OTHER)
    assert "有风险提示" in caution.text
    assert "没有查到提示" in nothing.text
    for page in (caution, nothing):
        assert page.status == 200
        assert MULE not in page.text
        assert OTHER not in page.text
        assert "96110" in page.text
        assert len(page.text.encode()) < 10_000
    assert not re.search(r"安全的|可以放心|没有风险", nothing.text)
    browser.language = "en"
    assert not re.search(r"\bsafe\b", browser.send("/query", value=OTHER).text)


def test_sources_that_are_not_for_the_public_caution_nobody(desk: Any, browser: Any) -> None:
    bring(desk, msgspec.structs.replace(POLICE, code="bank", public=False), MULE)
    assert "没有查到提示" in browser.send("/query", value=MULE).text


@pytest.mark.usefixtures("listed")
def test_what_was_cleared_later_by_an_authority_cautions_nobody(desk: Any, browser: Any) -> None:
    desk.clock.now += timedelta(seconds=1)
    bring(desk, msgspec.structs.replace(POLICE, code="court"), MULE, ListKind.WHITE)
    assert "没有查到提示" in browser.send("/query", value=MULE).text


def test_what_is_known_within_the_bank_silences_no_caution(desk: Any, browser: Any) -> None:
    peer = msgspec.structs.replace(POLICE, code="peer", authority=False, reliability=70)
    bring(desk, peer, MULE, ListKind.GREY)
    bring(desk, msgspec.structs.replace(peer, code="bank", public=False, reliability=90), MULE)
    assert "有风险提示" in browser.send("/query", value=MULE).text


@pytest.mark.parametrize(
    "number", ["12345678", "E12345678", "13800138000", "01066558888", "110199199003070017"]
)
def test_what_only_the_bank_knows_changes_nothing_that_the_public_is_told(
    desk: Any, browser: Any, number: str
) -> None:
    before = [browser.send(path, value=number) for path in ("/query", "/query/report")]
    bank = msgspec.structs.replace(POLICE, code="bank", public=False, replaces=False)
    for who in recognise(number):
        claim = Claim(who, ListKind.BLACK, category("mule.case_account"), 90, 95)
        store = desk.house.desk.records.store
        import_records(store, bank, iter([[claim]]), actor=Actor("li"), clock=desk.clock)
    desk.house.desk.follower.look()
    after = [browser.send(path, value=number) for path in ("/query", "/query/report")]
    assert [(page.status, page.text) for page in after] == [(page.status, page.text) for page in before]


def test_a_number_is_asked_about_as_all_that_it_may_be(desk: Any, browser: Any) -> None:
    number = "01066558888"
    claim = Claim(
        identify(SubjectKind.ACCOUNT, number), ListKind.BLACK, category("mule.case_account"), 90, 95
    )
    risk = desk.house.desk
    import_records(risk.records.store, POLICE, iter([[claim]]), actor=Actor("li"), clock=desk.clock)
    risk.follower.look()
    assert "有风险提示" in browser.send("/query", value=number).text


@pytest.mark.usefixtures("listed")
def test_every_public_question_is_in_the_log_without_the_number(desk: Any, browser: Any) -> None:
    browser.send("/query", value=MULE)
    (query,) = desk.house.desk.log.list_queries()
    assert (query.who, query.purpose, query.list, query.masked) == (
        "public",
        "public",
        "black",
        "6222****3445",
    )
    assert MULE not in repr(query)


@pytest.mark.parametrize("value", ["", "张三", "110101199003070011", "x" * 3_000, "<script>"])
def test_what_cannot_be_looked_up_is_told_and_not_repeated(browser: Any, value: str) -> None:
    page = browser.send("/query", value=value)
    assert page.status in (413, 422)
    assert "<script>" not in page.text
    assert not value or value not in page.text


@pytest.mark.parametrize("number", [MULE, OTHER])
def test_an_answer_takes_its_time_whatever_it_is(
    listed: None,  # noqa: ARG001
    browser: Any,
    number: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(public, "_LEAST_SECONDS", 0.2)
    began = monotonic()
    assert browser.send("/query", value=number).status == 200
    assert monotonic() - began >= 0.2


def test_who_asks_too_often_has_to_wait(browser: Any) -> None:
    seen = [browser.send("/query", value=OTHER).status for _ in range(12)]
    assert seen[:10] == [200] * 10
    assert 429 in seen[10:]


def test_a_report_waits_for_a_person_and_warns_nobody_before(desk: Any, browser: Any) -> None:
    assert "举报已收到" in browser.send("/query/report", value="13800138000").text
    (candidate,) = desk.house.desk.records.store.list_records(Status.CANDIDATE).records
    assert (candidate.source, candidate.maker, candidate.masked) == (
        "public-reports",
        "public",
        "+86 138****00",
    )
    assert "没有查到提示" in browser.send("/query", value="13800138000").text


@pytest.mark.parametrize("number", ["123456789", "12345678", "NRA123456", "1234567890", "106688201234"])
def test_a_report_of_digits_that_are_no_phone_is_of_an_account(desk: Any, browser: Any, number: str) -> None:
    assert "举报已收到" in browser.send("/query/report", value=number).text
    (candidate,) = desk.house.desk.records.store.list_records(Status.CANDIDATE).records
    assert candidate.kind is SubjectKind.ACCOUNT


@pytest.mark.parametrize("kind", ["phone", "account"])
def test_who_reports_a_number_that_may_be_several_says_which(desk: Any, browser: Any, kind: str) -> None:
    page = browser.send("/query/report", value="01066558888")
    assert page.status == 200
    assert f'name="kind" value="{kind}"' in page.text
    assert 'value="01066558888"' in page.text
    assert desk.house.desk.records.store.list_records(Status.CANDIDATE).records == []
    assert "举报已收到" in browser.send("/query/report", value="01066558888", kind=kind).text
    (candidate,) = desk.house.desk.records.store.list_records(Status.CANDIDATE).records
    assert candidate.kind == kind


@pytest.mark.parametrize("kind", ["person", "no", "url"])
def test_a_report_of_a_kind_that_it_is_not_is_refused(browser: Any, kind: str) -> None:
    assert browser.send("/query/report", value="E12345678", kind=kind).status == 422


@pytest.mark.usefixtures("listed")
def test_an_appeal_has_a_number_and_a_day(desk: Any, browser: Any) -> None:
    page = browser.send("/query/appeal", value=MULE, claim="这是我的工资卡", contact="a@b.example")
    (appeal,) = desk.house.desk.appeals._store.list_appeals(undecided=True)
    assert f"申诉编号：{appeal.id}" in page.text
    assert f"{appeal.due_at:%Y-%m-%d}" in page.text
    assert browser.send("/query/appeal", value=MULE, claim="", contact="").status == 422


def test_an_appeal_is_against_a_number_whatever_it_is_listed_as(desk: Any, browser: Any) -> None:
    risk, number = desk.house.desk, "4111111111111111"
    source = msgspec.structs.replace(read_feed("branch-reports").source, trusted=True)
    claims = [
        Claim(identify(kind, number), ListKind.GREY, category("mule.seller"), 60, 70)
        for kind in (SubjectKind.ACCOUNT, SubjectKind.CARD)
    ]
    import_records(risk.records.store, source, iter([claims]), actor=Actor("wang"), clock=desk.clock)
    browser.send("/query/appeal", value=number, claim="这是我的工资卡", contact="a@b.example")
    li = Actor("li", "head", "seen")
    risk.appeals.step(1, Step.TAKE, li)
    assert len(risk.appeals.step(1, Step.UPHOLD, li, Cause.MISTAKEN)[1]) == 2


def test_language_and_theme_are_kept_and_lead_back_to_this_site_only(browser: Any) -> None:
    assert 'lang="en"' in browser.send("/query/choice", language="en", back="/query/report").text
    assert 'data-theme="dark"' in browser.send("/query/choice", theme="dark", back="/query").text
    for back in ("//evil.example", "https://evil.example", "/query//evil", ""):
        assert browser.send("/query/choice", theme="light", back=back).status == 200
    assert browser.send("/query/choice", theme="<x>", language="xx", back="/query").status == 200
    assert browser.cookies["theme"] == "light"


@pytest.mark.parametrize("path", ["/query/none", "/console/none", "/static/other.css"])
def test_a_page_that_is_not_there_leads_on(browser: Any, path: str) -> None:
    page = browser.open(path)
    assert page.status == 404
    assert 'href="/' in page.text


def test_without_signing_in_there_is_only_the_form_and_no_failure(
    browser: Any, caplog: pytest.LogCaptureFixture
) -> None:
    for page in (
        browser.open("/console"),
        browser.open("/console/log"),
        browser.send("/console/ask", value=MULE),
    ):
        assert 'action="/console/login"' in page.text
    assert not caplog.records


@pytest.mark.usefixtures("listed")
def test_a_teller_asks_with_a_purpose_and_is_told_what_to_do(desk: Any, browser: Any) -> None:
    sign_in(browser)
    page = browser.send("/console/ask", form=browser.token(), value=MULE, purpose="counter")
    assert page.status == 200
    for words in ("<h2>银行账户 6222****", "黑名单", "话术", "下一步", "公安涉案账户名单", "涉案"):
        assert words in page.text
    assert MULE not in page.text
    (query,) = desk.house.desk.log.list_queries()
    assert (query.who, query.unit, query.purpose, query.channel) == ("li", "head/nmg", "counter", "console")


def test_a_form_of_another_session_is_refused(browser: Any) -> None:
    sign_in(browser)
    assert browser.send("/console/ask", form="x", value=MULE, purpose="counter").status == 403
    assert browser.send("/console/ask", form=browser.token(), value=MULE, purpose="fun").status == 422


def test_a_wrong_password_says_nothing_about_the_name_and_makes_wait(browser: Any) -> None:
    sign_in(browser)
    browser.cookies.clear()
    first = browser.send("/console/login", name="li", password="wrong")
    nobody = browser.send("/console/login", name="nobody", password="wrong")
    assert (first.status, nobody.status, first.text) == (401, 401, nobody.text)
    seen = [browser.send("/console/login", name="li", password="wrong").status for _ in range(5)]
    assert 429 in seen
    assert browser.send("/console/login", name="li", password=PASSWORD).status == 429


def test_sessions_end_by_sign_out_by_time_and_by_an_administrator(desk: Any, browser: Any) -> None:
    sign_in(browser)
    browser.send("/console/logout", form=browser.token())
    assert 'action="/console/login"' in browser.open("/console").text
    browser.send("/console/login", name="li", password=PASSWORD)
    assert browser.token()
    operator = Who.of_staff("root", (Role.ADMINISTRATOR,), desk.house.work.organisation.known.scope("head"))
    desk.house.work.staff.disable(operator, "li")
    assert not browser.token()


def test_the_log_is_for_some_and_of_their_part_of_the_bank(browser: Any, make_browser: Any) -> None:
    sign_in(browser, Role.TELLER, "head/nmg/outlet-1", "teller")
    browser.send("/console/ask", form=browser.token(), value=OTHER, purpose="counter")
    assert browser.open("/console/log").status == 403
    near, far = make_browser(), make_browser()
    sign_in(near, Role.AUDITOR, "head/nmg", "near")
    sign_in(far, Role.AUDITOR, "head/nm", "far")
    assert "teller" in near.open("/console/log").text
    assert "head/nmg/outlet-1" not in far.open("/console/log").text


def test_as_of_now_means_the_clock_of_the_desk(desk: Any) -> None:
    assert desk.house.desk.asking.know(recognise(MULE)[0]).as_of == desk.clock()
    assert to_micros(desk.clock()) == to_micros(NOON)


def test_staff_pages_take_scripts_where_they_were_there_to_be_fetched(browser: Any) -> None:
    sign_in(browser)
    page = browser.open("/console")
    for name in OPTIONAL:
        (address,) = re.findall(rf'src="(/static/{name}[^"]*)"', page.text) or [""]
        file = browser.open(address or f"/static/{name}")
        assert file.status == (200 if address else 404)
        if address:
            assert file.headers["content-type"].startswith("text/javascript")
            assert "immutable" in file.headers["cache-control"]
    assert ("htmx-config" not in page.text) or '"allowEval":false' in page.text
    for path in PUBLIC:
        assert "<script" not in browser.open(path).text


def test_a_static_file_is_packed_for_those_who_can_unpack(desk: Any) -> None:
    plain = desk.ask("GET", "/static/style.css", b"", headers={"accept-encoding": "identity"})
    packed = desk.ask("GET", "/static/style.css", b"", headers={"accept-encoding": "br, gzip"})
    assert gzip.decompress(packed.body) == plain.body
    assert packed.headers["content-encoding"] == "gzip"
    assert plain.headers["cache-control"] == "no-store"

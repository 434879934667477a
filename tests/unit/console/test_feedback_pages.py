"""What came of a warning is told on the page that warned, and shown in figures of one's part of the bank."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from tests.unit.console.staff import PASSWORD, sign_in

from zhamen.adapters.feeds import read_feed
from zhamen.organisation.permissions import Role
from zhamen.organisation.scope import Scope
from zhamen.ports.records import Actor
from zhamen.records.claim import Claim
from zhamen.screening.categories import category
from zhamen.screening.entries import ListKind
from zhamen.screening.identifiers.identify import identify, recognise
from zhamen.screening.subjects import SubjectKind
from zhamen.services.import_records import import_records

MULE, OTHER = "6222020200112233445", "6222020200112233446"
MakeBrowser = Callable[..., Any]


@pytest.fixture
def teller(desk: Any, browser: Any) -> Any:
    """Give a teller of a branch, at a bank with a listed account and a listed person."""
    risk = desk.house.desk
    account = Claim(recognise(MULE)[0], ListKind.BLACK, category("mule.case_account"), 90, 95)
    person = Claim(
        identify(SubjectKind.PERSON, "PASSPORT:E12345678"),
        ListKind.BLACK,
        category("sanctions.un"),
        100,
        100,
        names=("王建国",),
    )
    for feed, claim in (("police-accounts", account), ("un-consolidated", person)):
        source = read_feed(feed).source
        import_records(risk.records.store, source, iter([[claim]]), actor=Actor("li"), clock=desk.clock)
    risk.follower.look()
    sign_in(browser, Role.TELLER, "head/nmg/outlet-1")
    return browser


def ask(browser: Any, value: str) -> Any:
    return browser.send("/console/ask", form=browser.token(), value=value, purpose="counter")


def warning_in(page: Any) -> str:
    found = re.search(r'name="warning" value="([^"]+)"', page.text)
    return found[1].replace("&#34;", '"') if found else ""


def tell(browser: Any, warning: str, **fields: str) -> Any:
    given = {"outcome": "stopped", "channel": "mobile", "amount": "9800.50", **fields}
    return browser.send("/console/feedback", form=browser.token(), warning=warning, **given)


def effects(desk: Any, by: str) -> list[tuple[str, int, int, int]]:
    now = desk.clock()
    found = desk.house.desk.feedback.effects(by, now - timedelta(days=1), now + timedelta(days=1))
    return [(one.group, one.warnings, one.prevented_minor, one.lost_minor) for one in found]


def test_what_came_of_a_warning_is_kept_with_what_it_rested_on(desk: Any, teller: Any) -> None:
    page = ask(teller, MULE)
    assert "干预结果" in page.text
    assert "结果已登记" in tell(teller, warning_in(page)).text
    assert effects(desk, "source") == [("police-accounts", 1, 980_050, 0)]
    assert effects(desk, "category") == [("mule.case_account", 1, 980_050, 0)]
    assert effects(desk, "channel") == [("mobile", 1, 980_050, 0)]
    assert effects(desk, "unit") == [("head/nmg/outlet-1", 1, 980_050, 0)]


def test_a_later_word_on_the_same_warning_takes_the_place_of_the_first(desk: Any, teller: Any) -> None:
    warning = warning_in(ask(teller, MULE))
    tell(teller, warning)
    tell(teller, warning, outcome="continued", lost="9000")
    assert effects(desk, "source") == [("police-accounts", 1, 0, 0)]
    tell(teller, warning_in(ask(teller, MULE)), outcome="false_alarm", amount="")
    assert effects(desk, "source") == [("police-accounts", 2, 0, 0)]


@pytest.mark.parametrize(
    ("written", "kept"),
    [("12,345.60", 1_234_560), ("1，234，567", 123_456_700), ("12,34", None), ("1,2345", None), ("-1", None)],
)
def test_an_amount_may_be_grouped_as_pages_show_it(
    desk: Any, teller: Any, written: str, kept: int | None
) -> None:
    page = tell(teller, warning_in(ask(teller, MULE)), amount=written)
    assert page.status == (422 if kept is None else 200)
    assert [one[2] for one in effects(desk, "source")] == ([] if kept is None else [kept])


def test_a_listed_name_is_a_warning_too(desk: Any, teller: Any) -> None:
    tell(teller, warning_in(ask(teller, "王建国")))
    assert effects(desk, "category") == [("sanctions.un", 1, 980_050, 0)]


def test_where_nothing_was_found_there_is_nothing_to_tell(teller: Any) -> None:
    for value in (OTHER, "赵无名"):
        assert warning_in(ask(teller, value)) == ""


def test_a_warning_that_this_session_was_not_given_is_refused(
    desk: Any, teller: Any, make_browser: MakeBrowser
) -> None:
    warning = warning_in(ask(teller, MULE))
    another = make_browser()
    sign_in(another, Role.TELLER, "head", "zhao")
    assert tell(another, warning).status == 422
    for changed in ("", warning[:-1], warning.replace("police", "branch"), "0" * 32 + warning[32:], "é" * 40):
        assert tell(teller, changed).status == 422
    assert effects(desk, "source") == []


@pytest.mark.parametrize(
    "fields",
    [
        {"outcome": "missed"},
        {"outcome": ""},
        {"channel": "pigeon"},
        {"amount": "-1"},
        {"amount": "1e30"},
        {"amount": "much"},
        {"lost": "0.001"},
    ],
)
def test_what_is_no_outcome_is_refused(desk: Any, teller: Any, fields: dict[str, str]) -> None:
    assert tell(teller, warning_in(ask(teller, MULE)), **fields).status == 422
    assert effects(desk, "source") == []


def test_who_may_not_give_feedback_is_not_asked_for_it(teller: Any, make_browser: MakeBrowser) -> None:
    auditor = make_browser()
    sign_in(auditor, Role.AUDITOR, "head", "zhao")
    assert warning_in(ask(auditor, MULE)) == ""
    assert tell(auditor, warning_in(ask(teller, MULE))).status == 403


def test_figures_are_of_ones_part_of_the_bank_by_what_is_chosen(
    teller: Any, make_browser: MakeBrowser
) -> None:
    tell(teller, warning_in(ask(teller, MULE)))
    near, far = make_browser(), make_browser()
    sign_in(near, Role.BRANCH_MANAGER, "head/nmg", "near")
    sign_in(far, Role.BRANCH_MANAGER, "head/nm", "far")
    for by, group in (
        ("source", "公安涉案账户名单"),
        ("category", category("mule.case_account").zh),
        ("channel", "手机银行"),
        ("unit", "head/nmg/outlet-1"),
        ("none", "公安涉案账户名单"),
    ):
        page = near.open(f"/console/figures?by={by}&days=7")
        assert page.status == 200
        for shown in (group, "100.0%", "9800.50 CNY"):
            assert shown in page.text
        assert "这段时间还没有登记结果" in far.open(f"/console/figures?by={by}").text
    near.desk.clock.now += timedelta(days=8)
    near.send("/console/login", name="near", password=PASSWORD)
    assert "这段时间还没有登记结果" in near.open("/console/figures?days=7").text
    assert "9800.50" in near.open("/console/figures?days=30").text


def test_figures_are_not_for_everybody(teller: Any) -> None:
    assert "/console/figures" not in teller.open("/console").text
    assert teller.open("/console/figures").status == 403


def number_in(page: Any) -> str:
    found = re.search(r"<code>(Q-[0-9a-f]{16})</code>", page.text)
    return found[1] if found else ""


def find(browser: Any, number: str) -> Any:
    return browser.send("/console/feedback/find", form=browser.token(), id=number)


def correct(browser: Any, number: str, **fields: str) -> Any:
    given = {"outcome": "continued", "truth": "fraud", "channel": "mobile", "amount": "9800.50", **fields}
    return browser.send("/console/feedback/correct", form=browser.token(), id=number, **given)


def test_what_was_told_is_found_by_its_number_and_corrected_later(desk: Any, teller: Any) -> None:
    page = ask(teller, MULE)
    number = number_in(page)
    assert number in tell(teller, warning_in(page)).text
    told_at = desk.clock.now
    desk.clock.now += timedelta(days=2)
    teller.send("/console/login", name="li", password=PASSWORD)
    assert number in teller.open("/console/feedback").text
    shown = find(teller, number)
    assert (shown.status, 'value="9800.50"' in shown.text) == (200, True)
    correct(teller, number, lost="9000", category="mule.case_account")
    kept = desk.house.desk.feedback.find(number, Scope("head/nmg/outlet-1"))
    assert (kept.at, kept.unit, kept.source) == (told_at, "head/nmg/outlet-1", "police-accounts")
    assert (kept.outcome, kept.fraud, kept.lost_minor) == ("continued", True, 900_000)


def test_another_units_feedback_is_not_found_and_not_corrected(
    desk: Any, teller: Any, make_browser: MakeBrowser
) -> None:
    page = ask(teller, MULE)
    tell(teller, warning_in(page))
    far = make_browser()
    sign_in(far, Role.TELLER, "head/nm", "far")
    assert number_in(page) not in far.open("/console/feedback").text
    assert find(far, number_in(page)).status == 404
    assert correct(far, number_in(page)).status == 404
    assert effects(desk, "source") == [("police-accounts", 1, 980_050, 0)]


def test_staff_tell_of_a_fraud_that_nobody_was_warned_of(desk: Any, teller: Any) -> None:
    given = {"outcome": "missed", "truth": "", "channel": "counter", "amount": "50", "lost": "50"}
    sent = {"form": teller.token(), "category": "fraud.fake_police", **given}
    assert "M-" in teller.send("/console/feedback/enter", **sent).text
    now = desk.clock()
    (effect,) = desk.house.desk.feedback.effects("category", now, now + timedelta(days=1))
    assert (effect.group, effect.frauds_missed, effect.lost_minor) == ("fraud.fake_police", 1, 5_000)


@pytest.mark.parametrize("fields", [{"outcome": "x"}, {"channel": "x"}, {"category": "x"}, {"truth": "x"}])
def test_a_correction_that_is_none_is_refused(teller: Any, fields: dict[str, str]) -> None:
    page = ask(teller, MULE)
    tell(teller, warning_in(page))
    assert correct(teller, number_in(page), **fields).status == 422


def test_figures_have_a_row_of_all_together(teller: Any, make_browser: MakeBrowser) -> None:
    tell(teller, warning_in(ask(teller, MULE)))
    tell(teller, warning_in(ask(teller, "王建国")))
    given = {"outcome": "missed", "channel": "counter", "amount": "50", "lost": "50"}
    teller.send("/console/feedback/enter", form=teller.token(), **given)
    reader = make_browser()
    sign_in(reader, Role.BRANCH_MANAGER, "head", "zhao")
    total = reader.open("/console/figures").text.partition("<tfoot>")[2].partition("</tfoot>")[0]
    for shown in ("合计", "66.7%", "19601.00 CNY", "50.00 CNY"):
        assert shown in total


def test_the_page_of_feedback_is_in_english_too(teller: Any) -> None:
    teller.language = "en"
    page = teller.open("/console/feedback").text
    assert "Nothing was told yet." in page
    assert not re.search("[\u4e00-\u9fff]", page.partition("<main")[2].partition("</main>")[0])

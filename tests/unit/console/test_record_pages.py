"""The desk of records: entered by one, found within one's part of the bank, published by another."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from tests.unit.console.staff import sign_in

from zhamen.adapters.feeds import read_feed
from zhamen.organisation.permissions import Role
from zhamen.ports.audit import Wanted
from zhamen.ports.records import Actor
from zhamen.records.claim import Claim
from zhamen.screening.categories import category
from zhamen.screening.entries import ListKind
from zhamen.screening.identifiers.identify import identify, recognise
from zhamen.screening.subjects import SubjectKind
from zhamen.services.import_records import import_records

MULE = "6222020200112233445"
PHONE = "13800138000"
MakeBrowser = Callable[..., Any]


@pytest.fixture
def maker(browser: Any) -> Any:
    """Give an analyst of an outlet."""
    sign_in(browser, Role.ANALYST, "head/nmg/outlet-1", "li")
    return browser


@pytest.fixture
def checker(make_browser: MakeBrowser, maker: Any) -> Any:
    """Give a supervisor of the region above, who comes after the analyst."""
    assert maker
    made = make_browser()
    sign_in(made, Role.SUPERVISOR, "head/nmg", "wang")
    return made


def enter(browser: Any, value: str = PHONE, **fields: str) -> Any:
    given = {
        "kind": "phone",
        "list": "black",
        "category": "phone.scam_caller",
        "level": "80",
        "confidence": "90",
        "reason": "three customers were called from it",
        **fields,
    }
    return browser.send("/console/records/new", form=browser.token("/console/account"), value=value, **given)


def move(browser: Any, number: int, which: str, reason: str = "the recordings were heard") -> Any:
    sent = {"form": browser.token("/console/account"), "move": which, "reason": reason}
    return browser.send(f"/console/records/{number}/move", **sent)


def correct(browser: Any, number: int, **fields: str) -> Any:
    given = {"list": "grey", "category": "phone.nuisance", "level": "30", "confidence": "60", **fields}
    given.setdefault("reason", "it only sells insurance")
    return browser.send(f"/console/records/{number}/correct", form=browser.token("/console/account"), **given)


def on_list(desk: Any, value: str = PHONE) -> str:
    known = desk.house.desk.asking.know(desk.house.desk.asking.identify("", value))
    return str(known.list)


def bring(desk: Any, size: int, unit: str = "head/nmg/outlet-1", by: str = "li") -> None:
    claims = [
        Claim(
            identify(SubjectKind.ACCOUNT, f"62220202001122{number:05}"),
            ListKind.BLACK,
            category("mule.case_account"),
            90,
            95,
            source_ref=f"R{number}",
        )
        for number in range(size)
    ]
    source = read_feed("branch-reports").source
    store = desk.house.desk.records.store
    import_records(store, source, iter([claims]), actor=Actor(by, unit), clock=desk.clock)


def test_one_enters_a_record_and_another_puts_it_in_force(desk: Any, maker: Any, checker: Any) -> None:
    page = enter(maker)
    assert page.status == 200
    for shown in ("待复核", "three customers were called from it", "待有发布权限的同事复核"):
        assert shown in page.text
    assert PHONE not in page.text
    assert on_list(desk) == ""
    assert "/console/records/1" in checker.open("/console/records").text
    assert "生效" in move(checker, 1, "publish").text
    assert on_list(desk) == "black"
    record = desk.house.desk.records.store.get(1)
    assert (record.maker, record.checker) == ("li", "wang")


def test_who_made_a_record_does_not_publish_it_whatever_the_role(desk: Any, checker: Any) -> None:
    enter(checker)
    page = move(checker, 1, "publish")
    assert (page.status, "另一个人" in page.text) == (409, True)
    assert on_list(desk) == ""


def test_who_may_only_enter_does_not_publish_and_the_other_way_round(
    desk: Any, maker: Any, make_browser: MakeBrowser
) -> None:
    enter(maker)
    assert move(maker, 1, "publish").status == 403
    approver = make_browser()
    sign_in(approver, Role.APPROVER, "head/nmg", "zhao")
    assert approver.open("/console/records/new").status == 403
    assert enter(approver).status == 403
    assert correct(approver, 1).status == 403
    assert move(approver, 1, "publish").status == 200
    assert on_list(desk) == "black"


def test_records_are_not_for_everybody(maker: Any, make_browser: MakeBrowser) -> None:
    enter(maker)
    teller = make_browser()
    sign_in(teller, Role.TELLER, "head", "qian")
    for path in ("/console/records", "/console/records/1", "/console/records/runs/1", "/console/records/new"):
        assert teller.open(path).status == 403
    assert "/console/records" not in teller.open("/console").text
    sent = {"form": teller.token(), "value": PHONE}
    assert teller.send("/console/records", **sent).status == 403


def test_a_record_of_another_unit_is_not_there(desk: Any, maker: Any, make_browser: MakeBrowser) -> None:
    enter(maker)
    far = make_browser()
    sign_in(far, Role.SUPERVISOR, "head/nm", "far")
    for path in ("/console/records/1", "/console/records/runs/1", "/console/records/9"):
        assert far.open(path).status == 404
    assert move(far, 1, "publish").status == 404
    assert correct(far, 1).status == 404
    sent = {"form": far.token(), "reason": "x"}
    assert far.send("/console/records/runs/1", **sent).status == 404
    assert "没有这样的记录" in far.open("/console/records").text
    assert "没有这样的记录" in far.send("/console/records", form=far.token(), value=PHONE).text
    assert on_list(desk) == ""


def test_what_the_public_reported_is_the_head_offices(
    desk: Any, checker: Any, make_browser: MakeBrowser
) -> None:
    make_browser().send("/query/report", value=PHONE, note="They said they were the police.")
    head = make_browser()
    sign_in(head, Role.SUPERVISOR, "head", "zhao")
    page = head.open("/console/records/1")
    assert "They said they were the police." in page.text
    assert checker.open("/console/records/1").status == 404
    move(head, 1, "publish")
    assert desk.house.desk.records.store.get(1).status == "active"


def test_a_record_is_suspended_resumed_and_released_with_a_reason(
    desk: Any, maker: Any, checker: Any
) -> None:
    enter(maker)
    move(checker, 1, "publish")
    assert move(checker, 1, "suspend", " ").status == 422
    move(checker, 1, "suspend")
    assert on_list(desk) == ""
    assert "生效" in move(checker, 1, "resume").text
    assert on_list(desk) == "black"
    assert move(checker, 2, "release").status == 200
    assert on_list(desk) == ""
    assert move(checker, 2, "release").status == 409
    assert move(checker, 2, "expire").status == 422
    assert "the recordings were heard" in checker.open("/console/records/2").text


def test_a_correction_waits_for_another_person(desk: Any, maker: Any, checker: Any) -> None:
    enter(maker)
    move(checker, 1, "publish")
    page = correct(checker, 1, until="2099-01-01")
    assert "it only sells insurance" in page.text
    assert on_list(desk) == "black"
    assert move(checker, 2, "publish").status == 409
    assert correct(checker, 1).status == 409
    assert '<a href="/console/records/2">2</a>' in checker.open("/console/records/1").text
    approver = desk.house.desk.records_desk
    approver.filed.find(2, desk.house.work.organisation.history().scope("head"))
    other = type(checker)(desk)
    sign_in(other, Role.SUPERVISOR, "head/nmg", "sun")
    move(other, 2, "publish")
    assert on_list(desk) == "grey"
    assert 'value="2099-01-01"' in other.open("/console/records/2").text


@pytest.mark.parametrize(
    "fields",
    [
        {"value": "12"},
        {"kind": "x"},
        {"list": "x"},
        {"category": "x"},
        {"level": "101"},
        {"level": "-1"},
        {"confidence": "x"},
        {"until": "tomorrow"},
        {"until": "2020-01-01"},
        {"reason": ""},
        {"reason": "x" * 2_001},
    ],
)
def test_what_is_no_record_is_refused_and_what_was_typed_stays(
    desk: Any, maker: Any, fields: dict[str, str]
) -> None:
    page = enter(maker, **fields)
    assert (page.status, "请核对号码" in page.text) == (422, True)
    assert desk.house.desk.records.store.count() == []


def test_records_are_found_by_what_they_are_and_page_by_page(desk: Any, checker: Any) -> None:
    bring(desk, 60)
    first = checker.open("/console/records?status=candidate&source=branch-reports&list=black&kind=account")
    assert len(re.findall(r'<td><a href="/console/records/\d+"', first.text)) == 50
    following = re.search(r'href="([^"]+after=50)"', first.text)
    assert following is not None
    rest = checker.open(following[1].replace("&amp;", "&"))
    assert len(re.findall(r'<td><a href="/console/records/\d+"', rest.text)) == 10
    for nothing in ("status=active", "source=none", "list=white", "kind=phone", "run=7"):
        assert "没有这样的记录" in checker.open(f"/console/records?{nothing}").text
    assert checker.open("/console/records?number=3").status == 200
    assert checker.open("/console/records?number=999").status == 404
    for odd in ("status=x&list=x&kind=x&run=x&after=x", "run=99999999999999999999", "after=-1"):
        assert checker.open(f"/console/records?{odd}").status == 200


def test_a_number_is_looked_for_without_standing_in_an_address_and_written_down(
    desk: Any, maker: Any, checker: Any
) -> None:
    enter(maker)
    enter(maker, MULE, kind="account", category="mule.case_account")
    page = checker.send("/console/records", form=checker.token(), value=PHONE)
    assert "/console/records/1" in page.text
    assert "/console/records/2" not in page.text
    assert PHONE not in page.text
    who = recognise(PHONE)[0]
    key = desk.house.desk.records.secrets.ring.key_of(who).hex()
    noted = [deed for deed in audited(desk) if deed.act == "search-records"]
    assert [(deed.actor, deed.subject) for deed in noted] == [("wang", f"subject/{key}")]
    assert checker.send("/console/records", form=checker.token(), value="").status == 422


def audited(desk: Any) -> list[Any]:
    trails = desk.house.trails
    return list(trails.search.list_entries(None, Wanted(), limit=500).entries)


def test_a_whole_run_is_published_by_another_than_who_brought_it(
    desk: Any, checker: Any, make_browser: MakeBrowser
) -> None:
    bring(desk, 60)
    bring(desk, 1, by="wang")
    page = checker.open("/console/records")
    assert "/console/records/runs/1" in page.text
    run = checker.open("/console/records/runs/1")
    assert "待复核 60 条" in run.text
    sent = {"form": checker.token(), "reason": ""}
    assert checker.send("/console/records/runs/1", **sent).status == 422
    done = checker.send("/console/records/runs/1", form=checker.token(), reason="the list was read")
    assert "已发布 60 条" in done.text
    assert on_list(desk, "6222020200112200059") == "black"
    assert checker.open("/console/records/runs/1").status == 404
    english = make_browser(language="en")
    sign_in(english, Role.SUPERVISOR, "head", "zhao")
    assert "Nothing of this run" not in english.open("/console/records").text


def test_who_brought_a_run_does_not_publish_it(desk: Any, checker: Any) -> None:
    bring(desk, 3, by="wang")
    page = checker.send("/console/records/runs/1", form=checker.token(), reason="mine")
    assert (page.status, "另一个人" in page.text) == (409, True)
    assert desk.house.desk.records.store.get(1).status == "candidate"


def test_what_sources_say_against_each_other_is_shown(desk: Any, maker: Any, checker: Any) -> None:
    enter(maker, MULE, kind="account", category="mule.case_account")
    move(checker, 1, "publish")
    claim = Claim(recognise(MULE)[0], ListKind.WHITE, category("mule.case_account"), 0, 100, source_ref="W1")
    source = read_feed("police-accounts").source
    store = desk.house.desk.records.store
    import_records(store, source, iter([[claim]]), actor=Actor("police"), clock=desk.clock)
    page = checker.open("/console/records/1")
    assert "来源之间有矛盾" in page.text
    assert "有权机关另有认定" in page.text
    assert "/console/records/2" not in page.text


def test_a_category_is_chosen_under_its_group(maker: Any) -> None:
    page = maker.open("/console/records/new").text
    found = category("mule.seller")
    group = page.partition(f'<optgroup label="{found.group.zh}">')[2].partition("</optgroup>")[0]
    assert f'<option value="mule.seller">{found.zh}</option>' in group
    assert "fraud.fake_police" not in group


def test_what_is_suspended_is_called_so(maker: Any, checker: Any) -> None:
    enter(maker)
    move(checker, 1, "publish")
    move(checker, 1, "suspend")
    checker.language = "en"
    assert "Record 1 · Suspended" in checker.open("/console/records/1").text


@pytest.mark.parametrize("path", ["/console/records", "/console/records/1", "/console/records/new"])
def test_the_pages_are_in_english_too(maker: Any, path: str) -> None:
    enter(maker)
    maker.language = "en"
    page = maker.open(path).text.partition("<main")[2].partition("</main>")[0]
    assert page
    assert not re.search("[\\u4e00-\\u9fff]", page.replace("反电信网络诈骗法第十八条", ""))


def test_a_record_that_ends_tells_its_last_day(desk: Any, maker: Any) -> None:
    day = (desk.clock() + timedelta(days=40)).date().isoformat()
    assert day in enter(maker, until=day).text

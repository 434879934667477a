"""The teller's one box takes names too: told from numbers, answered with what to do, and logged."""

from typing import Any

import pytest
from tests.unit.console.staff import sign_in

from zhamen.adapters.feeds import read_feed
from zhamen.organisation.permissions import Role
from zhamen.ports.records import Actor
from zhamen.records.claim import Claim
from zhamen.screening.categories import category
from zhamen.screening.entries import ListKind
from zhamen.screening.identifiers.identify import identify
from zhamen.screening.subjects import SubjectKind
from zhamen.services.import_records import import_records

LISTED = {
    "PASSPORT:E12345678": "王建国",
    "PASSPORT:E12345679": "58同城有限公司",
    "PASSPORT:E12345670": "Acme Co., Ltd.",
}


@pytest.fixture
def teller(desk: Any, browser: Any) -> Any:
    risk, source = desk.house.desk, read_feed("un-consolidated").source
    claims = [
        Claim(
            identify(SubjectKind.PERSON, passport),
            ListKind.BLACK,
            category("sanctions.un"),
            90,
            100,
            names=(name,),
        )
        for passport, name in LISTED.items()
    ]
    import_records(risk.records.store, source, iter([claims]), actor=Actor("li"), clock=desk.clock)
    risk.follower.look()
    sign_in(browser, Role.TELLER, "head/nmg/outlet-1")
    return browser


def ask(browser: Any, value: str) -> Any:
    return browser.send("/console/ask", form=browser.token(), value=value, purpose="counter")


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("王建国", True),
        ("58同城有限公司", True),
        ("Acme Co., Ltd.", True),
        ("J. Smith", False),
        ("3M Company", False),
    ],
)
def test_a_name_is_one_whatever_it_holds(desk: Any, teller: Any, value: str, found: bool) -> None:
    page = ask(teller, value)
    assert page.status == 200
    assert ("有相近的名字在名单上" in page.text) is found
    assert ("没有相近的名字" in page.text) is not found
    (query,) = desk.house.desk.log.list_queries()
    assert (query.kind, query.masked) == ("person", f"{value[0]}***")


@pytest.mark.parametrize(
    "value", ["E12345678", "GB82 WEST 1234 5698 7654 32", "bad-bank.example", "11010519491231002X", "D-77a"]
)
def test_a_number_or_an_address_is_no_name(teller: Any, value: str) -> None:
    page = ask(teller, value)
    assert page.status == 200
    assert "相近的名字" not in page.text


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_name_hit_shows_what_is_known_and_what_to_do(teller: Any, language: str) -> None:
    teller.language = "en" if language == "en" else "zh-CN"
    page = ask(teller, "王建国")
    case, source = category("sanctions.un"), read_feed("un-consolidated").source
    words = (
        ["Black list", case.en, source.en, "Do not go on"]
        if language == "en"
        else ["黑名单", case.zh, source.zh, "不办理"]
    )
    for word in [*words, "90"]:
        assert word in page.text
    assert "<td>sanctions.un" not in page.text
    assert "<td>un-consolidated" not in page.text


def test_what_a_name_question_found_is_in_the_log(desk: Any, teller: Any) -> None:
    ask(teller, "王建国")
    ask(teller, "欧阳无名")
    found = [(query.list, query.level) for query in desk.house.desk.log.list_queries()]
    assert found == [("", 0), ("black", 90)]


def test_what_cannot_be_looked_up_is_told_in_the_language_of_the_page(teller: Any) -> None:
    page = ask(teller, "? ?")
    assert page.status == 422
    assert "这不是可以查询的号码或网址" in page.text
    assert "check it" not in page.text


def test_the_log_says_the_purpose_in_words(desk: Any, browser: Any, teller: Any) -> None:
    desk.post("/v1/names", {"name": "王建国", "purpose": "peer"})
    ask(teller, "王建国")
    sign_in(browser, Role.AUDITOR, "head", "shen")
    page = browser.open("/console/log")
    assert "柜面核实" in page.text
    assert "同业查询" in page.text
    assert ">counter<" not in page.text

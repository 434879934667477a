"""The check of a payee's name: what keeps a match from being one, and how much is told."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhamen.screening.names.firms import form_of_firm
from zhamen.screening.names.payee import Disclosure, PayeeVerdict, check_payee
from zhamen.screening.subjects import SubjectKind

FIRM = SubjectKind.ENTERPRISE


@pytest.mark.parametrize(
    ("given_", "held", "verdict"),
    [
        ("Acme Ltd", "ACME LIMITED", "match"),
        ("Acme", "Acme Co., Ltd.", "match"),
        ("Acme Ltd", "Acme GmbH", "match"),
        ("Acme Ltd", "Acme PLC", "close_match"),
        ("Acme Trading Ltd", "Acme Holdings Ltd", "close_match"),
        ("Acme Public Limited Company", "Acme plc", "match"),
        ("甲乙科技有限公司", "甲乙科技有限责任公司", "match"),
        ("甲乙科技有限公司", "甲乙科技股份有限公司", "close_match"),
        ("甲乙科技有限公司", "甲乙科技有限公司分公司", "close_match"),
        ("Works 12 Ltd", "Works 13 Ltd", "no_match"),
        ("Acme Ltd", "Zenith Ltd", "no_match"),
    ],
)
def test_firms_of_one_name_and_two_legal_forms_are_no_match(given_: str, held: str, verdict: str) -> None:
    assert check_payee(given_, held, kind=FIRM).verdict.value == verdict


def test_the_legal_form_is_the_gravest_that_is_named() -> None:
    assert form_of_firm("甲乙股份有限公司") == ("shares", frozenset())
    assert form_of_firm("甲乙商行") == ("", frozenset({"trader"}))
    assert form_of_firm("acme") == ("", frozenset())


@pytest.mark.parametrize(
    ("held", "full", "masked"),
    [("John Smith", "John Smith", "J*** S****"), ("张小明", "张小明", "张**")],
)
def test_a_close_match_tells_what_is_allowed(held: str, full: str, masked: str) -> None:
    given_ = "Jon Smith" if held.isascii() else "Zhang Xiaoming"
    told = {one: check_payee(given_, held, disclosure=one).suggestion for one in Disclosure}
    assert told == {Disclosure.FULL: full, Disclosure.MASKED: masked, Disclosure.NOTHING: ""}


@pytest.mark.parametrize("disguised", ["J\u043ehn Smith", "Jοhn Smith"])
def test_letters_of_another_alphabet_are_named_as_the_reason(disguised: str) -> None:
    for pair in ((disguised, "John Smith"), ("John Smith", disguised)):
        check = check_payee(*pair)
        assert check.verdict is PayeeVerdict.CLOSE_MATCH
        assert "look alike" in check.reason.en


def test_a_name_that_is_too_long_is_not_compared() -> None:
    assert check_payee("a" * 301, "a" * 301).verdict is PayeeVerdict.NOT_POSSIBLE


@given(st.text(max_size=40), st.text(max_size=40), st.sampled_from([SubjectKind.PERSON, FIRM]))
@settings(deadline=None)
def test_whatever_is_given_the_name_is_told_on_a_close_match_only(
    given_: str, held: str, kind: SubjectKind
) -> None:
    check = check_payee(given_, held, kind=kind, disclosure=Disclosure.FULL)
    assert check.suggestion == (held if check.verdict is PayeeVerdict.CLOSE_MATCH else "")
    assert check.reason.zh
    assert check.reason.en
    assert check_payee(held, given_, kind=kind).verdict is check.verdict

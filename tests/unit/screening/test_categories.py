"""The shipped categories: enough of them, each distinct, in both languages, with permanent numbers."""

import pytest

from zhamen.core.errors import InputError
from zhamen.screening.categories import CATEGORIES, GROUPS, category, category_at


def test_there_are_more_than_two_hundred() -> None:
    assert len(CATEGORIES) > 200
    assert len(GROUPS) >= 15


def test_no_two_have_the_same_number_code_or_words() -> None:
    everything = CATEGORIES.values()
    for told in (
        [one.number for one in everything],
        [one.code for one in everything],
        [(one.group.code, one.zh) for one in everything],
        [(one.group.code, one.en) for one in everything],
        [one.number for one in GROUPS.values()],
    ):
        assert len(set(told)) == len(told)


def test_all_speak_both_languages() -> None:
    words = [(one.zh, one.en) for one in CATEGORIES.values()] + [(one.zh, one.en) for one in GROUPS.values()]
    for zh, en in words:
        assert any("\u4e00" <= letter <= "\u9fff" for letter in zh)
        assert en.isascii()


def test_numbers_fit_an_entry_and_belong_to_their_group() -> None:
    assert all(0 < one.number < 1 << 16 for one in CATEGORIES.values())
    assert all(one.number // 1_000 == one.group.number // 1_000 for one in CATEGORIES.values())


@pytest.mark.parametrize(
    ("code", "number"),
    [
        ("fraud.fake_police", 1001),
        ("mule.case_account", 10001),
        ("sanctions.un", 30001),
        ("white.payroll", 34010),
    ],
)
def test_numbers_stay_what_they_are(code: str, number: int) -> None:
    assert category(code).number == number
    assert category_at(number).code == code


def test_what_is_none_says_where_they_are_listed() -> None:
    with pytest.raises(InputError, match="records categories"):
        category("fraud.nothing")
    with pytest.raises(InputError, match="65535"):
        category_at(65_535)

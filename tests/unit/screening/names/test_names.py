"""Names of people and firms: written otherwise and alike, alike and not the same, and hostile."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhamen.screening.names.cantonese import spellings_of
from zhamen.screening.names.clean import clean, lookalikes
from zhamen.screening.names.find import NameEntry
from zhamen.screening.names.firms import without_form
from zhamen.screening.names.forms import forms_of
from zhamen.screening.names.index import NameIndex
from zhamen.screening.names.payee import Disclosure, PayeeVerdict, check_payee
from zhamen.screening.names.score import likeness
from zhamen.screening.subjects import SubjectKind

PERSON, FIRM = SubjectKind.PERSON, SubjectKind.ENTERPRISE
NAMES = st.one_of(
    st.text(max_size=30),
    st.text(alphabet="abcdefghij -'.,", max_size=30),
    st.text(alphabet="王李张伟芳陳單 ", max_size=6),
)


def score(one: str, other: str, *, firm: bool = False) -> int:
    return likeness(forms_of(one, firm=firm), forms_of(other, firm=firm)).score


@pytest.mark.parametrize(
    ("one", "other", "least"),
    [
        ("陳大文", "陈大文", 100),
        ("张伟", "Zhang Wei", 95),
        ("张伟", "Zhāng Wěi", 95),
        ("张伟", "WEI ZHANG", 93),
        ("李小明", "Li Xiaoming", 93),
        ("李小明", "Xiaoming Li", 90),
        ("许志摩", "Hsu Chih-mo", 92),
        ("陈大文", "Chan Tai Man", 92),
        ("单田芳", "Shan Tianfang", 90),
        *[
            ("吕布", other, 95)
            for other in ("Lü Bu", "Lyu Bu", "Lu Bu", "Lv Bu", "BU LYU", "Lu:3 Bu4", "lü3bu4")
        ],
        ("Lyu Bu", "Lü Bu", 90),
        ("张伟", "Zhang1 Wei3", 95),
        ("Zhang1Wei3", "zhang wei", 95),
        ("李嘉诚", "Li Ka-shing", 90),
        ("李嘉誠", "Ka Shing LEE", 90),
        ("周润发", "Chow Yun-fat", 90),
        ("欧阳锋", "Au Yeung Fung", 90),
        ("歐陽鋒", "Auyeung Fung", 90),
        ("司徒华", "Szeto Wah", 90),
        ("司徒华", "Wah Szeto", 90),
        ("Situ Hua", "Szeto Wah", 90),
        ("Ouyang Feng", "Au Yeung Fung", 90),
        ("谭咏麟", "Tam Wing-lun", 90),
        ("梁朝伟", "Leung Chiu Wai", 90),
        ("郭富城", "Kwok Fu-shing", 90),
        ("曾荫权", "Tsang Yam-kuen", 90),
        ("王家卫", "Wong Kar-wai", 90),
        ("林郑月娥", "Lam Cheng Yuet-ngor", 90),
        ("顾嘉辉", "Koo Ka-fai", 90),
        ("向华强", "Heung Wah-keung", 90),
        ("Müller, José", "jose mueller".replace("ue", "u"), 97),
        ("Muammar Qaddafi", "Muammar Gaddafi", 85),
        ("Ivan Petrov", "Иван Петров", 97),
        ("John A. Smith", "John Smith", 85),
        ("Mohammed bin Ahmed", "Mohamed Bin Ahmad", 85),
    ],
)
def test_one_person_written_in_two_ways_is_found(one: str, other: str, least: int) -> None:
    assert score(one, other) >= least
    assert score(other, one) == score(one, other)


@pytest.mark.parametrize(
    ("one", "other", "most"),
    [
        ("张伟", "王芳", 40),
        ("张伟", "Li Ming", 50),
        ("John Smith", "Jane Smith", 84),
        ("Li Ming", "Liu Min", 84),
        ("Ahmed Hassan", "Ahmed Khalil", 84),
        ("王伟", "王芳", 60),
        ("张伟", "章威", 90),
        ("吕布", "鲁布", 60),
        ("李嘉诚", "Lau Ka-shing", 84),
    ],
)
def test_two_people_are_not_one(one: str, other: str, most: int) -> None:
    assert score(one, other) <= most


_COMMON = "肖萧田于姜崔谭陆汪贾韦付邹孟闫阎陶顾郝龚覃向欧尤骆阮柳葛赖"


@pytest.mark.parametrize("surname", _COMMON)
def test_a_common_surname_is_found_as_hong_kong_spells_it(surname: str) -> None:
    for spelled in spellings_of(surname):
        assert score(f"{surname}志华", f"{spelled} chi wah") >= 90
        index = NameIndex([NameEntry(1, PERSON, (f"{surname}志华",)), NameEntry(2, PERSON, ("东方永强",))])
        assert [found.id for found in index.search(f"{spelled.title()} Chi-wah")] == [1]
    assert spellings_of(surname)


def test_digits_of_firms_are_no_tones() -> None:
    assert score("Shi3 Ltd", "Shi4 Ltd", firm=True) <= 60


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Acme Trading Co., Ltd.", "ACME TRADING COMPANY LIMITED"),
        ("北京甲乙科技有限公司", "北京甲乙科技有限责任公司"),
        ("Siemens AG", "Siemens Aktiengesellschaft".replace("Aktiengesellschaft", "A.G.")),
    ],
)
def test_the_legal_form_of_a_firm_means_nothing(one: str, other: str) -> None:
    assert score(one, other, firm=True) == 100


def test_numbers_of_firms_have_to_be_the_same() -> None:
    assert score("Metal Works 12", "Metal Works 13", firm=True) <= 60
    assert without_form("co., ltd.") == "co., ltd."


@given(NAMES)
def test_every_name_is_itself_and_clean_names_stay(name: str) -> None:
    assert clean(clean(name)) == clean(name)
    if forms_of(name).forms:
        assert score(name, name) == 100


@given(NAMES, NAMES)
@settings(deadline=None)
def test_a_score_is_a_share_and_the_same_from_both_sides(one: str, other: str) -> None:
    found = score(one, other)
    assert 0 <= found <= 100
    assert found == score(other, one)


ENTRIES = st.lists(st.sampled_from(["张伟", "Li Ming", "Ahmed Hassan", "John Smith", "陳大文"]), max_size=5)


@given(ENTRIES, NAMES)
@settings(deadline=None, max_examples=60)
def test_what_is_found_is_what_looking_at_all_of_them_finds(listed: list[str], asked: str) -> None:
    index = NameIndex(NameEntry(at, PERSON, (name,)) for at, name in enumerate(listed))
    found = {match.id: match.score for match in index.search(asked, kind=PERSON, threshold=85)}
    expected = {at: each for at, name in enumerate(listed) if (each := score(asked, name)) >= 85}
    assert found == expected


def test_a_match_says_why_in_both_languages() -> None:
    index = NameIndex([NameEntry(1, PERSON, ("Ahmed Hassan Ali",)), NameEntry(2, FIRM, ("Ahmed Ltd",))])
    (match,) = index.search("Ahmad Hasan", kind=PERSON, threshold=70)
    told = " ".join(part.en for part in match.explanation)
    assert "ahmad is much like ahmed" in told
    assert "left over: ali" in told
    assert all(part.zh for part in match.explanation)


def test_a_person_with_many_names_is_found_once_under_the_likest() -> None:
    index = NameIndex([NameEntry(1, PERSON, ("张伟", "Zhang Wei", "Z. Wei"))])
    assert [(match.id, match.name, match.score) for match in index.search("Zhang Wei")] == [
        (1, "Zhang Wei", 100)
    ]


@pytest.mark.parametrize(
    "name", ["", " ", "\u200b", "!!!", "\x00", "a" * 10_000, "王" * 500, "\u202eabc", "🦀" * 50]
)
def test_hostile_names_find_nothing_and_break_nothing(name: str) -> None:
    index = NameIndex([NameEntry(1, PERSON, ("Ahmed Hassan", "张伟"))])
    assert index.search(name) == ()
    assert check_payee(name, "张伟").verdict in (PayeeVerdict.NO_MATCH, PayeeVerdict.NOT_POSSIBLE)
    assert check_payee("张伟", name).verdict in (PayeeVerdict.NO_MATCH, PayeeVerdict.NOT_POSSIBLE)


@pytest.mark.parametrize(
    ("given_", "held", "verdict"),
    [
        ("张伟", "张伟", "match"),
        ("張偉", "张伟", "match"),
        ("zhang wei", "张伟", "close_match"),
        ("Jon Smith", "John Smith", "close_match"),
        ("Mary Jones", "John Smith", "no_match"),
        ("", "John Smith", "not_possible"),
        ("John Smith", "", "not_possible"),
    ],
)
def test_a_payee_is_checked_in_the_words_of_the_scheme(given_: str, held: str, verdict: str) -> None:
    assert check_payee(given_, held).verdict.value == verdict


def test_the_name_of_the_account_is_told_on_a_close_match_only() -> None:
    told = {each: check_payee("Jon Smith", "John Smith", disclosure=each).suggestion for each in Disclosure}
    assert told == {"full": "John Smith", "masked": "J*** S****", "nothing": ""}
    for given_ in ("John Smith", "Mary Jones", ""):
        assert check_payee(given_, "John Smith").suggestion == ""


def test_letters_that_only_look_alike_are_no_match() -> None:
    disguised = "J\u043ehn Smith"
    assert lookalikes(disguised)
    assert check_payee(disguised, "John Smith").verdict is PayeeVerdict.CLOSE_MATCH

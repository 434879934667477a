"""Each kind of identifier has one canonical form, however it is typed, and wrong ones are refused."""

import re
from contextlib import suppress
from datetime import date
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from stdnum import luhn
from stdnum.cn import ric, uscc

from zhamen.core.errors import InvalidIdentifier
from zhamen.screening.identifiers import network, phones
from zhamen.screening.identifiers.banking import is_cnaps
from zhamen.screening.identifiers.identify import identify, recognise
from zhamen.screening.identifiers.keccak import keccak_256
from zhamen.screening.subjects import SubjectKind

_PROJECT = Path(__file__).parents[3]
_PUBLISHED = _PROJECT.parent / "shared/data/identifiers"
_WRITTEN = [
    ("person", "11010519491231002x", "CN:11010519491231002X"),
    ("person", "110105 491231 002", "CN:11010519491231002X"),
    ("person", "110199199003070017", "CN:110199199003070017"),
    ("person", "110199900307001", "CN:110199199003070017"),
    ("person", "810000199408230021", "CN:810000199408230021"),
    ("person", "830000199201300022", "CN:830000199201300022"),
    ("person", "911124198108030024", "CN:911124198108030024"),
    ("person", "PASSPORT: E12345678", "PASSPORT:E12345678"),
    ("person", "h12345678", "PERMIT:H12345678"),
    ("enterprise", "9111 0000 6000 37341L", "91110000600037341L"),
    ("account", "6222 0212-3456 7890 123", "6222021234567890123"),
    ("account", "gb82 west 1234 5698 7654 32", "GB82WEST12345698765432"),
    ("card", "４１１１ 1111 1111 1111", "4111111111111111"),
    ("phone", "0086 138 0013 8000", "+8613800138000"),
    ("url", "example.com。", "example.com"),
    ("url", "http://bad。example．com。/a", "bad.example.com/a"),
    ("url", "192。0。2。1", "192.0.2.1"),
    ("phone", "(010) 6655-8888", "+861066558888"),
    ("phone", "+852 2345 6789", "+85223456789"),
    ("phone", "+86 95588", "95588"),
    ("phone", "110", "110"),
    ("phone", "179 1234 5678", "+8617912345678"),
    ("phone", "1069 1234 5678", "+86106912345678"),
    ("phone", "10698888123456789012", "+8610698888123456789012"),
    ("phone", "106912345678901", "+86106912345678901"),
    ("device", " A1b2-C3d4 ", "A1b2-C3d4"),
    ("ip", "::ffff:192.0.2.7", "192.0.2.7"),
    ("ip", "192[.]0[.]2[.]7/24", "192.0.2.0/24"),
    ("ip", "2001:DB8:0:0::1", "2001:db8::1"),
    ("url", "http://user:pw@中国银行.example:8080/a%2562c/?q=1#x", "xn--fiqs8s856bruk.example/abc"),
    ("url", "www.example.com.", "example.com"),
    (
        "wallet",
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
        "ethereum:0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed",
    ),
    (
        "wallet",
        "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4",
        "bitcoin:bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
    ),
    ("wallet", "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", "tron:TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t"),
    ("merchant", "1021 0005 3110 123", "102100053110123"),
]
_WRONG = [
    ("person", "110105194912310021"),
    ("person", "110105199913310029"),
    ("person", "990105194912310020"),
    ("enterprise", "91110000600037341M"),
    ("account", "1234"),
    ("account", "abcdef"),
    ("card", "4111111111111112"),
    ("phone", "12"),
    ("phone", "call me"),
    ("phone", "6655 8888"),
    ("phone", "0755 8888"),
    ("phone", "1380013800"),
    ("phone", "+86 138 0013 80001"),
    ("device", "two words"),
    ("ip", "192.0.2.300"),
    ("url", "localhost"),
    ("url", "http://[::1"),
    ("wallet", "0x5AAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"),
    ("wallet", "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6u"),
    ("wallet", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5"),
    ("merchant", "1234"),
]


@pytest.mark.parametrize(("kind", "typed", "canonical"), _WRITTEN)
def test_what_is_typed_becomes_the_one_form_and_stays_it(kind: str, typed: str, canonical: str) -> None:
    found = identify(SubjectKind(kind), typed)
    assert found.canonical == canonical
    assert identify(SubjectKind(kind), found.canonical) == found


@pytest.mark.parametrize(("kind", "typed"), _WRONG)
def test_what_is_wrong_is_refused_and_not_shown_whole(kind: str, typed: str) -> None:
    with pytest.raises(InvalidIdentifier) as refused:
        identify(SubjectKind(kind), typed)
    assert kind == "url" or len(typed) < 8 or typed not in str(refused.value)


@given(st.sampled_from(SubjectKind), st.text(max_size=80))
@example(SubjectKind.URL, "0\u3002")
@settings(max_examples=600, deadline=None)
def test_any_text_is_an_identifier_or_is_refused(kind: SubjectKind, text: str) -> None:
    try:
        found = identify(kind, text)
    except InvalidIdentifier:
        return
    assert found.kind is kind
    assert identify(kind, found.canonical) == found


_PROVINCES = [*range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55), *range(61, 66)]


@pytest.mark.parametrize("province", [*_PROVINCES, 71, 81, 82, 83])
@given(st.integers(0, 9999), st.dates(date(1900, 1, 1), date(2099, 12, 31)), st.integers(0, 999))
@example(9999, date(1990, 3, 7), 1)
@settings(max_examples=20, deadline=None)
def test_a_resident_of_any_county_old_or_unknown_is_a_person(
    province: int, county: int, born: date, order: int
) -> None:
    digits = f"{province}{county:04d}{born:%Y%m%d}{order:03d}"
    number = digits + ric.calc_check_digit(f"{digits}0")
    assert identify(SubjectKind.PERSON, number).canonical == f"CN:{number}"
    if born.year < 2000:
        old = f"{digits[:6]}{digits[8:]}"
        assert identify(SubjectKind.PERSON, old).canonical == f"CN:{number}"
    wrong = digits + next(last for last in "0123456789X" if last != number[-1])
    with pytest.raises(InvalidIdentifier, match="check digit"):
        identify(SubjectKind.PERSON, wrong)


def test_what_a_library_stumbles_over_is_no_identifier(monkeypatch: pytest.MonkeyPatch) -> None:
    def stumble(code: str) -> str:
        raise KeyError(code)

    monkeypatch.setattr(uscc, "validate", stumble)
    with pytest.raises(InvalidIdentifier, match="KeyError") as refused:
        identify(SubjectKind.ENTERPRISE, "91110000600037341L")
    assert "9111" not in str(refused.value)


@given(st.text(alphabet="aA1.-/%:@?#[]()25eEcCfF中Ａ\u0301\u200d ", max_size=40))
@settings(max_examples=1000, deadline=None)
@example("b.example/%EF%BC%A1%3F%5B.%5D%23%0A%FF")
def test_a_web_address_made_canonical_stays_so(text: str) -> None:
    with suppress(InvalidIdentifier):
        found = identify(SubjectKind.URL, text)
        assert identify(SubjectKind.URL, found.canonical) == found


_GROUPED = st.lists(st.sampled_from(["1", "3", "7", "9", "0", "138", "17", " ", "-", "+86"]), max_size=12)


@given(_GROUPED.map("".join))
@example("17911380013")
@example("+86 179 1234 5678")
@settings(max_examples=300, deadline=None)
def test_a_common_phone_number_reads_as_the_library_reads_it(text: str) -> None:
    assert _read_as("phone", text) == _read_without(phones, "_MOBILE", "phone", text)


_LABELS = st.lists(
    st.text("aBx1-", min_size=1, max_size=6) | st.sampled_from(["www", "com", "y" * 63, "z" * 64])
)


@given(_LABELS.map(".".join))
@example("WWW.Example.COM")
@example("ab--c.example")
@example("www.com")
@settings(max_examples=300, deadline=None)
def test_a_common_host_reads_as_the_library_reads_it(text: str) -> None:
    assert _read_as("url", text) == _read_without(network, "_PLAIN_HOST", "url", text)


def _read_as(kind: str, text: str) -> object:
    try:
        return identify(SubjectKind(kind), text)
    except InvalidIdentifier as error:
        return str(error)


def _read_without(module: ModuleType, shortcut: str, kind: str, text: str) -> object:
    """Read a text the long way, with a shortcut that never fits."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, shortcut, re.compile("(?!)"))
        return _read_as(kind, text)


@pytest.mark.parametrize("text", ["6222020200112233445", "张三丰", "李 四", "http://[6222020200112233445"])
def test_what_is_no_web_address_is_not_shown_whole(text: str) -> None:
    with pytest.raises(InvalidIdentifier) as refused:
        identify(SubjectKind.URL, text)
    assert text not in str(refused.value)
    assert "622202020011" not in str(refused.value)


def test_a_very_long_web_address_is_told_apart_and_shown_short() -> None:
    one, other = (identify(SubjectKind.URL, "bad.example/" + "诈" * 1_000 + end) for end in "12")
    assert one.canonical != other.canonical
    assert len(one.masked) == 300
    assert one.masked.startswith("bad.example/%E8")
    assert "…" in one.masked


def test_what_is_invisible_makes_no_other_device() -> None:
    assert identify(SubjectKind.DEVICE, "\u200b e\u200d\u0301-1 ").canonical == "\u00e9-1"


@pytest.mark.parametrize("kind", SubjectKind)
def test_a_text_of_a_million_characters_is_refused_at_once(kind: SubjectKind) -> None:
    with pytest.raises(InvalidIdentifier, match="1,000,000"):
        identify(kind, "1" * 1_000_000)


@given(st.integers(0, 10**18 - 1), st.integers(0, 18), st.integers(1, 9))
def test_one_wrong_digit_of_a_card_is_found(number: int, place: int, by: int) -> None:
    body = f"{number:018d}"
    good = next(body + last for last in "0123456789" if _is_card(body + last))
    wrong = good[:place] + str((int(good[place]) + by) % 10) + good[place + 1 :]
    assert not _is_card(wrong)


def _is_card(digits: str) -> bool:
    try:
        return identify(SubjectKind.CARD, digits).canonical == digits
    except InvalidIdentifier:
        return False


@given(st.from_regex(r"[0-9]{6,19}", fullmatch=True))
def test_a_mask_shows_at_most_half_of_an_account(number: str) -> None:
    masked = identify(SubjectKind.ACCOUNT, number).masked
    assert 2 * sum(character != "*" for character in masked) <= len(number)


def test_one_box_tells_what_a_text_may_be_with_the_checked_kinds_first() -> None:
    assert [found.kind for found in recognise("4111 1111 1111 1111")][:1] == [SubjectKind.CARD]
    assert [found.kind for found in recognise("GB82 WEST 1234 5698 7654 32")][:1] == [SubjectKind.ACCOUNT]
    assert [found.kind for found in recognise("bad-bank.example")] == [SubjectKind.URL]
    assert recognise("") == ()


def test_keccak_gives_the_published_hash_of_abc() -> None:
    assert keccak_256(b"abc").hex() == "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45"


@pytest.mark.skipif(not _PUBLISHED.is_dir(), reason="the published data sets are not beside the project")
def test_all_published_branch_numbers_but_one_pass_their_check_digit() -> None:
    text = "".join(path.read_text(encoding="utf-8-sig") for path in _PUBLISHED.glob("*.csv"))
    numbers = set(re.findall(r"(?<!\d)\d{12}(?!\d)", text))
    assert (len(numbers), sum(map(is_cnaps, numbers))) == (3578, 3577)


def test_the_page_shows_the_masks_as_they_are() -> None:
    page = (_PROJECT / "docs/explanation/identifiers.md").read_text(encoding="utf-8")
    masks = {identify(SubjectKind(kind), typed).masked for kind, typed, _ in _WRITTEN if kind != "url"}
    shown = re.findall(r"\| `([^`]*\*[^`]*)` \|$", page, flags=re.MULTILINE)
    assert len(shown) == len(SubjectKind) - 1
    assert set(shown) <= masks


@given(digits=st.text("0123456789", min_size=13, max_size=19))
def test_a_card_is_checked_as_the_standard_library_of_numbers_does(digits: str) -> None:
    if luhn.is_valid(digits):
        assert identify(SubjectKind.CARD, digits).canonical == digits
    else:
        with pytest.raises(InvalidIdentifier, match="check digit"):
            identify(SubjectKind.CARD, digits)
    right = digits + luhn.calc_check_digit(digits)
    if len(right) < 20:
        assert identify(SubjectKind.CARD, right).canonical == right

"""A column read at once and its values read one by one say the same."""

from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from zhamen.adapters.files.arrow import Strings
from zhamen.adapters.files.kernels import encode, equal_to_any
from zhamen.adapters.files.mapping import FieldSource
from zhamen.adapters.files.readings import reading_of
from zhamen.core.errors import InputError
from zhamen.core.instants import to_micros
from zhamen.core.money import MAX_AMOUNT_MINOR, minor_digits
from zhamen.events.columns import cell

NUMBERS = st.one_of(
    st.from_regex(r"[+-]?[0-9]{1,20}(\.[0-9]{0,6})?", fullmatch=True),
    st.decimals(allow_nan=True, allow_infinity=True).map(str),
    st.floats().map(str),
    st.sampled_from(["", "-", "+", ".", "-.5", ".5", "5.", "1e3", " 7 ", "1_000", "٣", "1,234.50", "1.2.3"]),
)
INSTANTS = st.one_of(
    st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30)).map(lambda at: at.isoformat(sep=" ")),  # noqa: DTZ001
    st.datetimes(timezones=st.timezones() | st.just(UTC)).map(lambda at: at.isoformat()),
    st.from_regex(
        r"[0-2][0-9]{3}-[01][0-9]-[0-3][0-9][T ][0-2][0-9]:[0-6][0-9](:[0-6][0-9](\.[0-9]{0,9})?)?"
        r"(Z|[+-][0-2][0-9](:?[0-6][0-9])?)?",
        fullmatch=True,
    ),
    st.sampled_from(
        ["2024-02-30T00:00", "2023-02-29T00:00:00Z", "0000-01-01T00:00", "2024-01-01", "20240101T000000"]
    ),
)


def assert_both_say_the_same(
    name: str, source: FieldSource, texts: list[str | None], currency: str = "CNY"
) -> None:
    reading = reading_of(name, source, None)
    digits = np.full(len(texts), minor_digits(currency), np.int64)
    column, sure = reading.column(Strings.of(texts), digits)
    for row, text in enumerate(texts):
        if text is None:
            assert sure[row]
            assert cell(column, row) is None
            continue
        number = cell(column, row)
        if sure[row] and isinstance(number, int) and abs(number) > MAX_AMOUNT_MINOR:
            continue  # refused by the limits of the field
        if sure[row]:
            value = reading.value(text, currency)
            assert cell(column, row) == (to_micros(value) if isinstance(value, datetime) else value)
        else:
            assert cell(column, row) is None


@settings(deadline=None)  # the first run loads the kernels
@given(st.lists(st.none() | NUMBERS), st.sampled_from(["CNY", "JPY", "KWD"]))
@example(["85.64999999999999", "0.10", "-0", "000000000000000000001", "1.230", "12"], "CNY")
def test_amounts_in_major_units(texts: list[str | None], currency: str) -> None:
    for rounded in (False, True):
        source = FieldSource(column="x", unit="major", round=rounded)
        assert_both_say_the_same("amount_minor", source, texts, currency)


@settings(deadline=None)  # the first run loads the kernels
@given(st.lists(st.none() | NUMBERS))
def test_whole_numbers_and_epochs(texts: list[str | None]) -> None:
    assert_both_say_the_same("session_face_checks", FieldSource(column="x"), texts)
    assert_both_say_the_same("amount_minor", FieldSource(column="x"), texts)
    assert_both_say_the_same("amount_minor", FieldSource(column="x", unit="major", drop=",$"), texts)
    for unit in ("epoch_s", "epoch_ms", "epoch_us"):
        reading = reading_of("occurred_at", FieldSource(column="x", format=unit), None)
        column, sure = reading.column(Strings.of(texts), np.full(len(texts), 2))
        for row, text in enumerate(texts):
            try:
                value = reading.value(text, "") if text is not None else None
            except InputError:
                continue
            if sure[row]:
                assert cell(column, row) == (to_micros(value) if isinstance(value, datetime) else None)


@settings(deadline=None)  # the first run loads the kernels
@given(st.lists(st.none() | INSTANTS))
def test_instants(texts: list[str | None]) -> None:
    for zone in (None, 480):
        reading = reading_of("occurred_at", FieldSource(column="x"), zone)
        column, sure = reading.column(Strings.of(texts), np.full(len(texts), 2))
        for row, text in enumerate(texts):
            if text is not None and sure[row]:
                value = reading.value(text, "")
                assert isinstance(value, datetime)
                assert cell(column, row) == to_micros(value)


@settings(deadline=None)  # the first run loads the kernels
@given(st.lists(st.none() | st.text(max_size=6)))
def test_texts(texts: list[str | None]) -> None:
    assert_both_say_the_same("debtor_name", FieldSource(column="x", prefix="p-"), texts)
    strings = Strings.of(texts)
    codes, firsts = encode(strings.offsets, strings.data, strings.known)
    distinct = list(dict.fromkeys(text for text in texts if text is not None))
    assert [texts[row] for row in firsts] == distinct
    assert [None if code < 0 else distinct[code] for code in codes] == texts


@settings(deadline=None)  # the first run loads the kernels
@given(st.lists(st.text(max_size=3)), st.lists(st.text(max_size=3), min_size=1))
def test_words_are_found(texts: list[str], words: list[str]) -> None:
    column, among = Strings.of(list(texts)), Strings.of(list(words))
    found = equal_to_any(column.offsets, column.data, among.offsets, among.data)
    assert found.tolist() == [text in words for text in texts]


@settings(deadline=None)  # the first run loads the kernels
@given(st.lists(st.none() | st.sampled_from(["Y", "N", "true", "0", "?"])))
def test_flags_and_mapped_words(texts: list[str | None]) -> None:
    assert_both_say_the_same("session_new_device", FieldSource(column="x"), texts)
    words = {"Y": "true", "N": "false"}
    assert_both_say_the_same("session_new_device", FieldSource(column="x", values=words), texts)
    assert_both_say_the_same("channel", FieldSource(column="x", values={"Y": "atm", "N": "atm"}), texts)


def test_two_words_of_the_file_for_one_of_ours_are_one_text() -> None:
    reading = reading_of("channel", FieldSource(column="x", values={"A": "atm", "B": "atm"}), None)
    column, _ = reading.column(Strings.of(["A", "B", None]), np.full(3, 2))
    assert [cell(column, row) for row in range(3)] == ["atm", "atm", None]
    assert column.values == ("atm",)


@pytest.mark.parametrize(
    ("name", "source", "text", "message"),
    [
        ("amount_minor", FieldSource(unit="major"), "12.345", "more than the 2 decimals"),
        ("amount_minor", FieldSource(unit="major"), "abc", "not a decimal amount"),
        ("amount_minor", FieldSource(unit="major", round=True), "NaN", "not an amount"),
        ("amount_minor", FieldSource(), "12.5", "not a whole number"),
        ("occurred_at", FieldSource(), "2024-01-01T00:00", "has no zone; set time_zone"),
        ("occurred_at", FieldSource(), "yesterday", "not an ISO 8601 instant"),
        ("occurred_at", FieldSource(format="%Y%m%d"), "2024-01-01", "does not look like '%Y%m%d'"),
        ("occurred_at", FieldSource(format="epoch_s"), "9" * 18, "outside the years"),
        ("session_new_device", FieldSource(), "perhaps", "map its values"),
        ("channel", FieldSource(values={"A": "atm"}), "B", "not among the values of the mapping: A"),
    ],
)
def test_what_cannot_be_read_says_why(name: str, source: FieldSource, text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        reading_of(name, source, None).value(text, "CNY")


def test_strptime_patterns_take_the_zone_of_the_mapping() -> None:
    reading = reading_of("occurred_at", FieldSource(format="%Y年%m月%d日 %H:%M"), 480)
    column, sure = reading.column(Strings.of(["2026年3月2日 20:00", "2026年3月2日"]), np.full(2, 2))
    assert cell(column, 0) == to_micros(datetime(2026, 3, 2, 12, tzinfo=UTC))
    assert sure.tolist() == [True, False]

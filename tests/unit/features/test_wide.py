"""Deviations from exact sums of squares are those of Python's whole numbers, to the last bit."""

import math

from hypothesis import given, settings
from hypothesis import strategies as st

from zhamen.features.wide import add_square, deviation, subtract_wide

WORD = 2**64
wholes = st.one_of(
    st.integers(-(2**58), 2**58), st.integers(-1000, 1000), st.sampled_from((2**58, 10**14, 10**14 + 1))
)


def words_of(number: int) -> tuple[int, int]:
    low, high = number % WORD, number // WORD % WORD
    return (low - WORD if low >= WORD // 2 else low), (high - WORD if high >= WORD // 2 else high)


@settings(deadline=None)
@given(st.lists(wholes, min_size=1, max_size=20))
def test_the_deviation_is_rounded_once(values: list[int]) -> None:
    low, high = 0, 0
    for value in values:
        low, high = add_square(low, high, value)
    squares = sum(value * value for value in values)
    assert (low, high) == words_of(squares)
    count, total = len(values), sum(values)
    expected = math.sqrt(float(count * squares - total * total)) / count
    assert deviation(count, total, low, high) == expected


@settings(deadline=None)
@given(st.integers(0, 2**127 - 1), st.integers(0, 2**127 - 1))
def test_wide_numbers_subtract_with_a_borrow(one: int, other: int) -> None:
    larger, smaller = max(one, other), min(one, other)
    assert subtract_wide(*words_of(larger), *words_of(smaller)) == words_of(larger - smaller)

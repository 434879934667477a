"""Codes by time as RFC 6238 has them, and recovery codes as people type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhamen.services.one_time import (
    code_at,
    fitting_step,
    make_recovery_codes,
    make_secret,
    recovery_digest,
)

SECRET = b"12345678901234567890"
STEP = 30_000_000


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "94287082"),
        (1111111109, "07081804"),
        (1111111111, "14050471"),
        (1234567890, "89005924"),
        (2000000000, "69279037"),
        (20000000000, "65353130"),
    ],
)
def test_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    assert code_at(SECRET, seconds // 30) == code[-6:], "RFC 6238, appendix B, the last six of eight digits"


@given(st.integers(10, 10**9), st.integers(-4, 4))
def test_a_code_fits_its_own_half_minute_and_the_ones_beside(step: int, drift: int) -> None:
    found = fitting_step(SECRET, code_at(SECRET, step + drift), step * STEP + 17)
    near = {step + beside for beside in (-1, 0, 1)}
    if step + drift in near:
        assert found in near
        assert code_at(SECRET, found or 0) == code_at(SECRET, step + drift)
    elif found is not None:
        assert code_at(SECRET, found) == code_at(SECRET, step + drift), "two half minutes of the same code"


@pytest.mark.parametrize(
    "code", ["", "12345", "1234567", "abcdef", "１２３４５６", "-12345", "0x1234", "12 34 5"]
)
def test_what_is_not_six_digits_fits_nothing(code: str) -> None:
    assert fitting_step(SECRET, code, 59_000_000) is None


def test_spaces_as_people_type_them_do_not_matter() -> None:
    assert fitting_step(SECRET, " 287 082 ", 59_000_000) == 1


def test_secrets_and_recovery_codes_are_drawn_anew_each_time() -> None:
    assert len({make_secret() for _ in range(20)}) == 20
    codes = [code for _ in range(20) for code in make_recovery_codes()]
    assert len(set(codes)) == 200
    assert all(len(code) == 11 for code in codes)


def test_a_recovery_code_is_of_one_person() -> None:
    assert recovery_digest("li", "k7wqa-m3x9e") != recovery_digest("wang", "k7wqa-m3x9e")

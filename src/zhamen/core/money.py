"""Money as whole minor units beside a currency; never a binary fraction."""

from decimal import Decimal, InvalidOperation
from typing import Final

from zhamen.core.errors import InputError

__all__ = ["MAX_AMOUNT_MINOR", "format_minor", "grouped", "minor_digits", "parse_minor"]

MAX_AMOUNT_MINOR: Final = 10**14
"""The largest amount of one event: a trillion yuan. Sums of 90,000 such fit int64."""

# ISO 4217, list one: the codes in use whose minor unit is not two digits.
_DIGITS: Final = {
    **dict.fromkeys("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(), 0),
    **dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3),
    **dict.fromkeys("CLF UYW".split(), 4),
}


def minor_digits(currency: str) -> int:
    """Give the number of minor digits of an ISO 4217 code; two unless the standard says other.

    >>> minor_digits("CNY"), minor_digits("JPY"), minor_digits("KWD")
    (2, 0, 3)
    """
    return _DIGITS.get(currency, 2)


def parse_minor(text: str, currency: str) -> int:
    """Read a decimal amount such as ``"12.30"`` as minor units of `currency`, exactly.

    Raises
    ------
    InputError
        Not a plain decimal, more digits than the currency has, or beyond the largest amount.

    Examples
    --------
    >>> parse_minor("12.30", "CNY")
    1230
    >>> parse_minor("12.345", "CNY")
    Traceback (most recent call last):
    ...
    zhamen.core.errors.InputError: 12.345 has more than the 2 decimals of CNY
    """
    try:
        amount = Decimal(text.strip())
    except InvalidOperation:
        raise InputError(f"{text[:40]!r} is not a decimal amount") from None
    if not amount.is_finite() or abs(amount) > MAX_AMOUNT_MINOR:
        raise InputError(f"{text[:40]!r} is not an amount up to {MAX_AMOUNT_MINOR} minor units")
    digits = minor_digits(currency)
    minor = amount.scaleb(digits)
    if minor != minor.to_integral_value():
        raise InputError(f"{text[:40]} has more than the {digits} decimals of {currency}")
    if abs(minor) > MAX_AMOUNT_MINOR:
        raise InputError(f"{text[:40]!r} is not an amount up to {MAX_AMOUNT_MINOR} minor units")
    return int(minor)


def format_minor(amount_minor: int, currency: str) -> str:
    """Write minor units as a decimal with its currency.

    >>> format_minor(-1230, "CNY"), format_minor(500, "JPY")
    ('-12.30 CNY', '500 JPY')
    """
    return f"{Decimal(amount_minor).scaleb(-minor_digits(currency)):f} {currency}"


def grouped(amount_minor: int, currency: str) -> str:
    """Write minor units as people read them, in groups of three digits.

    >>> grouped(123456789, "CNY"), grouped(-500, "JPY")
    ('1,234,567.89 CNY', '-500 JPY')
    """
    return f"{Decimal(amount_minor).scaleb(-minor_digits(currency)):,f} {currency}"

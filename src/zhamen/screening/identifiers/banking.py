"""Accounts, cards, merchants, and the numbers of bank branches (CNAPS)."""

from typing import Final

from stdnum import iban
from stdnum.iso7064 import mod_11_10

from zhamen.screening.identifiers.fold import compact, masked_middle, only_digits, refuse
from zhamen.screening.subjects import Identifier, SubjectKind

__all__ = ["account", "card", "is_cnaps", "is_iban", "merchant"]

_CARD_DIGITS: Final = range(13, 20)
_ACCOUNT_LENGTHS: Final = range(5, 35)
_MERCHANT_LENGTH: Final = 15
_CNAPS_DIGITS: Final = 12
_IBAN_LENGTHS: Final = range(15, 35)
_DIGITS: Final = b"0123456789"
_ONCE: Final = bytes.maketrans(_DIGITS, bytes(range(10)))
_TWICE: Final = bytes.maketrans(_DIGITS, bytes([0, 2, 4, 6, 8, 1, 3, 5, 7, 9]))
"""Twice a digit, and of that the sum of its digits."""


def card(text: str) -> Identifier:
    """Give a card number: 13 to 19 digits of which the last checks the others (ISO/IEC 7812-1, annex B)."""
    digits = compact(SubjectKind.CARD, text)
    found = Identifier(SubjectKind.CARD, digits, masked_middle(digits, 4, 4))
    if not only_digits(digits) or len(digits) not in _CARD_DIGITS:
        raise refuse(found, "is not 13 to 19 digits; give the number on the card")
    if not _checks(digits):
        raise refuse(found, "fails its check digit; compare it with the card")
    return found


def _checks(digits: str) -> bool:
    """Tell whether the last digit checks the others; every payment asks, and `stdnum` takes 9 µs for it."""
    backwards = digits.encode()[::-1]
    return (sum(backwards[::2].translate(_ONCE)) + sum(backwards[1::2].translate(_TWICE))) % 10 == 0


def account(text: str) -> Identifier:
    """Give an account number: an IBAN (ISO 13616), or 5 to 34 letters and digits as each bank numbers them.

    Only the form is checked: what looks like an IBAN but fails its check may be a number of its own.
    """
    number = compact(SubjectKind.ACCOUNT, text)
    found = Identifier(SubjectKind.ACCOUNT, number, masked_middle(number, 4, 4))
    if not (number.isascii() and number.isalnum() and len(number) in _ACCOUNT_LENGTHS):
        raise refuse(found, "is not 5 to 34 letters and digits; give the account number")
    if not any(character.isdigit() for character in number):
        raise refuse(found, "has no digit; give the account number")
    return found


def is_iban(number: str) -> bool:
    """Tell whether an account number is an IBAN with right check digits."""
    return len(number) in _IBAN_LENGTHS and number[:2].isalpha() and bool(iban.is_valid(number))


def merchant(text: str) -> Identifier:
    """Give a merchant number: 15 letters and digits (ISO 8583, field 42)."""
    number = compact(SubjectKind.MERCHANT, text)
    found = Identifier(SubjectKind.MERCHANT, number, masked_middle(number, 3, 4))
    if not (number.isascii() and number.isalnum()) or len(number) != _MERCHANT_LENGTH:
        raise refuse(found, "is not 15 letters and digits; give the number on the receipt")
    return found


def is_cnaps(number: str) -> bool:
    """Tell whether 12 digits are the number of a bank branch: the last checks the others (ISO 7064).

    MOD 11,10, which 3,577 of 3,578 published numbers pass.

    Examples
    --------
    >>> is_cnaps("102100099996"), is_cnaps("102100099997")
    (True, False)
    """
    return only_digits(number) and len(number) == _CNAPS_DIGITS and bool(mod_11_10.is_valid(number))

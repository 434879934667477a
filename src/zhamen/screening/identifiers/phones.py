"""Phone numbers, and the short and service numbers that scammers like to show."""

import re
from typing import Final

import phonenumbers

from zhamen.screening.identifiers.fold import compact, fold, masked_middle, refuse
from zhamen.screening.subjects import Identifier, SubjectKind

__all__ = ["is_mobile", "phone", "says_phone"]

_HOME: Final = "CN"
_SERVICE: Final = re.compile(r"1[012]\d{1,3}|9[56]\d{3,6}|[48]00\d{7}", re.ASCII)
_MOBILE: Final = re.compile(r"1(?:[3-689]\d|7[0-8])\d{8}", re.ASCII)
"""Chinese mobile numbers, but for those that begin as the old codes of carriers did (179)."""
_HOME_CODE: Final = 86
_SENDS_MESSAGES: Final = re.compile(r"106\d{5,17}", re.ASCII)
"""Numbers that messages come from, with their senders' own digits behind: up to 20 in all."""
_NOT_IN_THE_PLAN: Final = re.compile(r"1\d{10}", re.ASCII)
"""Mobile numbers of carriers that the library does not know yet."""
_TYPED: Final = re.compile(r"[+\d() .\-\u2010-\u2015]+", re.ASCII)


def says_phone(text: str) -> bool | None:
    """Tell whether a phone number of no stated kind is one: surely (True), maybe (None), or not (False).

    Sure are mobile and service numbers and what has a country code or the 0 of an area; without them,
    only what the numbering plan has (ITU-T E.164, +86) may be one, for account numbers are as long.

    Examples
    --------
    >>> [says_phone(text) for text in ("13800138000", "010 66558888", "1066558888", "123456789")]
    [True, True, None, False]
    """
    digits = compact(SubjectKind.PHONE, text)
    if digits.startswith(("+", "00")) or _SERVICE.fullmatch(digits) or _MOBILE.fullmatch(digits):
        return True
    try:
        valid = phonenumbers.is_valid_number(phonenumbers.parse(digits, _HOME))
    except phonenumbers.NumberParseException:
        return False
    return (digits.startswith("0") or None) if valid else False


def is_mobile(found: Identifier) -> bool:
    """Tell whether a number is a Chinese mobile number, which no bank gives to an account."""
    return bool(_MOBILE.fullmatch(found.canonical.removeprefix("+86")))


def phone(text: str) -> Identifier:
    """Give a phone number in its international form (ITU-T E.164); without a country it is a Chinese one.

    Emergency and service numbers (110, 95588, 400...) have no international form and stay as they are.
    Numbers that messages come from (106...) may be longer than others.

    Examples
    --------
    >>> phone("1069 8888 1234 5678 90").canonical
    '+86106988881234567890'
    """
    digits = compact(SubjectKind.PHONE, text)
    bare = digits.removeprefix("+86")
    if _SERVICE.fullmatch(bare):
        return Identifier(SubjectKind.PHONE, bare, bare)
    if _MOBILE.fullmatch(bare):
        return Identifier(SubjectKind.PHONE, f"+86{bare}", f"+86 {bare[:3]}****{bare[-2:]}")
    typed = Identifier(SubjectKind.PHONE, digits, masked_middle(digits, 3, 2))
    if _SENDS_MESSAGES.fullmatch(bare):
        return Identifier(SubjectKind.PHONE, f"+86{bare}", f"+86 {masked_middle(bare, 3, 2)}")
    folded = fold(SubjectKind.PHONE, text)
    if not _TYPED.fullmatch(folded):
        raise refuse(typed, "holds other than digits; give the number with its area or country code")
    try:
        number = phonenumbers.parse(folded, _HOME)
    except phonenumbers.NumberParseException:
        raise refuse(typed, "cannot be read; give the number with its area or country code") from None
    possible = phonenumbers.is_possible_number_with_reason(number)
    if possible != phonenumbers.ValidationResult.IS_POSSIBLE or _is_part(number):
        raise refuse(typed, "has too many or too few digits; give its area or country code too")
    canonical = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    country = f"+{number.country_code}"
    return Identifier(
        SubjectKind.PHONE, canonical, f"{country} {masked_middle(canonical.removeprefix(country), 3, 2)}"
    )


def _is_part(number: phonenumbers.PhoneNumber) -> bool:
    """Tell whether a Chinese number lacks its area, or digits: another city has the same one."""
    if number.country_code != _HOME_CODE or phonenumbers.is_valid_number(number):
        return False
    return not _NOT_IN_THE_PLAN.fullmatch(phonenumbers.national_significant_number(number))

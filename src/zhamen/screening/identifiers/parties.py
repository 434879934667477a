"""People by their documents, and enterprises by their registration."""

import re
from datetime import date
from typing import Final

from stdnum.cn import uscc
from stdnum.exceptions import ValidationError

from zhamen.screening.identifiers.fold import compact, masked_middle, refuse
from zhamen.screening.subjects import Identifier, SubjectKind

__all__ = ["enterprise", "is_checked", "is_usual", "person"]

_OLD: Final = re.compile(r"\d{15}", re.ASCII)
_RESIDENT: Final = re.compile(r"\d{17}[\dX]", re.ASCII)
_PROVINCES: Final = frozenset(
    "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65"
    " 71 81 82 83".split()
)
"""GB/T 2260; 81, 82 and 83 are residence permits of people of Hong Kong, Macao and Taiwan."""
_FOREIGN: Final = "9"
"""The first digit of a permanent resident from abroad, before the province and the country."""
_PREFIXED: Final = re.compile(r"(CN|PASSPORT|PERMIT):([A-Z0-9]+)", re.ASCII)
_PERMIT: Final = re.compile(r"[HM]\d{8}(\d{2})?|\d{8}", re.ASCII)
_USUAL: Final = re.compile(r"CN:.*|PERMIT:[HM].*|PASSPORT:[A-Z]{1,2}\d{7,8}", re.ASCII)
_PASSPORT: Final = re.compile(r"(?=.*\d)[A-Z0-9]{6,12}", re.ASCII)


def person(text: str) -> Identifier:
    """Give a person by a document: resident identity card, travel permit, or passport.

    A resident number (GB 11643-1999) has its province, date of birth and check digit checked, and the
    old form of 15 digits is written as the new. Residence permits have numbers of the same form. The
    county is not looked up: people keep the number of a county that was dissolved.
    ``PASSPORT:`` and ``PERMIT:`` before a number say which document it is; without them, H or M and 8
    or 10 digits are a permit of Hong Kong or Macao, 8 digits one of Taiwan, and letters and digits a
    passport.
    """
    number = compact(SubjectKind.PERSON, text)
    prefixed = _PREFIXED.fullmatch(number)
    kind, bare = prefixed.groups() if prefixed else ("", number)
    if kind in ("", "CN") and (_RESIDENT.fullmatch(bare) or _OLD.fullmatch(bare)):
        return _resident(bare)
    typed = Identifier(SubjectKind.PERSON, bare, masked_middle(bare, 1, 2))
    if kind in ("", "PERMIT") and _PERMIT.fullmatch(bare):
        return Identifier(SubjectKind.PERSON, f"PERMIT:{bare}", typed.masked)
    if _PASSPORT.fullmatch(bare) and (kind == "PASSPORT" or (not kind and not bare.isdigit())):
        return Identifier(SubjectKind.PERSON, f"PASSPORT:{bare}", typed.masked)
    raise refuse(typed, "is no identity card, permit or passport number; give one as on the document")


def is_checked(found: Identifier) -> bool:
    """Tell whether an identifier is a resident's or an enterprise's, of which check digits leave no doubt."""
    return found.kind is SubjectKind.ENTERPRISE or (
        found.kind is SubjectKind.PERSON and found.canonical.startswith("CN:")
    )


def is_usual(found: Identifier) -> bool:
    """Tell whether a person's number looks like the one of a document, and not like an account's."""
    return bool(_USUAL.fullmatch(found.canonical))


def _resident(number: str) -> Identifier:
    if len(number) == 15:
        number = f"{number[:6]}19{number[6:]}"
        number += _check_digit(number)
    found = Identifier(SubjectKind.PERSON, f"CN:{number}", masked_middle(number, 3, 4))
    if not (_is_place(number) and _is_date(number[6:14]) and number[17] == _check_digit(number[:17])):
        raise refuse(found, "has a wrong place, date or check digit; compare it with the card")
    return found


def _is_place(number: str) -> bool:
    return number[:2] in _PROVINCES or (number[0] == _FOREIGN and number[1:3] in _PROVINCES)


def _is_date(digits: str) -> bool:
    try:
        date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return True


def _check_digit(digits: str) -> str:
    """Give the digit that checks the 17 before it (ISO 7064, MOD 11-2)."""
    return "10X98765432"[sum(int(digit) << 17 - at for at, digit in enumerate(digits)) % 11]


def enterprise(text: str) -> Identifier:
    """Give an enterprise by its unified social credit code, 18 characters (GB 32100-2015)."""
    code = compact(SubjectKind.ENTERPRISE, text)
    found = Identifier(SubjectKind.ENTERPRISE, code, masked_middle(code, 4, 4))
    try:
        plain = uscc.validate(code)
    except ValidationError:
        raise refuse(found, "is no unified social credit code; give its 18 characters") from None
    return Identifier(SubjectKind.ENTERPRISE, plain, masked_middle(plain, 4, 4))

"""What a person knows better of a record than its source did."""

from datetime import datetime
from typing import Final

from msgspec import Struct

from zhamen.core.errors import InputError
from zhamen.screening.categories import Category
from zhamen.screening.entries import ListKind

__all__ = ["LONGEST_NOTE", "Correction"]

LONGEST_NOTE: Final = 2_000
_MOST: Final = 100
_LONGEST_CASE: Final = 200


class Correction(Struct, frozen=True, kw_only=True):
    """What the next version of a record says; of whom it is stays.

    Raises
    ------
    InputError
        A level or confidence outside 0 to 100, a case number that is too long, or no reason.
    """

    list: ListKind
    category: Category
    level: int
    confidence: int
    case_number: str
    expires_at: datetime | None
    reason: str

    def __post_init__(self) -> None:
        for name, value in (("level", self.level), ("confidence", self.confidence)):
            if not 0 <= value <= _MOST:
                raise InputError(f"{name} is {value}; write a whole number from 0 to {_MOST}")
        if len(self.case_number) > _LONGEST_CASE or not self.case_number.isprintable():
            raise InputError(f"a case number has up to {_LONGEST_CASE} printable characters")
        if not self.reason.strip() or len(self.reason) > LONGEST_NOTE:
            raise InputError(f"to correct a record needs a reason of up to {LONGEST_NOTE:,} characters")

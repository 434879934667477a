"""The kinds of thing that a risk record can be about, and what identifies one."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

__all__ = ["Identifier", "SubjectKind"]


class SubjectKind(StrEnum):
    """What a risk record is about. The order is part of the keys and never changes; new kinds go last."""

    PERSON = "person"
    ENTERPRISE = "enterprise"
    ACCOUNT = "account"
    CARD = "card"
    PHONE = "phone"
    DEVICE = "device"
    IP = "ip"
    URL = "url"
    WALLET = "wallet"
    MERCHANT = "merchant"

    @property
    def code(self) -> int:
        """The kind's number.

        Examples
        --------
        >>> SubjectKind.PERSON.code, SubjectKind.MERCHANT.code
        (0, 9)
        """
        return _CODES[self]


_CODES: Final = {kind: at for at, kind in enumerate(SubjectKind)}


@dataclass(frozen=True, slots=True)
class Identifier:
    """One subject in the one way it is written; shown and logged only masked."""

    kind: SubjectKind
    canonical: str = field(repr=False)
    """What is hashed; never stored, never shown."""
    masked: str
    """What people see."""

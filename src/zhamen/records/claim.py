"""What a source says about one subject, cleaned and checked."""

import unicodedata
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_network
from typing import Final

from zhamen.core.errors import InputError
from zhamen.screening.categories import Category
from zhamen.screening.entries import ListKind
from zhamen.screening.identifiers.suffixes import PUBLIC_SUFFIXES
from zhamen.screening.subjects import Identifier, SubjectKind

__all__ = ["LONGEST_BASIS", "LONGEST_PURPOSE", "Claim", "Unread"]

_LONGEST_TEXT = 200
LONGEST_BASIS = 200
LONGEST_PURPOSE = 40
_MOST = 100
_WIDEST: Final = {4: 8, 6: 16}
"""The fewest bits that a listed network fixes, by version; one of fewer would hit half the world."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One record as its source gives it.

    ``source_ref`` is the source's own name for it, by which it is recognised when it comes again;
    empty where a source has none: then one subject has one record of that source.

    Raises
    ------
    InputError
        A level or confidence outside 0 to 100, an end before its beginning, or a text that is too long
        or holds control characters or halves of characters, which not every database keeps; or a
        domain that is a public suffix, or a network wider than /8 (IPv4) or /16 (IPv6).
    """

    identifier: Identifier
    list: ListKind
    category: Category
    level: int
    confidence: int
    source_ref: str = ""
    case_number: str = ""
    effective_from: datetime | None = None
    """From its publication on, when left out."""
    expires_at: datetime | None = None
    evidence_hash: bytes = b""
    names: tuple[str, ...] = ()
    legal_basis: str = ""
    """What allows the bank to hold this one; the source's, when left out."""
    purpose: str = ""
    """What this one may be used for; the source's, when left out."""
    withdrawn: bool = False
    """The source no longer says so: its record ends."""

    def __post_init__(self) -> None:
        for name, value in (("level", self.level), ("confidence", self.confidence)):
            if not 0 <= value <= _MOST:
                raise InputError(f"{name} is {value}; write a whole number from 0 to {_MOST}")
        since, until = self.effective_from, self.expires_at
        if since is not None and until is not None and until <= since:
            raise InputError("it expires before it begins; exchange the two dates")
        if len(self.source_ref) > _LONGEST_TEXT or len(self.case_number) > _LONGEST_TEXT:
            raise InputError(
                f"a reference or case number is longer than {_LONGEST_TEXT} characters; shorten it"
            )
        if len(self.legal_basis) > LONGEST_BASIS or len(self.purpose) > LONGEST_PURPOSE:
            raise InputError(
                f"a legal basis has up to {LONGEST_BASIS} characters and a purpose up to {LONGEST_PURPOSE}"
            )
        if self.identifier.kind is SubjectKind.URL and self.identifier.canonical in PUBLIC_SUFFIXES:
            raise InputError(
                f"{self.identifier.canonical} is a public suffix, under which anybody has sites;"
                " name the one that is meant"
            )
        if _too_wide(self.identifier):
            raise InputError(
                f"{self.identifier.canonical} is a network wider than any that one holder has;"
                " name the one that is meant"
            )
        texts = (self.source_ref, self.case_number, self.legal_basis, self.purpose, *self.names)
        if not all(map(_plain, texts)):
            raise InputError("a text of the record holds control characters; take them out")


@dataclass(frozen=True, slots=True)
class Unread:
    """A row that was refused, as far as it tells which record it is about: that one stays as it was."""

    source_ref: str = ""
    identifier: Identifier | None = None


def _too_wide(identifier: Identifier) -> bool:
    if identifier.kind is not SubjectKind.IP or "/" not in identifier.canonical:
        return False
    network = ip_network(identifier.canonical)
    return network.prefixlen < _WIDEST[network.version]


def _plain(text: str) -> bool:
    if text.isprintable():
        return True
    return not any(unicodedata.category(character) in ("Cc", "Cs") for character in text)

"""What the index holds of one record: its list, how grave and how sure it is, and from when to when."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np

__all__ = ["ENTRY", "EVER", "Entry", "ListKind", "SourceNote"]

EVER: Final = 1 << 62
"""The instant of what never ends, in µs."""

ENTRY: Final = np.dtype(
    [
        ("record_id", "<i8"),
        ("effective_from", "<i8"),
        ("expires_at", "<i8"),
        ("category", "<u2"),
        ("source", "<u2"),
        ("list", "u1"),
        ("level", "u1"),
        ("confidence", "u1"),
        ("span", "u1"),
    ]
)
"""An entry without its key, as it stands in arrays and files: 32 bytes."""


class ListKind(StrEnum):
    """Which list a record is on, from harmless to grave. The order is in files and never changes."""

    WHITE = "white"
    """Known to be good: checked by a person, for a stated time."""
    WATCH = "watch"
    """Worth a look; nothing is held against it."""
    GREY = "grey"
    """Suspected."""
    BLACK = "black"
    """Confirmed by an authority or by the bank itself."""

    @property
    def code(self) -> int:
        """The list's number.

        Examples
        --------
        >>> ListKind.WHITE.code, ListKind.BLACK.code
        (0, 3)
        """
        return _CODES[self]


_CODES: Final = {kind: at for at, kind in enumerate(ListKind)}


@dataclass(frozen=True, slots=True)
class Entry:
    """One record as screening sees it.

    It is in force from ``effective_from`` on and no longer at ``expires_at``; both are µs since 1970,
    UTC. A record that was withdrawn stays, expired at the instant of its withdrawal, so that what was
    decided before can be repeated.
    """

    record_id: int
    list: ListKind
    level: int
    """How grave, 0 to 100."""
    confidence: int
    """How sure, 0 to 100."""
    category: int
    """The number of the category."""
    source: int
    """The number of the source."""
    effective_from: int
    expires_at: int = EVER
    span: int = 0
    """Of a network of addresses, how many bits it fixes: n for IPv4, 100 + n for IPv6; 0 otherwise."""

    def in_force(self, as_of: int) -> bool:
        """Whether it counts at an instant, in µs.

        Examples
        --------
        >>> entry = Entry(1, ListKind.GREY, 60, 80, 101, 1, effective_from=10, expires_at=20)
        >>> [entry.in_force(at) for at in (9, 10, 19, 20)]
        [False, True, True, False]
        """
        return self.effective_from <= as_of < self.expires_at


@dataclass(frozen=True, slots=True)
class SourceNote:
    """What screening knows of a source of records."""

    number: int
    code: str
    """As ``police`` or ``un-consolidated``."""
    zh: str
    en: str
    reliability: int
    """How often it is right, 0 to 100, as the bank has set it."""
    authority: bool = False
    """Whether it is police, court or regulator, whose order outranks every other source."""
    public: bool = False
    """Whether the public is cautioned by its records."""

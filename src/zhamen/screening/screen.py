"""What the gate and the desks ask: on which lists an identifier is, as of an instant."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from zhamen.screening.entries import Entry, SourceNote
from zhamen.screening.subjects import Identifier, SubjectKind

__all__ = ["Form", "ListHit", "Screen"]


class Form(StrEnum):
    """Which form of what was asked stands on the list."""

    EXACT = "exact"
    NETWORK = "network"
    """A network that the address lies in."""
    HOST = "host"
    """The host of the page."""
    PARENT_DOMAIN = "parent_domain"
    """A domain above the host."""


@dataclass(frozen=True, slots=True)
class ListHit:
    """An entry that an identifier was found under, and by which of its forms."""

    entry: Entry
    form: Form
    kind: SubjectKind
    masked: str


class Screen(Protocol):
    """Everything known of identifiers, asked in memory."""

    @property
    def sources(self) -> Mapping[int, SourceNote]:
        """The sources of the entries, by number."""

    def known(self, identifier: Identifier) -> tuple[ListHit, ...]:
        """Give all that is known, in force or not, the nearest form first."""

    def find(self, identifier: Identifier, as_of: int) -> tuple[ListHit, ...]:
        """Give the hits in force at an instant (µs since 1970, UTC), the nearest form first."""

"""Where the audit trail is read; it is written inside the transactions of the acts themselves."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from zhamen.core.audit import AuditEntry, Chain, Head

__all__ = ["AuditPage", "AuditTrail", "Place", "Wanted"]


class Wanted(Struct, frozen=True, kw_only=True):
    """Which entries are asked for; what is empty does not narrow."""

    chain: Chain | None = None
    actor: str = ""
    act: str = ""
    subject: str = ""
    since: datetime | None = None
    until: datetime | None = None
    """Not with this instant."""


class Place(Struct, frozen=True):
    """Where a page ended: its last entry's instant in µs, chain and number."""

    at: int
    chain: str
    number: int


class AuditPage(Struct, frozen=True):
    """Some entries, newest first, and where the next page begins; None when there is none."""

    entries: Sequence[AuditEntry]
    after: Place | None = None


class AuditTrail(Protocol):
    """The chains of one store; entries are never changed or deleted."""

    def heads(self) -> list[Head]:
        """Give the head of each chain that has entries here, as noted beside them."""

    def start(self, chain: Chain) -> Head:
        """Give what the first kept entry follows: genesis, or what was deleted in its time."""

    def read(self, chain: Chain, after: int = 0) -> Iterator[AuditEntry]:
        """Iterate over the entries of a chain above a number, in order, as they stand."""

    def list_entries(
        self, unit: str, wanted: Wanted, *, after: Place | None = None, limit: int = 100
    ) -> AuditPage:
        """Give entries of a unit and all below it, newest first; the empty unit is everybody."""

"""Where the audit trail is read; it is written inside the transactions of the acts themselves."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from msgspec import Struct

from zhamen.core.audit import AuditEntry, Chain, Deed, Head
from zhamen.core.instants import Micros, to_micros
from zhamen.organisation.scope import Scope

__all__ = ["AuditPage", "AuditSearch", "AuditTrail", "Deeds", "Place", "Wanted", "place_of"]


class Wanted(Struct, frozen=True, kw_only=True):
    """Which entries are asked for; what is empty does not narrow."""

    chain: Chain | None = None
    actor: str = ""
    act: str = ""
    subject: str = ""
    since: datetime | None = None
    until: datetime | None = None
    """Not with this instant."""


class Place(NamedTuple):
    """Where an entry stands among all, oldest first: its instant in µs, its chain and its number."""

    at: Micros
    chain: str
    number: int


class AuditPage(Struct, frozen=True):
    """Some entries, newest first, and the place that the next page follows; None when there is none."""

    entries: Sequence[AuditEntry]
    after: Place | None = None


def place_of(entry: AuditEntry) -> Place:
    """Give where an entry stands."""
    return Place(to_micros(entry.at), entry.chain, entry.number)


class AuditTrail(Protocol):
    """The chains of one store; entries are never changed or deleted."""

    def heads(self) -> list[Head]:
        """Give the head of each chain that has entries here, as noted beside them."""

    def start(self, chain: Chain) -> Head:
        """Give what the first kept entry follows: genesis, or what was deleted in its time."""

    def read(self, chain: Chain, after: int = 0) -> Iterator[AuditEntry]:
        """Iterate over the entries of a chain above a number, in order, as they stand."""


class Deeds(Protocol):
    """Where deeds are written down that change nothing else: looks at customer data, exports, refusals."""

    def note(self, deed: Deed) -> None:
        """Write a deed down; it is on disk when this returns, and only then may it be done.

        Raises
        ------
        InputError
            It is none, see `zhamen.core.audit.link`.
        StoreUnavailable
            It could not be written.
        """


class AuditSearch(Protocol):
    """Deeds found by who, what, whom and when."""

    def list_entries(
        self, scope: Scope | None, wanted: Wanted, *, after: Place | None = None, limit: int = 100
    ) -> AuditPage:
        """Give the deeds of those within a scope, newest first; without a scope, of everybody."""

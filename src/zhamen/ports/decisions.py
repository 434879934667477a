"""Where decisions are searched for."""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from zhamen.gate.decision import Outcome
from zhamen.organisation.scope import Scope

__all__ = ["AccountShown", "DecisionPage", "DecisionRow", "DecisionSearch", "Wanted"]


class Wanted(Struct, frozen=True, kw_only=True):
    """What decisions are to be like; what is left out may be anything.

    ``since`` and ``until`` are of ``decided_at``, ``until`` excluded. ``account``, ``customer``,
    ``device``, ``ip``, ``terminal`` and ``operator`` are whole identifiers, in any role of the event.
    ``rule`` is one that hit, ``scam`` the typology of the heaviest reason.
    """

    since: datetime | None = None
    until: datetime | None = None
    outcomes: tuple[Outcome, ...] = ()
    types: tuple[str, ...] = ()
    channel: str = ""
    rule: str = ""
    scam: str = ""
    least_minor: int = 0
    most_minor: int | None = None
    account: str = ""
    customer: str = ""
    device: str = ""
    ip: str = ""
    terminal: str = ""
    operator: str = ""
    trace_id: str = ""


class AccountShown(Struct, frozen=True):
    """An account as a list shows it."""

    number: int
    masked: str


class DecisionRow(Struct, frozen=True, kw_only=True):
    """A decision as a list shows it; the journal's entry ``seq`` has all of it.

    ``amount_minor`` is 0 and ``currency`` empty where no money was to move.
    """

    seq: int
    decided_at: datetime
    occurred_at: datetime
    type: str
    channel: str
    outcome: Outcome
    score: int
    unit: str
    account: AccountShown | None
    creditor: AccountShown | None
    amount_minor: int
    currency: str
    scam: str


class DecisionPage(Struct, frozen=True):
    """Decisions, the newest first.

    ``next`` is what to ask ``before`` for the page behind; None when there is nothing more. ``full`` is
    False when the search was cut short, for what is wanted is rare: fewer than asked for, perhaps none,
    were found down to ``next``, and the next page goes on from there.
    """

    rows: tuple[DecisionRow, ...]
    next: int | None
    full: bool = True


class DecisionSearch(Protocol):
    """Decisions within somebody's scope."""

    def search(
        self, scope: Scope, wanted: Wanted, *, before: int | None = None, limit: int = 50
    ) -> DecisionPage:
        """Give the newest decisions that are as wanted, of those before an entry.

        Raises
        ------
        StoreUnavailable
            The store does not answer.
        """

    def get(self, scope: Scope, seq: int) -> DecisionRow:
        """Give one decision.

        Raises
        ------
        DecisionNotFound
            There is none within the scope.
        StoreUnavailable
            The store does not answer.
        """

    def newest(self) -> tuple[int, datetime] | None:
        """Give the number of the newest decision in the views and when it was made; None without any.

        Raises
        ------
        StoreUnavailable
            The store does not answer.
        """

    def visible(self, scope: Scope, seqs: Iterable[int]) -> frozenset[int]:
        """Give those of some decisions that are within the scope.

        Raises
        ------
        StoreUnavailable
            The store does not answer.
        """

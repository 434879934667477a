"""A case: one investigation of an entity or a ring, holding one or more alerts."""

import math
from datetime import datetime
from enum import StrEnum
from typing import Final

from msgspec import Struct

from zhamen.cases.acts import Emergency, Proposal
from zhamen.cases.disposition import Disposition
from zhamen.cases.priority import rank
from zhamen.gate.decision import Outcome

__all__ = ["OPEN", "Case", "CaseStatus", "Link", "Why"]


class CaseStatus(StrEnum):
    """Where a case is."""

    NEW = "new"
    """Nobody works on it."""
    INVESTIGATING = "investigating"
    SNOOZED = "snoozed"
    PROPOSED = "proposed"
    """An act on it waits for a second person."""
    CLOSED = "closed"
    MERGED = "merged"
    """Its alerts are in another case."""


OPEN: Final = frozenset({CaseStatus.NEW, CaseStatus.INVESTIGATING, CaseStatus.SNOOZED, CaseStatus.PROPOSED})
"""Where a case takes further alerts."""

_LONGEST_AMOUNT: Final = 63
"""The bits of an amount."""


class Case(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One investigation; ``id`` is that of the alert that opened it.

    ``unit`` is the path of the unit that is responsible. ``suspect`` is the mask of the account that the
    first alert suspects. ``pending`` and ``sinking`` are the heights of what is at stake, see `priority`.
    """

    id: int
    unit: str
    status: CaseStatus = CaseStatus.NEW
    typology: str
    scam_kind: str = ""
    suspect: str
    opened_at: datetime
    last_alert_at: datetime
    alerts: int
    payments: int = 0
    """Held or delayed payments that wait for an end."""
    amount_minor: int
    currency: str
    worst: Outcome
    emergency: Emergency = Emergency.NORMAL
    assignee: str = ""
    due_at: datetime | None = None
    """By when somebody has to acknowledge it; None when somebody has."""
    snoozed_until: datetime | None = None
    proposal: Proposal | None = None
    disposition: Disposition | None = None
    closed_at: datetime | None = None
    merged_into: int = 0
    pending: float | None = None
    sinking: float | None = None

    def rank_at(self, at: datetime) -> float:
        """Give its place in the queue at an instant: the higher, the more can be prevented."""
        return rank(self.pending, self.sinking, at)

    def expected_minor(self, at: datetime) -> int:
        """Give what can still be prevented at an instant, in minor units: all of it at most.

        Money that went after the instant, by the clock of another machine, would else have grown.
        """
        rank = self.rank_at(at)
        if rank == -math.inf:
            return 0
        return min(self.amount_minor, round(math.exp2(min(rank, _LONGEST_AMOUNT))))

    def overdue(self, at: datetime) -> bool:
        """Whether somebody should have acknowledged it by now."""
        return self.due_at is not None and at > self.due_at


class Why(StrEnum):
    """Why two cases are linked."""

    SAME_PAYER = "same_payer"
    """Somebody paid the suspects of both: they may be one ring."""
    SAME_RING = "same_ring"
    """Money or a device went from one to the other."""
    EARLIER = "earlier"
    """The same suspect was investigated before, or the first case was full."""
    SPLIT = "split"
    """One was split off the other."""


class Link(Struct, frozen=True):
    """Two cases that have to do with each other, the older first."""

    older: int
    newer: int
    why: Why

"""Where alerts, cases and held payments are kept, and what was done with them."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from zhamen.cases.acts import Act, Emergency, EvidenceFile
from zhamen.cases.alert import Alert
from zhamen.cases.case import Case, CaseStatus, Link
from zhamen.cases.findings import Finding
from zhamen.cases.held import HeldPayment
from zhamen.cases.policy import CasePolicy
from zhamen.cases.statement import Statement
from zhamen.core.errors import ZhamenError
from zhamen.gate.policy import Hold
from zhamen.organisation.scope import Scope

__all__ = [
    "CasePage",
    "Casework",
    "Done",
    "Look",
    "PaymentPage",
    "PaymentPlace",
    "QueueCounts",
    "QueuePlace",
    "Refused",
    "Wanted",
]


class Wanted(Struct, frozen=True, kw_only=True):
    """Which cases are asked for; what is empty does not narrow."""

    statuses: tuple[CaseStatus, ...] = ()
    """Empty: all that are open."""
    assignee: str = ""
    typology: str = ""
    emergency: Emergency | None = None
    unit: str = ""
    """Cases of this unit and those below it; within the scope."""
    overdue: bool = False
    """Those that should have been acknowledged."""
    account: int | None = None
    """Those with an alert that suspects the account of this number."""


class QueuePlace(Struct, frozen=True):
    """Where a page of the queue ended: its order is that of the instant at which it was first asked for."""

    at: datetime
    rank: float
    id: int


class CasePage(Struct, frozen=True):
    """Some cases, the most to prevent first, and where the next page begins; None when there is none."""

    cases: list[Case]
    after: QueuePlace | None = None


class PaymentPlace(Struct, frozen=True):
    """Where a page of payments ended."""

    expires_at: datetime
    id: int


class PaymentPage(Struct, frozen=True):
    """Some held payments, those that expire first, and where the next page begins."""

    payments: list[HeldPayment]
    after: PaymentPlace | None = None


class QueueCounts(Struct, frozen=True, kw_only=True):
    """How much there is to do."""

    new: int = 0
    investigating: int = 0
    snoozed: int = 0
    proposed: int = 0
    overdue: int = 0
    payments: int = 0
    proposed_payments: int = 0
    """Of the payments, those with a decision that waits for a second person."""


class Look(Struct, frozen=True):
    """Who looked, from which unit, and when."""

    by: str
    unit: str
    at: datetime


class Done(Struct, frozen=True):
    """An act that was done, as it was written down, and the case after it."""

    act: Act
    case: Case


class Refused(Struct, frozen=True):
    """An act of many that could not be done, and why."""

    act: Act
    error: ZhamenError


class Casework(Protocol):
    """Cases and what belongs to them.

    Methods that people use take their scope first: what lies outside it is not there. A held payment is
    seen in the scope of its own unit and in that of its case. All raise StoreUnavailable when the
    database does not answer.
    """

    def get_case(self, scope: Scope, case: int) -> Case:
        """Give a case; CaseNotFound when there is none."""

    def seen_cases(self, scope: Scope, cases: Collection[int]) -> frozenset[int]:
        """Give those of some cases that are within the scope."""

    def list_cases(
        self, scope: Scope, wanted: Wanted, at: datetime, *, after: QueuePlace | None = None, limit: int = 50
    ) -> CasePage:
        """Give cases, those first in which most can be prevented at an instant."""

    def list_about(self, scope: Scope, accounts: Collection[int], limit: int = 50) -> list[Case]:
        """Give cases, open and closed, in which accounts are suspected, paid or were paid; the newest first.

        ``accounts`` are numbers of the views.
        """

    def count(self, scope: Scope, at: datetime) -> QueueCounts:
        """Say how much there is to do."""

    def list_findings(self, scope: Scope, since: datetime, until: datetime) -> list[Finding]:
        """Give what the cases closed from an instant on, and before another, came to, by case."""

    def get_alert(self, scope: Scope, alert: int) -> Alert:
        """Give an alert; CaseNotFound when there is none."""

    def list_alerts(self, scope: Scope, case: int, *, before: int = 0, limit: int = 200) -> list[Alert]:
        """Give the newest alerts of a case below an id, 0 for the very newest, newest first."""

    def list_acts(self, scope: Scope, case: int) -> list[Act]:
        """Give what was done to a case, its payments and the cases merged into it, oldest first."""

    def list_links(self, scope: Scope, case: int) -> list[tuple[Link, Case]]:
        """Give the links of a case, with the case at the other end; those outside the scope are left out."""

    def list_closed(self, scope: Scope, typology: str, limit: int) -> list[tuple[Case, Alert]]:
        """Give closed cases of a typology with the alerts that opened them, the last closed first."""

    def get_payment(self, scope: Scope, payment: int) -> HeldPayment:
        """Give a held payment; CaseNotFound when there is none."""

    def find_payment(self, scope: Scope, event_id: str) -> HeldPayment | None:
        """Give the held payment of an event; None when there is none."""

    def list_payments(
        self,
        scope: Scope,
        *,
        case: int = 0,
        pending: bool = True,
        proposed: bool = False,
        after: PaymentPlace | None = None,
        limit: int = 50,
    ) -> PaymentPage:
        """Give held payments, of one case or all, those that expire first.

        ``proposed`` asks for those with a decision that waits for a second person.
        """

    def list_statements(self, scope: Scope, case: int) -> list[Statement]:
        """Give what payers stated about the payments of a case, oldest first."""

    def list_payment_acts(self, scope: Scope, payment: int) -> list[Act]:
        """Give what was done to a held payment, whichever case had it, oldest first."""

    def list_payment_statements(self, scope: Scope, payment: int) -> list[Statement]:
        """Give what the payer stated about a held payment, oldest first."""

    def keep_statement(self, statement: Statement) -> Statement:
        """Keep what a payer stated; give it with its id. The same once more gives the first."""

    def perform(self, scope: Scope, act: Act, policy: CasePolicy) -> Done:
        """Do an act if it may be done, write it down and note what other systems are to be told.

        All of it is one transaction. `check_act` says whether it may be done; the act is written down as
        it gives it back.

        Raises
        ------
        CaseNotFound, CaseConflict, FourEyes, InputError
            As `zhamen.cases.lifecycle.check_act`; nothing was done.
        StoreUnavailable
            Cases are being made anew from the journal at present.
        """

    def perform_many(self, scope: Scope, acts: Sequence[Act], policy: CasePolicy) -> list[Done | Refused]:
        """Do acts one by one in one transaction; one that is refused does not keep the others back."""

    def due(self, at: datetime, limit: int = 100) -> list[Act]:
        """Give the acts that time asks for: payments that expire, cases that wake or go one level up."""

    def note_hold(self, pack_hash: str, hold: Hold) -> None:
        """Keep how long payments are held that a pack stops; before its first decision is looked at.

        What was noted of a pack first stays, so that its payments do not change when they are made anew.
        """

    def note_shown(self, scope: Scope, case: int, file: EvidenceFile, look: Look) -> None:
        """Write down in the audit trail that a file of a case was shown."""

"""Casework in memory, for tests, and as the oracle of the stores."""

from collections.abc import Collection, Sequence
from datetime import datetime

from msgspec.structs import replace

from zhamen.cases.acts import Act, ActKind, EvidenceFile
from zhamen.cases.alert import Alert
from zhamen.cases.carrying import carry_out
from zhamen.cases.case import OPEN, Case, CaseStatus, Link
from zhamen.cases.disposition import Disposition
from zhamen.cases.entries import EntryRules, enter
from zhamen.cases.findings import Finding
from zhamen.cases.held import HeldPayment, PaymentStatus
from zhamen.cases.labels import Telling
from zhamen.cases.lifecycle import PAYMENT_STEPS, check_act
from zhamen.cases.messages import PaymentTold, messages_of
from zhamen.cases.passing import acts_of_time
from zhamen.cases.policy import STANDARD, CasePolicy
from zhamen.cases.shelf import Shelf
from zhamen.cases.statement import Statement
from zhamen.cases.ties import Place, TieRole
from zhamen.core.errors import CaseNotFound, ZhamenError
from zhamen.events.model import AnyEvent
from zhamen.gate.decision import Decision
from zhamen.gate.policy import Hold
from zhamen.organisation.scope import Scope
from zhamen.ports.casework import (
    CasePage,
    Done,
    Look,
    PaymentPage,
    PaymentPlace,
    QueueCounts,
    QueuePlace,
    Refused,
    Wanted,
)

__all__ = ["MemoryCasework"]


class MemoryCasework:
    """Casework in lists that are gone through from end to end; see the port `Casework`.

    >>> MemoryCasework().count(Scope("HQ"), datetime.min).new
    0
    """

    def __init__(self, policy: CasePolicy = STANDARD) -> None:
        self.policy = policy
        self.shelf = Shelf()
        self.acts: list[Act] = []
        self.told: list[PaymentTold | Telling] = []
        self.statements: list[Statement] = []
        self.looks: list[tuple[int, str, Look]] = []
        self.holds: dict[str, Hold] = {}
        self.last_seq = 0

    def enter(self, seq: int, event: AnyEvent, decision: Decision, place: Place) -> None:
        """Follow one entry of the journal."""
        enter(self.shelf, seq, event, decision, place, EntryRules(self.policy, self.holds))
        self.last_seq = seq

    def get_case(self, scope: Scope, case: int) -> Case:
        """Give a case; CaseNotFound when there is none."""
        found = self.shelf.case(case)
        if not scope.covers(found.unit):
            raise CaseNotFound(f"there is no case {case}")
        return found

    def seen_cases(self, scope: Scope, cases: Collection[int]) -> frozenset[int]:
        """Give those of some cases that are within the scope."""
        found = [case for number in cases if (case := self.shelf.find_case(number)) is not None]
        return frozenset(case.id for case in found if scope.covers(case.unit))

    def list_cases(
        self, scope: Scope, wanted: Wanted, at: datetime, *, after: QueuePlace | None = None, limit: int = 50
    ) -> CasePage:
        """Give cases, those first in which most can be prevented at an instant."""
        at = at if after is None else after.at
        found = [case for case in self.shelf.cases.values() if self._wanted(scope, case, wanted, at)]
        placed = sorted(((case.rank_at(at), case.id, case) for case in found), key=lambda row: row[:2])
        placed.reverse()
        if after is not None:
            placed = [row for row in placed if row[:2] < (after.rank, after.id)]
        page = placed[:limit]
        more = QueuePlace(at, page[-1][0], page[-1][1]) if len(placed) > limit else None
        return CasePage([case for _, _, case in page], more)

    def list_about(self, scope: Scope, accounts: Collection[int], limit: int = 50) -> list[Case]:
        """Give cases, open and closed, in which some accounts have a part; the newest first."""
        tied = {
            case
            for tie, counts in self.shelf.ties.items()
            if tie.role is not TieRole.DEVICE and tie.key in accounts
            for case, count in counts.items()
            if count
        }
        found = [self.shelf.case(number) for number in sorted(tied, reverse=True)]
        return [case for case in found if scope.covers(case.unit)][:limit]

    def list_findings(self, scope: Scope, since: datetime, until: datetime) -> list[Finding]:
        """Give what the cases closed from an instant on, and before another, came to, by case."""
        told = (Disposition.CONFIRMED_FRAUD, Disposition.SUSPICIOUS)
        found = []
        for number, case in sorted(self.shelf.cases.items()):
            if case.status is not CaseStatus.CLOSED or case.disposition not in told:
                continue
            if case.closed_at is None or not since <= case.closed_at < until or not scope.covers(case.unit):
                continue
            suspects = {
                tie.key
                for alert in self.shelf.alerts.values()
                if alert.case == number
                for tie in alert.ties
                if tie.role is TieRole.SUSPECT
            }
            finding = Finding(
                unit=case.unit,
                closed_at=case.closed_at,
                channel=self.shelf.alerts[number].channel,
                scam=case.scam_kind or case.typology,
                confirmed=case.disposition is Disposition.CONFIRMED_FRAUD,
                suspects=tuple(sorted(suspects)),
            )
            found.append(finding)
        return found

    def count(self, scope: Scope, at: datetime) -> QueueCounts:
        """Say how much there is to do."""
        seen = [case for case in self.shelf.cases.values() if scope.covers(case.unit)]
        statuses = [case.status for case in seen]
        pending = [one for one in self.shelf.payments.values() if one.status is PaymentStatus.PENDING]
        return QueueCounts(
            new=statuses.count(CaseStatus.NEW),
            investigating=statuses.count(CaseStatus.INVESTIGATING),
            snoozed=statuses.count(CaseStatus.SNOOZED),
            proposed=statuses.count(CaseStatus.PROPOSED),
            overdue=sum(case.overdue(at) for case in seen),
            payments=sum(self._sees(scope, payment) for payment in pending),
            proposed_payments=sum(self._sees(scope, one) for one in pending if one.proposal is not None),
        )

    def get_alert(self, scope: Scope, alert: int) -> Alert:
        """Give an alert; CaseNotFound when there is none."""
        found = self.shelf.alerts.get(alert)
        if found is None or not scope.covers(self.shelf.case(found.case).unit):
            raise CaseNotFound(f"there is no alert {alert}")
        return found

    def list_alerts(self, scope: Scope, case: int, *, before: int = 0, limit: int = 200) -> list[Alert]:
        """Give the newest alerts of a case below an id, newest first."""
        self.get_case(scope, case)
        found = [alert for alert in self.shelf.alerts_in(case) if not before or alert.id < before]
        return found[::-1][:limit]

    def list_acts(self, scope: Scope, case: int) -> list[Act]:
        """Give what was done to a case, its payments and the cases merged into it, oldest first."""
        self.get_case(scope, case)
        mine = {case} | {one.id for one in self.shelf.cases.values() if self._end(one.id) == case}
        return [act for act in self.acts if act.case in mine]

    def list_links(self, scope: Scope, case: int) -> list[tuple[Link, Case]]:
        """Give the links of a case, with the case at the other end."""
        self.get_case(scope, case)
        found = []
        for link in sorted(self.shelf.links, key=lambda one: (one.older, one.newer, one.why)):
            if case in (link.older, link.newer):
                other = self.shelf.case(self._end(link.newer if link.older == case else link.older))
                if scope.covers(other.unit) and other.id != case:
                    found.append((link, other))
        return found

    def list_closed(self, scope: Scope, typology: str, limit: int) -> list[tuple[Case, Alert]]:
        """Give closed cases of a typology with the alerts that opened them, the last closed first."""
        found = [
            (case.closed_at, case.id, case)
            for case in self.shelf.cases.values()
            if case.closed_at is not None and case.typology == typology and scope.covers(case.unit)
        ]
        found.sort(key=lambda row: row[:2], reverse=True)
        return [(case, self.shelf.alerts[number]) for _, number, case in found[:limit]]

    def get_payment(self, scope: Scope, payment: int) -> HeldPayment:
        """Give a held payment; CaseNotFound when there is none."""
        found = self.shelf.payment(payment)
        if not self._sees(scope, found):
            raise CaseNotFound(f"there is no held payment {payment}")
        return found

    def find_payment(self, scope: Scope, event_id: str) -> HeldPayment | None:
        """Give the held payment of an event; None when there is none."""
        payments = self.shelf.payments.values()
        return next((one for one in payments if one.event_id == event_id and self._sees(scope, one)), None)

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
        """Give held payments, of one case or all, those that expire first."""
        found = sorted(
            (
                one
                for one in self.shelf.payments.values()
                if self._sees(scope, one)
                and (not case or one.case == case)
                and (not proposed or one.proposal is not None)
                and (not pending or one.status is PaymentStatus.PENDING)
                and (after is None or (one.expires_at, one.id) > (after.expires_at, after.id))
            ),
            key=lambda one: (one.expires_at, one.id),
        )
        page = found[:limit]
        more = PaymentPlace(page[-1].expires_at, page[-1].id) if len(found) > limit else None
        return PaymentPage(page, more)

    def list_statements(self, scope: Scope, case: int) -> list[Statement]:
        """Give what payers stated about the payments of a case, oldest first."""
        self.get_case(scope, case)
        events = {alert.event_id for alert in self.shelf.alerts_in(case)}
        return [one for one in self.statements if one.event_id in events]

    def list_payment_acts(self, scope: Scope, payment: int) -> list[Act]:
        """Give what was done to a held payment, whichever case had it, oldest first."""
        self.get_payment(scope, payment)
        return [act for act in self.acts if act.payment == payment]

    def list_payment_statements(self, scope: Scope, payment: int) -> list[Statement]:
        """Give what the payer stated about a held payment, oldest first."""
        event = self.get_payment(scope, payment).event_id
        return [one for one in self.statements if one.event_id == event]

    def keep_statement(self, statement: Statement) -> Statement:
        """Keep what a payer stated; the same once more gives the first."""
        for known in self.statements:
            if known.digest == statement.digest:
                return known
        kept = replace(statement, id=len(self.statements) + 1)
        self.statements.append(kept)
        return kept

    def perform(self, scope: Scope, act: Act, policy: CasePolicy) -> Done:
        """Do an act if it may be done, write it down and note what is to be told."""
        if act.kind in PAYMENT_STEPS:
            act = replace(act, case=self.get_payment(scope, act.payment).case)
        else:
            self.get_case(scope, act.case)
        if act.kind is ActKind.MERGE:
            self.get_case(scope, act.detail.into)
        act = replace(act, id=len(self.acts) + 1, after_seq=self.last_seq)
        act = check_act(self.shelf, act, policy)
        carry_out(self.shelf, act)
        self.acts.append(act)
        self.told.extend(messages_of(self.shelf, act))
        return Done(act, self.shelf.case(act.case))

    def perform_many(self, scope: Scope, acts: Sequence[Act], policy: CasePolicy) -> list[Done | Refused]:
        """Do acts one by one; one that is refused does not keep the others back."""
        done: list[Done | Refused] = []
        for act in acts:
            try:
                done.append(self.perform(scope, act, policy))
            except ZhamenError as error:
                done.append(Refused(act, error))
        return done

    def due(self, at: datetime, limit: int = 100) -> list[Act]:
        """Give the acts that time asks for."""
        acts = acts_of_time(self.shelf.cases.values(), self.shelf.payments.values(), at)
        return list(acts)[:limit]

    def note_hold(self, pack_hash: str, hold: Hold) -> None:
        """Keep how long payments are held that a pack stops; what was noted of it first stays."""
        self.holds.setdefault(pack_hash, hold)

    def note_shown(self, scope: Scope, case: int, file: EvidenceFile, look: Look) -> None:
        """Write down that a file of a case was shown."""
        self.get_case(scope, case)
        self.looks.append((case, file.sha256, look))

    def _sees(self, scope: Scope, payment: HeldPayment) -> bool:
        return scope.covers(payment.unit) or scope.covers(self.shelf.case(payment.case).unit)

    def _end(self, case: int) -> int:
        """Give the case that one was merged into, in the end."""
        while into := self.shelf.case(case).merged_into:
            case = into
        return case

    def _wanted(self, scope: Scope, case: Case, wanted: Wanted, at: datetime) -> bool:
        within = not wanted.unit or Scope(wanted.unit).covers(case.unit)
        suspected = wanted.account is None or any(
            tie.role is TieRole.SUSPECT and tie.key == wanted.account
            for alert in self.shelf.alerts_in(case.id)
            for tie in alert.ties
        )
        return (
            scope.covers(case.unit)
            and within
            and suspected
            and case.status in (wanted.statuses or OPEN)
            and wanted.assignee in ("", case.assignee)
            and wanted.typology in ("", case.typology)
            and wanted.emergency in (None, case.emergency)
            and (not wanted.overdue or case.overdue(at))
        )

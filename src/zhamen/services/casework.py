"""What staff do with cases: look at the queue and at one case, and act, alone or on many at once."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from threading import Lock
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from zhamen.cases.acts import NO_DETAIL, Act, ActKind, Detail, EvidenceFile
from zhamen.cases.alert import Alert
from zhamen.cases.case import Case, Link
from zhamen.cases.clocks import due_at, parent_of
from zhamen.cases.findings import Finding
from zhamen.cases.held import HeldPayment
from zhamen.cases.permissions import NEEDED
from zhamen.cases.policy import STANDARD, CasePolicy
from zhamen.cases.scripts import SCRIPTS, script_for
from zhamen.cases.similar import Likeness, most_alike
from zhamen.cases.statement import Statement
from zhamen.core.errors import CaseConflict, CaseNotFound, InputError, MissingPermission
from zhamen.organisation.actor import Actor
from zhamen.organisation.permissions import Permission
from zhamen.organisation.scope import Scope
from zhamen.organisation.units import Organisation
from zhamen.ports.casework import (
    CasePage,
    Casework,
    Done,
    PaymentPage,
    PaymentPlace,
    QueueCounts,
    QueuePlace,
    Refused,
    Wanted,
)

__all__ = ["MOST_AT_ONCE", "CaseDesk", "CaseFile", "PaymentFile", "Request"]

MOST_AT_ONCE: Final = 200
_LONGEST_REASON: Final = 4_000
_LONGEST_NAME: Final = 80
_ANY: Final = 500
_COUNTED_EVERY: Final = timedelta(seconds=5)
"""Counting all that a head office has to do costs a tenth of a second; people look at it all the time."""
_COMPARED: Final = 200
"""How many closed cases one is compared with."""


class Request(Struct, frozen=True, kw_only=True):
    """An act that somebody asks for."""

    case: int = 0
    kind: ActKind
    payment: int = 0
    reason: str = ""
    detail: Detail = NO_DETAIL


class CaseFile(Struct, frozen=True, kw_only=True):
    """All that belongs to a case; of its alerts, the newest."""

    case: Case
    alerts: list[Alert]
    payments: list[HeldPayment]
    acts: list[Act]
    links: list[tuple[Link, Case]]
    statements: list[Statement]
    script: str
    """The name of the talk that fits it, in `SCRIPTS`."""


class PaymentFile(Struct, frozen=True, kw_only=True):
    """A held payment with what was done to it and what the payer said.

    ``case`` is None when it lies outside the scope of who asks.
    """

    payment: HeldPayment
    acts: list[Act]
    statements: list[Statement]
    case: Case | None


class CaseDesk:
    """Casework in the name of members of staff, within their scope and by their permissions.

    Parameters
    ----------
    organisation
        Gives the tree of units in force.
    clock
        Our time, aware UTC.
    staff
        Gives who has a permission and sees what is filed under a path.
    """

    def __init__(
        self,
        store: Casework,
        organisation: Callable[[], Organisation],
        clock: Callable[[], datetime],
        *,
        staff: Callable[[Permission, str], Sequence[Actor]],
        policy: CasePolicy = STANDARD,
    ) -> None:
        self._store = store
        self._organisation = organisation
        self._clock = clock
        self._staff = staff
        self._counted: dict[tuple[str, ...], tuple[datetime, QueueCounts]] = {}
        self._counting: Final = Lock()
        self.policy: Final = policy

    def queue(
        self, actor: Actor, wanted: Wanted, *, after: QueuePlace | None = None, limit: int = 50
    ) -> CasePage:
        """Give cases, those first in which most can be prevented now.

        Raises
        ------
        MissingPermission
            The actor may not read alerts; so do all methods, each with its permission.
        """
        actor.require("read-alerts")
        return self._store.list_cases(actor.scope, wanted, self._clock(), after=after, limit=limit)

    def counts(self, actor: Actor) -> QueueCounts:
        """Say how much there is to do, as of some seconds ago at most or the last act done here.

        While one counts, others are told what was counted before.
        """
        actor.require("read-alerts")
        at, scope = self._clock(), actor.scope
        known = self._counted.get(scope.paths)
        if known is not None and (timedelta(0) <= at - known[0] < _COUNTED_EVERY or self._counting.locked()):
            return known[1]
        with self._counting:
            counts = self._store.count(scope, at)
            self._counted[scope.paths] = at, counts
        return counts

    def about(self, actor: Actor, accounts: Collection[int]) -> list[Case]:
        """Give the newest cases, open and closed, in which accounts are suspected, paid or were paid."""
        actor.require("read-alerts")
        return self._store.list_about(actor.scope, accounts)

    def findings(self, actor: Actor, scope: Scope, since: datetime, until: datetime) -> list[Finding]:
        """Say what the cases of a part of the bank that were closed in a period came to, by case."""
        actor.require("read-dashboard")
        return self._store.list_findings(scope, since, until)

    def similar(self, actor: Actor, case: int, limit: int = 6) -> list[Likeness]:
        """Give the closed cases most like a case, of the newest within the actor's scope."""
        actor.require("read-alerts")
        found = self._store.get_case(actor.scope, case)
        newest = self._store.list_alerts(actor.scope, case, limit=1)
        closed = self._store.list_closed(actor.scope, found.typology, _COMPARED)
        return most_alike(found, newest[0], closed, limit) if newest else []

    def payments(
        self, actor: Actor, *, proposed: bool = False, after: PaymentPlace | None = None, limit: int = 50
    ) -> PaymentPage:
        """Give the payments that wait, or of them those to approve, those that expire first."""
        actor.require("read-alerts")
        return self._store.list_payments(actor.scope, proposed=proposed, after=after, limit=limit)

    def seen_cases(self, actor: Actor, cases: Collection[int]) -> frozenset[int]:
        """Give those of some cases that are within the actor's scope."""
        actor.require("read-alerts")
        return self._store.seen_cases(actor.scope, cases)

    def show_payment(self, actor: Actor, payment: int) -> PaymentFile:
        """Give a held payment; CaseNotFound when there is none in the scope."""
        actor.require("read-alerts")
        store, scope = self._store, actor.scope
        found = store.get_payment(scope, payment)
        try:
            case = store.get_case(scope, found.case)
        except CaseNotFound:
            case = None
        return PaymentFile(
            payment=found,
            acts=store.list_payment_acts(scope, payment),
            statements=store.list_payment_statements(scope, payment),
            case=case,
        )

    def show(self, actor: Actor, case: int, *, alerts: int = 200) -> CaseFile:
        """Give a case with all that belongs to it; CaseNotFound when there is none in the scope."""
        actor.require("read-alerts")
        store, scope = self._store, actor.scope
        found = store.get_case(scope, case)
        return CaseFile(
            case=found,
            alerts=store.list_alerts(scope, case, limit=alerts),
            payments=store.list_payments(scope, case=case, pending=False, limit=_ANY).payments,
            acts=store.list_acts(scope, case),
            links=store.list_links(scope, case),
            statements=store.list_statements(scope, case),
            script=script_for(found.scam_kind, found.typology),
        )

    def do(self, actor: Actor, request: Request) -> Done:
        """Do an act; every change of a case goes this way.

        Raises
        ------
        MissingPermission
            The actor may not do it.
        CaseNotFound, CaseConflict, FourEyes, InputError, StoreUnavailable
            As `Casework.perform`.
        """
        return self._perform(actor, self._asked(actor, request))

    def do_many(self, actor: Actor, requests: Sequence[Request]) -> list[Done | Refused]:
        """Do acts one by one in one transaction; each tells how it ended.

        Raises
        ------
        InputError
            There are more than 200.
        MissingPermission
            The actor may not do one of them; nothing was done.
        """
        if len(requests) > MOST_AT_ONCE:
            raise InputError(f"{len(requests)} acts at once; {MOST_AT_ONCE} is the most")
        acts = [self._asked(actor, request) for request in requests]
        ends = self._store.perform_many(actor.scope, acts, self.policy)
        self._counted.clear()
        return ends

    def assignable(self, actor: Actor, case: int) -> list[Actor]:
        """Give those of the actor's part who could work on a case: active, may claim-case, and see it."""
        actor.require("assign-case")
        unit = self._store.get_case(actor.scope, case).unit
        return [one for one in self._staff("claim-case", unit) if actor.scope.holds(one.unit)]

    def escalate(self, actor: Actor, case: int, reason: str) -> Done:
        """Pass a case to the unit above.

        Raises
        ------
        CaseConflict
            The head office has it; there is nobody above.
        """
        return self.do(actor, Request(case=case, kind=ActKind.ESCALATE, reason=reason))

    def hand_over(self, actor: Actor, case: int, unit: str, reason: str) -> Done:
        """Pass a case to any other unit, by its path.

        Raises
        ------
        UnitNotFound
            There is no such unit.
        """
        detail = Detail(unit=unit)
        return self.do(actor, Request(case=case, kind=ActKind.HAND_OVER, reason=reason, detail=detail))

    def add_file(self, actor: Actor, case: int, file: EvidenceFile, note: str) -> Done:
        """Add a file of evidence that was just kept; what a request says of files is not believed."""
        request = Request(case=case, kind=ActKind.EVIDENCE, reason=note, detail=Detail(file=file))
        return self._perform(actor, self._act(actor, request))

    def _perform(self, actor: Actor, act: Act) -> Done:
        done = self._store.perform(actor.scope, act, self.policy)
        self._counted.clear()
        return done

    def _asked(self, actor: Actor, request: Request) -> Act:
        if request.kind is ActKind.EVIDENCE:
            raise InputError("add the file itself, not its name", path="$.kind")
        return self._act(actor, request)

    def _act(self, actor: Actor, request: Request) -> Act:
        needed = NEEDED[request.kind]
        if needed is None:
            raise MissingPermission(f"{request.kind} is not for staff: a payer cancels, and time expires")
        actor.require(needed)
        _check_words(request)
        return Act(
            case=request.case,
            payment=request.payment,
            kind=request.kind,
            by=actor.name,
            unit=actor.unit,
            at=self._clock(),
            reason=request.reason.strip(),
            detail=self._placed(actor, request),
        )

    def _placed(self, actor: Actor, request: Request) -> Detail:
        """Give the detail of an act, checked; where a case moves, with the unit and its time to answer."""
        detail = request.detail
        if request.kind is ActKind.ASSIGN:
            if all(one.name != detail.to for one in self.assignable(actor, request.case)):
                raise InputError("name an active colleague who may claim-case and sees it", path="$.to")
            return detail
        if request.kind not in (ActKind.ESCALATE, ActKind.HAND_OVER):
            return detail
        found = self._store.get_case(actor.scope, request.case)
        if request.kind is ActKind.HAND_OVER:
            self._organisation().unit_at(detail.unit)
            unit = detail.unit
        elif (above := parent_of(found.unit)) is not None:
            unit = above
        else:
            raise CaseConflict(
                f"case {found.id} is with the head office; there is nobody above", cause="highest"
            )
        return replace(detail, unit=unit, due_at=due_at(unit, found.emergency, self._clock()))


def _check_words(request: Request) -> None:
    detail = request.detail
    if len(request.reason) > _LONGEST_REASON:
        raise InputError(f"a reason has at most {_LONGEST_REASON} characters", path="$.reason")
    if len(detail.to) > _LONGEST_NAME:
        raise InputError(f"a name has at most {_LONGEST_NAME} characters", path="$.to")
    talk = "" if detail.contact is None else detail.contact.script
    for name, path in ((talk, "$.contact.script"), (detail.scam_kind, "$.scam_kind")):
        if name and name not in SCRIPTS:
            raise InputError(f"there is no {name[:40]!r}; there are {', '.join(SCRIPTS)}", path=path)

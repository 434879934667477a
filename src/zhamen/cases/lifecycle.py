"""What may follow what: the one transition table of cases and held payments, and the one door of acts."""

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from msgspec.structs import replace

from zhamen.cases.acts import CLOCK, Act, ActKind
from zhamen.cases.case import OPEN, Case, CaseStatus
from zhamen.cases.held import HeldPayment, PaymentStatus
from zhamen.cases.policy import CasePolicy
from zhamen.cases.shelf import Shelf
from zhamen.core.errors import CaseConflict, FourEyes, InputError

__all__ = ["PAYMENT_STEPS", "STEPS", "check_act"]

_NEW, _WORKED, _SNOOZED = CaseStatus.NEW, CaseStatus.INVESTIGATING, CaseStatus.SNOOZED
_FREE: Final = frozenset({_NEW, _WORKED})
_ACTIVE: Final = frozenset({_NEW, _WORKED, _SNOOZED})
_PROPOSED: Final = frozenset({CaseStatus.PROPOSED})
_NOTABLE: Final = OPEN | {CaseStatus.CLOSED}

STEPS: Final[dict[ActKind, tuple[frozenset[CaseStatus], CaseStatus | None]]] = {
    ActKind.CLAIM: (frozenset({_NEW}), _WORKED),
    ActKind.ASSIGN: (_FREE, _WORKED),
    ActKind.PUT_BACK: (frozenset({_WORKED}), _NEW),
    ActKind.ACKNOWLEDGE: (frozenset({_NEW}), None),
    ActKind.ESCALATE: (_FREE, _NEW),
    ActKind.HAND_OVER: (_FREE, _NEW),
    ActKind.RAISE: (_ACTIVE, None),
    ActKind.CLASSIFY: (_ACTIVE, None),
    ActKind.SNOOZE: (_FREE, _SNOOZED),
    ActKind.WAKE: (frozenset({_SNOOZED}), _WORKED),
    ActKind.NOTE: (_NOTABLE, None),
    ActKind.EVIDENCE: (_NOTABLE, None),
    ActKind.CONTACT: (OPEN, None),
    ActKind.MERGE: (_ACTIVE, CaseStatus.MERGED),
    ActKind.SPLIT: (_ACTIVE, None),
    ActKind.DISPOSE: (_FREE, CaseStatus.CLOSED),
    ActKind.REOPEN: (frozenset({CaseStatus.CLOSED}), _WORKED),
    ActKind.APPROVE: (_PROPOSED, None),
    ActKind.RETURN: (_PROPOSED, _WORKED),
}
"""From which statuses of a case an act leads where; None where it leaves the status as it is.

An act that needs a second person leads to PROPOSED first, and approval from there to where it leads.
A case that wakes without anybody who works on it is NEW.
"""

_PENDING: Final = frozenset({PaymentStatus.PENDING})
PAYMENT_STEPS: Final[dict[ActKind, tuple[frozenset[PaymentStatus], PaymentStatus | None]]] = {
    ActKind.RELEASE: (_PENDING, PaymentStatus.RELEASED),
    ActKind.DECLINE: (_PENDING, PaymentStatus.DECLINED),
    ActKind.EXTEND: (_PENDING, None),
    ActKind.CANCEL: (_PENDING, PaymentStatus.CANCELLED),
    ActKind.EXPIRE: (_PENDING, None),
    ActKind.APPROVE_PAYMENT: (_PENDING, None),
    ActKind.RETURN_PAYMENT: (_PENDING, None),
}
"""The same of held payments; an expiry leads to what the payment says, an approval to what was proposed."""

_WITHOUT_REASON: Final = frozenset(
    {
        ActKind.CLAIM,
        ActKind.ACKNOWLEDGE,
        ActKind.WAKE,
        ActKind.CONTACT,
        ActKind.EVIDENCE,
        ActKind.APPROVE,
        ActKind.APPROVE_PAYMENT,
        ActKind.CANCEL,
        ActKind.EXPIRE,
        ActKind.CLASSIFY,
    }
)


def check_act(shelf: Shelf, act: Act, policy: CasePolicy) -> Act:
    """Say whether an act may be done now; give it as it is to be written down.

    The act comes back marked as proposed where a second person has to approve it, and only there.

    Raises
    ------
    CaseNotFound
        There is no such case or payment.
    CaseConflict
        The case or payment is not where the act starts, or something is in the way.
    FourEyes
        Who proposed an act cannot approve it.
    InputError
        The act lacks a reason, or what its kind needs.
    """
    if not act.reason.strip() and act.kind not in _WITHOUT_REASON:
        raise InputError(f"to {act.kind} needs a reason; it is kept with the case", path="$.reason")
    act = replace(act, detail=replace(act.detail, proposed=False))
    case = shelf.case(act.case)
    if act.kind in PAYMENT_STEPS:
        payment = shelf.payment(act.payment)
        if payment.case != case.id:
            raise CaseConflict(f"payment {payment.id} belongs to case {payment.case}")
        return _check_payment(payment, act, policy)
    before, _ = STEPS[act.kind]
    if case.status not in before:
        raise CaseConflict(f"case {case.id} is {case.status}; {act.kind} needs one that is {_either(before)}")
    check = _CHECKS.get(act.kind)
    return act if check is None else check(shelf, case, act, policy)


def _either(statuses: frozenset[CaseStatus]) -> str:
    return " or ".join(status for status in CaseStatus if status in statuses)


def _check_payment(payment: HeldPayment, act: Act, policy: CasePolicy) -> Act:
    before, _ = PAYMENT_STEPS[act.kind]
    if payment.status not in before:
        raise CaseConflict(f"payment {payment.id} is {payment.status} already; nothing can be done with it")
    match act.kind:
        case ActKind.RELEASE | ActKind.DECLINE | ActKind.EXTEND if payment.proposal is not None:
            raise CaseConflict(
                f"{payment.proposal.kind} waits for approval; approve or return it before anything else",
                cause="proposed",
            )
        case ActKind.RELEASE if payment.amount_minor >= policy.release_from_minor:
            return _proposed(act)
        case ActKind.EXTEND:
            _check_extension(payment, act, policy)
        case ActKind.EXPIRE if act.by != CLOCK or act.at < payment.expires_at:
            raise CaseConflict(f"payment {payment.id} waits until {payment.expires_at:%Y-%m-%d %H:%M} UTC")
        case ActKind.APPROVE_PAYMENT | ActKind.RETURN_PAYMENT:
            if payment.proposal is None:
                raise CaseConflict(f"nothing was proposed for payment {payment.id}")
            if act.kind is ActKind.APPROVE_PAYMENT:
                _check_second(payment.proposal.by, act)
        case _:
            pass
    return act


def _check_extension(payment: HeldPayment, act: Act, policy: CasePolicy) -> None:
    until = act.detail.until
    if until is None or not payment.expires_at < until <= payment.expires_at + policy.longest_extension:
        hours = policy.longest_extension // timedelta(hours=1)
        raise InputError(
            f"an extension ends after {payment.expires_at:%Y-%m-%d %H:%M} UTC, by {hours} hours at most",
            path="$.until",
        )
    if payment.extensions >= policy.most_extensions:
        raise CaseConflict(
            f"payment {payment.id} was extended {payment.extensions} times; release or decline it",
            cause="extended",
        )


def _check_second(proposed_by: str, act: Act) -> None:
    if act.by in (proposed_by, CLOCK):
        raise FourEyes(f"{proposed_by} proposed this; another person has to approve it")


def _check_assign(shelf: Shelf, case: Case, act: Act, policy: CasePolicy) -> Act:  # noqa: ARG001
    if not act.detail.to:
        raise InputError("say who gets the case", path="$.to")
    return act


def _check_acknowledge(shelf: Shelf, case: Case, act: Act, policy: CasePolicy) -> Act:  # noqa: ARG001
    if case.due_at is None:
        raise CaseConflict(f"case {case.id} is acknowledged already", cause="acknowledged")
    return act


def _check_move(shelf: Shelf, case: Case, act: Act, policy: CasePolicy) -> Act:  # noqa: ARG001
    unit = act.detail.unit
    if act.by == CLOCK and not (case.status is _NEW and case.overdue(act.at)):
        raise CaseConflict(f"case {case.id} was acknowledged in time")
    if not unit or unit == case.unit or act.detail.due_at is None:
        raise InputError(f"case {case.id} is with {case.unit}; name another unit", path="$.unit")
    if act.kind is ActKind.ESCALATE and not case.unit.startswith(f"{unit}/"):
        raise InputError(f"{unit} is not above {case.unit}; hand the case over instead", path="$.unit")
    return act


def _check_raise(shelf: Shelf, case: Case, act: Act, policy: CasePolicy) -> Act:  # noqa: ARG001
    if act.detail.emergency is None:
        raise InputError("say how urgent it is", path="$.emergency")
    return act


def _check_wake(shelf: Shelf, case: Case, act: Act, policy: CasePolicy) -> Act:  # noqa: ARG001
    if act.by == CLOCK and case.snoozed_until is not None and act.at < case.snoozed_until:
        raise CaseConflict(f"case {case.id} rests until {case.snoozed_until:%Y-%m-%d %H:%M} UTC")
    return act


def _check_none_waits(case: Case) -> None:
    if case.payments:
        raise CaseConflict(
            f"case {case.id} has {case.payments} payments that wait; decide them first", cause="payments_wait"
        )


def _check_snooze(shelf: Shelf, case: Case, act: Act, policy: CasePolicy) -> Act:  # noqa: ARG001
    until = act.detail.until
    if until is None or not act.at < until <= act.at + policy.longest_snooze:
        days = policy.longest_snooze.days
        raise InputError(f"say until when, {days} days from now at most", path="$.until")
    _check_none_waits(case)
    return act


def _check_evidence(shelf: Shelf, case: Case, act: Act, policy: CasePolicy) -> Act:  # noqa: ARG001
    if act.detail.file is None:
        raise InputError("there is no file", path="$.file")
    return act


def _check_contact(shelf: Shelf, case: Case, act: Act, policy: CasePolicy) -> Act:  # noqa: ARG001
    contact = act.detail.contact
    if contact is None:
        raise InputError("say how the talk went", path="$.contact")
    alert = shelf.find_alert(contact.alert)
    if alert is None or alert.case != case.id or not getattr(alert, contact.side):
        raise InputError(
            f"say with whom: the debtor or the creditor of an alert of case {case.id}", path="$.party"
        )
    return act


def _check_merge(shelf: Shelf, case: Case, act: Act, policy: CasePolicy) -> Act:
    into = shelf.case(act.detail.into)
    if into.id == case.id:
        raise InputError("a case cannot be merged into itself", path="$.into")
    if into.status not in _ACTIVE:
        raise CaseConflict(
            f"case {into.id} is {into.status}; merge into one that is {_either(_ACTIVE)}", cause="into_closed"
        )
    if case.alerts + into.alerts > policy.most_alerts:
        raise CaseConflict(
            f"together they have more than {policy.most_alerts} alerts; leave them linked", cause="too_many"
        )
    return _proposed(act) if policy.two_across_units and into.unit != case.unit else act


def _check_split(shelf: Shelf, case: Case, act: Act, policy: CasePolicy) -> Act:  # noqa: ARG001
    wanted = set(act.detail.alerts)
    if not wanted or not wanted <= {alert.id for alert in shelf.alerts_in(case.id)}:
        raise InputError(f"name alerts of case {case.id} to split off", path="$.alerts")
    if case.id in wanted:
        raise InputError(f"alert {case.id} opened this case and stays in it", path="$.alerts")
    return act


def _check_dispose(shelf: Shelf, case: Case, act: Act, policy: CasePolicy) -> Act:
    how = act.detail.disposition
    if how is None:
        raise InputError("say how the case is closed", path="$.disposition")
    _check_none_waits(case)
    start = policy.confirm_from_minor.get(how)
    if start is None:
        return act
    whole = sum(shelf.case(number).amount_minor for number in shelf.family(case.id))
    return _proposed(act) if whole >= start else act


def _check_approve(shelf: Shelf, case: Case, act: Act, policy: CasePolicy) -> Act:
    proposal = case.proposal
    if proposal is None:
        raise CaseConflict(f"nothing was proposed for case {case.id}")
    _check_second(proposal.by, act)
    check = _CHECKS[proposal.kind]
    check(shelf, case, replace(act, kind=proposal.kind, detail=proposal.detail), policy)
    return act


def _proposed(act: Act) -> Act:
    return replace(act, detail=replace(act.detail, proposed=True))


_Check = Callable[[Shelf, Case, Act, CasePolicy], Act]
_CHECKS: Final[dict[ActKind, _Check]] = {
    ActKind.ASSIGN: _check_assign,
    ActKind.ACKNOWLEDGE: _check_acknowledge,
    ActKind.ESCALATE: _check_move,
    ActKind.HAND_OVER: _check_move,
    ActKind.RAISE: _check_raise,
    ActKind.SNOOZE: _check_snooze,
    ActKind.WAKE: _check_wake,
    ActKind.EVIDENCE: _check_evidence,
    ActKind.CONTACT: _check_contact,
    ActKind.MERGE: _check_merge,
    ActKind.SPLIT: _check_split,
    ActKind.DISPOSE: _check_dispose,
    ActKind.APPROVE: _check_approve,
}

"""What an act does to cases and payments, once it may be done."""

from collections.abc import Callable, Sequence
from typing import Final

from msgspec.structs import replace

from zhamen.cases.acts import Act, ActKind, Proposal
from zhamen.cases.case import Case, CaseStatus, Why
from zhamen.cases.clocks import due_at, more_urgent
from zhamen.cases.disposition import LABELS
from zhamen.cases.entries import end_payment, reckon, woken
from zhamen.cases.held import PaymentStatus
from zhamen.cases.labels import told_about
from zhamen.cases.lifecycle import PAYMENT_STEPS, STEPS
from zhamen.cases.shelf import Shelf

__all__ = ["carry_out"]


def carry_out(shelf: Shelf, act: Act) -> None:
    """Do what an act says that `check_act` has let through, now or when it was written down.

    It depends on nothing but the shelf and the act, so that the same acts in the same order give the same
    cases again. Where newer rules have put alerts together in another way, an act on a case that is not
    there any more is done to the case that has its first alert.
    """
    act = _as_grouped_now(shelf, act)
    if act.kind in PAYMENT_STEPS:
        _carry_out_payment(shelf, act)
        return
    case = shelf.case(act.case)
    if act.detail.proposed:
        proposal = Proposal(kind=act.kind, by=act.by, at=act.at, reason=act.reason, detail=act.detail)
        waiting = replace(case, status=CaseStatus.PROPOSED, proposal=proposal)
        shelf.put_case(replace(waiting, due_at=None, snoozed_until=None))
    elif act.kind is ActKind.APPROVE:
        _approve(shelf, case, act)
    else:
        _EFFECTS[act.kind](shelf, _moved(case, act.kind), act)


def _as_grouped_now(shelf: Shelf, act: Act) -> Act:
    if shelf.find_case(act.case) is None:
        act = replace(act, case=shelf.alert(act.case).case)
    into = act.detail.into
    if into and shelf.find_case(into) is None:
        act = replace(act, detail=replace(act.detail, into=shelf.alert(into).case))
    return act


def _moved(case: Case, kind: ActKind) -> Case:
    _, after = STEPS[kind]
    return case if after is None else replace(case, status=after)


def _approve(shelf: Shelf, case: Case, act: Act) -> None:
    proposal = case.proposal
    if proposal is None:
        return
    meant = replace(act, kind=proposal.kind, detail=replace(proposal.detail, proposed=False))
    worked = replace(case, status=CaseStatus.INVESTIGATING, proposal=None)
    shelf.put_case(worked)
    _EFFECTS[meant.kind](shelf, _moved(worked, meant.kind), meant)


def _keep(shelf: Shelf, case: Case, act: Act) -> None:  # noqa: ARG001  # the shape of an effect
    shelf.put_case(case)


def _claim(shelf: Shelf, case: Case, act: Act) -> None:
    shelf.put_case(replace(case, assignee=act.by, due_at=None))


def _assign(shelf: Shelf, case: Case, act: Act) -> None:
    shelf.put_case(replace(case, assignee=act.detail.to, due_at=None))


def _put_back(shelf: Shelf, case: Case, act: Act) -> None:
    due = due_at(case.unit, case.emergency, act.at)
    shelf.put_case(replace(case, assignee="", due_at=due))


def _acknowledge(shelf: Shelf, case: Case, act: Act) -> None:  # noqa: ARG001
    shelf.put_case(replace(case, due_at=None))


def _move(shelf: Shelf, case: Case, act: Act) -> None:
    shelf.put_case(replace(case, unit=act.detail.unit, assignee="", due_at=act.detail.due_at))


def _raise(shelf: Shelf, case: Case, act: Act) -> None:
    emergency = act.detail.emergency or case.emergency
    due = case.due_at
    if due is not None:
        due = min(due, due_at(case.unit, emergency, act.at))
    shelf.put_case(replace(case, emergency=emergency, due_at=due))


def _classify(shelf: Shelf, case: Case, act: Act) -> None:
    shelf.put_case(replace(case, scam_kind=act.detail.scam_kind))


def _snooze(shelf: Shelf, case: Case, act: Act) -> None:
    shelf.put_case(replace(case, snoozed_until=act.detail.until, due_at=None))


def _wake(shelf: Shelf, case: Case, act: Act) -> None:
    shelf.put_case(woken(case, act.at))


def _dispose(shelf: Shelf, case: Case, act: Act) -> None:
    label = None if act.detail.disposition is None else LABELS[act.detail.disposition]
    if label is not None:
        for alert in told_about(shelf.alerts_in(case.id)):
            shelf.put_alert(replace(alert, told=label))
    shelf.put_case(
        replace(case, disposition=act.detail.disposition, closed_at=act.at, due_at=None, proposal=None)
    )


def _reopen(shelf: Shelf, case: Case, act: Act) -> None:
    if case.disposition is not None and LABELS[case.disposition] is None:
        for alert in shelf.alerts_in(case.id):
            if alert.told is not None:
                shelf.put_alert(replace(alert, told=None))
    shelf.put_case(replace(case, assignee=act.by, disposition=None, closed_at=None))


def _return(shelf: Shelf, case: Case, act: Act) -> None:
    proposed_by = "" if case.proposal is None else case.proposal.by
    shelf.put_case(replace(case, proposal=None, assignee=case.assignee or proposed_by or act.by))


def _merge(shelf: Shelf, case: Case, act: Act) -> None:
    into = act.detail.into
    if into == case.id:
        return
    _bring(shelf, [alert.id for alert in shelf.alerts_in(case.id)], into)
    other = shelf.case(into)
    shelf.put_case(
        replace(
            other,
            emergency=more_urgent(other.emergency, case.emergency),
            scam_kind=other.scam_kind or case.scam_kind,
        )
    )
    shelf.put_case(replace(case, merged_into=into, due_at=None, snoozed_until=None, closed_at=act.at))
    reckon(shelf, case.id)
    reckon(shelf, into)


def _split(shelf: Shelf, case: Case, act: Act) -> None:
    moved = [number for number in sorted(act.detail.alerts) if number != case.id]
    moved = [number for number in moved if shelf.alert(number).case == case.id]
    if not moved:
        return
    first = shelf.alert(moved[0])
    shelf.put_case(case)
    shelf.put_case(
        Case(
            id=first.id,
            unit=case.unit,
            typology=first.typology,
            scam_kind=first.scam_kind,
            suspect=first.suspect,
            opened_at=first.decided_at,
            last_alert_at=first.occurred_at,
            alerts=len(moved),
            amount_minor=0,
            currency=first.currency,
            worst=first.outcome,
            emergency=case.emergency,
            due_at=due_at(case.unit, case.emergency, act.at),
        )
    )
    _bring(shelf, moved, first.id)
    reckon(shelf, case.id)
    reckon(shelf, first.id)
    shelf.link(case.id, first.id, Why.SPLIT)


def _bring(shelf: Shelf, alerts: Sequence[int], case: int) -> None:
    for number in alerts:
        shelf.put_alert(replace(shelf.alert(number), case=case))
        payment = shelf.find_payment(number)
        if payment is not None:
            shelf.put_payment(replace(payment, case=case))


def _carry_out_payment(shelf: Shelf, act: Act) -> None:
    payment = shelf.payment(act.payment)
    proposal = payment.proposal
    if payment.status is not PaymentStatus.PENDING:
        return
    if act.detail.proposed:
        made = Proposal(kind=act.kind, by=act.by, at=act.at, reason=act.reason, detail=act.detail)
        shelf.put_payment(replace(payment, proposal=made))
    elif act.kind is ActKind.RETURN_PAYMENT:
        shelf.put_payment(replace(payment, proposal=None))
    elif act.kind is ActKind.EXTEND and act.detail.until is not None:
        longer = replace(payment, expires_at=act.detail.until, extensions=payment.extensions + 1)
        shelf.put_payment(longer)
    else:
        kind = proposal.kind if act.kind is ActKind.APPROVE_PAYMENT and proposal is not None else act.kind
        _, end = PAYMENT_STEPS[kind]
        end_payment(shelf, payment, end or payment.at_expiry, act.by, act.at)


_EFFECTS: Final[dict[ActKind, Callable[[Shelf, Case, Act], None]]] = {
    ActKind.CLAIM: _claim,
    ActKind.ASSIGN: _assign,
    ActKind.PUT_BACK: _put_back,
    ActKind.ACKNOWLEDGE: _acknowledge,
    ActKind.ESCALATE: _move,
    ActKind.HAND_OVER: _move,
    ActKind.RAISE: _raise,
    ActKind.CLASSIFY: _classify,
    ActKind.SNOOZE: _snooze,
    ActKind.WAKE: _wake,
    ActKind.NOTE: _keep,
    ActKind.EVIDENCE: _keep,
    ActKind.CONTACT: _keep,
    ActKind.MERGE: _merge,
    ActKind.SPLIT: _split,
    ActKind.DISPOSE: _dispose,
    ActKind.REOPEN: _reopen,
    ActKind.RETURN: _return,
}

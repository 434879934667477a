"""What an entry of the journal does to cases: an alert joins or opens one, a settlement ends what waited."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from zhamen.cases.alert import Alert, alert_of
from zhamen.cases.case import Case, CaseStatus
from zhamen.cases.clocks import due_at, emergency_of, more_urgent
from zhamen.cases.grouping import find_home
from zhamen.cases.held import HeldPayment, PaymentStatus, held_payment_of
from zhamen.cases.policy import STANDARD, CasePolicy
from zhamen.cases.priority import add_up, height
from zhamen.cases.shelf import Shelf
from zhamen.cases.ties import Place
from zhamen.events.model import AnyEvent, TransferSettled
from zhamen.gate.decision import Decision
from zhamen.gate.policy import Hold

__all__ = [
    "PAYMENT_SYSTEM",
    "EntryRules",
    "end_payment",
    "enter",
    "enter_alert",
    "enter_settlement",
    "reckon",
    "woken",
]

PAYMENT_SYSTEM: Final = "payment-system"
"""Who ended a payment that a settlement ended."""

_ENDS: Final = {
    "settled": PaymentStatus.RELEASED,
    "cancelled": PaymentStatus.CANCELLED,
    "returned": PaymentStatus.DECLINED,
    "declined": PaymentStatus.DECLINED,
}


class EntryRules(Struct, frozen=True):
    """By which rules entries become cases; ``holds`` by the hash of the pack, for packs that say it."""

    policy: CasePolicy = STANDARD
    holds: Mapping[str, Hold] = {}


def enter(
    shelf: Shelf, seq: int, event: AnyEvent, decision: Decision, place: Place, rules: EntryRules
) -> None:
    """Let cases follow one entry of the journal; entries come in order."""
    if isinstance(event, TransferSettled):
        enter_settlement(shelf, event)
        return
    alert = alert_of(seq, event, decision, place)
    if alert is not None:
        held = held_payment_of(alert, decision, rules.holds.get(decision.pack_hash, Hold()))
        enter_alert(shelf, alert, held, rules.policy)


def enter_alert(shelf: Shelf, alert: Alert, held: HeldPayment | None, policy: CasePolicy) -> Case:
    """Put an alert, and its payment if that waits, into the case that it belongs to; give the case."""
    earlier = shelf.alerts_about(alert.payment) if alert.payment else []
    if earlier and alert.type == "fraud_reported":
        alert = _taking_over(shelf, alert, earlier)
    home = find_home(shelf, alert, policy)
    if home.case is None:
        case = _opened(alert, policy)
    else:
        counted = any(one.case == home.case.id for one in earlier)
        case = _joined(shelf.case(home.case.id), alert, policy, counted=counted)
    shelf.put_case(case if held is None else replace(case, payments=case.payments + 1))
    shelf.put_alert(replace(alert, case=case.id))
    if held is not None:
        shelf.put_payment(replace(held, case=case.id))
    for other, why in home.links:
        shelf.link(case.id, other, why)
    return shelf.case(case.id)


def enter_settlement(shelf: Shelf, event: TransferSettled) -> None:
    """End the payment that settled or came back, and what alerts about it have at stake."""
    end = _ENDS[event.settlement]
    for alert in shelf.alerts_about(event.transfer_event_id):
        payment = shelf.find_payment(alert.id)
        if payment is not None and payment.status is PaymentStatus.PENDING:
            end_payment(shelf, payment, end, PAYMENT_SYSTEM, event.occurred_at)
        elif end is not PaymentStatus.RELEASED:
            shelf.put_alert(replace(alert, stake=replace(alert.stake, amount_minor=0)))
            weigh(shelf, alert.case)


def end_payment(shelf: Shelf, payment: HeldPayment, end: PaymentStatus, by: str, at: datetime) -> None:
    """End a payment that waits; money that goes begins to sink, money that stays is at stake no more."""
    shelf.put_payment(replace(payment, status=end, proposal=None, ended_at=at, ended_by=by))
    alert, case = shelf.alert(payment.id), shelf.case(payment.case)
    amount = alert.stake.amount_minor if end is PaymentStatus.RELEASED else 0
    stake = replace(alert.stake, amount_minor=amount, since=at, pending=False)
    shelf.put_alert(replace(alert, stake=stake))
    shelf.put_case(replace(case, payments=case.payments - 1))
    weigh(shelf, case.id)


def weigh(shelf: Shelf, number: int) -> None:
    """Reckon anew what a case has at stake, from its alerts."""
    stakes = [alert.stake for alert in shelf.alerts_in(number)]
    shelf.put_case(
        replace(
            shelf.case(number),
            pending=add_up(height(stake) for stake in stakes if stake.pending),
            sinking=add_up(height(stake) for stake in stakes if not stake.pending),
        )
    )


def reckon(shelf: Shelf, number: int) -> None:
    """Reckon anew all figures of a case whose alerts came or went."""
    alerts = shelf.alerts_in(number)
    if alerts:
        case = shelf.case(number)
        amounts: dict[str, int] = {}
        for alert in alerts:
            amounts[alert.payment] = max(alert.amount_minor, amounts.get(alert.payment, 0))
        case = replace(
            case,
            alerts=len(alerts),
            payments=sum(_waits(shelf, alert.id) for alert in alerts),
            amount_minor=sum(amounts.values()),
            last_alert_at=max(alert.occurred_at for alert in alerts),
            worst=max((alert.outcome for alert in alerts), key=lambda outcome: outcome.severity),
        )
    else:
        case = replace(shelf.case(number), alerts=0, payments=0, amount_minor=0)
    shelf.put_case(case)
    weigh(shelf, number)


def _waits(shelf: Shelf, alert: int) -> bool:
    payment = shelf.find_payment(alert)
    return payment is not None and payment.status is PaymentStatus.PENDING


def _taking_over(shelf: Shelf, report: Alert, earlier: Sequence[Alert]) -> Alert:
    """Give a report that takes over the stake of the payment that alerts are about already.

    The money went when the payment did, not when it was reported; what still waits stays at stake there.
    """
    for one in earlier:
        if not one.stake.pending:
            shelf.put_alert(replace(one, stake=replace(one.stake, amount_minor=0)))
            weigh(shelf, one.case)
    first = earlier[0].stake
    amount = 0 if first.pending or not first.amount_minor else report.stake.amount_minor
    return replace(report, stake=replace(report.stake, since=first.since, amount_minor=amount))


def _opened(alert: Alert, policy: CasePolicy) -> Case:
    emergency = emergency_of(alert, policy)
    risen = height(alert.stake)
    return Case(
        id=alert.id,
        unit=alert.unit,
        typology=alert.typology,
        scam_kind=alert.scam_kind,
        suspect=alert.suspect,
        opened_at=alert.decided_at,
        last_alert_at=alert.occurred_at,
        alerts=1,
        amount_minor=alert.amount_minor,
        currency=alert.currency,
        worst=alert.outcome,
        emergency=emergency,
        due_at=due_at(alert.unit, emergency, alert.decided_at),
        pending=risen if alert.stake.pending else None,
        sinking=None if alert.stake.pending else risen,
    )


def _joined(case: Case, alert: Alert, policy: CasePolicy, *, counted: bool) -> Case:
    risen = height(alert.stake)
    pending, sinking = (risen, None) if alert.stake.pending else (None, risen)
    emergency = more_urgent(case.emergency, emergency_of(alert, policy))
    worse = alert.outcome.severity > case.worst.severity or alert.type == "fraud_reported"
    case = replace(
        case,
        alerts=case.alerts + 1,
        amount_minor=case.amount_minor + (0 if counted else alert.amount_minor),
        currency=case.currency or alert.currency,
        scam_kind=case.scam_kind or alert.scam_kind,
        last_alert_at=max(case.last_alert_at, alert.occurred_at),
        worst=max(case.worst, alert.outcome, key=lambda outcome: outcome.severity),
        emergency=emergency,
        pending=add_up((case.pending, pending)),
        sinking=add_up((case.sinking, sinking)),
    )
    if case.status is CaseStatus.SNOOZED and worse:
        return woken(case, alert.decided_at)
    if case.due_at is not None:
        case = replace(case, due_at=min(case.due_at, due_at(case.unit, emergency, alert.decided_at)))
    return case


def woken(case: Case, at: datetime) -> Case:
    """Give a snoozed case as it is when it wakes: with whom it was, or to be acknowledged anew."""
    if case.assignee:
        return replace(case, status=CaseStatus.INVESTIGATING, snoozed_until=None)
    due = due_at(case.unit, case.emergency, at)
    return replace(case, status=CaseStatus.NEW, snoozed_until=None, due_at=due)

"""What other systems are told when something happened to a case: written with the act, delivered later."""

from collections.abc import Iterator
from datetime import datetime
from typing import Literal

from msgspec import Struct

from zhamen.cases.acts import Act, ActKind
from zhamen.cases.alert import Alert
from zhamen.cases.case import CaseStatus
from zhamen.cases.held import HeldPayment, PaymentStatus
from zhamen.cases.labels import Telling, tellings_of
from zhamen.cases.lifecycle import PAYMENT_STEPS
from zhamen.cases.shelf import Shelf
from zhamen.gate.decision import Outcome

__all__ = ["PaymentTold", "messages_of", "payment_told"]


class PaymentTold(Struct, frozen=True, kw_only=True, tag="payment", tag_field="type"):
    """What the payment system has to do with a payment that waited; ``event_id`` is that of its transfer.

    ``released``: carry it out. ``declined`` and ``cancelled``: give the money back to the payer.
    ``pending``: it waits longer, until ``expires_at``.
    """

    event_id: str
    status: PaymentStatus
    outcome: Literal["delay", "hold"]
    decided_at: datetime
    expires_at: datetime
    by: Literal["staff", "payer", "time"]
    """Who decided; people stand in the audit trail, not here."""


def messages_of(shelf: Shelf, act: Act) -> Iterator[PaymentTold | Telling]:
    """Give what to tell of an act that was carried out on `shelf`."""
    if act.kind in PAYMENT_STEPS:
        payment = shelf.payment(act.payment)
        if payment.status is not PaymentStatus.PENDING or act.kind is ActKind.EXTEND:
            yield payment_told(payment, act)
        return
    case = shelf.case(act.case)
    if act.kind in (ActKind.DISPOSE, ActKind.APPROVE) and case.status is CaseStatus.CLOSED:
        alerts = shelf.alerts_in(case.id)
        stopped = [alert.id for alert in alerts if _stopped(shelf, alert)]
        yield from tellings_of(alerts, case, act, stopped=stopped)


def _stopped(shelf: Shelf, alert: Alert) -> bool:
    payment = shelf.find_payment(alert.id)
    if payment is None:
        return alert.outcome is Outcome.DECLINE
    return payment.status in (PaymentStatus.DECLINED, PaymentStatus.CANCELLED)


def payment_told(payment: HeldPayment, act: Act) -> PaymentTold:
    """Give what to tell of a payment."""
    by: Literal["staff", "payer", "time"] = "staff"
    if act.kind is ActKind.CANCEL:
        by = "payer"
    elif act.kind is ActKind.EXPIRE:
        by = "time"
    return PaymentTold(
        event_id=payment.event_id,
        status=payment.status,
        outcome="delay" if payment.outcome == "delay" else "hold",
        decided_at=act.at,
        expires_at=payment.expires_at,
        by=by,
    )

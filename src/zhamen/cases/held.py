"""A payment that waits at the bank: held or delayed, until somebody or time ends it."""

from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from zhamen.cases.acts import Proposal
from zhamen.cases.alert import Alert
from zhamen.gate.decision import Decision, Outcome
from zhamen.gate.policy import Hold

__all__ = ["HeldPayment", "PaymentStatus", "held_payment_of"]


class PaymentStatus(StrEnum):
    """Where a held or delayed payment is."""

    PENDING = "pending"
    RELEASED = "released"
    """It goes on."""
    DECLINED = "declined"
    """The bank does not carry it out."""
    CANCELLED = "cancelled"
    """The payer took it back."""


class HeldPayment(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A held or delayed payment; ``id`` is that of its alert, ``unit`` that of the payer."""

    id: int
    case: int
    unit: str
    event_id: str
    outcome: Outcome
    amount_minor: int
    currency: str
    debtor: str
    creditor: str
    held_at: datetime
    expires_at: datetime
    at_expiry: PaymentStatus
    """What becomes of it when nobody decides."""
    status: PaymentStatus = PaymentStatus.PENDING
    extensions: int = 0
    proposal: Proposal | None = None
    ended_at: datetime | None = None
    ended_by: str = ""


def held_payment_of(alert: Alert, decision: Decision, hold: Hold) -> HeldPayment | None:
    """Give the payment of an alert that waits; None when it does not wait."""
    if not alert.stake.pending:
        return None
    if decision.outcome is Outcome.DELAY and decision.delay_until is not None:
        expires_at, at_expiry = decision.delay_until, PaymentStatus.RELEASED
    else:
        expires_at = decision.decided_at + timedelta(hours=hold.hours)
        at_expiry = PaymentStatus(hold.at_expiry)
    return HeldPayment(
        id=alert.id,
        case=alert.case,
        unit=alert.unit,
        event_id=alert.event_id,
        outcome=decision.outcome,
        amount_minor=alert.amount_minor,
        currency=alert.currency,
        debtor=alert.debtor,
        creditor=alert.creditor,
        held_at=decision.decided_at,
        expires_at=expires_at,
        at_expiry=at_expiry,
    )

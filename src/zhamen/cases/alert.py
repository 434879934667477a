"""An alert: a decision that asks for eyes."""

from datetime import datetime
from typing import Final

from msgspec import Struct

from zhamen.cases.disposition import Label
from zhamen.cases.priority import Stake, probability_of
from zhamen.cases.ties import Place, Tie, ties_of
from zhamen.core.identifiers import mask
from zhamen.events.model import AnyEvent, CashWithdrawal, FraudReported, Transfer
from zhamen.events.parts import Account
from zhamen.gate.decision import Decision, Outcome

__all__ = ["LABEL_PREFIX", "WAITING", "Alert", "alert_of"]

LABEL_PREFIX: Final = "zhamen-label-"
"""How the ids of our own reports begin: what a case told the gate does not come back as an alert."""
WAITING: Final = frozenset({Outcome.DELAY, Outcome.HOLD})
"""Outcomes with which the money stays at the bank for now."""

_REPORTED: Final = {"confirmed_fraud": 0.95, "suspicious": 0.5}
"""The chance of fraud that a report stands for; a report of a false positive asks for no eyes."""


class Alert(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One decision that asks for eyes; ``id`` is its place in the journal.

    ``case`` is the case that holds it, 0 before it was put into one. ``unit`` is the path of the unit that
    it belongs to. Of accounts, masks.
    """

    id: int
    case: int = 0
    unit: str
    event_id: str
    trace_id: str
    type: str
    occurred_at: datetime
    decided_at: datetime
    channel: str = ""
    outcome: Outcome
    score: int
    typology: str
    codes: tuple[str, ...]
    scam_kind: str = ""
    amount_minor: int = 0
    currency: str = ""
    debtor: str = ""
    creditor: str = ""
    suspect: str = ""
    payment: str = ""
    """The event id of the payment that is meant: its own, or the one that was reported."""
    stake: Stake
    ties: tuple[Tie, ...]
    told: Label | None = None
    """What a case that was closed told the gate of it last; None when nothing, or it was taken back."""


def alert_of(seq: int, event: AnyEvent, decision: Decision, place: Place) -> Alert | None:
    """Make the alert of a journal entry; None when nobody needs to look at it.

    Looked at are outcomes of challenge and above, decisions that propose a measure, and reports of fraud.
    """
    if not _asks_for_eyes(event, decision):
        return None
    debtor: Account | None = getattr(event, "debtor_account", None) or getattr(event, "account", None)
    creditor: Account | None = getattr(event, "creditor_account", None)
    ties = ties_of(event, decision, place)
    suspected = creditor if ties and place.creditor == ties[0].key else debtor
    paid = isinstance(event, Transfer | CashWithdrawal)
    return Alert(
        id=seq,
        unit=place.unit,
        event_id=event.event_id,
        trace_id=decision.trace_id,
        type=str(event.__struct_config__.tag),
        occurred_at=event.occurred_at,
        decided_at=decision.decided_at,
        channel=event.channel or "",
        outcome=decision.outcome,
        score=decision.score,
        typology=_typology(event, decision),
        codes=tuple(reason.code for reason in decision.reasons),
        scam_kind=getattr(event, "scam_kind", None) or "",
        amount_minor=getattr(event, "amount_minor", None) or 0,
        currency=getattr(event, "currency", None) or "",
        debtor=_masked(debtor),
        creditor=_masked(creditor),
        suspect=_masked(suspected),
        payment=event.event_id if paid else getattr(event, "transfer_event_id", None) or "",
        stake=_stake(event, decision),
        ties=ties,
    )


def _asks_for_eyes(event: AnyEvent, decision: Decision) -> bool:
    if isinstance(event, FraudReported):
        return event.label in _REPORTED and not event.event_id.startswith(LABEL_PREFIX)
    return decision.outcome.severity >= Outcome.CHALLENGE.severity or bool(decision.measures)


def _typology(event: AnyEvent, decision: Decision) -> str:
    """Give the typology of the heaviest reason; a report of fraud without one is a victim's."""
    if not decision.reasons:
        return "victim" if isinstance(event, FraudReported) else "other"
    return max(decision.reasons, key=lambda reason: reason.weight).typology


def _stake(event: AnyEvent, decision: Decision) -> Stake:
    if isinstance(event, FraudReported):
        return Stake(_REPORTED[event.label], event.amount_minor or 0, event.occurred_at)
    probability = probability_of(decision.score, decision.outcome)
    moves = isinstance(event, Transfer | CashWithdrawal) and decision.outcome is not Outcome.DECLINE
    amount = event.amount_minor if isinstance(event, Transfer | CashWithdrawal) and moves else 0
    pending = moves and decision.outcome in WAITING
    return Stake(probability, amount, event.occurred_at, pending)


def _masked(account: Account | None) -> str:
    return "" if account is None else mask(account.id)

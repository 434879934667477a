"""What a closed case tells of warnings: what came of one, and what nobody was warned of."""

from typing import Final

from zhamen.cases.disposition import Disposition
from zhamen.cases.labels import Telling
from zhamen.events.model import AnyEvent, CashWithdrawal, Transfer
from zhamen.gate.decision import Decision, ListedHit, Outcome
from zhamen.organisation.history import FOUNDING
from zhamen.records.feedback import Feedback, FeedbackOutcome
from zhamen.screening.categories import CATEGORIES

__all__ = ["feedback_of"]

_FRAUD: Final = {Disposition.CONFIRMED_FRAUD: True, Disposition.FALSE_POSITIVE: False}
_GROUP: Final = "fraud"
"""The group of categories that the kind of a scam may be the name of one of."""


def feedback_of(telling: Telling, event: AnyEvent, decision: Decision) -> Feedback | None:
    """Give what became of a payment; None where nobody knows, or nobody was warned and nothing was missed.

    A payment that the gate let through unasked was not warned of: it is missed when it was fraud. Lost is the
    whole amount of a fraud that went out; what is recovered later is told by hand. Nothing is lost where the
    account that paid is the suspect's own. Of a telling that is taken back it says what the payer did, and no
    longer whether there was fraud.

    Parameters
    ----------
    event, decision
        The payment, and what the gate said to it.
    """
    fraud = _FRAUD.get(telling.label)
    if fraud is None or not isinstance(event, Transfer | CashWithdrawal):
        return None
    stopped = telling.stopped or decision.outcome is Outcome.DECLINE
    outcome = _outcome(telling, decision, fraud=fraud, stopped=stopped)
    if outcome is None:
        return None
    hit = max(decision.list_hits or (), key=lambda one: one.level, default=None)
    gone = fraud and not stopped and not telling.account_only
    return Feedback(
        id=event.event_id[:80],
        at=telling.at,
        by="cases",
        outcome=outcome,
        amount_minor=event.amount_minor,
        unit=telling.unit or FOUNDING.root.code,
        channel=event.channel or "",
        source="" if hit is None else hit.source[:40],
        category=_category(hit, telling.scam_kind)[:60],
        fraud=None if telling.withdrawn else fraud,
        lost_minor=event.amount_minor if gone else 0,
    )


def _outcome(telling: Telling, decision: Decision, *, fraud: bool, stopped: bool) -> FeedbackOutcome | None:
    warned = stopped or decision.outcome is not Outcome.ALLOW or telling.withdrawn
    if not warned:
        return FeedbackOutcome.MISSED if fraud and not telling.account_only else None
    if not fraud and not telling.withdrawn:
        return FeedbackOutcome.FALSE_ALARM
    return FeedbackOutcome.STOPPED if stopped else FeedbackOutcome.CONTINUED


def _category(hit: ListedHit | None, scam_kind: str) -> str:
    """Give the category of the record that warned; where none did, that of the scam if it has one."""
    if hit is not None:
        return hit.category
    named = f"{_GROUP}.{scam_kind}"
    return named if named in CATEGORIES else ""

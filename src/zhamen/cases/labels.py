"""What a closed case tells the gate: reports of fraud, and what became of warnings that rested on records."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Final

from msgspec import Struct

from zhamen.cases.acts import Act
from zhamen.cases.alert import LABEL_PREFIX, Alert
from zhamen.cases.case import Case
from zhamen.cases.disposition import LABELS, Disposition
from zhamen.cases.ties import TieRole
from zhamen.events.model import AnyEvent, FraudReported, Transfer
from zhamen.events.parts import Account

__all__ = ["Telling", "telling_event", "tellings_of", "told_about"]

_WORSE: Final = ("confirmed_fraud", "suspicious")


class Telling(Struct, frozen=True, kw_only=True):
    """One report to make: about the payment of an alert, or about the suspected account as such.

    ``id`` is made from the act and the alert, so that it counts once however often it is told.
    """

    id: str
    alert: int
    label: Disposition
    at: datetime
    scam_kind: str = ""
    account_only: bool = False
    stopped: bool = False
    """Whether the money stayed where it was."""
    withdrawn: bool = False
    """Whether it takes back what was told before, without saying that nothing was wrong."""
    unit: str = ""
    """The path of the unit that the case belongs to; messages of earlier versions have none."""


def tellings_of(alerts: list[Alert], case: Case, act: Act, *, stopped: Collection[int] = ()) -> list[Telling]:
    """Give what there is to tell when an act has closed a case with `alerts`.

    ``stopped`` are the alerts whose money stayed where it was.

    A duplicate, or a case in which nobody answered, teaches nothing; what was told as fraud or suspicion
    when the case was closed before is taken back.
    """
    if case.disposition is None:
        return []
    withdrawn = LABELS[case.disposition] is None
    told = [one for one in alerts if one.told in _WORSE] if withdrawn else told_about(alerts)
    return [
        Telling(
            id=f"{LABEL_PREFIX}{act.id}-{alert.id}",
            alert=alert.id,
            label=Disposition.FALSE_POSITIVE if withdrawn else case.disposition,
            at=act.at,
            scam_kind="" if withdrawn else case.scam_kind or alert.scam_kind,
            account_only=not _paid(alert),
            stopped=alert.id in stopped,
            withdrawn=withdrawn,
            unit=case.unit,
        )
        for alert in told
    ]


def told_about(alerts: Iterable[Alert]) -> list[Alert]:
    """Give the alerts of a closed case by which the gate is told.

    Of alerts on payments to a suspect each payment is told, once. Of alerts on what suspects did themselves
    each account is told, once: the payer of such a payment has lost nothing.
    """
    told: set[object] = set()
    found = []
    for alert in alerts:
        about: object = alert.payment if _paid(alert) else alert.ties[:1]
        if about not in told and alert.ties:
            told.add(about)
            found.append(alert)
    return found


def _paid(alert: Alert) -> bool:
    return any(tie.role is TieRole.PAYER for tie in alert.ties) and bool(alert.payment)


def telling_event(telling: Telling, event: AnyEvent) -> FraudReported | None:
    """Make the report from the event of the alert; None when there is nothing to report.

    The same telling gives the same event, byte for byte.
    """
    label = LABELS[telling.label]
    if label is None:
        return None
    if telling.account_only:
        account = getattr(event, "debtor_account", None) or getattr(event, "account", None)
        if account is None:
            return None
        return FraudReported(
            event_id=telling.id,
            occurred_at=telling.at,
            creditor_account=_plain(account),
            label=label,
            scam_kind=telling.scam_kind or None,
        )
    if not isinstance(event, Transfer | FraudReported):
        return None
    return FraudReported(
        event_id=telling.id,
        occurred_at=telling.at,
        creditor_account=_plain(event.creditor_account),
        debtor_account=None if event.debtor_account is None else _plain(event.debtor_account),
        transfer_event_id=event.event_id if isinstance(event, Transfer) else event.transfer_event_id,
        amount_minor=event.amount_minor,
        currency=event.currency,
        label=label,
        fraud_type="payer_manipulated" if label == "confirmed_fraud" else None,
        scam_kind=telling.scam_kind or None,
    )


def _plain(account: Account) -> Account:
    return Account(id=account.id, kind=account.kind)

"""What happened in a case, in the order in which it did."""

from datetime import datetime
from typing import Final, Literal

from msgspec import Struct

from zhamen.cases.acts import Act
from zhamen.cases.alert import Alert
from zhamen.cases.statement import Statement
from zhamen.services.casework import CaseFile

__all__ = ["Party", "Told", "parties_of", "story_of"]

_MOST_PARTIES: Final = 50


class Party(Struct, frozen=True, kw_only=True):
    """Somebody to talk with: the holder of an account, masked, on one side of an alert."""

    alert: int
    side: Literal["debtor", "creditor"]
    account: str


class Told(Struct, frozen=True, kw_only=True):
    """One thing that happened; exactly one of the last three is there."""

    at: datetime
    alert: Alert | None = None
    act: Act | None = None
    statement: Statement | None = None


def parties_of(file: CaseFile) -> list[Party]:
    """Give the holders of the accounts of a case, each once on each side, of the newest alerts first."""
    found: dict[tuple[str, str], Party] = {}
    for alert in file.alerts:
        for party in (
            Party(alert=alert.id, side="debtor", account=alert.debtor),
            Party(alert=alert.id, side="creditor", account=alert.creditor),
        ):
            if party.account:
                found.setdefault((party.side, party.account), party)
    return list(found.values())[:_MOST_PARTIES]


def story_of(file: CaseFile) -> list[Told]:
    """Give alerts, acts and what payers said, the newest first."""
    told = [
        *(Told(at=alert.decided_at, alert=alert) for alert in file.alerts),
        *(Told(at=act.at, act=act) for act in file.acts),
        *(Told(at=one.at, statement=one) for one in file.statements),
    ]
    return sorted(told, key=lambda one: one.at, reverse=True)

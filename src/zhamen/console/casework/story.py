"""What happened in a case, in the order in which it did."""

from datetime import datetime

from msgspec import Struct

from zhamen.cases.acts import Act
from zhamen.cases.alert import Alert
from zhamen.cases.statement import Statement
from zhamen.services.casework import CaseFile

__all__ = ["Told", "story_of"]


class Told(Struct, frozen=True, kw_only=True):
    """One thing that happened; exactly one of the last three is there."""

    at: datetime
    alert: Alert | None = None
    act: Act | None = None
    statement: Statement | None = None


def story_of(file: CaseFile) -> list[Told]:
    """Give alerts, acts and what payers said, the newest first."""
    told = [
        *(Told(at=alert.decided_at, alert=alert) for alert in file.alerts),
        *(Told(at=act.at, act=act) for act in file.acts),
        *(Told(at=one.at, statement=one) for one in file.statements),
    ]
    return sorted(told, key=lambda one: one.at, reverse=True)

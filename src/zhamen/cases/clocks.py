"""How long a unit has to acknowledge a case before it goes one level up, and how urgent a case is."""

from datetime import datetime, timedelta
from typing import Final

from zhamen.cases.acts import Emergency
from zhamen.cases.alert import Alert
from zhamen.cases.policy import CasePolicy

__all__ = ["ACKNOWLEDGE_MINUTES", "due_at", "emergency_of", "more_urgent", "parent_of"]

ACKNOWLEDGE_MINUTES: Final[dict[Emergency, tuple[int, ...]]] = {
    Emergency.NORMAL: (240, 120, 120, 60),
    Emergency.URGENT: (30, 20, 20, 15),
    Emergency.CRITICAL: (5, 5, 5, 5),
}
"""By depth in the organisation: head office, regions, branches, and all that is below them."""

_LADDER: Final = tuple(Emergency)


def due_at(unit: str, emergency: Emergency, at: datetime) -> datetime:
    """Give by when a unit that got a case at an instant has to acknowledge it.

    Examples
    --------
    >>> from datetime import UTC
    >>> noon = datetime(2026, 11, 2, 12, tzinfo=UTC)
    >>> [due_at(unit, Emergency.URGENT, noon).minute for unit in ("HQ", "HQ/R1", "HQ/R1/B01/B01-003")]
    [30, 20, 15]
    """
    minutes = ACKNOWLEDGE_MINUTES[emergency]
    return at + timedelta(minutes=minutes[min(unit.count("/"), len(minutes) - 1)])


def parent_of(unit: str) -> str | None:
    """Give the unit above; None above the head office.

    >>> parent_of("HQ/R1"), parent_of("HQ")
    ('HQ', None)
    """
    return unit.rpartition("/")[0] or None


def emergency_of(alert: Alert, policy: CasePolicy) -> Emergency:
    """Say how urgent an alert makes its case: by how much money waits, or was reported as gone."""
    at_stake = alert.stake.pending or alert.type == "fraud_reported"
    if not at_stake or alert.stake.amount_minor < policy.urgent_from_minor:
        return Emergency.NORMAL
    return Emergency.CRITICAL if alert.stake.amount_minor >= policy.critical_from_minor else Emergency.URGENT


def more_urgent(one: Emergency, other: Emergency) -> Emergency:
    """Give the more urgent of two.

    >>> more_urgent(Emergency.URGENT, Emergency.NORMAL).value
    'urgent'
    """
    return max(one, other, key=_LADDER.index)

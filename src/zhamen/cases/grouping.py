"""Which case an alert joins: one for each entity or ring."""

from datetime import datetime
from typing import Final

from msgspec import Struct

from zhamen.cases.alert import Alert
from zhamen.cases.case import OPEN, Case, Why
from zhamen.cases.policy import CasePolicy
from zhamen.cases.shelf import Shelf
from zhamen.cases.ties import Tie, TieRole

__all__ = ["ASKED", "JOINS", "Home", "find_home"]

JOINS: Final[tuple[tuple[TieRole, TieRole], ...]] = (
    (TieRole.SUSPECT, TieRole.SUSPECT),
    (TieRole.SUSPECT, TieRole.RECEIVER),
    (TieRole.DEVICE, TieRole.DEVICE),
    (TieRole.RECEIVER, TieRole.SUSPECT),
)
"""What brings an alert into a case, the strongest first: its own role, and the role in the case."""

_SUGGESTS: Final = ((TieRole.PAYER, TieRole.PAYER), (TieRole.PAYER, TieRole.SUSPECT))
"""What only links: a victim who pays two suspects, a payer who is suspected elsewhere."""

ASKED: Final[dict[TieRole, tuple[TieRole, ...]]] = {
    role: tuple(theirs for mine, theirs in (*JOINS, *_SUGGESTS) if mine is role) for role in TieRole
}
"""Of an alert's tie with a role, the roles in which cases are looked for."""


class Home(Struct, frozen=True):
    """The case that an alert joins, None for a new one; and the cases that it links that one to."""

    case: Case | None
    links: tuple[tuple[int, Why], ...]


def find_home(shelf: Shelf, alert: Alert, policy: CasePolicy) -> Home:
    """Find the case of an alert by what ties it to others.

    A case that is closed, full, or was quiet for too long takes no alert; it is linked instead.
    Of several that would take it, the one with the strongest tie, then the oldest.
    """
    home: Case | None = None
    links: dict[int, Why] = {}
    for mine, theirs in JOINS:
        for case in _tied(shelf, alert, mine, theirs):
            if home is None and _takes(case, alert.occurred_at, policy):
                home = case
            elif case.status in OPEN:
                links.setdefault(case.id, Why.SAME_RING)
            elif mine is theirs is TieRole.SUSPECT:
                links.setdefault(case.merged_into or case.id, Why.EARLIER)
    for mine, theirs in _SUGGESTS:
        for case in _tied(shelf, alert, mine, theirs):
            if case.status in OPEN:
                links.setdefault(case.id, Why.SAME_PAYER)
    if home is not None:
        links.pop(home.id, None)
    return Home(home, tuple(links.items()))


def _tied(shelf: Shelf, alert: Alert, mine: TieRole, theirs: TieRole) -> list[Case]:
    found = {
        case.id: case for tie in alert.ties if tie.role is mine for case in shelf.tied(Tie(theirs, tie.key))
    }
    return [found[number] for number in sorted(found)]


def _takes(case: Case, at: datetime, policy: CasePolicy) -> bool:
    return (
        case.status in OPEN and case.alerts < policy.most_alerts and at - case.last_alert_at <= policy.quiet
    )

"""What an event tells of links: who was seen with what, opened in whose company, reported."""

from collections.abc import Sequence
from typing import Any, Final

from zhamen.core.identifiers import identity
from zhamen.networks.books.reading import F
from zhamen.networks.links.kinds import LinkKind
from zhamen.networks.links.live import Links

__all__ = ["tell"]

_DAY: Final = 86_400_000_000
_NIGHT: Final = 19 * 3_600_000_000
"""When clusters are made anew, after midnight UTC: three in the morning in China."""
_BY_HOLDER: Final = ("login", "payee_added", "limit_changed", "profile_changed")

Things = list[tuple[LinkKind, int]]


def tell(links: Links, row: Sequence[Any]) -> None:
    """Tell links of one event, a row of `zhamen.networks.books.reading.FIELDS_READ`; anew at night.

    A device and an address are the payer's, or whose account it is; a sign-in that failed tells of
    nobody. An outlet and company count at the opening alone.

    Raises
    ------
    StateFull
        The links have used their budget.

    Notes
    -----
    Up to ten microseconds, and a rebuild with the first event after three in the morning.
    """
    at, kind = row[F.OCCURRED_AT], row[F.TYPE]
    if links.clock is not None and _night(at) > _night(links.clock):
        links.rebuild(at)
    if kind in ("transfer", "cash_withdrawal"):
        things = _held(row, row[F.DEBTOR_PARTY]) if row[F.SIDE] != "creditor" else []
        links.note_all(identity(row[F.DEBTOR]), things, at)
    elif kind in _BY_HOLDER:
        things = _held(row, row[F.CUSTOMER]) if row[F.SUCCEEDED] is not False else []
        links.note_all(identity(row[F.ACCOUNT]), things, at)
    elif kind == "account_opened":
        links.opened(identity(row[F.ACCOUNT]), at)
        links.note_all(identity(row[F.ACCOUNT]), _opened(row), at)
    elif kind == "fraud_reported" and row[F.LABEL] == "confirmed_fraud":
        links.reported(identity(row[F.CREDITOR]), at)
    elif kind == "fraud_reported" and row[F.LABEL] == "false_positive":
        links.cleared(identity(row[F.CREDITOR]), at)
    else:
        links.advance(at)


def _night(at: int) -> int:
    return (at - _NIGHT) // _DAY


def _held(row: Sequence[Any], customer: str | None) -> Things:
    things = [(LinkKind.DEVICE, row[F.DEVICE]), (LinkKind.IP, row[F.IP]), (LinkKind.ID_NUMBER, customer)]
    return [(kind, identity(value)) for kind, value in things if value is not None]


def _opened(row: Sequence[Any]) -> Things:
    """Give what an opening tells; a customer is in his own company too, so that who came along is linked."""
    things = [
        (LinkKind.ID_NUMBER, row[F.CUSTOMER]),
        (LinkKind.COMPANION, row[F.CUSTOMER]),
        (LinkKind.COMPANION, row[F.COMPANION]),
        (LinkKind.OUTLET, row[F.OUTLET]),
    ]
    return [(kind, identity(value)) for kind, value in things if value is not None]

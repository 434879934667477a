"""What all accounts of one customer did: the newest entries that name them, summed up by month."""

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import Connection, Select, func, select

from zhamen.adapters.sql.schema_views import accounts, decisions, mentions, units
from zhamen.adapters.sql.scoping import within
from zhamen.adapters.sql.views.codes import TYPES
from zhamen.adapters.sql.views.terms import block_of, term
from zhamen.core.instants import from_micros
from zhamen.gate.decision import Outcome
from zhamen.organisation.scope import Scope
from zhamen.ports.profiles import CustomerActivity, Month

__all__ = ["entries_of", "entries_of_customer", "summed_up"]

_PAYMENTS: Final = (TYPES["transfer"], TYPES["cash_withdrawal"])
_STOPPING: Final = Outcome.DELAY.severity
_d: Final = decisions.c


def entries_of(
    connection: Connection, scope: Scope, terms: Collection[int], before: int | None
) -> Select[Any]:
    """Give the question for entries within a scope that have one of some terms, the newest first."""
    end = before or (connection.scalar(select(func.max(_d.seq))) or 0) + 1
    mentioning = select(mentions.c.seq).where(
        mentions.c.block.in_(range(block_of(end) + 1)), mentions.c.term.in_(terms), mentions.c.seq < end
    )
    mine = select(decisions, units.c.path).join(units, units.c.number == _d.unit)
    return mine.where(within(units.c.path, scope), _d.seq.in_(mentioning)).order_by(_d.seq.desc())


def entries_of_customer(
    connection: Connection, scope: Scope, number: int, *, before: int | None = None
) -> Select[Any]:
    """Give the question for entries that name an account of a customer, the newest first."""
    owned = connection.scalars(select(accounts.c.identifier).where(accounts.c.customer == number)).all()
    return entries_of(connection, scope, [term("account", each) for each in owned], before)


def summed_up(rows: Sequence[Any], own: Collection[int], offset: timedelta) -> CustomerActivity:
    """Sum up payments of some accounts to others and from others; what stays among them counts as neither.

    Parameters
    ----------
    rows
        Rows of decisions.
    own
        The numbers of the customer's accounts.
    offset
        Of local time, by which months are counted.
    """
    months: dict[str, list[int]] = {}
    for row in rows:
        if row.type not in _PAYMENTS or row.outcome >= _STOPPING:
            continue
        pays, paid = row.account in own, row.creditor in own
        if pays == paid:
            continue
        sums = months.setdefault(f"{from_micros(row.occurred_at) + offset:%Y-%m}", [0, 0, 0, 0])
        sums[0 if pays else 2] += 1
        sums[1 if pays else 3] += row.amount_minor
    parts = [Month(month, *sums) for month, sums in sorted(months.items())]
    return CustomerActivity(
        entries=len(rows),
        since=min((from_micros(row.occurred_at) for row in rows), default=None),
        sent=sum(part.sent for part in parts),
        sent_minor=sum(part.sent_minor for part in parts),
        received=sum(part.received for part in parts),
        received_minor=sum(part.received_minor for part in parts),
        months=tuple(parts),
    )

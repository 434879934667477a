"""Held payments, page by page those that expire first."""

from typing import Any

from sqlalchemy import Connection, Select, or_, select, tuple_

from zhamen.adapters.sql.casework.queue import cases_within, has_few_open
from zhamen.adapters.sql.casework.rows import payment_of
from zhamen.adapters.sql.schema_cases import cases, held_payments
from zhamen.adapters.sql.scoping import found_within, within
from zhamen.core.instants import to_micros
from zhamen.organisation.scope import Scope
from zhamen.ports.casework import PaymentPage, PaymentPlace

__all__ = ["page_of_payments", "payments_from"]


def page_of_payments(
    connection: Connection, scope: Scope, after: PaymentPlace | None, limit: int, few: int
) -> PaymentPage:
    """Give a page of the payments that wait, those that expire first.

    Notes
    -----
    Sought in the order of all; those of a small scope are found by its units and its cases.
    """
    c = held_payments.c
    wanted = select(c.document).where(c.pending)
    if has_few_open(connection, scope, few):
        own = select(c.id).where(c.pending, found_within(c.unit, scope))
        of_cases = select(c.id).where(c.pending, c.case.in_(cases_within(scope)))
        wanted = wanted.where(c.id.in_(own.union(of_cases)))
    else:
        # Joined: PostgreSQL would read all cases of the scope before the first payment to answer an EXISTS.
        wanted = wanted.outerjoin(cases, cases.c.id == c.case)
        wanted = wanted.where(or_(within(c.unit, scope), within(cases.c.unit, scope)))
    return payments_from(connection, wanted, after, limit)


def payments_from(
    connection: Connection, wanted: Select[Any], after: PaymentPlace | None, limit: int
) -> PaymentPage:
    """Give a page of the payments whose documents are wanted, those that expire first."""
    c = held_payments.c
    if after is not None:
        wanted = wanted.where(tuple_(c.expires_at, c.id) > tuple_(to_micros(after.expires_at), after.id))
    rows = connection.execute(wanted.order_by(c.expires_at, c.id).limit(limit + 1)).scalars().all()
    page = [payment_of(document) for document in rows[:limit]]
    more = PaymentPlace(page[-1].expires_at, page[-1].id) if len(rows) > limit else None
    return PaymentPage(page, more)

"""One case, alert or payment, if it is within a scope."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Select, or_, select

from zhamen.adapters.sql.casework.queue import seen_payment
from zhamen.adapters.sql.casework.rows import case_of, payment_of
from zhamen.adapters.sql.schema_cases import case_links, cases, held_payments
from zhamen.adapters.sql.scoping import within
from zhamen.cases.case import Case, Why
from zhamen.cases.held import HeldPayment
from zhamen.core.errors import CaseNotFound
from zhamen.organisation.scope import Scope

__all__ = ["case_within", "cases_seen", "document_of", "family_of", "kin_of", "payment_within"]


def case_within(connection: Connection, scope: Scope, case: int) -> Case:
    """Give a case; CaseNotFound when there is none within the scope."""
    wanted = select(cases.c.document).where(cases.c.id == case, within(cases.c.unit, scope))
    return case_of(document_of(connection, wanted, f"case {case}"))


def cases_seen(connection: Connection, scope: Scope, numbers: Iterable[int]) -> frozenset[int]:
    """Give those of some cases that are within a scope."""
    wanted = select(cases.c.id).where(cases.c.id.in_(sorted(numbers)), within(cases.c.unit, scope))
    return frozenset(connection.execute(wanted).scalars())


def payment_within(connection: Connection, scope: Scope, payment: int) -> HeldPayment:
    """Give a held payment; CaseNotFound when there is none within the scope."""
    wanted = select(held_payments.c.document).where(held_payments.c.id == payment, seen_payment(scope))
    return payment_of(document_of(connection, wanted, f"held payment {payment}"))


def family_of(connection: Connection, case: int) -> set[int]:
    """Give a case and all whose alerts once were in one case with its own: by a split, or by a merge."""
    found, fresh = {case}, {case}
    while fresh:
        fresh = kin_of(connection, fresh) - found
        found |= fresh
    return found


def kin_of(connection: Connection, numbers: Iterable[int]) -> set[int]:
    """Give the cases that a split or a merge directly joined with some, and those themselves."""
    mine, links = sorted(numbers), case_links.c
    split = select(links.older, links.newer).where(
        links.why == Why.SPLIT.value, or_(links.older.in_(mine), links.newer.in_(mine))
    )
    merged = select(cases.c.id, cases.c.merged_into).where(
        cases.c.merged_into != 0, or_(cases.c.id.in_(mine), cases.c.merged_into.in_(mine))
    )
    return {number for asked in (split, merged) for pair in connection.execute(asked) for number in pair}


def document_of(connection: Connection, wanted: Select[Any], what: str) -> bytes:
    """Give the document that is asked for; CaseNotFound when there is none."""
    document: bytes | None = connection.execute(wanted).scalar_one_or_none()
    if document is None:
        raise CaseNotFound(f"there is no {what}")
    return document

"""One case, alert or payment, if it is within a scope."""

from typing import Any

from sqlalchemy import Connection, Select, select

from zhamen.adapters.sql.casework.payments import seen_payment
from zhamen.adapters.sql.casework.rows import case_of, payment_of
from zhamen.adapters.sql.schema_cases import cases, held_payments
from zhamen.adapters.sql.scoping import within
from zhamen.cases.case import Case
from zhamen.cases.held import HeldPayment
from zhamen.core.errors import CaseNotFound
from zhamen.organisation.scope import Scope

__all__ = ["case_within", "document_of", "payment_within"]


def case_within(connection: Connection, scope: Scope, case: int) -> Case:
    """Give a case; CaseNotFound when there is none within the scope."""
    wanted = select(cases.c.document).where(cases.c.id == case, within(cases.c.unit, scope))
    return case_of(document_of(connection, wanted, f"case {case}"))


def payment_within(connection: Connection, scope: Scope, payment: int) -> HeldPayment:
    """Give a held payment; CaseNotFound when there is none within the scope."""
    wanted = select(held_payments.c.document).where(held_payments.c.id == payment, seen_payment(scope))
    return payment_of(document_of(connection, wanted, f"held payment {payment}"))


def document_of(connection: Connection, wanted: Select[Any], what: str) -> bytes:
    """Give the document that is asked for; CaseNotFound when there is none."""
    document: bytes | None = connection.execute(wanted).scalar_one_or_none()
    if document is None:
        raise CaseNotFound(f"there is no {what}")
    return document

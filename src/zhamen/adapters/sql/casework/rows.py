"""Rows of casework as values, and values as rows."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

from zhamen.adapters.sql.schema_cases import case_alerts, cases, held_payments
from zhamen.cases.acts import Act, ActKind, Detail
from zhamen.cases.alert import Alert
from zhamen.cases.case import OPEN, Case
from zhamen.cases.held import HeldPayment, PaymentStatus
from zhamen.core.instants import from_micros, to_micros

__all__ = [
    "act_of",
    "alert_of_row",
    "case_of",
    "payment_of",
    "put_rows",
    "row_of_act",
    "save_alerts",
    "save_cases",
    "save_payments",
]

_ENCODE: Final = msgspec.json.Encoder().encode
_ALERT: Final = msgspec.json.Decoder(Alert)
_CASE: Final = msgspec.json.Decoder(Case)
_PAYMENT: Final = msgspec.json.Decoder(HeldPayment)
_DETAIL: Final = msgspec.json.Decoder(Detail)


def alert_of_row(document: bytes) -> Alert:
    """Read an alert."""
    return _ALERT.decode(document)


def case_of(document: bytes) -> Case:
    """Read a case."""
    return _CASE.decode(document)


def payment_of(document: bytes) -> HeldPayment:
    """Read a held payment."""
    return _PAYMENT.decode(document)


def act_of(row: Any) -> Act:
    """Read an act from a row of all columns."""
    return Act(
        id=row.id,
        after_seq=row.after_seq,
        case=row.case,
        payment=row.payment,
        kind=ActKind(row.kind),
        by=row.by,
        unit=row.unit,
        at=from_micros(row.at),
        reason=row.reason,
        detail=_DETAIL.decode(row.detail),
    )


def row_of_act(act: Act) -> dict[str, Any]:
    """Give an act as a row, but for its id."""
    return {
        "after_seq": act.after_seq,
        "case": act.case,
        "payment": act.payment,
        "kind": act.kind.value,
        "by": act.by,
        "unit": act.unit,
        "at": to_micros(act.at),
        "reason": act.reason,
        "detail": _ENCODE(act.detail),
    }


def save_alerts(connection: Connection, alerts: Iterable[Alert]) -> None:
    """Write alerts, new or changed."""
    rows = [
        {
            "id": alert.id,
            "case": alert.case,
            "event_id": alert.event_id,
            "payment": alert.payment,
            "document": _ENCODE(alert),
        }
        for alert in alerts
    ]
    put_rows(connection, case_alerts, rows)


def save_cases(connection: Connection, changed: Iterable[Case]) -> None:
    """Write cases, new or changed."""
    rows = [
        {
            "id": case.id,
            "unit": case.unit,
            "open": case.status in OPEN,
            "status": case.status.value,
            "assignee": case.assignee,
            "typology": case.typology,
            "emergency": case.emergency.value,
            "due_at": _micros(case.due_at),
            "snoozed_until": _micros(case.snoozed_until),
            "pending": case.pending,
            "sinking": case.sinking,
            "merged_into": case.merged_into,
            "disposition": "" if case.disposition is None else case.disposition.value,
            "closed_at": _micros(case.closed_at),
            "document": _ENCODE(case),
        }
        for case in changed
    ]
    put_rows(connection, cases, rows)


def save_payments(connection: Connection, payments: Iterable[HeldPayment]) -> None:
    """Write held payments, new or changed."""
    rows = [
        {
            "id": payment.id,
            "case": payment.case,
            "unit": payment.unit,
            "event_id": payment.event_id,
            "pending": payment.status is PaymentStatus.PENDING,
            "proposed": payment.proposal is not None,
            "expires_at": to_micros(payment.expires_at),
            "document": _ENCODE(payment),
        }
        for payment in payments
    ]
    put_rows(connection, held_payments, rows)


def put_rows(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    """Write rows; one with a primary key that is there already takes its place."""
    if not rows:
        return
    insert = (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(table)
    rest = {column.name: insert.excluded[column.name] for column in table.c if not column.primary_key}
    key = list(table.primary_key.columns)
    if rest:
        connection.execute(insert.on_conflict_do_update(index_elements=key, set_=rest), rows)
    else:
        connection.execute(insert.on_conflict_do_nothing(index_elements=key), rows)


def _micros(instant: datetime | None) -> int | None:
    return None if instant is None else to_micros(instant)

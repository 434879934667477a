"""The outbox in SQL: written in the transaction of an act, emptied by a worker."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine, Select, func, insert, or_, select, update

from zhamen.adapters.sql.audit import append
from zhamen.adapters.sql.casework.queue import seen_payment
from zhamen.adapters.sql.engine import reading, writing
from zhamen.adapters.sql.schema_cases import held_payments, outbox
from zhamen.adapters.sql.views.writing import chunks
from zhamen.cases.labels import Telling
from zhamen.cases.messages import PaymentTold
from zhamen.core.audit import Deed
from zhamen.core.errors import CaseNotFound
from zhamen.core.instants import from_micros, to_micros
from zhamen.organisation.scope import Scope
from zhamen.ports.outbox import Message, OutboxCounts

__all__ = ["SqlOutbox", "post"]

_PAYMENT = msgspec.json.Decoder(PaymentTold)


def post(connection: Connection, told: Iterable[PaymentTold | Telling], at: datetime) -> None:
    """Write messages in the transaction of what they tell of."""
    now = to_micros(at)
    rows = [
        {
            "kind": "webhook" if isinstance(one, PaymentTold) else "label",
            "body": msgspec.json.encode(one),
            "made_at": now,
            "attempts": 0,
            "next_at": now,
            "error": "",
        }
        for one in told
    ]
    if rows:
        connection.execute(insert(outbox), rows)


class SqlOutbox:
    """Messages in SQLite or PostgreSQL; see the port `Outbox`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._write = engine.execution_options(immediate=True)

    def ready(self, at: datetime, kinds: Sequence[str], limit: int = 20) -> Sequence[Message]:
        """Give messages of some kinds to be tried at an instant, those that wait longest first."""
        wanted = (
            select(outbox)
            .where(outbox.c.next_at <= to_micros(at), outbox.c.kind.in_(kinds))
            .order_by(outbox.c.next_at, outbox.c.id)
            .limit(limit)
        )
        with reading(self._engine) as connection:
            return [_message(row) for row in connection.execute(wanted)]

    def delivered(self, message: int, at: datetime) -> None:
        """Note that a message has arrived."""
        self._note(message, {"next_at": None, "delivered_at": to_micros(at), "error": ""})

    def postponed(self, message: int, at: datetime, error: str, next_at: datetime | None) -> None:
        """Note that a message has not arrived; without a next time it is given up."""
        if next_at is None:
            values = {"next_at": None, "failed_at": to_micros(at)}
        else:
            values = {"next_at": to_micros(next_at)}
        self._note(message, values | {"error": error[:500]})

    def list_failed(
        self, *, after: int = 0, limit: int = 100, scope: Scope | None = None
    ) -> Sequence[Message]:
        """Give messages that were given up, by id."""
        failed = outbox.c.failed_at.is_not(None)
        wanted = select(outbox).where(failed, outbox.c.id > after).order_by(outbox.c.id)
        with reading(self._engine) as connection:
            if scope is None:
                return [_message(row) for row in connection.execute(wanted.limit(limit))]
            return [_message(row) for row in _seen(connection, wanted, scope)[:limit]]

    def replay(self, message: int, at: datetime, *, by: str) -> Message:
        """Try a message again that was given up; CaseNotFound when there is none such."""
        again = (
            update(outbox)
            .where(outbox.c.id == message, outbox.c.failed_at.is_not(None))
            .values(failed_at=None, attempts=0, next_at=to_micros(at))
            .returning(outbox)
        )
        with writing(self._write) as connection:
            row = connection.execute(again).one_or_none()
            if row is None:
                raise CaseNotFound(f"there is no message {message} that was given up")
            deed = Deed(at=at, actor=by, unit="", act="replay-message", subject=f"message/{message}")
            append(connection, deed)
        return _message(row)

    def count(self, scope: Scope | None = None) -> OutboxCounts:
        """Say how many wait and how many were given up."""
        if scope is not None:
            with reading(self._engine) as connection:
                undone = or_(outbox.c.next_at.is_not(None), outbox.c.failed_at.is_not(None))
                seen = _seen(connection, select(outbox).where(undone), scope)
            failures = sum(row.failed_at is not None for row in seen)
            return OutboxCounts(len(seen) - failures, failures)
        waiting = select(func.count()).select_from(outbox).where(outbox.c.next_at.is_not(None))
        failed = select(func.count()).select_from(outbox).where(outbox.c.failed_at.is_not(None))
        with reading(self._engine) as connection:
            return OutboxCounts(connection.scalar(waiting) or 0, connection.scalar(failed) or 0)

    def _note(self, message: int, values: dict[str, Any]) -> None:
        noted = update(outbox).where(outbox.c.id == message)
        with writing(self._write) as connection:
            connection.execute(noted.values(attempts=outbox.c.attempts + 1, **values))


def _seen(connection: Connection, wanted: Select[Any], scope: Scope) -> list[Any]:
    """Give those of some messages that tell of a payment within a scope; labels tell the gate, not units."""
    rows = connection.execute(wanted.where(outbox.c.kind == "webhook")).all()
    payments = {row.id: _PAYMENT.decode(row.body).event_id for row in rows}
    mine = {
        event_id
        for part in chunks(sorted(set(payments.values())))
        for event_id in connection.scalars(
            select(held_payments.c.event_id).where(held_payments.c.event_id.in_(part), seen_payment(scope))
        )
    }
    return [row for row in rows if payments[row.id] in mine]


def _message(row: Any) -> Message:
    return Message(
        id=row.id,
        kind=row.kind,
        body=bytes(row.body),
        made_at=from_micros(row.made_at),
        attempts=row.attempts,
        next_at=_instant(row.next_at),
        delivered_at=_instant(row.delivered_at),
        failed_at=_instant(row.failed_at),
        error=row.error,
    )


def _instant(micros: int | None) -> datetime | None:
    return None if micros is None else from_micros(micros)

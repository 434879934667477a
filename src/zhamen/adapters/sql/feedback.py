"""Feedback in SQL, and its figures reckoned by the database."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import blake2b
from typing import Any

from msgspec import structs
from sqlalchemy import ColumnElement, Engine, Integer, and_, case, cast, delete, func, insert, select, update

from zhamen.adapters.sql.audit import append
from zhamen.adapters.sql.engine import reading, writing
from zhamen.adapters.sql.schema import feedback as table
from zhamen.adapters.sql.scoping import within
from zhamen.core.audit import Deed, Detail, sealed
from zhamen.core.errors import RecordNotFound
from zhamen.core.instants import from_micros, to_micros
from zhamen.organisation.scope import Scope
from zhamen.ports.feedback import Grouping
from zhamen.ports.records import Actor
from zhamen.records.feedback import Effect, Feedback, FeedbackOutcome

__all__ = ["SqlFeedback"]


class SqlFeedback:
    """Feedback in SQLite or PostgreSQL; see the port `FeedbackStore`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._write = engine.execution_options(immediate=True)

    def give(self, given: Feedback, ours: Sequence[str] = ()) -> bool:
        """Keep what became of something; later feedback on it takes the place of earlier."""
        with writing(self._write) as connection:
            teller = connection.scalar(select(table.c.by).where(table.c.id == given.id))
            if ours and teller is not None and teller not in ours:
                given = structs.replace(given, id=_apart(given.id, ours[0]))
            before = connection.execute(delete(table).where(table.c.id == given.id)).rowcount
            connection.execute(insert(table).values(_values(given)))
            deed = _deed("give-feedback", given, Actor(given.by, given.unit), given.at)
            append(connection, deed, "records")
        return not before

    def find(self, feedback: str, scope: Scope) -> Feedback | None:
        """Give what was told under an id; None when there is nothing within the scope."""
        wanted = select(table).where(table.c.id == feedback, within(table.c.unit, scope))
        with reading(self._engine) as connection:
            row = connection.execute(wanted).one_or_none()
        return None if row is None else _feedback(row)

    def list_feedback(self, scope: Scope, *, limit: int = 100) -> list[Feedback]:
        """Give what was told within a scope, the newest first."""
        wanted = select(table).where(within(table.c.unit, scope))
        newest = wanted.order_by(table.c.at.desc(), table.c.id).limit(limit)
        with reading(self._engine) as connection:
            return [_feedback(row) for row in connection.execute(newest)]

    def correct(self, feedback: Feedback, actor: Actor, at: datetime) -> None:
        """Let better knowledge take the place of what was told; see the port."""
        values = _values(feedback)
        kept = {name: values[name] for name in values if name not in ("id", "at", "unit")}
        with writing(self._write) as connection:
            changed = update(table).where(table.c.id == feedback.id).values(kept | {"by": actor.name})
            if not connection.execute(changed).rowcount:
                raise RecordNotFound("nothing was told under this id; tell it first")
            append(connection, _deed("correct-feedback", feedback, actor, at), "records")

    def effects(
        self, by: Grouping, since: datetime, until: datetime, *, scope: Scope | None = None
    ) -> list[Effect]:
        """Give what warnings achieved from one instant to before another, by group; see the port."""
        c = table.c
        presumed = c.outcome.in_((FeedbackOutcome.STOPPED, FeedbackOutcome.MISSED))
        innocent = c.outcome == FeedbackOutcome.FALSE_ALARM
        truth = case((c.fraud.is_not(None), cast(c.fraud, Integer)), (presumed, 1), (innocent, 0), else_=None)
        warned = c.outcome != FeedbackOutcome.MISSED
        group = c[by]

        def total(condition: ColumnElement[bool], amount: Any = 1) -> ColumnElement[int]:
            return func.coalesce(func.sum(case((condition, amount), else_=0)), 0)

        figures = [
            total(warned),
            total(and_(warned, truth == 1)),
            total(and_(warned, truth == 0)),
            total(and_(~warned, truth == 1)),
            total(and_(c.outcome == FeedbackOutcome.STOPPED, truth == 1), c.amount_minor),
            total(truth == 1, c.lost_minor),
        ]
        wanted = (
            select(group, *figures)
            .where(c.at >= to_micros(since), c.at < to_micros(until))
            .group_by(group)
            .order_by(group)
        )
        if scope is not None:
            wanted = wanted.where(within(c.unit, scope))
        with reading(self._engine) as connection:
            return [
                Effect(
                    group=row[0],
                    warnings=int(row[1]),
                    frauds_warned=int(row[2]),
                    innocents_warned=int(row[3]),
                    frauds_missed=int(row[4]),
                    prevented_minor=int(row[5]),
                    lost_minor=int(row[6]),
                )
                for row in connection.execute(wanted)
            ]


def _apart(feedback: str, owner: str) -> str:
    """Give the id of what an owner tells under an id that is another's."""
    return f"K-{blake2b(f'{owner}/{feedback}'.encode(), digest_size=16).hexdigest()}"


def _values(given: Feedback) -> dict[str, Any]:
    return structs.asdict(given) | {"at": to_micros(given.at), "outcome": given.outcome.value}


def _feedback(row: Any) -> Feedback:
    values = dict(row._mapping)
    return Feedback(
        **values | {"at": from_micros(values["at"]), "outcome": FeedbackOutcome(values["outcome"])}
    )


def _deed(act: str, given: Feedback, actor: Actor, at: datetime) -> Deed:
    """Give feedback as a deed; its id was named by the caller, so only a seal of it stands here."""
    detail: Detail = {"outcome": given.outcome.value, "fraud": given.fraud}
    return actor.deed(act, f"feedback/{sealed(given.id)}", at, detail)

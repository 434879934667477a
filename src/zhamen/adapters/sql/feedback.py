"""Feedback in SQL, and its figures reckoned by the database."""

from datetime import datetime
from typing import Any

from msgspec import structs
from sqlalchemy import ColumnElement, Engine, Integer, and_, case, cast, delete, func, insert, select

from zhamen.adapters.sql.audit import append
from zhamen.adapters.sql.engine import reading, writing
from zhamen.adapters.sql.schema import feedback
from zhamen.adapters.sql.scoping import within
from zhamen.core.audit import Deed, sealed
from zhamen.core.instants import to_micros
from zhamen.organisation.scope import Scope
from zhamen.ports.feedback import Grouping
from zhamen.records.feedback import Effect, Feedback, FeedbackOutcome

__all__ = ["SqlFeedback"]


class SqlFeedback:
    """Feedback in SQLite or PostgreSQL; see the port `FeedbackStore`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._write = engine.execution_options(immediate=True)

    def give(self, given: Feedback) -> bool:
        """Keep what became of something; later feedback on it takes the place of earlier."""
        values = structs.asdict(given) | {"at": to_micros(given.at), "outcome": given.outcome.value}
        with writing(self._write) as connection:
            before = connection.execute(delete(feedback).where(feedback.c.id == given.id)).rowcount
            connection.execute(insert(feedback).values(values))
            append(connection, _deed(given), "records")
        return not before

    def effects(
        self, by: Grouping, since: datetime, until: datetime, *, scope: Scope | None = None
    ) -> list[Effect]:
        """Give what warnings achieved from one instant to before another, by group; see the port."""
        c = feedback.c
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


def _deed(given: Feedback) -> Deed:
    """Give feedback as a deed; its id was named by the caller, so only a seal of it stands here."""
    return Deed(
        at=given.at,
        actor=given.by,
        unit=given.unit,
        act="give-feedback",
        subject=f"feedback/{sealed(given.id)}",
        detail={"outcome": given.outcome.value, "fraud": given.fraud},
    )

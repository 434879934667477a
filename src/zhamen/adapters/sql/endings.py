"""How a version of a record ends, in SQL: who ended it, and from when on it is no longer in force."""

from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, and_, case, func, or_, update

from zhamen.adapters.sql.schema import UNNUMBERED, records
from zhamen.core.instants import Micros
from zhamen.records.record import Status

__all__ = ["OPEN", "Ended", "end_earlier", "ended_at", "over_at"]

OPEN: Final = (Status.CANDIDATE, Status.ACTIVE, Status.SUSPENDED)
"""Where a record is not at its end."""


class Ended(StrEnum):
    """What ended a version."""

    SOURCE = "source"
    """Its source lists it no longer."""
    VERSION = "version"
    """A newer version is in its place."""
    PERSON = "person"
    TIME = "time"


def ended_at(now: Micros) -> ColumnElement[int | None]:
    """Give when a version that is ended now is no longer in force: at once, or when it was not any more."""
    until = func.coalesce(records.c.in_force_until, now)
    return case((records.c.in_force_from.is_(None), None), (until > now, now), else_=until)


def over_at(now: Micros) -> ColumnElement[bool]:
    """Say of a version that its time is over, though nobody has said so yet."""
    over = or_(records.c.in_force_until <= now, records.c.claimed_until <= now)
    return and_(records.c.status.in_(OPEN), over)


def end_earlier(connection: Connection, row: Any, status: Status, now: Micros) -> None:
    """End what stayed in force while a change of it waited for its check."""
    earlier = and_(
        records.c.source == row.source,
        records.c.source_ref == row.source_ref,
        records.c.version < row.version,
        records.c.status == Status.ACTIVE,
    )
    ended = {"status": status, "ended_by": Ended.VERSION, "in_force_until": ended_at(now)}
    connection.execute(update(records).where(earlier).values(**ended, change_no=UNNUMBERED))

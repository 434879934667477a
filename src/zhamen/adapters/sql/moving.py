"""What is done to one record, within a transaction: it is published, suspended, resumed, released."""

from typing import Any

from sqlalchemy import Connection, insert, select, update

from zhamen.adapters.sql.audit import append
from zhamen.adapters.sql.bases import Basis
from zhamen.adapters.sql.endings import Ended, end_earlier
from zhamen.adapters.sql.numbers import number_changes, take_turn
from zhamen.adapters.sql.rows import record_of
from zhamen.adapters.sql.schema import UNNUMBERED, acts, records
from zhamen.core.audit import Detail, sealed
from zhamen.core.errors import RecordNotFound
from zhamen.core.instants import from_micros
from zhamen.ports.records import Actor
from zhamen.records.record import Move, Status, check_move

__all__ = ["move_record", "no_record"]


def move_record(connection: Connection, record_id: int, move: Move, actor: Actor, now: int) -> int:
    """Do something to a record within a transaction; give the id of the version that is then the latest.

    Resuming makes a new version: a record that was out of force for a while must not be found, by
    a replay, at an instant when it was not in force.
    """
    take_turn(connection)
    row = connection.execute(select(records).where(records.c.id == record_id)).one_or_none()
    if row is None:
        raise no_record(record_id)
    status = check_move(record_of(row, "", Basis("", "")), move, actor.name)
    if move is Move.RESUME:
        record_id = _next_version(connection, row, now)
    else:
        changes = {"status": status, "change_no": UNNUMBERED} | _force(row, move, now)
        if move is Move.PUBLISH:
            changes["checker"] = actor.name
        connection.execute(update(records).where(records.c.id == record_id).values(changes))
        end_earlier(connection, row, status if move is Move.EXPIRE else Status.RELEASED, now)
    number_changes(connection)
    reason = actor.reason[:500]
    connection.execute(
        insert(acts).values(
            record=record_id, move=move, by=actor.name, unit=actor.unit, at=now, reason=reason
        )
    )
    detail: Detail = {"reason": sealed(reason)}
    deed = actor.deed(f"{move}-record", f"record/{record_id}", from_micros(now), detail)
    append(connection, deed, "records")
    return record_id


def no_record(record_id: int) -> RecordNotFound:
    """Give the error that there is no such record."""
    return RecordNotFound(f"there is no record {record_id}; `zhamen records list` shows those there are")


def _force(row: Any, move: Move, now: int) -> dict[str, Any]:
    """Give what a move changes of the time in force, and of who ended it."""
    if move is Move.PUBLISH:
        since = max(now, row.claimed_from or 0)
        return {"in_force_from": since, "in_force_until": row.claimed_until, "held": False}
    until = row.in_force_until
    ended = None if row.in_force_from is None else now if until is None else min(until, now)
    if move is Move.EXPIRE:
        return {"in_force_until": ended, "ended_by": Ended.TIME}
    return {"in_force_until": ended, "ended_by": Ended.PERSON, "held": True}


def _next_version(connection: Connection, row: Any, now: int) -> int:
    replaced = {"latest": False, "status": Status.RELEASED, "ended_by": Ended.VERSION}
    connection.execute(update(records).where(records.c.id == row.id).values(replaced))
    values = dict(row._mapping) | {
        "version": row.version + 1,
        "status": Status.ACTIVE,
        "held": False,
        "ended_by": "",
        "in_force_from": max(now, row.claimed_from or 0),
        "in_force_until": row.claimed_until,
        "change_no": UNNUMBERED,
    }
    del values["id"]
    made: int = connection.execute(insert(records).values(values).returning(records.c.id)).scalar_one()
    return made

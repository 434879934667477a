"""What time does to records, within a transaction: they expire, and are deleted when they are over-age."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
    true,
    update,
)

from zhamen.adapters.sql.audit import append
from zhamen.adapters.sql.endings import Ended, over_at
from zhamen.adapters.sql.numbers import take_turn
from zhamen.adapters.sql.schema import acts, deletions, record_notes, records
from zhamen.adapters.sql.sources import all_sources
from zhamen.core.audit import Deed
from zhamen.core.instants import to_micros
from zhamen.records.record import Status
from zhamen.records.source import Source

__all__ = ["delete_over_age", "expire_records"]

_DAY: Final = 86_400_000_000
_OF_NO_RECORD: Final = ~(
    select(literal(1))
    .where(records.c.source == record_notes.c.source, records.c.source_ref == record_notes.c.source_ref)
    .exists()
)


def expire_records(connection: Connection, at: datetime, by: str) -> int:
    """Mark as expired what is; give how many versions."""
    take_turn(connection)
    ended = update(records).where(over_at(to_micros(at)))
    size = connection.execute(ended.values(status=Status.EXPIRED, ended_by=Ended.TIME)).rowcount
    _note_sizes(connection, "expire-records", {"records": size}, at, by)
    return size


def delete_over_age(connection: Connection, at: datetime, by: str, unchecked_before: datetime | None) -> int:
    """Delete versions that ended longer ago than their source keeps them, and note how many.

    Parameters
    ----------
    unchecked_before
        What was made before and still waits for its check is deleted too, where it is given.
    """
    now, gone = to_micros(at), dict[str, int]()
    take_turn(connection)
    for source in all_sources(connection):
        over_age = _over_age(source, now)
        if unchecked_before is not None:
            over_age = or_(over_age, _never_checked(source, to_micros(unchecked_before)))
        ids = select(records.c.id).where(over_age)
        connection.execute(delete(acts).where(acts.c.record.in_(ids)))
        size = connection.execute(delete(records).where(over_age)).rowcount
        if size:
            connection.execute(insert(deletions).values(source=source.number, at=now, records=size))
            gone[source.code] = size
    connection.execute(delete(record_notes).where(_OF_NO_RECORD))
    _note_sizes(connection, "delete-records", gone, at, by)
    return sum(gone.values())


def _note_sizes(connection: Connection, act: str, sizes: Mapping[str, int], at: datetime, by: str) -> None:
    """Write down how many records time ended, if it did any."""
    if any(sizes.values()):
        append(connection, Deed(at=at, actor=by, unit="", act=act, detail=sizes), "records")


def _over_age(source: Source, now: int) -> ColumnElement[bool]:
    """Say of a version that it ended longer ago than its source keeps it.

    What a person released stays while its source still lists it: deleted, it would come back as new.
    """
    ended = func.coalesce(records.c.in_force_until, records.c.made_at)
    kept_out = and_(records.c.latest, records.c.held, records.c.ended_by == Ended.PERSON)
    return and_(
        records.c.source == source.number,
        records.c.status.in_((Status.RELEASED, Status.EXPIRED)),
        ended < now - source.retention_days * _DAY,
        ~kept_out if source.replaces else true(),
    )


def _never_checked(source: Source, before: int) -> ColumnElement[bool]:
    """Say of a record that its only version was made before an instant, and still waits for its check.

    A change of something in force waits on: without it the record would have no newest version.
    """
    other = records.alias("other")
    same = and_(other.c.source == records.c.source, other.c.source_ref == records.c.source_ref)
    return and_(
        records.c.source == source.number,
        records.c.status == literal(Status.CANDIDATE.value, literal_execute=True),
        records.c.made_at < before,
        ~select(literal(1)).where(same, other.c.id != records.c.id).exists(),
    )

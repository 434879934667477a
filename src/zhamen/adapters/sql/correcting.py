"""A person's correction becomes the next version of a record, within a transaction."""

from typing import Any, Final

import msgspec
from sqlalchemy import Connection, insert, select, update

from zhamen.adapters.sql.audit import append
from zhamen.adapters.sql.endings import OPEN, Ended, ended_at
from zhamen.adapters.sql.moving import no_record
from zhamen.adapters.sql.numbers import number_changes, take_turn
from zhamen.adapters.sql.schema import UNNUMBERED, record_notes, records, sources
from zhamen.core.audit import Detail, sealed
from zhamen.core.errors import RecordConflict
from zhamen.core.instants import Micros, from_micros, to_micros
from zhamen.ports.records import Actor
from zhamen.records.correction import Correction
from zhamen.records.record import Status
from zhamen.records.source import Source

__all__ = ["correct"]

_KEPT: Final = frozenset({"id", "in_force_from"})


def correct(connection: Connection, record_id: int, correction: Correction, actor: Actor, now: Micros) -> int:
    """Make the next version of a record, which waits for another's check.

    What is in force stays so until then. The source's own words are kept for comparison, so that its next
    import of the same changes nothing.
    """
    take_turn(connection)
    row = connection.execute(select(records).where(records.c.id == record_id)).one_or_none()
    if row is None:
        raise no_record(record_id)
    _check(connection, row)
    ended: dict[str, Any] = {"latest": False, "change_no": UNNUMBERED}
    if row.status != Status.ACTIVE:
        ended |= {"status": Status.RELEASED, "ended_by": Ended.VERSION, "in_force_until": ended_at(now)}
    connection.execute(update(records).where(records.c.id == record_id).values(ended))
    until = correction.expires_at
    values = {name: value for name, value in row._mapping.items() if name not in _KEPT} | {
        "version": row.version + 1,
        "status": Status.CANDIDATE,
        "ended_by": "",
        "list": correction.list.code,
        "category": correction.category.number,
        "level": correction.level,
        "confidence": correction.confidence,
        "case_number": correction.case_number,
        "claimed_until": None if until is None else to_micros(until),
        "in_force_until": None if until is None else to_micros(until),
        "made_at": now,
        "maker": actor.name,
        "checker": "",
        "change_no": UNNUMBERED,
    }
    made: int = connection.execute(insert(records).values(values).returning(records.c.id)).scalar_one()
    number_changes(connection)
    _write_down(connection, row, made, (correction.reason, actor, now))
    return made


def _check(connection: Connection, row: Any) -> None:
    """Refuse what is no longer to be corrected, or not by the bank."""
    if not row.latest or row.status not in OPEN:
        raise RecordConflict(f"record {row.id} is at its end or has a newer version; act on the newest")
    text = connection.execute(
        select(sources.c.description).where(sources.c.number == row.source)
    ).scalar_one()
    source = msgspec.json.decode(text, type=Source)
    if source.trusted or source.authority:
        raise RecordConflict(
            f"{source.code} is in force by its own word; suspend or release the record, "
            "and let the source correct it"
        )


def _write_down(connection: Connection, row: Any, made: int, why: tuple[str, Actor, Micros]) -> None:
    reason, actor, now = why
    noted = {"source": row.source, "source_ref": row.source_ref, "at": now, "by": actor.name}
    connection.execute(insert(record_notes).values(**noted, text=reason))
    detail: Detail = {"before": row.id, "reason": sealed(reason)}
    deed = actor.deed("correct-record", f"record/{made}", from_micros(now), detail)
    append(connection, deed, "records")

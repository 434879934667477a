"""Many records of one run are put in force in one transaction, by statements over all of them."""

from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, and_, case, insert, literal, or_, select, update

from zhamen.adapters.sql.audit import append
from zhamen.adapters.sql.endings import Ended, ended_at
from zhamen.adapters.sql.numbers import number_changes, take_turn
from zhamen.adapters.sql.schema import UNNUMBERED, acts, records
from zhamen.core.audit import Detail, sealed
from zhamen.core.instants import Micros, from_micros
from zhamen.ports.records import Actor
from zhamen.records.record import Move, Status

__all__ = ["publish_waiting"]

_c: Final = records.c
_LONGEST_REASON: Final = 500


def publish_waiting(connection: Connection, run: int, actor: Actor, now: Micros, most: int) -> int:
    """Put the oldest candidates of a run in force that the actor did not make; give how many."""
    take_turn(connection)
    oldest = select(_c.id).where(_waits(run, actor, now)).order_by(_c.id).limit(most)
    chosen = list(connection.scalars(oldest))
    if not chosen:
        return 0
    these = _c.id.between(chosen[0], chosen[-1])
    begun = case((_c.claimed_from > now, _c.claimed_from), else_=now)
    published = {
        "status": Status.ACTIVE,
        "checker": actor.name,
        "in_force_from": begun,
        "in_force_until": _c.claimed_until,
        "held": False,
        "change_no": UNNUMBERED,
    }
    put = update(records).where(_waits(run, actor, now), these)
    connection.execute(put.values(published))
    _end_earlier(connection, (run, chosen[0], chosen[-1]), now)
    number_changes(connection)
    _note_acts(connection, chosen, actor, now)
    detail: Detail = {"records": len(chosen), "reason": sealed(actor.reason[:_LONGEST_REASON])}
    deed = actor.deed("publish-run", f"run/{run}", from_micros(now), detail)
    append(connection, deed, "records")
    return len(chosen)


def _waits(run: int, actor: Actor, now: Micros) -> ColumnElement[bool]:
    waits = _c.status == literal(Status.CANDIDATE.value, literal_execute=True)
    lasts = or_(_c.claimed_until.is_(None), _c.claimed_until > now)
    return and_(_c.run == run, waits, _c.latest, _c.maker != actor.name, lasts)


def _end_earlier(connection: Connection, put: tuple[int, int, int], now: Micros) -> None:
    """End what stayed in force while its next version, of a run and from one id to another, waited."""
    run, first, last = put
    newer, older = records.alias("newer"), records.alias("older")
    waited = and_(newer.c.run == run, newer.c.id.between(first, last), newer.c.status == Status.ACTIVE)
    same = and_(
        older.c.source == newer.c.source,
        older.c.source_ref == newer.c.source_ref,
        older.c.version < newer.c.version,
    )
    ids = select(older.c.id).join(newer, same).where(waited, newer.c.latest, older.c.status == Status.ACTIVE)
    ended: dict[str, Any] = {"status": Status.RELEASED, "ended_by": Ended.VERSION}
    ended |= {"in_force_until": ended_at(now), "change_no": UNNUMBERED}
    connection.execute(update(records).where(_c.id.in_(ids)).values(ended))


def _note_acts(connection: Connection, chosen: list[int], actor: Actor, now: Micros) -> None:
    done = {"move": Move.PUBLISH.value, "by": actor.name, "unit": actor.unit, "at": now}
    reason = actor.reason[:_LONGEST_REASON]
    connection.execute(insert(acts), [{"record": one, **done, "reason": reason} for one in chosen])

"""Records as people at their desk find them, in SQL: within a scope, by what they are looked for."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Select,
    and_,
    func,
    insert,
    literal,
    or_,
    select,
    true,
)

from zhamen.adapters.sql.bases import bases_by_number
from zhamen.adapters.sql.correcting import correct
from zhamen.adapters.sql.engine import reading, writing
from zhamen.adapters.sql.moving import no_record
from zhamen.adapters.sql.publishing import publish_waiting
from zhamen.adapters.sql.rows import ENTRY_COLUMNS, change_of, record_of
from zhamen.adapters.sql.schema import record_notes, records, runs, sources
from zhamen.adapters.sql.scoping import within
from zhamen.adapters.sql.sources import all_sources
from zhamen.core.instants import from_micros, to_micros
from zhamen.organisation.scope import Scope
from zhamen.ports.record_desk import DeskPage, Filed, Note, Run, Sought
from zhamen.ports.records import Actor
from zhamen.records.correction import Correction
from zhamen.records.record import Record, Status
from zhamen.screening.entries import Entry

__all__ = ["SqlRecordDesk"]

_FILED: Final = records.outerjoin(runs, runs.c.number == records.c.run)
_c: Final = records.c
_WAITS: Final = _c.status == literal(Status.CANDIDATE.value, literal_execute=True)
"""Written out, so that the index over what waits can be used."""
_MOST_BESIDE: Final = 100


class SqlRecordDesk:
    """Records in SQLite or PostgreSQL; see the port `RecordDeskStore`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._write = engine.execution_options(immediate=True)

    def find(self, record_id: int, scope: Scope) -> Filed:
        """Give a version of a record; RecordNotFound when there is none within the scope."""
        asked = _asked().where(_c.id == record_id, _seen(scope))
        with reading(self._engine) as connection:
            found = next(_filed(connection, asked), None)
        if found is None:
            raise no_record(record_id)
        return found

    def search(self, sought: Sought, scope: Scope, *, after: int = 0, limit: int = 50) -> DeskPage:
        """Give the records that are as sought, by id, after one."""
        asked = _asked().where(_c.id > after, _seen(scope), *_conditions(sought))
        with reading(self._engine) as connection:
            found = list(_filed(connection, asked.order_by(_c.id).limit(limit + 1)))
        return DeskPage(found[:limit], len(found) > limit)

    def runs(self, scope: Scope, *, number: int = 0, limit: int = 50) -> list[Run]:
        """Give the imports of which records wait, the newest first; with a number only that one."""
        mine = _c.run == number if number else true()
        waiting = select(_c.run, func.count().label("size")).where(_WAITS, mine).group_by(_c.run).subquery()
        asked = (
            select(runs, sources.c.code, waiting.c.size)
            .join(waiting, waiting.c.run == runs.c.number)
            .join(sources, sources.c.number == runs.c.source)
            .where(_seen(scope))
            .order_by(runs.c.number.desc())
            .limit(limit)
        )
        with reading(self._engine) as connection:
            return [
                Run(
                    number=row.number,
                    source=row.code,
                    by=row.by,
                    unit=row.unit,
                    begun_at=from_micros(row.begun_at),
                    waiting=row.size,
                )
                for row in connection.execute(asked)
            ]

    def beside(self, record_id: int) -> list[tuple[Record, Entry | None]]:
        """Give the latest versions on a record's subject, and what screening sees of each."""
        key = select(_c.key).where(_c.id == record_id).scalar_subquery()
        mine = and_(_c.key == key, or_(_c.latest, _c.status == Status.ACTIVE))
        asked = _asked().where(mine).order_by(_c.id).limit(_MOST_BESIDE)
        seen = select(*ENTRY_COLUMNS).where(mine, _c.in_force_from.is_not(None))
        with reading(self._engine) as connection:
            entries = {row[0]: change_of(row).entry for row in connection.execute(seen)}
            return [(one.record, entries.get(one.record.id)) for one in _filed(connection, asked)]

    def notes(self, record: Record) -> list[Note]:
        """Give what was written beside a record and its versions, oldest first."""
        n = record_notes.c
        asked = (
            select(n.at, n.by, n.text)
            .join(sources, sources.c.number == n.source)
            .where(sources.c.code == record.source, n.source_ref == record.source_ref)
            .order_by(n.id)
        )
        with reading(self._engine) as connection:
            return [Note(at=from_micros(at), by=by, text=text) for at, by, text in connection.execute(asked)]

    def note(self, source: str, source_ref: str, note: Note) -> None:
        """Write something beside a record."""
        with writing(self._write) as connection:
            number = connection.execute(select(sources.c.number).where(sources.c.code == source)).scalar_one()
            connection.execute(
                insert(record_notes).values(
                    source=number, source_ref=source_ref, at=to_micros(note.at), by=note.by, text=note.text
                )
            )

    def correct(self, record_id: int, correction: Correction, actor: Actor, at: datetime) -> int:
        """Make the next version of a record, which waits for its check; see the port."""
        with writing(self._write) as connection:
            return correct(connection, record_id, correction, actor, to_micros(at))

    def publish_run(self, run: int, actor: Actor, at: datetime, *, most: int) -> int:
        """Put records of a run in force that wait and that the actor did not make; give how many."""
        with writing(self._write) as connection:
            return publish_waiting(connection, run, actor, to_micros(at), most)


def _asked() -> Select[Any]:
    return select(records, runs.c.unit.label("unit")).select_from(_FILED)


def _seen(scope: Scope) -> ColumnElement[bool]:
    return true() if scope.whole else within(runs.c.unit, scope)


def _conditions(sought: Sought) -> Iterator[ColumnElement[bool]]:
    yield or_(_c.latest, _c.status == Status.ACTIVE)
    if sought.status is not None:
        yield _WAITS if sought.status is Status.CANDIDATE else _c.status == sought.status
    if sought.list is not None:
        yield _c.list == sought.list.code
    if sought.kind is not None:
        yield _c.kind == sought.kind.code
    if sought.source:
        yield _c.source.in_(select(sources.c.number).where(sources.c.code == sought.source))
    if sought.run:
        yield _c.run == sought.run
    if sought.keys is not None:
        yield _c.key.in_(sought.keys)


def _filed(connection: Connection, asked: Select[Any]) -> Iterator[Filed]:
    codes = {source.number: source.code for source in all_sources(connection)}
    bases = bases_by_number(connection)
    for row in connection.execute(asked):
        yield Filed(record_of(row, codes[row.source], bases[row.basis]), row.run or 0, row.unit or "")

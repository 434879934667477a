"""The record store: reads, acts of people, and the feed that screening follows."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec
import numpy as np
import numpy.typing as npt
from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Select,
    and_,
    case,
    func,
    insert,
    or_,
    select,
    update,
)

from zhamen.adapters.sql.ageing import delete_over_age, expire_records
from zhamen.adapters.sql.audit import append
from zhamen.adapters.sql.bases import bases_by_number
from zhamen.adapters.sql.endings import OPEN
from zhamen.adapters.sql.engine import reading, streaming, writing
from zhamen.adapters.sql.importing import SqlImport, deed_on_source
from zhamen.adapters.sql.moving import move_record, no_record
from zhamen.adapters.sql.numbers import take_numbers, take_turn
from zhamen.adapters.sql.rows import (
    ENTRY_COLUMNS,
    NAMED_COLUMNS,
    change_of,
    entries_of,
    named_of,
    record_of,
)
from zhamen.adapters.sql.schema import (
    COUNTER,
    acts,
    counters,
    records,
    sources,
)
from zhamen.adapters.sql.sources import all_sources
from zhamen.core.audit import sealed
from zhamen.core.instants import from_micros, to_micros
from zhamen.ports.records import Actor, Named, Page, RecordCounts
from zhamen.records.record import Act, Move, Record, Status
from zhamen.records.source import Source
from zhamen.screening.entries import Entry, ListKind, SourceNote
from zhamen.screening.grading import cautions
from zhamen.screening.index.overlay import Change
from zhamen.screening.index.table import Keys
from zhamen.screening.keys import KeyRing
from zhamen.screening.oblivious import TAG_BYTES, ObliviousKey

__all__ = ["SqlRecords"]

_BATCH: Final = 100_000
_ASKED_AT_ONCE: Final = 1_000


class SqlRecords:
    """Records in SQLite or PostgreSQL; see the port `RecordStore`.

    Parameters
    ----------
    ring, oblivious
        The secrets under which subjects are written.
    """

    def __init__(self, engine: Engine, ring: KeyRing, oblivious: ObliviousKey) -> None:
        self._engine = engine
        self._write = engine.execution_options(immediate=True)
        self._ring = ring
        self._oblivious = oblivious

    def register(self, source: Source, actor: Actor, at: datetime) -> Source:
        """Keep the description of a source, new or changed; give it with its number.

        A change has a change number, though no record changes by it, so that screens take it too.
        """
        with writing(self._write) as connection:
            take_turn(connection)
            number = connection.scalar(select(sources.c.number).where(sources.c.code == source.code))
            if number is None:
                number = (connection.scalar(select(func.max(sources.c.number))) or 0) + 1
                connection.execute(insert(sources).values(number=number, code=source.code, description=b""))
            numbered = msgspec.structs.replace(source, number=number)
            described = msgspec.json.encode(numbered)
            same = select(sources.c.number).where(
                sources.c.number == number, sources.c.description == described
            )
            if connection.scalar(same) is None:
                connection.execute(
                    update(sources).where(sources.c.number == number).values(description=described)
                )
                take_numbers(connection, 1)
                detail = {"description": sealed(described.decode())}
                append(
                    connection, deed_on_source("describe-source", source.code, actor, at, detail), "records"
                )
        return numbered

    def list_sources(self) -> list[Source]:
        """Give every source, by number."""
        with reading(self._engine) as connection:
            return all_sources(connection)

    def begin(self, source: Source, actor: Actor, at: datetime) -> SqlImport:
        """Begin to take in a file of a source."""
        return SqlImport(self._write, source, actor, at, (self._ring, self._oblivious))

    def get(self, record_id: int) -> Record:
        """Give a version of a record; RecordNotFound when there is none."""
        with reading(self._engine) as connection:
            return _get(connection, record_id)

    def under(self, keys: Iterable[bytes]) -> list[Record]:
        """Give every version of the records under some keys, newest first."""
        asked = select(records).where(records.c.key.in_(list(keys))).order_by(records.c.id.desc())
        with reading(self._engine) as connection:
            return _records(connection, asked)

    def history(self, record_id: int) -> list[Record]:
        """Give every version of what a record is a version of, newest first."""
        same = select(records.c.source, records.c.source_ref).where(records.c.id == record_id).subquery()
        asked = (
            select(records)
            .join(same, and_(records.c.source == same.c.source, records.c.source_ref == same.c.source_ref))
            .order_by(records.c.version.desc())
        )
        with reading(self._engine) as connection:
            return _records(connection, asked)

    def list_records(self, status: Status, *, after: int = 0, limit: int = 100) -> Page:
        """Give records with a status, by id: latest versions, and those in force while a change waits."""
        asked = (
            select(records)
            .where(or_(records.c.latest, records.c.status == Status.ACTIVE))
            .where(records.c.status == status, records.c.id > after)
            .order_by(records.c.id)
            .limit(limit + 1)
        )
        with reading(self._engine) as connection:
            found = _records(connection, asked)
        return Page(found[:limit], len(found) > limit)

    def list_acts(self, record_id: int) -> list[Act]:
        """Give what was done to a record, oldest first."""
        with reading(self._engine) as connection:
            rows = connection.execute(select(acts).where(acts.c.record == record_id).order_by(acts.c.id))
            return [
                Act(
                    record_id=row.record,
                    move=Move(row.move),
                    by=row.by,
                    unit=row.unit,
                    at=from_micros(row.at),
                    reason=row.reason,
                )
                for row in rows
            ]

    def move(self, record_id: int, move: Move, actor: Actor, at: datetime) -> Record:
        """Do something to a record and write down who did; see the port."""
        with writing(self._write) as connection:
            moved_id = move_record(connection, record_id, move, actor, to_micros(at))
            return _get(connection, moved_id)

    def expire(self, at: datetime, by: str) -> int:
        """Mark as expired what is; give how many versions."""
        with writing(self._write) as connection:
            return expire_records(connection, at, by)

    def retain(self, at: datetime, by: str, *, unchecked_before: datetime | None = None) -> int:
        """Delete versions that ended longer ago than their source keeps them, and note how many."""
        with writing(self._write) as connection:
            return delete_over_age(connection, at, by, unchecked_before)

    def changes(self, after: int, limit: int) -> list[Change]:
        """Give what changed for screening after a change, in the order of change."""
        asked = (
            select(*ENTRY_COLUMNS)
            .where(records.c.change_no > after, records.c.in_force_from.is_not(None))
            .order_by(records.c.change_no)
            .limit(limit)
        )
        with reading(self._engine) as connection:
            return [change_of(row) for row in connection.execute(asked)]

    def last_change(self) -> int:
        """Give the number of the newest change."""
        with reading(self._engine) as connection:
            return connection.scalar(select(counters.c.value).where(counters.c.name == COUNTER)) or 0

    def entries(self) -> Iterator[tuple[Keys, npt.NDArray[np.void]]]:
        """Give every record that was ever in force and is still kept, as of one moment."""
        asked = select(*ENTRY_COLUMNS).where(records.c.in_force_from.is_not(None))
        with streaming(self._engine) as connection:
            streamed = connection.execution_options(yield_per=_BATCH).execute(asked)
            for rows in streamed.partitions():
                yield entries_of(rows)

    def notes(self) -> Mapping[int, SourceNote]:
        """Give what screening needs to know of the sources."""
        return {source.number: source.note for source in self.list_sources()}

    def tags(self, prefix: int, bits: int, as_of: datetime) -> list[bytes]:
        """Give the tags that begin with some bits and of which the public is cautioned; see the port."""
        free, now = TAG_BYTES * 8 - bits, to_micros(as_of)
        least, most = prefix << free, ((prefix + 1) << free) - 1
        asked = select(records.c.public_tag, records.c.key).where(
            records.c.public_tag.between(least.to_bytes(TAG_BYTES), most.to_bytes(TAG_BYTES)), _in_force(now)
        )
        with reading(self._engine) as connection:
            notes = {source.number: source.note for source in all_sources(connection)}
            keys: dict[bytes, set[bytes]] = {}
            for tag, key in connection.execute(asked):
                keys.setdefault(bytes(tag), set()).add(bytes(key))
            known = _entries_under(connection, sorted(set().union(*keys.values())), now)
        return sorted(
            tag
            for tag, under in keys.items()
            if cautions([entry for key in under for entry in known[key]], notes, now)
        )

    def named(self, after: int) -> Iterator[list[Named]]:
        """Give the versions with names in clear that changed after a change; see the port."""
        asked = select(*NAMED_COLUMNS).where(
            records.c.change_no > after, records.c.names != "", records.c.in_force_from.is_not(None)
        )
        with streaming(self._engine) as connection:
            streamed = connection.execution_options(yield_per=_BATCH).execute(asked)
            for rows in streamed.partitions():
                yield list(map(named_of, rows))

    def count(self) -> list[RecordCounts]:
        """Give how many records there are."""
        untagged = case((and_(records.c.public_tag.is_(None), records.c.status.in_(OPEN)), 1), else_=0)
        by = (sources.c.code, records.c.list, records.c.status, records.c.key_version)
        asked = (
            select(*by, func.count(), func.coalesce(func.sum(untagged), 0))
            .join(sources, sources.c.number == records.c.source)
            .where(records.c.latest)
            .group_by(*by)
            .order_by(*by)
        )
        lists = tuple(ListKind)
        with reading(self._engine) as connection:
            return [
                RecordCounts(code, lists[kind].value, Status(status), version, size, untagged)
                for code, kind, status, version, size, untagged in connection.execute(asked)
            ]

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()


def _in_force(now: int) -> ColumnElement[bool]:
    until = records.c.in_force_until
    return and_(records.c.in_force_from <= now, or_(until.is_(None), until > now))


def _entries_under(connection: Connection, keys: Sequence[bytes], now: int) -> dict[bytes, list[Entry]]:
    """Give what is in force under each key."""
    known: dict[bytes, list[Entry]] = {key: [] for key in keys}
    for at in range(0, len(keys), _ASKED_AT_ONCE):
        part = records.c.key.in_(keys[at : at + _ASKED_AT_ONCE])
        for row in connection.execute(select(*ENTRY_COLUMNS).where(part, _in_force(now))):
            change = change_of(row)
            known[change.key].append(change.entry)
    return known


def _get(connection: Connection, record_id: int) -> Record:
    found = _records(connection, select(records).where(records.c.id == record_id))
    if not found:
        raise no_record(record_id)
    return found[0]


def _records(connection: Connection, asked: Select[Any]) -> list[Record]:
    codes = {source.number: source.code for source in all_sources(connection)}
    bases = bases_by_number(connection)
    return [record_of(row, codes[row.source], bases[row.basis]) for row in connection.execute(asked)]

"""A file comes in: staged in batches, and merged slice by slice once all of it could be read."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime, timedelta
from typing import Final

import msgspec
from sqlalchemy import Connection, Engine, delete, insert, select, update

from zhamen.adapters.sql.audit import append
from zhamen.adapters.sql.engine import reading, writing
from zhamen.adapters.sql.merging import (
    Slice,
    leave_as_it_is,
    merge_slice,
    slices_of,
    withdraw,
    withdraw_absent,
)
from zhamen.adapters.sql.numbers import take_turn
from zhamen.adapters.sql.schema import records, runs, staged
from zhamen.adapters.sql.staging import Staging, drop_staged, reference_of
from zhamen.adapters.sql.tagging import Tagging
from zhamen.core.audit import Deed, Detail
from zhamen.core.errors import RecordConflict
from zhamen.core.instants import Micros, from_micros, to_micros
from zhamen.ports.records import Actor, Merged
from zhamen.records.claim import Claim, Unread
from zhamen.records.source import Source
from zhamen.screening.keys import KeyRing
from zhamen.screening.oblivious import ObliviousKey

__all__ = ["SqlImport", "deed_on_source"]

_SLICE: Final = 50_000
"""Rows merged in one transaction, in about half a second."""
_PAUSE: Final = 0.12
"""Seconds between slices: longer than a waiting writer of SQLite sleeps before it tries again."""
_FORGOTTEN: Final = timedelta(days=1)
"""After so long a run that did not end is taken for dead."""


class SqlImport:
    """One import run; a claim that comes twice counts once, and the later of two that differ counts.

    Parameters
    ----------
    engine
        Its transactions write.
    """

    def __init__(
        self,
        engine: Engine,
        source: Source,
        actor: Actor,
        at: datetime,
        secrets: tuple[KeyRing, ObliviousKey],
    ) -> None:
        self._engine = engine
        self._source = source
        self._actor = actor
        ring, oblivious = secrets
        with writing(engine) as connection:
            self._run = _begin(connection, source, actor, at)
            self._outdated = _outdated(connection, source, ring)
            self._note(connection, "begin-import", at)
        self._staging = Staging(self._run, source, ring)
        self._tagging = Tagging(source, oblivious)
        self._gone: set[str] = set()
        self._left: set[str] = set()

    def stage(self, claims: Sequence[Claim]) -> None:
        """Take claims."""
        if self._outdated:
            with self._turn() as connection:
                self._staging.rewrite(connection, claims, self._outdated)
        if new := self._staging.unnumbered(claims):
            with self._turn() as connection:
                self._staging.number(connection, new)
        keys = self._staging.keys_of(claims)
        self._tagging.take({key: claim.identifier for key, claim in zip(keys, claims, strict=True)})
        withdrawn = {
            reference_of(claim, key): claim.withdrawn for claim, key in zip(claims, keys, strict=True)
        }
        self._gone -= withdrawn.keys()
        self._gone |= {reference for reference, gone in withdrawn.items() if gone}
        with self._turn() as connection:
            self._staging.write(connection, claims, keys)

    def leave(self, unread: Sequence[Unread]) -> None:
        """Let the records that refused rows are about stay as they are; see the port."""
        self._left |= self._staging.references_of(unread)

    def merge(self, clock: Callable[[], datetime]) -> Merged:
        """Let all that was staged count; see the port."""
        merged = Merged()
        with self._turn() as connection:
            drop_staged(connection, self._run, self._gone)
            if self._source.replaces:
                leave_as_it_is(connection, self._run, self._source, self._left - self._gone)
            parts = slices_of(connection, self._run, _SLICE)
        for part in parts[:-1]:
            with self._turn() as connection:
                merged += self._merge(connection, part, to_micros(clock()))
            time.sleep(_PAUSE)
        with self._turn() as connection:
            now = to_micros(clock())
            for part in parts[-1:]:
                merged += self._merge(connection, part, now)
            gone = withdraw(connection, self._source, self._gone, now)
            merged += Merged(withdrawn=gone)
            if self._source.replaces:
                gone = withdraw_absent(connection, self._run, self._source, now)
                merged += Merged(withdrawn=gone)
            _forget(connection, self._run)
            ended = update(runs).where(runs.c.number == self._run)
            connection.execute(ended.values(ended_at=now, counts=msgspec.json.encode(merged)))
            self._note(connection, "import-records", from_micros(now), merged)
        return merged

    def tag(self, progress: Callable[[int], None]) -> None:
        """Make the public's tags that records lack; see the port."""
        with self._looking() as connection:
            if not self._tagging.lacking(connection):
                return
        for subjects in self._tagging.waiting():
            with self._looking() as connection:
                tags = self._tagging.make(connection, subjects)
            with writing(self._engine) as connection:
                take_turn(connection)
                self._tagging.write(connection, tags)
            progress(len(tags))

    def abandon(self) -> None:
        """Forget what was staged."""
        with writing(self._engine) as connection:
            take_turn(connection)
            _end(connection, [self._run])

    def _note(self, connection: Connection, act: str, at: datetime, merged: Merged | None = None) -> None:
        counts = {} if merged is None else msgspec.structs.asdict(merged)
        detail = {"run": self._run, **counts}
        append(connection, deed_on_source(act, self._source.code, self._actor, at, detail), "records")

    def _merge(self, connection: Connection, part: Slice, now: Micros) -> Merged:
        return merge_slice(connection, part, self._source, maker=self._actor.name, now=now)

    def _looking(self) -> AbstractContextManager[Connection]:
        """Read while others write."""
        return reading(self._engine.execution_options(immediate=False))

    @contextmanager
    def _turn(self) -> Iterator[Connection]:
        """Write while nobody else does, if this run has not been ended."""
        with writing(self._engine) as connection:
            take_turn(connection)
            still = select(runs.c.number).where(runs.c.number == self._run, runs.c.ended_at.is_(None))
            if connection.scalar(still) is None:
                raise RecordConflict(f"import {self._run} of {self._source.code} has ended; begin it again")
            yield connection


def deed_on_source(act: str, source: str, actor: Actor, at: datetime, detail: Detail) -> Deed:
    """Give what somebody does to a source, or with a file of it, as a deed."""
    return actor.deed(act, f"source/{source}", at, detail)


def _begin(connection: Connection, source: Source, actor: Actor, at: datetime) -> int:
    """Begin a run, and clear away what processes that died left behind."""
    take_turn(connection)
    forgotten = to_micros(at - _FORGOTTEN)
    dead = select(runs.c.number).where(runs.c.ended_at.is_(None), runs.c.begun_at < forgotten)
    _end(connection, connection.scalars(dead).all())
    begun = insert(runs).values(source=source.number, by=actor.name, unit=actor.unit, begun_at=to_micros(at))
    run: int = connection.execute(begun.returning(runs.c.number)).scalar_one()
    return run


def _outdated(connection: Connection, source: Source, ring: KeyRing) -> frozenset[int]:
    """Give the older secrets that a source still has records under."""
    if len(ring.versions) == 1:
        return frozenset()
    under = select(records.c.key_version).where(records.c.source == source.number).distinct()
    return frozenset(connection.scalars(under)) - {ring.current}


def _end(connection: Connection, numbers: Sequence[int]) -> None:
    """End runs that came to nothing."""
    for number in numbers:
        _forget(connection, number)
        ended = update(runs).where(runs.c.number == number)
        connection.execute(ended.values(ended_at=runs.c.begun_at))


def _forget(connection: Connection, run: int) -> None:
    connection.execute(delete(staged).where(staged.c.run == run))

"""A file comes in: staged in batches, then merged with what is there in one transaction."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import blake2b
from itertools import groupby
from typing import Any, Final

import msgspec
from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    and_,
    case,
    delete,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)

from zhamen.adapters.sql.engine import writing
from zhamen.adapters.sql.schema import COUNTER, counters, records, runs, staged
from zhamen.core.instants import Micros, to_micros
from zhamen.ports.records import Actor, Merged
from zhamen.records.claim import Claim
from zhamen.records.record import Status
from zhamen.records.source import Source
from zhamen.screening.forms import span_of
from zhamen.screening.keys import KeyRing
from zhamen.screening.oblivious import ObliviousKey

__all__ = ["SqlImport", "take_numbers"]

_STAGED: Final = [column.name for column in staged.columns if column.name != "run"]
_OPEN: Final = (Status.CANDIDATE, Status.ACTIVE, Status.SUSPENDED)
_GONE: Final = "source"
_NEWER: Final = "version"
_PERSON: Final = "person"


class SqlImport:
    """One import run; a claim that comes twice counts once, and the later of two that differ counts.

    Notes
    -----
    The merge is a handful of statements over whole tables: no record is read into this process.
    """

    def __init__(
        self,
        engine: Engine,
        source: Source,
        actor: Actor,
        *,
        keys: tuple[KeyRing, ObliviousKey | None],
        run: int,
    ) -> None:
        self._engine = engine
        self._source = source
        self._actor = actor
        self._ring, self._oblivious = keys
        self._run = run
        self._seen: dict[str, bytes] = {}

    def stage(self, claims: Sequence[Claim]) -> int:
        """Take claims; give how many of them repeated one that was there, and were left out."""
        rows: dict[str, dict[str, Any]] = {}
        corrected = []
        repeated = 0
        for row in self._rows(claims):
            ref, digest = row["source_ref"], row["digest"]
            before = self._seen.get(ref)
            if before == digest:
                repeated += 1
                continue
            if before is not None and ref not in rows:
                corrected.append(ref)
            self._seen[ref] = digest
            rows[ref] = row
        with writing(self._engine.execution_options(immediate=True)) as connection:
            for ref in corrected:
                connection.execute(
                    delete(staged).where(staged.c.run == self._run, staged.c.source_ref == ref)
                )
            if rows:
                connection.execute(insert(staged), list(rows.values()))
        return repeated

    def merge(self, at: datetime) -> Merged:
        """Let all that was staged count at once, in one transaction."""
        now = to_micros(at)
        with writing(self._engine.execution_options(immediate=True)) as connection:
            changed = self._supersede(connection, now)
            created = self._insert(connection, now) - changed
            withdrawn = self._withdraw(connection, now) if self._source.replaces else 0
            counts = Merged(created, changed, len(self._seen) - created - changed, withdrawn)
            self._forget(connection)
            connection.execute(
                update(runs)
                .where(runs.c.number == self._run)
                .values(ended_at=now, counts=msgspec.json.encode(counts))
            )
        return counts

    def abandon(self) -> None:
        """Forget what was staged."""
        with writing(self._engine.execution_options(immediate=True)) as connection:
            self._forget(connection)

    def _rows(self, claims: Sequence[Claim]) -> list[dict[str, Any]]:
        keys: list[bytes] = []
        for kind, group in groupby(claims, key=lambda claim: claim.identifier.kind):
            canonicals = [claim.identifier.canonical for claim in group]
            joined = self._ring.keys_of(kind, canonicals).tobytes()
            keys += [joined[at : at + 16] for at in range(0, len(joined), 16)]
        return [self._row(claim, key) for claim, key in zip(claims, keys, strict=True)]

    def _row(self, claim: Claim, key: bytes) -> dict[str, Any]:
        source, who = self._source, claim.identifier
        row = (
            source.number,
            claim.source_ref or f"{who.kind.code}:{key.hex()}",
            who.kind.code,
            key,
            self._ring.current,
            who.masked,
            span_of(who),
            claim.list.code,
            claim.category.number,
            claim.level,
            claim.confidence,
            claim.case_number,
            claim.evidence_hash,
            msgspec.json.encode(claim.names).decode() if source.keeps_names and claim.names else "",
            None if self._oblivious is None else self._oblivious.tag_of(who),
            None if claim.effective_from is None else to_micros(claim.effective_from),
            None if claim.expires_at is None else to_micros(claim.expires_at),
        )
        digest = blake2b(repr(row).encode(), digest_size=16).digest()
        return dict(zip(_STAGED, (*row, digest), strict=True)) | {"run": self._run}

    def _supersede(self, connection: Connection, now: Micros) -> int:
        """End the versions that have a newer one among the staged."""
        changed = connection.execute(
            update(records)
            .where(records.c.id.in_(select(records.c.id).select_from(_joined(self._run)).where(_differs())))
            .values(
                latest=False,
                status=case((records.c.status.in_(_OPEN), Status.RELEASED), else_=records.c.status),
                ended_by=case((records.c.status.in_(_OPEN), _NEWER), else_=records.c.ended_by),
                in_force_until=_ended(now),
                run=self._run,
            )
        ).rowcount
        _number(connection, and_(records.c.run == self._run, ~records.c.latest), changed)
        return changed

    def _insert(self, connection: Connection, now: Micros) -> int:
        """Make a first version of what is new, and the next of what changed."""
        before = (
            select(records.c.source_ref, records.c.version, records.c.ended_by)
            .where(records.c.source == self._source.number)
            .where(records.c.run == self._run, ~records.c.latest)
            .subquery()
        )
        known = exists().where(
            records.c.source == self._source.number,
            records.c.source_ref == staged.c.source_ref,
            records.c.latest,
        )
        held = literal(not self._source.trusted) | (before.c.ended_by == _PERSON)
        first = take_numbers(connection, len(self._seen))
        begin = case((staged.c.claimed_from > now, staged.c.claimed_from), else_=now)
        chosen = (
            select(
                *[staged.c[name] for name in _STAGED],
                func.coalesce(before.c.version, 0) + 1,
                literal(True),
                case((held, Status.CANDIDATE), else_=Status.ACTIVE),
                literal(""),
                case((held, None), else_=begin),
                staged.c.claimed_until,
                literal(now),
                literal(self._actor.name),
                literal(""),
                literal(self._run),
                _ranked(staged.c.source_ref, first),
            )
            .select_from(staged.outerjoin(before, before.c.source_ref == staged.c.source_ref))
            .where(staged.c.run == self._run, ~known)
        )
        more = ("version", "latest", "status", "ended_by", "in_force_from", "in_force_until", "made_at")
        columns = [*_STAGED, *more, "maker", "checker", "run", "change_no"]
        counted = {"preserve_rowcount": True}
        return connection.execute(
            insert(records).from_select(columns, chosen), execution_options=counted
        ).rowcount

    def _withdraw(self, connection: Connection, now: Micros) -> int:
        """End what the source no longer lists."""
        listed = exists().where(staged.c.run == self._run, staged.c.source_ref == records.c.source_ref)
        mine = and_(records.c.source == self._source.number, records.c.latest, records.c.status.in_(_OPEN))
        ended = connection.execute(
            update(records)
            .where(mine, ~listed)
            .values(status=Status.RELEASED, ended_by=_GONE, in_force_until=_ended(now), run=self._run)
        ).rowcount
        _number(connection, and_(records.c.run == self._run, records.c.ended_by == _GONE), ended)
        return ended

    def _forget(self, connection: Connection) -> None:
        connection.execute(delete(staged).where(staged.c.run == self._run))


def _joined(run: int) -> Any:
    return records.join(
        staged,
        and_(
            staged.c.run == run,
            staged.c.source == records.c.source,
            staged.c.source_ref == records.c.source_ref,
        ),
    )


def _differs() -> ColumnElement[bool]:
    """Say of a latest version that the staged one is another, or has come back."""
    returned = records.c.ended_by == _GONE
    return and_(records.c.latest, or_(records.c.digest != staged.c.digest, returned))


def _ended(now: Micros) -> ColumnElement[int | None]:
    """Give when a record that is ended now is no longer in force: at once, if it was later than that."""
    until = func.coalesce(records.c.in_force_until, now)
    return case((records.c.in_force_from.is_(None), None), (until > now, now), else_=until)


def _number(connection: Connection, which: ColumnElement[bool], size: int) -> None:
    """Give the rows just written the next change numbers."""
    if not size:
        return
    first = take_numbers(connection, size)
    ranked = select(records.c.id, _ranked(records.c.id, first).label("number")).where(which).subquery()
    connection.execute(update(records).where(records.c.id == ranked.c.id).values(change_no=ranked.c.number))


def _ranked(order: ColumnElement[Any], first: int) -> ColumnElement[int]:
    return func.row_number().over(order_by=order) + (first - 1)


def take_numbers(connection: Connection, size: int) -> int:
    """Give the first of some change numbers; who takes them holds the counter until the transaction ends.

    So numbers become visible in their order, and a reader that saw one will never see a smaller one appear.
    """
    taken: int = connection.execute(
        update(counters)
        .where(counters.c.name == COUNTER)
        .values(value=counters.c.value + size)
        .returning(counters.c.value)
    ).scalar_one()
    return taken - size + 1

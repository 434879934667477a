"""Appeals in SQL; an appeal that is upheld and the release of its records are one transaction."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Engine, and_, delete, insert, or_, select, update

from zhamen.adapters.sql.audit import append
from zhamen.adapters.sql.engine import reading, writing
from zhamen.adapters.sql.moving import move_record
from zhamen.adapters.sql.schema import appeal_acts, appealed, appeals, records, sources
from zhamen.core.audit import Deed, Detail, sealed
from zhamen.core.errors import FourEyes, RecordConflict, RecordNotFound
from zhamen.core.instants import from_micros, to_micros
from zhamen.ports.appeals import THE_PUBLIC, SoughtAppeals
from zhamen.ports.records import Actor
from zhamen.records.appeal import OPEN, Appeal, AppealAct, AppealStatus, Cause, Step, check_step
from zhamen.records.record import MOVES, Move
from zhamen.records.source import Source
from zhamen.screening.subjects import SubjectKind

__all__ = ["SqlAppeals"]


class SqlAppeals:
    """Appeals in SQLite or PostgreSQL; see the port `AppealStore`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._write = engine.execution_options(immediate=True)

    def receive(
        self, appeal: Appeal, keys: Iterable[bytes], receipt: bytes, actor: Actor = THE_PUBLIC
    ) -> Appeal:
        """Keep a new appeal against what stands under a subject's keys; see the port."""
        values = {
            "kind": appeal.kind.value,
            "masked": appeal.masked,
            "claim": appeal.claim,
            "contact": appeal.contact,
            "received_at": to_micros(appeal.received_at),
            "due_at": to_micros(appeal.due_at),
            "status": appeal.status.value,
            "handler": "",
            "cause": "",
            "receipt": receipt,
        }
        with writing(self._write) as connection:
            made = connection.execute(insert(appeals).values(values).returning(appeals)).one()
            connection.execute(insert(appealed), [{"appeal": made.id, "key": key} for key in keys])
            append(connection, _deed("receive", made.id, actor, appeal.received_at, {}), "records")
        return _appeal(made)

    def get(self, appeal: int) -> Appeal:
        """Give an appeal; RecordNotFound when there is none."""
        with reading(self._engine) as connection:
            return _appeal(_row(connection, appeal))

    def find(self, receipt: bytes) -> Appeal | None:
        """Give the appeal of a receipt; None when there is none, or no longer."""
        with reading(self._engine) as connection:
            row = connection.execute(select(appeals).where(appeals.c.receipt == receipt)).one_or_none()
        return None if row is None else _appeal(row)

    def list_acts(self, appeal: int) -> list[AppealAct]:
        """Give what was done with an appeal, oldest first."""
        done = select(appeal_acts).where(appeal_acts.c.appeal == appeal).order_by(appeal_acts.c.id)
        with reading(self._engine) as connection:
            return [
                AppealAct(
                    step=Step(row.step), by=row.by, unit=row.unit, at=from_micros(row.at), reason=row.reason
                )
                for row in connection.execute(done)
            ]

    def against(self, appeal: int) -> list[int]:
        """Give the ids of the records on an appeal's subject that have not ended."""
        wanted = select(records.c.id).where(_on_subject(appeal)).order_by(records.c.id)
        with reading(self._engine) as connection:
            return list(connection.scalars(wanted))

    def list_appeals(self, *, undecided: bool, limit: int = 100) -> list[Appeal]:
        """Give appeals, those due first."""
        wanted = select(appeals).order_by(appeals.c.due_at, appeals.c.id).limit(limit)
        if undecided:
            wanted = wanted.where(appeals.c.status.in_(OPEN))
        with reading(self._engine) as connection:
            return [_appeal(row) for row in connection.execute(wanted)]

    def search(self, sought: SoughtAppeals, *, before: int = 0, limit: int = 50) -> list[Appeal]:
        """Give the appeals that are as sought, the newest first; see the port."""
        wanted = select(appeals).order_by(appeals.c.id.desc()).limit(limit)
        if before:
            wanted = wanted.where(appeals.c.id < before)
        if sought.status is not None:
            wanted = wanted.where(appeals.c.status == sought.status)
        if sought.keys is not None:
            against = select(appealed.c.appeal).where(appealed.c.key.in_(sought.keys))
            wanted = wanted.where(appeals.c.id.in_(against))
        with reading(self._engine) as connection:
            return [_appeal(row) for row in connection.execute(wanted)]

    def step(
        self, appeal: int, step: Step, actor: Actor, at: datetime, *, cause: Cause | None = None
    ) -> tuple[Appeal, list[int]]:
        """Do a step; upholding also releases what the bank itself has on the subject."""
        now = to_micros(at)
        with writing(self._write) as connection:
            row = _row(connection, appeal)
            status = check_step(_appeal(row), step)
            if step is Step.REJECT:
                _check_impartial(connection, appeal, actor)
            released = _release(connection, appeal, actor, now) if step is Step.UPHOLD else []
            changes: dict[str, Any] = {"status": status.value, "handler": actor.name}
            if status not in OPEN:
                changes |= {"cause": "" if cause is None else cause.value, "decided_at": now}
            connection.execute(update(appeals).where(appeals.c.id == appeal).values(changes))
            connection.execute(
                insert(appeal_acts).values(
                    appeal=appeal,
                    step=step.value,
                    by=actor.name,
                    unit=actor.unit,
                    at=now,
                    reason=actor.reason[:500],
                )
            )
            detail: Detail = {
                "cause": str(changes.get("cause", "")),
                "released": released,
                "reason": sealed(actor.reason[:500]),
            }
            append(connection, _deed(step.value, appeal, actor, at, detail), "records")
            return _appeal(_row(connection, appeal)), released

    def retain(self, before: datetime, *, at: datetime, by: str) -> int:
        """Delete appeals that were decided before an instant, and what was done with them; give how many."""
        old = appeals.c.decided_at < to_micros(before)
        mine = select(appeals.c.id).where(old)
        with writing(self._write) as connection:
            connection.execute(delete(appealed).where(appealed.c.appeal.in_(mine)))
            connection.execute(delete(appeal_acts).where(appeal_acts.c.appeal.in_(mine)))
            size = connection.execute(delete(appeals).where(old)).rowcount
            if size:
                detail: Detail = {"appeals": size}
                deed = Deed(at=at, actor=by, unit="", act="delete-appeals", detail=detail)
                append(connection, deed, "records")
            return size


def _deed(step: str, appeal: int, actor: Actor, at: datetime, detail: Detail) -> Deed:
    return actor.deed(f"{step}-appeal", f"appeal/{appeal}", at, detail)


def _check_impartial(connection: Connection, appeal: int, actor: Actor) -> None:
    """Refuse that a record stays by the word of who put it there."""
    theirs = or_(records.c.maker == actor.name, records.c.checker == actor.name)
    if connection.scalar(select(records.c.id).where(_on_subject(appeal), theirs).limit(1)) is not None:
        raise FourEyes(f"{actor.name} made or published what appeal {appeal} is against; another decides it")


def _on_subject(appeal: int) -> ColumnElement[bool]:
    """Say of a record that it is the latest on an appeal's subject, and not at its end."""
    keys = select(appealed.c.key).where(appealed.c.appeal == appeal)
    return and_(records.c.key.in_(keys), records.c.latest, records.c.status.in_(MOVES[Move.RELEASE][0]))


def _release(connection: Connection, appeal: int, actor: Actor, now: int) -> list[int]:
    """Release the bank's own records on an appeal's subject; those of authorities are not its to release."""
    wanted = (
        select(records.c.id, sources.c.description)
        .join(sources, sources.c.number == records.c.source)
        .where(_on_subject(appeal))
    )
    found = connection.execute(wanted).all()
    mine = [number for number, text in found if not msgspec.json.decode(text, type=Source).authority]
    if found and not mine:
        raise RecordConflict("only an authority's records stand against this subject; refer the appeal to it")
    return [move_record(connection, number, Move.RELEASE, actor, now) for number in mine]


def _row(connection: Connection, appeal: int) -> Any:
    row = connection.execute(select(appeals).where(appeals.c.id == appeal).with_for_update()).one_or_none()
    if row is None:
        raise RecordNotFound(f"there is no appeal {appeal}; `zhamen appeals list` shows those there are")
    return row


def _appeal(row: Any) -> Appeal:
    return Appeal(
        id=row.id,
        kind=SubjectKind(row.kind),
        masked=row.masked,
        claim=row.claim,
        contact=row.contact,
        received_at=from_micros(row.received_at),
        due_at=from_micros(row.due_at),
        status=AppealStatus(row.status),
        handler=row.handler,
        cause=Cause(row.cause) if row.cause else None,
        decided_at=None if row.decided_at is None else from_micros(row.decided_at),
    )

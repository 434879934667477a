"""Who is signed in, and who is on the way, in SQL."""

from datetime import datetime
from typing import Any

from msgspec import structs
from sqlalchemy import Engine, delete, insert, select, update

from zhamen.adapters.sql.audit import append
from zhamen.adapters.sql.engine import reading, writing
from zhamen.adapters.sql.schema_people import sessions, sign_ins
from zhamen.core.audit import Deed
from zhamen.core.instants import from_micros, to_micros
from zhamen.ports.staff import PendingSignIn, Session

__all__ = ["SqlSessions"]


class SqlSessions:
    """The part of the port `StaffStore` that is about sessions."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._write = engine.execution_options(immediate=True)

    def begin(self, session: Session, deed: Deed) -> None:
        """Keep a new session."""
        times = {"begun_at": to_micros(session.begun_at), "seen_at": to_micros(session.seen_at)}
        with writing(self._write) as connection:
            connection.execute(insert(sessions).values(structs.asdict(session) | times))
            append(connection, deed)

    def see(self, token: bytes, at: datetime) -> None:
        """Note when a session was last used; one that has ended stays so."""
        seen = update(sessions).where(sessions.c.token == token).values(seen_at=to_micros(at))
        with writing(self._write) as connection:
            connection.execute(seen)

    def find_session(self, token: bytes) -> Session | None:
        """Give a session; None when there is none, or it has ended."""
        with reading(self._engine) as connection:
            row = connection.execute(select(sessions).where(sessions.c.token == token)).one_or_none()
        return None if row is None else _session(row)

    def list_sessions(self, name: str) -> list[Session]:
        """Give the sessions of a member, the newest first."""
        wanted = select(sessions).where(sessions.c.name == name)
        with reading(self._engine) as connection:
            found = connection.execute(wanted.order_by(sessions.c.begun_at.desc(), sessions.c.token))
            return [_session(row) for row in found]

    def end(self, token: bytes, deed: Deed | None = None) -> bool:
        """End a session; False when there is none such."""
        with writing(self._write) as connection:
            ended = connection.execute(delete(sessions).where(sessions.c.token == token)).rowcount == 1
            if ended and deed is not None:
                append(connection, deed)
        return ended

    def hold(self, pending: PendingSignIn, *, now: datetime) -> None:
        """Keep a sign-in that waits; those whose time is over are forgotten."""
        row = structs.asdict(pending) | {"ends_at": to_micros(pending.ends_at)}
        with writing(self._write) as connection:
            connection.execute(delete(sign_ins).where(sign_ins.c.ends_at <= to_micros(now)))
            connection.execute(insert(sign_ins).values(row))

    def find_pending(self, token: bytes) -> PendingSignIn | None:
        """Give a sign-in that waits; None when there is none."""
        with reading(self._engine) as connection:
            row = connection.execute(select(sign_ins).where(sign_ins.c.token == token)).one_or_none()
        return None if row is None else _pending(row)

    def take_pending(self, token: bytes) -> PendingSignIn | None:
        """Give a sign-in that waits and forget it; None when there is none."""
        taken = delete(sign_ins).where(sign_ins.c.token == token).returning(sign_ins)
        with writing(self._write) as connection:
            row = connection.execute(taken).one_or_none()
        return None if row is None else _pending(row)


def _session(row: Any) -> Session:
    return Session(
        token=bytes(row.token),
        name=row.name,
        begun_at=from_micros(row.begun_at),
        seen_at=from_micros(row.seen_at),
        via=row.via,
        browser=row.browser,
    )


def _pending(row: Any) -> PendingSignIn:
    return PendingSignIn(
        token=bytes(row.token),
        kind=row.kind,
        name=row.name,
        content=bytes(row.content),
        ends_at=from_micros(row.ends_at),
    )

"""Staff and their sessions in SQL."""

from datetime import datetime
from typing import Any

from sqlalchemy import Engine, delete, insert, select

from zhamen.adapters.sql.engine import reading, writing
from zhamen.adapters.sql.schema import sessions, staff
from zhamen.core.instants import from_micros, to_micros
from zhamen.ports.staff import Member, Role, Session

__all__ = ["SqlStaff"]


class SqlStaff:
    """Staff in SQLite or PostgreSQL; see the port `StaffStore`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._write = engine.execution_options(immediate=True)

    def put(self, member: Member) -> None:
        """Keep a member, new or changed."""
        values = {
            "name": member.name,
            "role": member.role.value,
            "unit": member.unit,
            "password": member.password,
            "made_at": to_micros(member.made_at),
            "disabled_at": None if member.disabled_at is None else to_micros(member.disabled_at),
            "failures": member.failures,
            "locked_until": 0 if member.locked_until is None else to_micros(member.locked_until),
        }
        with writing(self._write) as connection:
            connection.execute(delete(staff).where(staff.c.name == member.name))
            connection.execute(insert(staff).values(values))

    def find(self, name: str) -> Member | None:
        """Give a member; None when there is none."""
        with reading(self._engine) as connection:
            row = connection.execute(select(staff).where(staff.c.name == name)).one_or_none()
        return None if row is None else _member(row)

    def list_staff(self) -> list[Member]:
        """Give all members by name."""
        with reading(self._engine) as connection:
            return [_member(row) for row in connection.execute(select(staff).order_by(staff.c.name))]

    def begin(self, session: Session) -> None:
        """Keep a session, new or seen again."""
        values = {
            "token": session.token,
            "name": session.name,
            "begun_at": to_micros(session.begun_at),
            "seen_at": to_micros(session.seen_at),
        }
        with writing(self._write) as connection:
            connection.execute(delete(sessions).where(sessions.c.token == session.token))
            connection.execute(insert(sessions).values(values))

    def find_session(self, token: bytes) -> Session | None:
        """Give a session; None when there is none, or it has ended."""
        with reading(self._engine) as connection:
            row = connection.execute(select(sessions).where(sessions.c.token == token)).one_or_none()
        if row is None:
            return None
        return Session(
            token=bytes(row.token),
            name=row.name,
            begun_at=from_micros(row.begun_at),
            seen_at=from_micros(row.seen_at),
        )

    def end(self, *, token: bytes | None = None, name: str = "") -> int:
        """End one session, or all of a member; give how many."""
        which = sessions.c.name == name if token is None else sessions.c.token == token
        with writing(self._write) as connection:
            return connection.execute(delete(sessions).where(which)).rowcount


def _member(row: Any) -> Member:
    return Member(
        name=row.name,
        role=Role(row.role),
        unit=row.unit,
        password=row.password,
        made_at=from_micros(row.made_at),
        disabled_at=_instant(row.disabled_at),
        failures=row.failures,
        locked_until=_instant(row.locked_until or None),
    )


def _instant(micros: int | None) -> datetime | None:
    return None if micros is None else from_micros(micros)

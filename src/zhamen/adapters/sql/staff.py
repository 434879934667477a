"""Members of staff in SQL."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Any

from msgspec import structs
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from zhamen.adapters.sql.audit import append
from zhamen.adapters.sql.engine import reading, writing
from zhamen.adapters.sql.schema_people import recovery_codes, sessions, staff
from zhamen.adapters.sql.scoping import within
from zhamen.adapters.sql.sessions import SqlSessions
from zhamen.core.audit import Deed
from zhamen.core.errors import ConflictError, MemberNotFound
from zhamen.core.instants import from_micros, to_micros
from zhamen.organisation.permissions import Role
from zhamen.organisation.scope import Scope
from zhamen.ports.staff import Member

__all__ = ["SqlStaff"]


class SqlStaff(SqlSessions):
    """Staff in SQLite or PostgreSQL; see the port `StaffStore`."""

    def add(self, member: Member, deed: Deed) -> None:
        """Keep a new member."""
        taken = select(staff.c.name).where(func.lower(staff.c.name) == member.name.lower())
        with writing(self._write) as connection:
            if connection.execute(taken).first() is not None:
                raise ConflictError(f"there is an account {member.name}; choose another name")
            try:
                connection.execute(insert(staff).values(_row(member)))
            except IntegrityError:
                raise _taken(member) from None
            append(connection, deed)

    def change(
        self,
        name: str,
        how: Callable[[Member], Member],
        *,
        deed: Deed | None = None,
        end_sessions: bool = False,
    ) -> Member:
        """Change a member while nobody else does; give what it became."""
        wanted = select(staff).where(staff.c.name == name).with_for_update()
        with writing(self._write) as connection:
            row = connection.execute(wanted).one_or_none()
            if row is None:
                raise MemberNotFound(f"there is no account {name[:40]!r}; `zhamen staff list` shows them")
            changed = how(_member(row))
            try:
                connection.execute(update(staff).where(staff.c.name == name).values(_row(changed)))
            except IntegrityError:
                raise _taken(changed) from None
            if end_sessions:
                connection.execute(delete(sessions).where(sessions.c.name == name))
            if deed is not None:
                append(connection, deed)
        return changed

    def find(self, name: str) -> Member | None:
        """Give a member; None when there is none."""
        with reading(self._engine) as connection:
            row = connection.execute(select(staff).where(staff.c.name == name)).one_or_none()
        return None if row is None else _member(row)

    def find_identity(self, identity: str) -> Member | None:
        """Give the member with an identity at the bank's own sign-in; None when there is none."""
        with reading(self._engine) as connection:
            row = connection.execute(select(staff).where(staff.c.identity == identity)).one_or_none()
        return None if row is None else _member(row)

    def list_staff(self, scope: Scope) -> list[Member]:
        """Give the members whose unit is within, by name."""
        wanted = select(staff).where(within(staff.c.unit, scope)).order_by(staff.c.name)
        with reading(self._engine) as connection:
            return [_member(row) for row in connection.execute(wanted)]

    def list_at(self, units: Collection[str]) -> list[Member]:
        """Give the members of exactly some units who may sign in, by name."""
        wanted = select(staff).where(staff.c.unit.in_(sorted(units)), staff.c.disabled_at.is_(None))
        with reading(self._engine) as connection:
            return [_member(row) for row in connection.execute(wanted.order_by(staff.c.name))]

    def use_step(self, name: str, step: int) -> bool:
        """Use up the codes up to a half minute; False when they were used up before."""
        fresh = update(staff).where(staff.c.name == name, staff.c.totp_step < step).values(totp_step=step)
        with writing(self._write) as connection:
            return connection.execute(fresh).rowcount == 1

    def keep_codes(self, name: str, digests: Sequence[bytes], deed: Deed) -> None:
        """Replace a member's recovery codes, given as hashes."""
        with writing(self._write) as connection:
            connection.execute(delete(recovery_codes).where(recovery_codes.c.name == name))
            if digests:
                connection.execute(
                    insert(recovery_codes), [{"name": name, "digest": each} for each in digests]
                )
            append(connection, deed)

    def use_code(self, name: str, digest: bytes) -> bool:
        """Use up a recovery code; False when there is none such."""
        code = delete(recovery_codes).where(recovery_codes.c.name == name, recovery_codes.c.digest == digest)
        with writing(self._write) as connection:
            return connection.execute(code).rowcount == 1

    def count_codes(self, name: str) -> int:
        """Say how many recovery codes are left."""
        wanted = select(func.count()).select_from(recovery_codes).where(recovery_codes.c.name == name)
        with reading(self._engine) as connection:
            return connection.execute(wanted).scalar_one()


def _taken(member: Member) -> ConflictError:
    return ConflictError(
        f"the identity of {member.name} at the bank's sign-in, or the name, belongs to another account"
    )


def _row(member: Member) -> dict[str, object]:
    return structs.asdict(member) | {
        "roles": " ".join(member.roles),
        "identity": member.identity or None,
        "made_at": to_micros(member.made_at),
        "disabled_at": None if member.disabled_at is None else to_micros(member.disabled_at),
        "locked_until": None if member.locked_until is None else to_micros(member.locked_until),
    }


def _member(row: Any) -> Member:
    return Member(
        name=row.name,
        roles=tuple(Role(role) for role in row.roles.split()),
        unit=row.unit,
        password=row.password,
        must_change=row.must_change,
        identity=row.identity or "",
        totp=None if row.totp is None else bytes(row.totp),
        totp_step=row.totp_step,
        made_at=from_micros(row.made_at),
        made_by=row.made_by,
        disabled_at=_instant(row.disabled_at),
        failures=row.failures,
        locked_until=_instant(row.locked_until),
    )


def _instant(micros: int | None) -> datetime | None:
    return None if micros is None else from_micros(micros)

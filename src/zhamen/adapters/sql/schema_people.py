"""The tables of the organisation and its people. Instants are µs since 1970, UTC."""

from typing import Final

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, LargeBinary, String, Table

from zhamen.adapters.sql.schema import METADATA
from zhamen.adapters.sql.scoping import UNIT

__all__ = ["organisations", "recovery_codes", "sessions", "sign_ins", "staff"]

organisations: Final = Table(
    "organisations",
    METADATA,
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("made_at", BigInteger, nullable=False),
    Column("made_by", String(80), nullable=False),
    Column("units", LargeBinary, nullable=False),
)

staff: Final = Table(
    "staff",
    METADATA,
    Column("name", String(40), primary_key=True),
    Column("roles", String(200), nullable=False),
    Column("unit", UNIT, nullable=False, index=True),
    Column("password", String(200), nullable=False),
    Column("must_change", Boolean, nullable=False),
    Column("identity", String(500)),
    Column("totp", LargeBinary),
    Column("totp_step", BigInteger, nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Column("made_by", String(80), nullable=False),
    Column("disabled_at", BigInteger),
    Column("failures", Integer, nullable=False),
    Column("locked_until", BigInteger),
)
_KNOWN: Final = staff.c.identity.is_not(None)
Index("uq_staff_identity", staff.c.identity, unique=True, sqlite_where=_KNOWN, postgresql_where=_KNOWN)

sessions: Final = Table(
    "sessions",
    METADATA,
    Column("token", LargeBinary, primary_key=True),
    Column("name", String(40), nullable=False, index=True),
    Column("begun_at", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=False),
    Column("via", String(10), nullable=False),
    Column("browser", String(120), nullable=False),
)

recovery_codes: Final = Table(
    "recovery_codes",
    METADATA,
    Column("name", String(40), primary_key=True),
    Column("digest", LargeBinary, primary_key=True),
)

sign_ins: Final = Table(
    "sign_ins",
    METADATA,
    Column("token", LargeBinary, primary_key=True),
    Column("kind", String(10), nullable=False),
    Column("name", String(40), nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("ends_at", BigInteger, nullable=False, index=True),
)

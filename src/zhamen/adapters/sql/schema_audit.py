"""The tables of the audit trail. Triggers made by their migration refuse to change or delete entries."""

from typing import Final

from sqlalchemy import BigInteger, Column, Index, LargeBinary, String, Table

from zhamen.adapters.sql.schema import METADATA
from zhamen.adapters.sql.scoping import UNIT

__all__ = ["audit_entries", "audit_heads"]

audit_entries: Final = Table(
    "audit_entries",
    METADATA,
    Column("chain", String(20), primary_key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    Column("actor", String(80), nullable=False),
    Column("unit", UNIT, nullable=False),
    Column("act", String(40), nullable=False),
    Column("subject", String(100), nullable=False),
    Column("detail", LargeBinary, nullable=False),
    Column("digest", String(64), nullable=False),
)
Index(None, audit_entries.c.at, audit_entries.c.chain, audit_entries.c.number)
Index(None, audit_entries.c.actor, audit_entries.c.at)
Index(None, audit_entries.c.act, audit_entries.c.at)
Index(None, audit_entries.c.subject, audit_entries.c.at)

audit_heads: Final = Table(
    "audit_heads",
    METADATA,
    Column("chain", String(20), primary_key=True),
    Column("number", BigInteger, nullable=False),
    Column("digest", String(64), nullable=False),
)

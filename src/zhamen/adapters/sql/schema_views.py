"""The tables that follow from the journal. Instants are µs since 1970, UTC; days are local, since 1970.

Sorts of a closed kind are small numbers: a type is its place in ``EVENT_TYPES``, a channel its place in
``Channel``, both from 1 with 0 for none, an outcome is its severity.
"""

from typing import Final

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, SmallInteger, String, Table

from zhamen.adapters.sql.schema import METADATA
from zhamen.adapters.sql.scoping import UNIT
from zhamen.adapters.sql.views.worth import MEASURES

__all__ = ["accounts", "customers", "decisions", "figures", "marked", "mentions", "projections", "units"]

_Number: Final = BigInteger().with_variant(Integer, "sqlite")

projections: Final = Table(
    "projections",
    METADATA,
    Column("name", String(20), primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("chain", LargeBinary, nullable=False),
    Column("version", Integer, nullable=False),
)

units: Final = Table(
    "units_seen",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("path", UNIT, nullable=False, unique=True),
)

accounts: Final = Table(
    "accounts",
    METADATA,
    Column("number", _Number, primary_key=True, autoincrement=False),
    Column("identifier", String(128), nullable=False, unique=True),
    Column("customer", BigInteger, nullable=False, index=True),
    Column("unit", UNIT, nullable=False),
    Column("opened_here", SmallInteger, nullable=False),
    Column("kind", String(10), nullable=False),
    Column("tier", SmallInteger, nullable=False),
    Column("opened_at", BigInteger),
    Column("agent", String(128), nullable=False),
    Column("first_seq", BigInteger, nullable=False),
    Column("alerts", Integer, nullable=False),
    Column("reports", Integer, nullable=False),
)
"""``unit`` is empty until an event has told the home outlet, ``customer`` 0 until one has told the owner."""

customers: Final = Table(
    "customers",
    METADATA,
    Column("number", _Number, primary_key=True, autoincrement=False),
    Column("identifier", String(128), nullable=False, unique=True),
    Column("name", String(280), nullable=False),
    Column("kind", String(10), nullable=False),
    Column("unit", UNIT, nullable=False),
    Column("first_seq", BigInteger, nullable=False),
)

decisions: Final = Table(
    "decisions",
    METADATA,
    Column("seq", _Number, primary_key=True, autoincrement=False),
    Column("decided_at", BigInteger, nullable=False, index=True),
    Column("occurred_at", BigInteger, nullable=False),
    Column("type", SmallInteger, nullable=False),
    Column("channel", SmallInteger, nullable=False),
    Column("outcome", SmallInteger, nullable=False),
    Column("score", SmallInteger, nullable=False),
    Column("unit", Integer, nullable=False),
    Column("account", BigInteger, nullable=False),
    Column("creditor", BigInteger, nullable=False),
    Column("amount_minor", BigInteger, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("scam", String(40), nullable=False),
    Column("newest_at", BigInteger, nullable=False),
)
"""``newest_at`` is the newest event time up to the entry: what a replay needs to know how late it was."""

mentions: Final = Table(
    "mentions",
    METADATA,
    Column("block", Integer, primary_key=True, autoincrement=False),
    Column("term", BigInteger, primary_key=True, autoincrement=False),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)
"""Which entries have a term, block by block of entries, so that writing stays in one small place."""

marked: Final = Table(
    "marked_payments",
    METADATA,
    Column("seq", _Number, primary_key=True, autoincrement=False),
    Column("event_id", String(128), nullable=False, unique=True),
    Column("day", Integer, nullable=False),
    Column("account", BigInteger, nullable=False),
    Column("creditor", BigInteger, nullable=False),
    Column("unit", UNIT, nullable=False),
    Column("channel", SmallInteger, nullable=False),
    Column("scam", String(280), nullable=False),
    Column("outcome", SmallInteger, nullable=False),
    Column("amount_minor", BigInteger, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("settlement", String(10), nullable=False),
    Column("label", String(20), nullable=False),
    Index("ix_marked_payments_attempt", "account", "creditor", "day"),
)
"""Payments that were not simply allowed, were undone, or were reported; and what became of them."""

figures: Final = Table(
    "figures",
    METADATA,
    Column("unit", Integer, primary_key=True, autoincrement=False),
    Column("span", SmallInteger, primary_key=True, autoincrement=False),
    Column("day", Integer, primary_key=True, autoincrement=False),
    Column("channel", SmallInteger, primary_key=True, autoincrement=False),
    Column("outcome", SmallInteger, primary_key=True, autoincrement=False),
    Column("scam", String(280), primary_key=True),
    Column("currency", String(3), primary_key=True),
    *[Column(name, BigInteger, nullable=False) for name in MEASURES],
    sqlite_with_rowid=False,
)
"""Sums by unit and all units above it, for each day (span 0) and each month, by its first day (span 1)."""

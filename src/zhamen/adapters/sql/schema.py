"""The tables of records, as the newest migration leaves them. Instants are µs since 1970, UTC."""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    UniqueConstraint,
    text,
)

from zhamen.adapters.sql.scoping import UNIT

__all__ = [
    "COUNTER",
    "METADATA",
    "UNNUMBERED",
    "acts",
    "appeal_acts",
    "appealed",
    "appeals",
    "bases",
    "counters",
    "deletions",
    "feedback",
    "queries",
    "record_notes",
    "records",
    "runs",
    "sources",
    "staged",
    "subscribed",
    "subscriptions",
]

METADATA: Final = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
    }
)
COUNTER: Final = "changes"
UNNUMBERED: Final = 0
"""The change number of a row that was changed and gets its number at the end of the transaction."""
_Id: Final = BigInteger().with_variant(Integer, "sqlite")

sources: Final = Table(
    "sources",
    METADATA,
    Column("number", SmallInteger, primary_key=True, autoincrement=False),
    Column("code", String(40), nullable=False, unique=True),
    Column("description", LargeBinary, nullable=False),
)


bases: Final = Table(
    "bases",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("legal_basis", String(200), nullable=False),
    Column("purpose", String(40), nullable=False),
    UniqueConstraint("legal_basis", "purpose"),
)


def _claimed() -> list[Column[object]]:
    """Give the columns that a claim fills."""
    return [
        Column("source", SmallInteger, ForeignKey("sources.number"), nullable=False),
        Column("source_ref", String(200), nullable=False),
        Column("kind", SmallInteger, nullable=False),
        Column("key", LargeBinary, nullable=False),
        Column("key_version", SmallInteger, nullable=False),
        Column("masked", String(300), nullable=False),
        Column("span", SmallInteger, nullable=False),
        Column("list", SmallInteger, nullable=False),
        Column("category", Integer, nullable=False),
        Column("level", SmallInteger, nullable=False),
        Column("confidence", SmallInteger, nullable=False),
        Column("case_number", String(200), nullable=False),
        Column("evidence_hash", LargeBinary, nullable=False),
        Column("names", String, nullable=False),
        Column("claimed_from", BigInteger),
        Column("claimed_until", BigInteger),
        Column("digest", LargeBinary, nullable=False),
        Column("basis", Integer, nullable=False, server_default="0"),
    ]


records: Final = Table(
    "records",
    METADATA,
    Column("id", _Id, primary_key=True),
    *_claimed(),
    Column("public_tag", LargeBinary),
    Column("version", Integer, nullable=False),
    Column("latest", Boolean, nullable=False),
    Column("held", Boolean, nullable=False),
    Column("status", String(10), nullable=False),
    Column("ended_by", String(8), nullable=False),
    Column("in_force_from", BigInteger),
    Column("in_force_until", BigInteger),
    Column("made_at", BigInteger, nullable=False),
    Column("maker", String(80), nullable=False),
    Column("checker", String(80), nullable=False),
    Column("run", Integer),
    Column("change_no", BigInteger, nullable=False),
    UniqueConstraint("source", "source_ref", "version"),
    sqlite_autoincrement=True,
)
Index(None, records.c.key)
Index(None, records.c.change_no)
_TAGGED: Final = records.c.public_tag.is_not(None)
Index(None, records.c.public_tag, sqlite_where=_TAGGED, postgresql_where=_TAGGED)
_WAITING: Final = text("status = 'candidate'")
Index(None, records.c.run, records.c.id, sqlite_where=_WAITING, postgresql_where=_WAITING)

record_notes: Final = Table(
    "record_notes",
    METADATA,
    Column("id", _Id, primary_key=True),
    Column("source", SmallInteger, ForeignKey("sources.number"), nullable=False),
    Column("source_ref", String(200), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("by", String(80), nullable=False),
    Column("text", String(2000), nullable=False),
)
Index(None, record_notes.c.source, record_notes.c.source_ref)

staged: Final = Table(
    "staged",
    METADATA,
    Column("run", Integer, primary_key=True, autoincrement=False),
    *[
        Column(
            one.name,
            one.type,
            primary_key=one.name == "source_ref",
            nullable=one.nullable,
            server_default=one.server_default,
        )
        for one in _claimed()
    ],
)

runs: Final = Table(
    "runs",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("source", SmallInteger, ForeignKey("sources.number"), nullable=False),
    Column("by", String(80), nullable=False),
    Column("unit", UNIT, nullable=False),
    Column("begun_at", BigInteger, nullable=False),
    Column("ended_at", BigInteger),
    Column("counts", LargeBinary),
    sqlite_autoincrement=True,
)

deletions: Final = Table(
    "deletions",
    METADATA,
    Column("id", _Id, primary_key=True),
    Column("source", SmallInteger, ForeignKey("sources.number"), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("records", Integer, nullable=False),
)

acts: Final = Table(
    "acts",
    METADATA,
    Column("id", _Id, primary_key=True),
    Column("record", BigInteger, nullable=False, index=True),
    Column("move", String(10), nullable=False),
    Column("by", String(80), nullable=False),
    Column("unit", UNIT, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("reason", String(500), nullable=False),
)

counters: Final = Table(
    "counters",
    METADATA,
    Column("name", String(20), primary_key=True),
    Column("value", BigInteger, nullable=False),
)

queries: Final = Table(
    "queries",
    METADATA,
    Column("id", _Id, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("who", String(80), nullable=False),
    Column("unit", UNIT, nullable=False),
    Column("channel", String(20), nullable=False),
    Column("purpose", String(20), nullable=False),
    Column("kind", String(12), nullable=False),
    Column("masked", String(300), nullable=False),
    Column("key", LargeBinary, nullable=False),
    Column("list", String(8), nullable=False),
    Column("level", SmallInteger, nullable=False),
    Column("took_us", Integer, nullable=False),
    Column("number", BigInteger, unique=True),
    Column("digest", LargeBinary),
)
Index(None, queries.c.at)

subscriptions: Final = Table(
    "subscriptions",
    METADATA,
    Column("id", _Id, primary_key=True),
    Column("owner", String(80), nullable=False, index=True),
    Column("kind", String(12), nullable=False),
    Column("masked", String(300), nullable=False),
    Column("purpose", String(20), nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Column("since", BigInteger, nullable=False),
)

subscribed: Final = Table(
    "subscribed",
    METADATA,
    Column("subscription", BigInteger, primary_key=True, autoincrement=False),
    Column("key", LargeBinary, primary_key=True, index=True),
)

feedback: Final = Table(
    "feedback",
    METADATA,
    Column("id", String(80), primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("by", String(80), nullable=False),
    Column("unit", UNIT, nullable=False),
    Column("channel", String(20), nullable=False),
    Column("source", String(40), nullable=False),
    Column("category", String(60), nullable=False),
    Column("outcome", String(12), nullable=False),
    Column("fraud", Boolean),
    Column("amount_minor", BigInteger, nullable=False),
    Column("lost_minor", BigInteger, nullable=False),
)

appeals: Final = Table(
    "appeals",
    METADATA,
    Column("id", _Id, primary_key=True),
    Column("kind", String(12), nullable=False),
    Column("masked", String(300), nullable=False),
    Column("claim", String(2000), nullable=False),
    Column("contact", String(200), nullable=False),
    Column("received_at", BigInteger, nullable=False),
    Column("due_at", BigInteger, nullable=False),
    Column("status", String(10), nullable=False),
    Column("handler", String(80), nullable=False),
    Column("cause", String(20), nullable=False),
    Column("decided_at", BigInteger),
    Column("receipt", LargeBinary),
    sqlite_autoincrement=True,
)
Index(None, appeals.c.receipt, unique=True)

appealed: Final = Table(
    "appealed",
    METADATA,
    Column("appeal", BigInteger, primary_key=True, autoincrement=False),
    Column("key", LargeBinary, primary_key=True, index=True),
)

appeal_acts: Final = Table(
    "appeal_acts",
    METADATA,
    Column("id", _Id, primary_key=True),
    Column("appeal", BigInteger, nullable=False, index=True),
    Column("step", String(10), nullable=False),
    Column("by", String(80), nullable=False),
    Column("unit", UNIT, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("reason", String(500), nullable=False),
)

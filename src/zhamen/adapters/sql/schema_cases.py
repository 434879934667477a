"""The tables of casework. Instants are µs since 1970, UTC; documents are JSON.

Source: acts, statements, holds, messages. All else follows from the journal and the acts.
"""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
)

from zhamen.adapters.sql.schema import METADATA
from zhamen.adapters.sql.scoping import UNIT

__all__ = [
    "DERIVED",
    "case_acts",
    "case_alerts",
    "case_links",
    "case_standing",
    "case_ties",
    "cases",
    "held_payments",
    "hold_policies",
    "outbox",
    "payer_statements",
]

_Id: Final = BigInteger().with_variant(Integer, "sqlite")

case_acts: Final = Table(
    "case_acts",
    METADATA,
    Column("id", _Id, primary_key=True),
    Column("after_seq", BigInteger, nullable=False),
    Column("case", BigInteger, nullable=False, index=True),
    Column("payment", BigInteger, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("by", String(80), nullable=False),
    Column("unit", UNIT, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("reason", String(4000), nullable=False),
    Column("detail", LargeBinary, nullable=False),
    sqlite_autoincrement=True,
)

payer_statements: Final = Table(
    "payer_statements",
    METADATA,
    Column("id", _Id, primary_key=True),
    Column("event_id", String(128), nullable=False, index=True),
    Column("digest", String(64), nullable=False, unique=True),
    Column("document", LargeBinary, nullable=False),
    sqlite_autoincrement=True,
)

hold_policies: Final = Table(
    "hold_policies",
    METADATA,
    Column("pack_hash", String(64), primary_key=True),
    Column("hours", Integer, nullable=False),
    Column("at_expiry", String(10), nullable=False),
)

outbox: Final = Table(
    "outbox",
    METADATA,
    Column("id", _Id, primary_key=True),
    Column("kind", String(10), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_at", BigInteger),
    Column("delivered_at", BigInteger),
    Column("failed_at", BigInteger),
    Column("error", String(500), nullable=False),
    sqlite_autoincrement=True,
)
Index(None, outbox.c.next_at)
Index(None, outbox.c.failed_at)

case_standing: Final = Table(
    "case_standing",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("seq", BigInteger, nullable=False),
    Column("act", BigInteger, nullable=False),
)
"""One row: the newest entry and the newest act that cases have followed."""

case_alerts: Final = Table(
    "case_alerts",
    METADATA,
    Column("id", _Id, primary_key=True, autoincrement=False),
    Column("case", BigInteger, nullable=False),
    Column("event_id", String(128), nullable=False, index=True),
    Column("payment", String(128), nullable=False, index=True),
    Column("document", LargeBinary, nullable=False),
)
Index(None, case_alerts.c.case, case_alerts.c.id)

cases: Final = Table(
    "cases",
    METADATA,
    Column("id", _Id, primary_key=True, autoincrement=False),
    Column("unit", UNIT, nullable=False),
    Column("open", Boolean, nullable=False),
    Column("status", String(15), nullable=False),
    Column("assignee", String(80), nullable=False),
    Column("typology", String(20), nullable=False),
    Column("emergency", String(10), nullable=False),
    Column("due_at", BigInteger),
    Column("snoozed_until", BigInteger),
    Column("pending", Double),
    Column("sinking", Double),
    Column("merged_into", BigInteger, nullable=False),
    Column("disposition", String(20), nullable=False),
    Column("closed_at", BigInteger),
    Column("document", LargeBinary, nullable=False),
)
Index(None, cases.c.closed_at)
Index(None, cases.c.open, cases.c.pending, cases.c.id)
Index(None, cases.c.open, cases.c.sinking, cases.c.id)
Index(None, cases.c.open, cases.c.unit, cases.c.status)
Index(None, cases.c.assignee)
Index(None, cases.c.due_at, cases.c.unit)
Index(None, cases.c.snoozed_until)
Index(None, cases.c.merged_into)

held_payments: Final = Table(
    "held_payments",
    METADATA,
    Column("id", _Id, primary_key=True, autoincrement=False),
    Column("case", BigInteger, nullable=False),
    Column("unit", UNIT, nullable=False),
    Column("event_id", String(128), nullable=False, unique=True),
    Column("pending", Boolean, nullable=False),
    Column("proposed", Boolean, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("document", LargeBinary, nullable=False),
)
Index(None, held_payments.c.pending, held_payments.c.expires_at, held_payments.c.id)
Index(None, held_payments.c.proposed, held_payments.c.expires_at, held_payments.c.id)
Index(None, held_payments.c.pending, held_payments.c.unit, held_payments.c.case)
Index(None, held_payments.c.case, held_payments.c.pending, held_payments.c.unit)

case_ties: Final = Table(
    "case_ties",
    METADATA,
    Column("key", BigInteger, primary_key=True, autoincrement=False),
    Column("role", String(10), primary_key=True),
    Column("case", BigInteger, primary_key=True, autoincrement=False, index=True),
    Column("alerts", Integer, nullable=False),
)

case_links: Final = Table(
    "case_links",
    METADATA,
    Column("older", BigInteger, primary_key=True, autoincrement=False),
    Column("newer", BigInteger, primary_key=True, autoincrement=False, index=True),
    Column("why", String(12), primary_key=True),
)

DERIVED: Final = (case_alerts, cases, held_payments, case_ties, case_links)
"""What follows from the journal and the acts."""

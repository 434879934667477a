"""Casework: acts, statements, messages; and the cases, alerts and payments that follow from the journal."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_UNIT = sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "case_acts",
        sa.Column("id", _ID, nullable=False),
        sa.Column("after_seq", sa.BigInteger(), nullable=False),
        sa.Column("case", sa.BigInteger(), nullable=False),
        sa.Column("payment", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("unit", _UNIT, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=4000), nullable=False),
        sa.Column("detail", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_case_acts"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_case_acts_case", "case_acts", ["case"], unique=False)
    op.create_table(
        "case_alerts",
        sa.Column("id", _ID, autoincrement=False, nullable=False),
        sa.Column("case", sa.BigInteger(), nullable=False),
        sa.Column("event_id", sa.String(length=128), nullable=False),
        sa.Column("payment", sa.String(length=128), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_case_alerts"),
    )
    op.create_index("ix_case_alerts_case_id", "case_alerts", ["case", "id"], unique=False)
    op.create_index("ix_case_alerts_event_id", "case_alerts", ["event_id"], unique=False)
    op.create_index("ix_case_alerts_payment", "case_alerts", ["payment"], unique=False)
    op.create_table(
        "case_links",
        sa.Column("older", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("newer", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("why", sa.String(length=12), nullable=False),
        sa.PrimaryKeyConstraint("older", "newer", "why", name="pk_case_links"),
    )
    op.create_index("ix_case_links_newer", "case_links", ["newer"], unique=False)
    standing = op.create_table(
        "case_standing",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("act", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_case_standing"),
    )
    op.create_table(
        "case_ties",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("case", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("alerts", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", "role", "case", name="pk_case_ties"),
    )
    op.create_table(
        "cases",
        sa.Column("id", _ID, autoincrement=False, nullable=False),
        sa.Column("unit", _UNIT, nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("status", sa.String(length=15), nullable=False),
        sa.Column("assignee", sa.String(length=80), nullable=False),
        sa.Column("typology", sa.String(length=20), nullable=False),
        sa.Column("emergency", sa.String(length=10), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("snoozed_until", sa.BigInteger(), nullable=True),
        sa.Column("pending", sa.Double(), nullable=True),
        sa.Column("sinking", sa.Double(), nullable=True),
        sa.Column("merged_into", sa.BigInteger(), nullable=False),
        sa.Column("disposition", sa.String(length=20), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_cases"),
    )
    op.create_index("ix_cases_assignee", "cases", ["assignee"], unique=False)
    op.create_index("ix_cases_closed_at", "cases", ["closed_at"], unique=False)
    op.create_index("ix_cases_due_at_unit", "cases", ["due_at", "unit"], unique=False)
    op.create_index("ix_cases_merged_into", "cases", ["merged_into"], unique=False)
    op.create_index("ix_cases_open_pending_id", "cases", ["open", "pending", "id"], unique=False)
    op.create_index("ix_cases_open_sinking_id", "cases", ["open", "sinking", "id"], unique=False)
    op.create_index("ix_cases_open_unit_status", "cases", ["open", "unit", "status"], unique=False)
    op.create_index("ix_cases_snoozed_until", "cases", ["snoozed_until"], unique=False)
    op.create_table(
        "held_payments",
        sa.Column("id", _ID, autoincrement=False, nullable=False),
        sa.Column("case", sa.BigInteger(), nullable=False),
        sa.Column("unit", _UNIT, nullable=False),
        sa.Column("event_id", sa.String(length=128), nullable=False),
        sa.Column("pending", sa.Boolean(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_held_payments"),
        sa.UniqueConstraint("event_id", name="uq_held_payments_event_id"),
    )
    op.create_index("ix_held_payments_case", "held_payments", ["case"], unique=False)
    op.create_index(
        "ix_held_payments_pending_expires_at_id",
        "held_payments",
        ["pending", "expires_at", "id"],
        unique=False,
    )
    op.create_table(
        "hold_policies",
        sa.Column("pack_hash", sa.String(length=64), nullable=False),
        sa.Column("hours", sa.Integer(), nullable=False),
        sa.Column("at_expiry", sa.String(length=10), nullable=False),
        sa.PrimaryKeyConstraint("pack_hash", name="pk_hold_policies"),
    )
    op.create_table(
        "outbox",
        sa.Column("id", _ID, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=True),
        sa.Column("delivered_at", sa.BigInteger(), nullable=True),
        sa.Column("failed_at", sa.BigInteger(), nullable=True),
        sa.Column("error", sa.String(length=500), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_outbox_failed_at", "outbox", ["failed_at"], unique=False)
    op.create_index("ix_outbox_next_at", "outbox", ["next_at"], unique=False)
    op.create_table(
        "payer_statements",
        sa.Column("id", _ID, nullable=False),
        sa.Column("event_id", sa.String(length=128), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_payer_statements"),
        sa.UniqueConstraint("digest", name="uq_payer_statements_digest"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_payer_statements_event_id", "payer_statements", ["event_id"], unique=False)
    op.bulk_insert(standing, [{"id": 1, "seq": 0, "act": 0}])

"""Notes on records, and candidates found by their run."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Make the table of notes, and an index over the records that wait for their check."""
    op.create_table(
        "record_notes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("source", sa.SmallInteger(), nullable=False),
        sa.Column("source_ref", sa.String(length=200), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("text", sa.String(length=2000), nullable=False),
        sa.ForeignKeyConstraint(["source"], ["sources.number"], name="fk_record_notes_source"),
        sa.PrimaryKeyConstraint("id", name="pk_record_notes"),
    )
    op.create_index("ix_record_notes_source_source_ref", "record_notes", ["source", "source_ref"])
    waiting = sa.text("status = 'candidate'")
    op.create_index(
        "ix_records_run_id", "records", ["run", "id"], sqlite_where=waiting, postgresql_where=waiting
    )

"""The audit trail: entries that nobody changes or deletes, and the heads of their chains."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0001"

_CHAINS = ("work", "records", "queries", "keys", "retention")
_GENESIS = "0" * 64
_REFUSAL = "entries of the audit trail are never changed or deleted"


def upgrade() -> None:
    """Make the tables, and what guards them."""
    op.create_table(
        "audit_entries",
        sa.Column("chain", sa.String(length=20), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("unit", sa.String(length=200), nullable=False),
        sa.Column("act", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=100), nullable=False),
        sa.Column("detail", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("chain", "number", name="pk_audit_entries"),
    )
    for columns in (["at", "chain", "number"], ["actor", "at"], ["act", "at"], ["subject", "at"]):
        op.create_index(f"ix_audit_entries_{'_'.join(columns)}", "audit_entries", columns, unique=False)
    heads = op.create_table(
        "audit_heads",
        sa.Column("chain", sa.String(length=20), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("chain", name="pk_audit_heads"),
    )
    op.bulk_insert(heads, [{"chain": chain, "number": 0, "digest": _GENESIS} for chain in _CHAINS])
    _guard_on_postgresql() if op.get_bind().dialect.name == "postgresql" else _guard_on_sqlite()


def _guard_on_sqlite() -> None:
    for deed in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER audit_entries_no_{deed.lower()} BEFORE {deed} ON audit_entries "
            f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
        )


def _guard_on_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{_REFUSAL}'; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_entries_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entries "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()"
    )

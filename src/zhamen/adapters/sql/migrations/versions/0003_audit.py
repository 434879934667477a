"""The audit trail: entries that nobody changes or deletes, and the heads of their chains."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

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
        sa.Column(
            "unit",
            sa.String(200).with_variant(sa.String(200, collation="C"), "postgresql"),
            nullable=False,
        ),
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
    with op.batch_alter_table("queries") as table:
        table.add_column(sa.Column("number", sa.BigInteger()))
        table.add_column(sa.Column("digest", sa.LargeBinary()))
        table.create_unique_constraint("uq_queries_number", ["number"])
    _guard_on_postgresql() if op.get_bind().dialect.name == "postgresql" else _guard_on_sqlite()


def _guard_on_sqlite() -> None:
    for table, deed in (("audit_entries", "UPDATE"), ("audit_entries", "DELETE"), ("queries", "UPDATE")):
        op.execute(
            f"CREATE TRIGGER {table}_no_{deed.lower()} BEFORE {deed} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
        )

    op.execute(
        "CREATE TRIGGER queries_head AFTER INSERT ON queries WHEN NEW.number IS NOT NULL "
        "BEGIN UPDATE audit_heads SET number = NEW.number, digest = lower(hex(NEW.digest)) "
        "WHERE chain = 'queries'; END"
    )


def _guard_on_postgresql() -> None:
    op.execute(
        "CREATE OR REPLACE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{_REFUSAL}'; END $$"
    )
    for table, deeds in (
        ("audit_entries", "UPDATE OR DELETE OR TRUNCATE"),
        ("queries", "UPDATE OR TRUNCATE"),
    ):
        op.execute(
            f"CREATE TRIGGER {table}_stay BEFORE {deeds} ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()"
        )
    op.execute(
        "CREATE OR REPLACE FUNCTION note_queries_head() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN UPDATE audit_heads SET number = last.number, digest = encode(last.digest, 'hex') "
        "FROM (SELECT number, digest FROM written WHERE number IS NOT NULL "
        "ORDER BY number DESC LIMIT 1) last "
        "WHERE chain = 'queries'; RETURN NULL; END $$"
    )
    op.execute(
        "CREATE TRIGGER queries_head AFTER INSERT ON queries REFERENCING NEW TABLE AS written "
        "FOR EACH STATEMENT EXECUTE FUNCTION note_queries_head()"
    )

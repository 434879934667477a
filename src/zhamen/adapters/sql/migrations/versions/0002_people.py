"""The organisation and its versions; staff with several roles, second factors and the bank's sign-in."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_SCOPED = ("acts", "appeal_acts", "feedback", "queries", "runs", "staff")


def upgrade() -> None:
    """Make the tables; staff keep name, role, unit and password, and sign in anew."""
    op.create_table(
        "organisations",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("made_by", sa.String(length=80), nullable=False),
        sa.Column("units", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("version", name="pk_organisations"),
    )
    op.create_table(
        "recovery_codes",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("name", "digest", name="pk_recovery_codes"),
    )
    op.create_table(
        "sign_ins",
        sa.Column("token", sa.LargeBinary(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("token", name="pk_sign_ins"),
    )
    op.create_index("ix_sign_ins_ends_at", "sign_ins", ["ends_at"], unique=False)
    _sessions()
    _staff()
    if op.get_bind().dialect.name == "postgresql":
        for table in _SCOPED:
            op.execute(f'ALTER TABLE {table} ALTER COLUMN unit TYPE VARCHAR(200) COLLATE "C"')


def _sessions() -> None:
    op.drop_table("sessions")
    op.create_table(
        "sessions",
        sa.Column("token", sa.LargeBinary(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("begun_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("via", sa.String(length=10), nullable=False),
        sa.Column("browser", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("token", name="pk_sessions"),
    )
    op.create_index("ix_sessions_name", "sessions", ["name"], unique=False)


def _staff() -> None:
    with op.batch_alter_table("staff") as table:
        table.alter_column(
            "role", new_column_name="roles", existing_type=sa.String(20), type_=sa.String(length=200)
        )
        table.alter_column("locked_until", existing_type=sa.BigInteger(), nullable=True)
        table.add_column(sa.Column("must_change", sa.Boolean(), nullable=False, server_default=sa.false()))
        table.add_column(sa.Column("identity", sa.String(length=500), nullable=True))
        table.add_column(sa.Column("totp", sa.LargeBinary(), nullable=True))
        table.add_column(sa.Column("totp_step", sa.BigInteger(), nullable=False, server_default="0"))
        table.add_column(sa.Column("made_by", sa.String(length=80), nullable=False, server_default=""))
    with op.batch_alter_table("staff") as table:
        for column in ("must_change", "totp_step", "made_by"):
            table.alter_column(column, server_default=None)
    op.execute("UPDATE staff SET locked_until = NULL WHERE locked_until = 0")
    op.create_index("ix_staff_unit", "staff", ["unit"], unique=False)
    op.create_index(
        "uq_staff_identity",
        "staff",
        ["identity"],
        unique=True,
        sqlite_where=sa.text("identity IS NOT NULL"),
        postgresql_where=sa.text("identity IS NOT NULL"),
    )

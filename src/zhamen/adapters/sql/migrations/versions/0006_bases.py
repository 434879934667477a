"""Each version of a record has its own legal basis and purpose; those before have their source's."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make the table, and let each version point to the basis that its source has now.

    A basis is a number, so that no version is written anew: of a million records an update in place.
    """
    bases = op.create_table(
        "bases",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("legal_basis", sa.String(length=200), nullable=False),
        sa.Column("purpose", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_bases"),
        sa.UniqueConstraint("legal_basis", "purpose", name="uq_bases_legal_basis_purpose"),
    )
    for table in ("records", "staged"):
        op.add_column(table, sa.Column("basis", sa.Integer(), nullable=False, server_default="0"))
    records = sa.table("records", sa.column("source"), sa.column("basis"))
    staged = sa.table("staged", sa.column("source"), sa.column("basis"))
    sources = sa.table("sources", sa.column("number"), sa.column("description", sa.LargeBinary))
    connection = op.get_bind()
    numbers: dict[tuple[str, str], int] = {}
    for source, description in connection.execute(sa.select(sources)).all():
        said = json.loads(bytes(description))
        basis = (said["legal_basis"][:200], said["purpose"][:40])
        number = numbers.setdefault(basis, len(numbers) + 1)
        for rows in (records, staged):
            connection.execute(sa.update(rows).where(rows.c.source == source).values(basis=number))
    if numbers:
        op.bulk_insert(
            bases,
            [
                {"number": number, "legal_basis": legal_basis, "purpose": purpose}
                for (legal_basis, purpose), number in numbers.items()
            ],
        )

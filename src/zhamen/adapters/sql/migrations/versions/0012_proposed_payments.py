"""Payments with a decision that waits for a second person are found by an index."""

import msgspec
import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

_HELD = sa.table(
    "held_payments",
    sa.column("id", sa.BigInteger),
    sa.column("pending", sa.Boolean),
    sa.column("proposed", sa.Boolean),
    sa.column("document", sa.LargeBinary),
)


def upgrade() -> None:
    """Add the column, from what the documents of payments that wait say, and its index."""
    op.add_column(
        "held_payments", sa.Column("proposed", sa.Boolean, nullable=False, server_default=sa.false())
    )
    connection = op.get_bind()
    waiting = connection.execute(sa.select(_HELD.c.id, _HELD.c.document).where(_HELD.c.pending)).all()
    proposed = [row.id for row in waiting if "proposal" in msgspec.json.decode(row.document)]
    for number in proposed:
        connection.execute(sa.update(_HELD).where(_HELD.c.id == number).values(proposed=True))
    op.create_index(
        "ix_held_payments_proposed_expires_at_id", "held_payments", ["proposed", "expires_at", "id"]
    )

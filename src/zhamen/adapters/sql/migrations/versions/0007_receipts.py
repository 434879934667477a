"""Appeals have receipts; those received before have none."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add the column and its index."""
    op.add_column("appeals", sa.Column("receipt", sa.LargeBinary(), nullable=True))
    op.create_index("ix_appeals_receipt", "appeals", ["receipt"], unique=True)

"""What is counted of cases has indexes: ties by case, payments that wait by unit."""

from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Make the indexes."""
    op.create_index("ix_case_ties_case", "case_ties", ["case"])
    op.create_index("ix_held_payments_pending_unit_case", "held_payments", ["pending", "unit", "case"])

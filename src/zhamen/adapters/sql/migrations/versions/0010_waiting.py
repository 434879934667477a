"""The payments of a case that wait are found by an index alone."""

from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Put the wider index in place of that of cases."""
    op.create_index("ix_held_payments_case_pending_unit", "held_payments", ["case", "pending", "unit"])
    op.drop_index("ix_held_payments_case", "held_payments")

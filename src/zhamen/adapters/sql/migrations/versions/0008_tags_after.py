"""Tags of the public are made when records are in force: what is staged has none."""

from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Drop the column."""
    op.drop_column("staged", "public_tag")

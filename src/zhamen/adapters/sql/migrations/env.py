"""Alembic's entry: migrations run in the transaction that the store opens for them."""

from alembic import context

from zhamen.adapters.sql import schema_views  # noqa: F401  # its tables too
from zhamen.adapters.sql.schema import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA)
with context.begin_transaction():
    context.run_migrations()

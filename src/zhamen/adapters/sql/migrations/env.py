"""Alembic's entry: migrations run in the transaction that the store opens for them."""

from typing import Final

from alembic import context

from zhamen.adapters.sql import schema, schema_audit, schema_cases, schema_people, schema_views

MODULES: Final = (schema, schema_people, schema_audit, schema_cases, schema_views)
"""Every module of tables; all put theirs on the one METADATA."""

context.configure(connection=context.config.attributes["connection"], target_metadata=MODULES[0].METADATA)
with context.begin_transaction():
    context.run_migrations()

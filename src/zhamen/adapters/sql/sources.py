"""The sources of records, as the store has them."""

import msgspec
from sqlalchemy import Connection, select

from zhamen.adapters.sql.schema import sources
from zhamen.records.source import Source

__all__ = ["all_sources"]


def all_sources(connection: Connection) -> list[Source]:
    """Give every source, by number."""
    rows = connection.scalars(select(sources.c.description).order_by(sources.c.number))
    return [msgspec.json.decode(row, type=Source) for row in rows]

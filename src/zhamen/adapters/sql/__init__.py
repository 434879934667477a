"""The store of risk information in SQL: SQLite in a file, or PostgreSQL by its URL."""

from zhamen.adapters.sql.engine import open_engine
from zhamen.adapters.sql.records import SqlRecords

__all__ = ["SqlRecords", "open_engine"]

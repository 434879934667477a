"""The log of questions in SQL."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from msgspec import structs
from sqlalchemy import BindParameter, Engine, bindparam, delete, insert, select

from zhamen.adapters.sql.engine import reading, writing
from zhamen.adapters.sql.schema import queries
from zhamen.adapters.sql.scoping import within
from zhamen.core.instants import from_micros, to_micros
from zhamen.organisation.scope import Scope
from zhamen.ports.queries import Query

__all__ = ["SqlQueryLog"]


_NAMED: Final[dict[str, BindParameter[Any]]] = {
    column.name: bindparam(column.name) for column in queries.c if column.name != "id"
}


class SqlQueryLog:
    """Questions in SQLite or PostgreSQL; see the port `QueryLog`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._write = engine.execution_options(immediate=True)
        self._insert = str(insert(queries).values(_NAMED).compile(dialect=engine.dialect))

    def append(self, asked: Sequence[Query]) -> None:
        """Write questions down, all or none; on disk when this returns."""
        rows = [structs.asdict(one) | {"at": to_micros(one.at)} for one in asked]
        if rows:
            with writing(self._write) as connection:
                connection.exec_driver_sql(self._insert, rows)

    def list_queries(
        self, *, key: bytes | None = None, who: str = "", scope: Scope | None = None, limit: int = 100
    ) -> list[Query]:
        """Give the newest questions: all, about a key, of somebody, or of a part of the organisation."""
        wanted = select(*[column for column in queries.c if column.name != "id"])
        if key is not None:
            wanted = wanted.where(queries.c.key == key)
        if who:
            wanted = wanted.where(queries.c.who == who)
        if scope is not None:
            wanted = wanted.where(within(queries.c.unit, scope))
        with reading(self._engine) as connection:
            rows = connection.execute(wanted.order_by(queries.c.id.desc()).limit(limit)).mappings()
            return [Query(**{**row, "at": from_micros(row["at"]), "key": bytes(row["key"])}) for row in rows]

    def retain(self, before: datetime) -> int:
        """Delete what was asked before an instant; give how many questions."""
        with writing(self._write) as connection:
            return connection.execute(delete(queries).where(queries.c.at < to_micros(before))).rowcount

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

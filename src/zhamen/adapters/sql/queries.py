"""The log of questions in SQL."""

import sqlite3
import threading
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from operator import attrgetter
from pathlib import Path
from typing import Final

from sqlalchemy import Engine, delete, event, select

from zhamen.adapters.journal.checkpoints import Checkpointer
from zhamen.adapters.sql.engine import driving, reading, writing
from zhamen.adapters.sql.schema import queries
from zhamen.core.instants import from_micros, to_micros
from zhamen.ports.queries import Query

__all__ = ["SqlQueryLog"]

_COLUMNS: Final = [column.name for column in queries.c if column.name not in ("id", "at")]
_VALUES: Final = attrgetter(*_COLUMNS)
_MOST_ROWS: Final = 1024
_CHECKPOINT_BYTES: Final = 32 << 20
_GROUP_BYTES: Final = 3 * 4096
_ROW_BYTES: Final = 256


class SqlQueryLog:
    """Questions in SQLite or PostgreSQL; see the port `QueryLog`.

    Notes
    -----
    A group is one statement with all its rows and is its own transaction: SQLite's binding lets other
    threads run at every step, and each time has to wait for its turn. In SQLite what is written is moved
    into the database by another thread, not by a commit.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lite = engine.dialect.name == "sqlite"
        self._mark = "?" if self._lite else "%s"
        self._writing = threading.Lock()
        self._checkpointer: Checkpointer | None = None
        if self._lite:
            event.listen(engine, "connect", _leave_checkpoints)
            engine.dispose()
            path = Path(str(engine.url.database))
            self._checkpointer = Checkpointer(path, self._writing, every_bytes=_CHECKPOINT_BYTES)

    def append(self, asked: Sequence[Query]) -> None:
        """Write questions down, all or none; on disk when this returns."""
        if not asked:
            return
        parts = [asked[at : at + _MOST_ROWS] for at in range(0, len(asked), _MOST_ROWS)]
        with self._writing, driving(self._engine) as cursor:
            if len(parts) > 1 and self._lite:
                cursor.execute("BEGIN IMMEDIATE")
            for part in parts:
                values = [value for one in part for value in (to_micros(one.at), *_VALUES(one))]
                cursor.execute(_insertion(len(part), self._mark), values)
        if self._checkpointer is not None:
            self._checkpointer.count(_GROUP_BYTES + _ROW_BYTES * len(asked))

    def list_queries(
        self, *, key: bytes | None = None, who: str = "", unit: str = "", limit: int = 100
    ) -> list[Query]:
        """Give the newest questions: all, about a key, of somebody, or of a unit and all below it."""
        wanted = select(*[column for column in queries.c if column.name != "id"])
        if key is not None:
            wanted = wanted.where(queries.c.key == key)
        if who:
            wanted = wanted.where(queries.c.who == who)
        if unit:
            below = queries.c.unit.startswith(f"{unit}/", autoescape=True)
            wanted = wanted.where((queries.c.unit == unit) | below)
        with reading(self._engine) as connection:
            rows = connection.execute(wanted.order_by(queries.c.id.desc()).limit(limit)).mappings()
            return [Query(**{**row, "at": from_micros(row["at"]), "key": bytes(row["key"])}) for row in rows]

    def retain(self, before: datetime) -> int:
        """Delete what was asked before an instant; give how many questions."""
        with writing(self._engine.execution_options(immediate=True)) as connection:
            return connection.execute(delete(queries).where(queries.c.at < to_micros(before))).rowcount

    def close(self) -> None:
        """Let go of the database."""
        if self._checkpointer is not None:
            self._checkpointer.stop()
        self._engine.dispose()


@lru_cache(128)
def _insertion(rows: int, mark: str) -> str:
    row = f"({', '.join([mark] * (1 + len(_COLUMNS)))})"
    names = ", ".join([f'"{name}"' for name in ("at", *_COLUMNS)])
    return f"INSERT INTO {queries.name} ({names}) VALUES {', '.join([row] * rows)}"  # noqa: S608  # the schema's names


def _leave_checkpoints(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("PRAGMA wal_autocheckpoint = 0")

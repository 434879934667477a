"""The log of questions in SQL, each question bound to the one before it."""

import hashlib
import sqlite3
import threading
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import msgspec
from msgspec import structs
from sqlalchemy import Engine, Select, and_, delete, event, or_, select

from zhamen.adapters.journal.checkpoints import Checkpointer
from zhamen.adapters.sql.audit import append, noted_head
from zhamen.adapters.sql.engine import driving, reading, writing
from zhamen.adapters.sql.schema import queries
from zhamen.adapters.sql.scoping import within
from zhamen.core.audit import AuditEntry, Deed, Detail, Head
from zhamen.core.errors import StoreUnavailable
from zhamen.core.instants import Micros, from_micros, to_micros
from zhamen.organisation.scope import OUTSIDE, Scope
from zhamen.ports.queries import Query

__all__ = ["SqlQueryLog", "chained", "chained_query"]

_ACT: Final = "ask-records"
_ENCODER: Final = msgspec.json.Encoder()
_DIGEST_BYTES: Final = 32
_TRIES: Final = 100
_ASKED: Final = [column for column in queries.c if column.name not in ("id", "number", "digest")]
_WRITTEN: Final = [column.name for column in queries.c if column.name != "id"]
_MOST_ROWS: Final = 1024
_CHECKPOINT_BYTES: Final = 32 << 20
_GROUP_BYTES: Final = 4 * 4096
_ROW_BYTES: Final = 512


class _Overtaken(Exception):
    """Another process has written questions under the same numbers."""


class SqlQueryLog:
    """Questions in SQLite or PostgreSQL; see the port `QueryLog`. They are the chain ``queries``.

    Parameters
    ----------
    checkpoints
        Whether a thread of its own moves what is written from SQLite's write-ahead log into the
        database; otherwise every few hundred groups a commit does, and its questions wait.

    Notes
    -----
    The head is remembered from group to group, and noted by the database itself. A group that another
    process was quicker than finds its numbers taken, and is bound to the other's end.

    A group is one statement with all its rows and is its own transaction: SQLite's binding lets other
    threads run at every step, and each time has to wait for its turn.
    """

    def __init__(self, engine: Engine, *, checkpoints: bool = False) -> None:
        self._engine = engine
        self._write = engine.execution_options(immediate=True)
        self._lite = engine.dialect.name == "sqlite"
        self._taken: type[Exception] = engine.dialect.loaded_dbapi.IntegrityError
        self._head: Head | None = None
        self._writing = threading.Lock()
        self._checkpointer: Checkpointer | None = None
        if checkpoints and self._lite:
            event.listen(engine, "connect", _leave_checkpoints)
            engine.dispose()
            path = Path(str(engine.url.database))
            self._checkpointer = Checkpointer(path, self._writing, every_bytes=_CHECKPOINT_BYTES)

    @property
    def engine(self) -> Engine:
        """The database of the log."""
        return self._engine

    def append(self, asked: Sequence[Query]) -> None:
        """Write questions down, all or none; on disk when this returns."""
        for _ in range(_TRIES if asked else 0):
            rows, after = chained(asked, self._head or self._noted())
            self._head = None
            try:
                self._put(rows)
            except _Overtaken:
                continue
            self._head = after
            return
        if asked:
            raise StoreUnavailable("others write questions all the time; try again")

    def _put(self, rows: Sequence[dict[str, Any]]) -> None:
        parts = [rows[at : at + _MOST_ROWS] for at in range(0, len(rows), _MOST_ROWS)]
        with self._writing, driving(self._engine) as cursor:
            if len(parts) > 1 and self._lite:
                cursor.execute("BEGIN IMMEDIATE")
            try:
                for part in parts:
                    values = [row[name] for row in part for name in _WRITTEN]
                    cursor.execute(_insertion(len(part), "?" if self._lite else "%s"), values)
            except self._taken as error:
                raise _Overtaken from error
        if self._checkpointer is not None:
            self._checkpointer.count(_GROUP_BYTES + _ROW_BYTES * len(rows))

    def _noted(self) -> Head:
        with reading(self._engine) as connection:
            return noted_head(connection, "queries")

    def list_queries(
        self, *, key: bytes | None = None, who: str = "", scope: Scope | None = None, limit: int = 100
    ) -> list[Query]:
        """Give the newest questions: all, about a key, of somebody, or of a part of the organisation."""
        wanted = select(*_ASKED)
        if key is not None:
            wanted = wanted.where(queries.c.key == key)
        if who:
            wanted = wanted.where(queries.c.who == who)
        if scope is not None:
            seen = within(queries.c.unit, scope)
            wanted = wanted.where(or_(seen, queries.c.unit == OUTSIDE) if scope.whole else seen)
        with reading(self._engine) as connection:
            rows = connection.execute(wanted.order_by(queries.c.id.desc()).limit(limit)).mappings()
            return [Query(**{**row, "at": from_micros(row["at"]), "key": bytes(row["key"])}) for row in rows]

    def retain(self, before: datetime, *, at: datetime, by: str) -> int:
        """Delete the oldest questions up to the first one that was asked at an instant or later.

        The chain ``retention`` says where the chain of questions begins from then on.
        """
        limit = to_micros(before)
        with writing(self._write) as connection:
            after_all = noted_head(connection, "queries").number + 1
            first: int = connection.scalar(_first_asked_from(limit)) or after_all
            last = connection.scalar(select(queries.c.digest).where(queries.c.number == first - 1))
            unchained = and_(queries.c.number.is_(None), queries.c.at < limit)
            gone = connection.execute(delete(queries).where(or_(queries.c.number < first, unchained)))
            if last is not None:
                detail: Detail = {"number": first - 1, "digest": last.hex(), "questions": gone.rowcount}
                deed = Deed(at=at, actor=by, unit="", act="delete-queries", detail=detail)
                append(connection, deed, "retention")
            return gone.rowcount

    def close(self) -> None:
        """Let go of the database."""
        if self._checkpointer is not None:
            self._checkpointer.stop()
        self._engine.dispose()


@lru_cache(128)
def _insertion(rows: int, mark: str) -> str:
    row = f"({', '.join([mark] * len(_WRITTEN))})"
    names = ", ".join([f'"{name}"' for name in _WRITTEN])
    return f"INSERT INTO {queries.name} ({names}) VALUES {', '.join([row] * rows)}"  # noqa: S608  # our names


def _leave_checkpoints(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("PRAGMA wal_autocheckpoint = 0")


def _first_asked_from(limit: Micros) -> Select[Any]:
    """Find the number of the first question that is kept, in the order of numbers.

    The sum keeps the database from reading all that is kept by the index on instants.
    """
    kept = select(queries.c.number).where(queries.c.number > 0, queries.c.at + 0 >= limit)
    return kept.order_by(queries.c.number).limit(1)


def chained_query(row: Any) -> AuditEntry:
    """Give a question as the entry of the audit trail that it is, as it stands."""
    values = dict(row._mapping)
    try:
        at, detail, subject = from_micros(row.at), _detail(values), _subject(values)
    except (TypeError, OverflowError):
        at, detail, subject = from_micros(0), {"unreadable": True}, ""
    return AuditEntry(
        at=at,
        actor=row.who,
        unit=row.unit,
        act=_ACT,
        subject=subject,
        detail=detail,
        chain="queries",
        number=row.number,
        digest=bytes(row.digest).hex(),
    )


def chained(asked: Sequence[Query], head: Head) -> tuple[list[dict[str, Any]], Head]:
    """Give the rows of questions behind a head, with their numbers and digests, and the head after them.

    Notes
    -----
    The same digests as `zhamen.core.audit.digest_after`; one hash a row.
    """
    number, rows = head.number, []
    content = bytearray.fromhex(head.digest)
    for one in asked:
        number += 1
        row = structs.asdict(one)
        row["at"] = at = to_micros(one.at)
        entry = ("queries", number, at, one.who, one.unit, _ACT, _subject(row), _detail(row))
        _ENCODER.encode_into(entry, content, _DIGEST_BYTES)
        digest = hashlib.blake2b(content, digest_size=_DIGEST_BYTES).digest()
        content[:_DIGEST_BYTES] = digest
        row["number"], row["digest"] = number, digest
        rows.append(row)
    return rows, Head("queries", number, content[:_DIGEST_BYTES].hex())


def _subject(row: dict[str, Any]) -> str:
    return f"{row['kind']}/{row['key'].hex()}"


def _detail(row: dict[str, Any]) -> dict[str, Any]:
    """Give what an entry says of a question, its keys in order."""
    return {
        "channel": row["channel"],
        "level": row["level"],
        "list": row["list"],
        "masked": row["masked"],
        "purpose": row["purpose"],
        "took_us": row["took_us"],
    }

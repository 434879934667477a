"""A database by its URL, brought up to the newest schema."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from importlib.resources import as_file, files
from threading import Lock
from typing import Any, Final

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from zhamen.core.errors import InvalidSetting, StoreUnavailable

__all__ = ["driving", "open_engine", "reading", "streaming", "writing"]

_MIGRATING = 7_264_001
"""The advisory lock under which one process at a time migrates a PostgreSQL."""
_CONNECTIONS: Final = 10
"""Kept open, so that what each has read stays with it; more come and go."""
_PATIENCE: Final = 10
"""Seconds that a transaction waits for another to end."""
_OPTIONS: Final[dict[str, dict[str, Any]]] = {
    "sqlite": {"paramstyle": "named", "pool_size": _CONNECTIONS},
    "postgresql": {
        "pool_size": _CONNECTIONS,
        "pool_pre_ping": True,
        "connect_args": {"connect_timeout": 10},
    },
}


def open_engine(url: str) -> Engine:
    """Open a database and run the migrations that it has not had.

    Parameters
    ----------
    url
        ``sqlite:///path`` or ``postgresql://user:password@host/name``.

    Raises
    ------
    InvalidSetting
        The URL is of no database that this can use.
    StoreUnavailable
        The database does not answer.
    """
    try:
        address = make_url(re.sub(r"^postgres(ql)?://", "postgresql+psycopg://", url))
        if address.get_backend_name() not in ("sqlite", "postgresql"):
            raise ArgumentError("another database")
        engine = create_engine(address, **_OPTIONS[address.get_backend_name()])
    except (ArgumentError, NoSuchModuleError):
        raise InvalidSetting(
            "ZHAMEN_RECORDS_URL is no address of a database that can be used; "
            "write sqlite:///path or postgresql://user:password@host/name"
        ) from None
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare)
        event.listen(engine, "begin", _begin)
        engine = engine.execution_options(turn=Lock())
    else:
        event.listen(engine, "connect", _plan_anew)
    _migrate(engine)
    return engine


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Open a transaction that ends with the block: all of it, or nothing.

    Raises
    ------
    StoreUnavailable
        The database does not answer, or cannot write.
    """
    with _telling(engine), _turn(engine), engine.begin() as connection:
        yield connection


@contextmanager
def _turn(engine: Engine) -> Iterator[None]:
    """Wait for the writers of this process before SQLite does, which waits by sleeping ever longer."""
    options = engine.get_execution_options()
    turn = options.get("turn") if options.get("immediate") else None
    if turn is None:
        yield
        return
    if not turn.acquire(timeout=_PATIENCE):
        raise PoolTimeout("another transaction of this process does not end")
    try:
        yield
    finally:
        turn.release()


@contextmanager
def driving(engine: Engine) -> Iterator[DBAPICursor]:
    """Open a cursor of the driver, where SQLAlchemy's part would be most of the cost; it ends in a commit.

    In SQLite each statement is its own transaction until one says BEGIN; see `writing` for its error.
    """
    with _telling(engine), closing(engine.raw_connection()) as connection:
        yield connection.cursor()
        connection.commit()


@contextmanager
def _telling(engine: Engine) -> Iterator[None]:
    """Turn what a driver raises into what it means for the store."""
    driver: type[Exception] = engine.dialect.loaded_dbapi.Error
    try:
        yield
    except (DBAPIError, PoolTimeout, driver) as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        raise StoreUnavailable(
            f"the store of risk information does not answer ({type(cause).__name__}); "
            "see that the database runs and has room, and try again"
        ) from error


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Open a connection to read; see `writing` for its error.

    In SQLite all is read as of one moment. PostgreSQL answers each question as of its own, in a transaction
    or not, and is spared the two messages of one.
    """
    if engine.dialect.name == "sqlite":
        with writing(engine) as connection:
            yield connection
    else:
        with _telling(engine), engine.connect() as connection:
            yield connection.execution_options(isolation_level="AUTOCOMMIT")


@contextmanager
def streaming(engine: Engine) -> Iterator[Connection]:
    """Open a transaction to read more rows than memory holds, all as of one moment; see `writing`."""
    with writing(engine) as connection:
        yield connection


def _migrate(engine: Engine) -> None:
    if _is_newest(engine):
        return
    config = Config()
    immediate = engine.execution_options(immediate=True)
    with as_file(files("zhamen.adapters.sql") / "migrations") as folder, writing(immediate) as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATING})
        config.set_main_option("script_location", str(folder))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _is_newest(engine: Engine) -> bool:
    """Whether a database has had every migration, without asking Alembic, which takes longer."""
    with writing(engine) as connection:
        if not inspect(connection).has_table("alembic_version"):
            return False
        version = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return version == _newest()


@cache
def _newest() -> str:
    versions = (files("zhamen.adapters.sql") / "migrations" / "versions").iterdir()
    return max(name[:4] for name in (each.name for each in versions) if name[:4].isdigit())


def _prepare(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # transactions are begun below, not by the driver
    for pragma in (
        f"busy_timeout={_PATIENCE * 1_000}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "temp_store=MEMORY",
        "cache_size=-65536",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _plan_anew(connection: DBAPIConnection, _record: object) -> None:
    """Let every question be planned for what it asks: a plan for any values reads far too much for some."""
    connection.cursor().execute("SET plan_cache_mode = force_custom_plan")
    connection.commit()


def _begin(connection: Connection) -> None:
    immediate = connection.get_execution_options().get("immediate", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")

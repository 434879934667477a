"""How a journal lies in SQLite, and what SQLite's errors mean for it."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from zhamen.core.errors import EventIdReused, JournalDamaged, JournalUnavailable

__all__ = ["APPLICATION_ID", "VERSION", "check_version", "connect", "create", "telling"]

APPLICATION_ID: Final = 0x7A68_616D
"""Marks the file as ours: ``zham``."""
VERSION: Final = 1
_RUNBOOK: Final = "see docs/runbooks/recovery.md"
_DAMAGED: Final = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT)
_SCHEMA: Final = f"""
BEGIN;
CREATE TABLE entries (
    seq INTEGER PRIMARY KEY,
    event_id TEXT NOT NULL,
    digest BLOB NOT NULL,
    chain BLOB NOT NULL,
    event BLOB NOT NULL,
    decision BLOB NOT NULL
);
CREATE UNIQUE INDEX entries_by_event_id ON entries (event_id);
CREATE TABLE packs (first_seq INTEGER PRIMARY KEY, pack TEXT NOT NULL, pack_hash TEXT NOT NULL);
CREATE TABLE probes (one INTEGER PRIMARY KEY CHECK (one = 1), filler BLOB NOT NULL);
PRAGMA application_id = {APPLICATION_ID};
PRAGMA user_version = {VERSION};
COMMIT;
"""


def connect(path: Path, *, read_only: bool = False) -> sqlite3.Connection:
    """Open a connection that any thread may use, one at a time, without implicit transactions."""
    mode = "ro" if read_only else "rwc"
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}", uri=True, isolation_level=None, check_same_thread=False
    )
    connection.execute("PRAGMA busy_timeout = 5000")
    return connection


def create(connection: sqlite3.Connection) -> None:
    """Make the connection the writer's, and the schema if the file is new."""
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA wal_autocheckpoint = 0")
    if not connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]:
        connection.executescript(_SCHEMA)


def check_version(connection: sqlite3.Connection, path: Path) -> None:
    """See that the file is a journal of a version this program reads.

    Raises
    ------
    JournalDamaged
        It is something else.
    """
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if application != APPLICATION_ID:
        raise JournalDamaged(f"{path} is not a journal of zhamen; give the path of one")
    if version != VERSION:
        raise JournalDamaged(
            f"the journal {path} has version {version} and this program reads {VERSION};"
            " use the program that wrote it"
        )


@contextmanager
def telling(path: Path) -> Iterator[None]:
    """Turn what SQLite raises into what it means for the journal at `path`."""
    try:
        yield
    except OSError as error:
        raise JournalUnavailable(
            f"the journal {path} cannot be opened ({error.strerror}); see that its folder can be written"
        ) from error
    except sqlite3.Error as error:
        name = getattr(error, "sqlite_errorname", type(error).__name__)
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_MISUSE) & 0xFF
        if code in _DAMAGED:
            raise JournalDamaged(f"the journal {path} is damaged ({name}: {error}); {_RUNBOOK}") from error
        if code == sqlite3.SQLITE_CONSTRAINT:
            raise EventIdReused(
                f"an event id or number of the group is in the journal {path} already; nothing was written"
            ) from error
        raise JournalUnavailable(
            f"the journal {path} does not answer ({name}: {error}); see docs/runbooks/disk-full.md"
        ) from error

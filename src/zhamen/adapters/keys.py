"""API keys in an SQLite file, which the server and the command line open side by side.

The acts on them are the chain ``keys`` of the audit trail.
"""

import sqlite3
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Final, cast

from zhamen.adapters.key_trail import KeyTrail, chain_acts
from zhamen.core.audit import link
from zhamen.core.errors import KeyNotFound, UnavailableError
from zhamen.core.instants import Micros, from_micros, to_micros
from zhamen.ports.keys import ApiKey, KeyAct, Scope

__all__ = ["SqliteKeys"]

_TABLES: Final = """
    create table if not exists api_keys (
        id text primary key, name text not null, digest blob not null, scopes text not null,
        created_at integer not null, revoked_at integer, last_used_at integer,
        unit text not null default '', expires_at integer
    ) strict;
    create table if not exists key_acts (
        seq integer primary key, at integer not null, by text not null,
        act text not null, key_id text not null, digest text not null
    ) strict;
"""
_GUARDS: Final = """
    create trigger if not exists key_acts_stay before update on key_acts
        begin select raise(abort, 'acts are never changed'); end;
    create trigger if not exists key_acts_remain before delete on key_acts
        begin select raise(abort, 'acts are never deleted'); end;
"""
_LATER: Final = {"unit": "text not null default ''", "expires_at": "integer"}
"""Columns that files made by older versions lack."""


class SqliteKeys:
    """A key store in the file `path`, which is made when absent; used by one thread at a time.

    Instants are kept as microseconds. Acts can be added, never changed or deleted.

    Raises
    ------
    UnavailableError
        The file cannot be opened.
    """

    def __init__(self, path: Path) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._sql = sqlite3.connect(path, timeout=5, check_same_thread=False)
            path.chmod(0o600)
            self._sql.execute("pragma journal_mode = wal")
            self._sql.execute("pragma synchronous = full")
            self._sql.executescript(_TABLES)
            present = {row[1] for row in self._sql.execute("pragma table_info(api_keys)")}
            for column in _LATER.keys() - present:
                self._sql.execute(f"alter table api_keys add column {column} {_LATER[column]}")
            chain_acts(self._sql)
            self._sql.executescript(_GUARDS)
        except (OSError, sqlite3.Error) as cause:
            raise UnavailableError(
                f"the API keys in {path} cannot be opened ({cause}); check that the folder can be written"
            ) from cause
        self._version = self._data_version()
        self._trail = KeyTrail(self._sql)

    @property
    def trail(self) -> KeyTrail:
        """The chain of the acts."""
        return self._trail

    def add(self, key: ApiKey, *, by: str) -> None:
        """Keep a new key and write down who made it."""
        with self._sql:
            self._insert(key)
            self._act("create", key.id, to_micros(key.created_at), by)

    def rotate(self, key_id: str, successor: ApiKey, *, until: datetime, by: str) -> None:
        """Keep the key that takes another's place, and let the old one end at `until` at the latest."""
        with self._sql:
            ended = self._sql.execute(
                "update api_keys set expires_at = min(?, coalesce(expires_at, ?))"
                " where id = ? and revoked_at is null",
                (to_micros(until), to_micros(until), key_id),
            )
            if not ended.rowcount:
                raise KeyNotFound(f"no API key {key_id!r} is in force; `zhamen keys list` shows them")
            self._insert(successor)
            self._act("rotate", key_id, to_micros(successor.created_at), by)
            self._act("create", successor.id, to_micros(successor.created_at), by)

    def revoke(self, key_id: str, *, at: datetime, by: str) -> ApiKey:
        """End a key and write down who ended it; a second time changes nothing."""
        with self._sql:
            ended = self._sql.execute(
                "update api_keys set revoked_at = ? where id = ? and revoked_at is null",
                (to_micros(at), key_id),
            )
            if ended.rowcount:
                self._act("revoke", key_id, to_micros(at), by)
        for key in self.list_keys():
            if key.id == key_id:
                return key
        raise KeyNotFound(f"there is no API key {key_id!r}; `zhamen keys list` shows them")

    def list_keys(self) -> list[ApiKey]:
        """Give all keys, oldest first, revoked ones included."""
        rows = self._sql.execute(
            "select id, name, digest, scopes, created_at, revoked_at, last_used_at, unit, expires_at"
            " from api_keys order by created_at, id"
        )
        return [
            ApiKey(
                id=key_id,
                name=name,
                digest=digest,
                scopes=cast("tuple[Scope, ...]", tuple(scopes.split())),
                unit=unit,
                created_at=from_micros(created),
                expires_at=None if expires is None else from_micros(expires),
                revoked_at=None if revoked is None else from_micros(revoked),
                last_used_at=None if used is None else from_micros(used),
            )
            for key_id, name, digest, scopes, created, revoked, used, unit, expires in rows
        ]

    def list_acts(self) -> list[KeyAct]:
        """Give all acts, oldest first."""
        rows = self._sql.execute("select at, by, act, key_id from key_acts order by seq")
        return [KeyAct(at=from_micros(at), by=by, act=act, key_id=key_id) for at, by, act, key_id in rows]

    def note_use(self, last_used: Mapping[str, datetime]) -> None:
        """Write down when keys were last used, by id."""
        with self._sql:
            self._sql.executemany(
                "update api_keys set last_used_at = ? where id = ?",
                [(to_micros(at), key_id) for key_id, at in last_used.items()],
            )

    def changed(self) -> bool:
        """Say whether another process has written since the last time this was asked."""
        before, self._version = self._version, self._data_version()
        return before != self._version

    def close(self) -> None:
        """Close the file."""
        self._sql.close()

    def _data_version(self) -> int:
        return int(self._sql.execute("pragma data_version").fetchone()[0])

    def _insert(self, key: ApiKey) -> None:
        self._sql.execute(
            "insert into api_keys (id, name, digest, scopes, created_at, unit, expires_at)"
            " values (?, ?, ?, ?, ?, ?, ?)",
            (
                key.id,
                key.name,
                key.digest,
                " ".join(key.scopes),
                to_micros(key.created_at),
                key.unit,
                None if key.expires_at is None else to_micros(key.expires_at),
            ),
        )

    def _act(self, act: str, key_id: str, at: Micros, by: str) -> None:
        """Write an act down, in a transaction that has written something else already."""
        head = self._trail.head()
        entry = link(head, self._trail.deed(act, key_id, at, by))
        self._sql.execute(
            "insert into key_acts (seq, at, by, act, key_id, digest) values (?, ?, ?, ?, ?, ?)",
            (entry.number, at, by, act, key_id, entry.digest),
        )

"""The audit trail in SQL: an entry is written in the transaction of the deed it tells of."""

from typing import Any, Final

import msgspec
from sqlalchemy import Connection, Engine, Select, bindparam, insert, select, update

from zhamen.adapters.sql.engine import writing
from zhamen.adapters.sql.schema_audit import audit_entries, audit_heads
from zhamen.core.audit import AuditEntry, Chain, Deed, Head, encode_detail, link
from zhamen.core.instants import to_micros

__all__ = ["SqlDeeds", "append", "noted_head"]

_MINE: Final = audit_heads.c.chain == bindparam("mine")
_NOTED: Final = select(audit_heads.c.number, audit_heads.c.digest).where(_MINE)
_HELD: Final = _NOTED.with_for_update()
_ADDED: Final = insert(audit_entries)
_MOVED: Final = update(audit_heads).where(_MINE)


def append(connection: Connection, deed: Deed, chain: Chain = "work") -> AuditEntry:
    """Write a deed down in the transaction that does it: neither stays without the other.

    Call it last, shortly before the commit: until then no other transaction appends to the chain. On SQLite
    the transaction has to write from its beginning (``engine.execution_options(immediate=True)``).

    Raises
    ------
    InputError
        As `link`.

    Notes
    -----
    Three statements. Who appends holds the row of the chain's head, so numbers have no gaps and no doubles.
    """
    entry = link(_head_of(connection, _HELD, chain), deed)
    values = msgspec.structs.asdict(entry)
    values |= {"at": to_micros(entry.at), "detail": encode_detail(entry.detail)}
    connection.execute(_ADDED, values)
    connection.execute(_MOVED, {"mine": chain, "number": entry.number, "digest": entry.digest})
    return entry


class SqlDeeds:
    """The chain ``work`` as the place for deeds without rows of their own; see the port `Deeds`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine.execution_options(immediate=True)

    def note(self, deed: Deed) -> None:
        """Write a deed down; it is on disk when this returns."""
        with writing(self._engine) as connection:
            append(connection, deed)


def noted_head(connection: Connection, chain: Chain) -> Head:
    """Give how far a chain has come; other transactions may append meanwhile."""
    return _head_of(connection, _NOTED, chain)


def _head_of(connection: Connection, asked: Select[Any], chain: Chain) -> Head:
    row = connection.execute(asked, {"mine": chain}).one()
    return Head(chain, row.number, row.digest)

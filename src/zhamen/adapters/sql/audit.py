"""The audit trail in SQL: an entry is written in the transaction of the deed it tells of."""

import msgspec
from sqlalchemy import Connection, Engine, insert, select, update

from zhamen.adapters.sql.engine import writing
from zhamen.adapters.sql.schema_audit import audit_entries, audit_heads
from zhamen.core.audit import AuditEntry, Chain, Deed, Head, encode_detail, link
from zhamen.core.instants import to_micros

__all__ = ["SqlDeeds", "append", "put_head", "take_head"]


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
    entry = link(take_head(connection, chain), deed)
    values = msgspec.structs.asdict(entry)
    values |= {"at": to_micros(entry.at), "detail": encode_detail(entry.detail)}
    connection.execute(insert(audit_entries).values(values))
    put_head(connection, Head(chain, entry.number, entry.digest))
    return entry


class SqlDeeds:
    """The chain ``work`` as the place for deeds without rows of their own; see the port `Deeds`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine.execution_options(immediate=True)

    def note(self, deed: Deed) -> None:
        """Write a deed down; it is on disk when this returns."""
        with writing(self._engine) as connection:
            append(connection, deed)


def take_head(connection: Connection, chain: Chain) -> Head:
    """Give the head of a chain, which is then this transaction's until it ends."""
    asked = select(audit_heads).where(audit_heads.c.chain == chain).with_for_update()
    row = connection.execute(asked).one()
    return Head(chain, row.number, row.digest)


def put_head(connection: Connection, head: Head) -> None:
    """Note how far the chain that this transaction holds has come."""
    moved = update(audit_heads).where(audit_heads.c.chain == head.chain)
    connection.execute(moved.values(number=head.number, digest=head.digest))

"""The audit trail in SQL: an entry is written in the transaction of the deed it tells of."""

from collections.abc import Iterator
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, Engine, Select, insert, or_, select, tuple_, update

from zhamen.adapters.sql.engine import reading
from zhamen.adapters.sql.schema_audit import audit_entries, audit_heads
from zhamen.core.audit import AuditEntry, Chain, Deed, Head, encode_detail, link
from zhamen.core.instants import from_micros, to_micros
from zhamen.ports.audit import AuditPage, Place, Wanted

__all__ = ["SqlAuditTrail", "append"]

_BATCH: Final = 1_000


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
    entry = link(_take_head(connection, chain), deed)
    connection.execute(insert(audit_entries).values(_row_of(entry)))
    moved = update(audit_heads).where(audit_heads.c.chain == chain)
    connection.execute(moved.values(number=entry.number, digest=entry.digest))
    return entry


class SqlAuditTrail:
    """The chains in one SQLite or PostgreSQL; see the port `AuditTrail`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def heads(self) -> list[Head]:
        """Give the head of each chain that has entries here, as noted beside them."""
        begun = select(audit_heads).where(audit_heads.c.number > 0).order_by(audit_heads.c.chain)
        with reading(self._engine) as connection:
            rows = connection.execute(begun)
            return [Head(row.chain, row.number, row.digest) for row in rows]

    def start(self, chain: Chain) -> Head:
        """Give what the first kept entry of a chain follows."""
        return Head(chain)

    def read(self, chain: Chain, after: int = 0) -> Iterator[AuditEntry]:
        """Iterate over the entries of a chain above a number, in order, as they stand."""
        mine = select(audit_entries).where(audit_entries.c.chain == chain)
        ordered = mine.order_by(audit_entries.c.number).limit(_BATCH)
        while True:
            with reading(self._engine) as connection:
                rows = connection.execute(ordered.where(audit_entries.c.number > after)).all()
            if not rows:
                return
            yield from map(_entry_of, rows)
            after = rows[-1].number

    def list_entries(
        self, unit: str, wanted: Wanted, *, after: Place | None = None, limit: int = 100
    ) -> AuditPage:
        """Give entries of a unit and all below it, newest first; the empty unit is everybody."""
        table = audit_entries.c
        asked = _narrowed(select(audit_entries), wanted)
        if unit:
            asked = asked.where(or_(table.unit == unit, table.unit.startswith(f"{unit}/", autoescape=True)))
        place = tuple_(table.at, table.chain, table.number)
        if after is not None:
            asked = asked.where(place < tuple_(after.at, after.chain, after.number))
        newest = asked.order_by(table.at.desc(), table.chain.desc(), table.number.desc()).limit(limit + 1)
        with reading(self._engine) as connection:
            rows = connection.execute(newest).all()
        entries = [_entry_of(row) for row in rows[:limit]]
        if len(rows) <= limit:
            return AuditPage(entries)
        last = rows[limit - 1]
        return AuditPage(entries, Place(last.at, last.chain, last.number))


def _take_head(connection: Connection, chain: Chain) -> Head:
    """Give the head of a chain, which is then this transaction's until it ends."""
    asked = select(audit_heads).where(audit_heads.c.chain == chain).with_for_update()
    row = connection.execute(asked).one()
    return Head(chain, row.number, row.digest)


def _row_of(entry: AuditEntry) -> dict[str, Any]:
    changed = {"at": to_micros(entry.at), "detail": encode_detail(entry.detail)}
    return msgspec.structs.asdict(entry) | changed


def _entry_of(row: Any) -> AuditEntry:
    """Give an entry as it stands; one that nobody can have written has a digest that fits nothing."""
    try:
        read = {"at": from_micros(row.at), "detail": msgspec.json.decode(row.detail)}
    except (TypeError, OverflowError, msgspec.MsgspecError):
        read = {"at": from_micros(0), "detail": {"unreadable": True}}
    return AuditEntry(**dict(row._mapping) | read)


def _narrowed(asked: Select[Any], wanted: Wanted) -> Select[Any]:
    for name in ("chain", "actor", "act", "subject"):
        if value := getattr(wanted, name):
            asked = asked.where(audit_entries.c[name] == value)
    if wanted.since is not None:
        asked = asked.where(audit_entries.c.at >= to_micros(wanted.since))
    if wanted.until is not None:
        asked = asked.where(audit_entries.c.at < to_micros(wanted.until))
    return asked

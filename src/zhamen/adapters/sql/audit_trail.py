"""The audit trail read in SQL: the chains of deeds, and that of the log of questions."""

from collections.abc import Callable, Iterator
from typing import Any, Final

import msgspec
from sqlalchemy import ColumnElement, Engine, Select, select, tuple_

from zhamen.adapters.sql.engine import reading
from zhamen.adapters.sql.queries import chained_query
from zhamen.adapters.sql.schema import queries
from zhamen.adapters.sql.schema_audit import audit_entries, audit_heads
from zhamen.adapters.sql.scoping import within
from zhamen.core.audit import AuditEntry, Chain, Head
from zhamen.core.instants import from_micros, to_micros
from zhamen.organisation.scope import Scope
from zhamen.ports.audit import AuditPage, Place, Wanted

__all__ = ["SqlAuditTrail"]

_BATCH: Final = 1_000


class _Deleted(msgspec.Struct):
    """What the deletion of questions noted of the last one."""

    number: int
    digest: str

    @property
    def head(self) -> Head:
        return Head("queries", self.number, self.digest)


class SqlAuditTrail:
    """The chains in one SQLite or PostgreSQL; see the ports `AuditTrail` and `AuditSearch`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def heads(self) -> list[Head]:
        """Give the head of each chain that has entries here, as noted beside them."""
        begun = select(audit_heads).where(audit_heads.c.number > 0).order_by(audit_heads.c.chain)
        with reading(self._engine) as connection:
            rows = connection.execute(begun)
            return [Head(row.chain, row.number, row.digest) for row in rows]

    def start(self, chain: Chain) -> Head:
        """Give what the first kept entry follows: genesis, or what was deleted in its time."""
        if chain != "queries":
            return Head(chain)
        table = audit_entries.c
        deletions = select(table.detail).where(table.chain == "retention", table.act == "delete-queries")
        with reading(self._engine) as connection:
            newest = connection.scalar(deletions.order_by(table.number.desc()).limit(1))
        try:
            return Head(chain) if newest is None else msgspec.json.decode(newest, type=_Deleted).head
        except msgspec.MsgspecError:
            return Head(chain)

    def read(self, chain: Chain, after: int = 0) -> Iterator[AuditEntry]:
        """Iterate over the entries of a chain above a number, in order, as they stand."""
        if chain == "queries":
            return self._read(select(queries), queries.c.number, after, chained_query)
        mine = select(audit_entries).where(audit_entries.c.chain == chain)
        return self._read(mine, audit_entries.c.number, after, _entry_of)

    def list_entries(
        self, scope: Scope | None, wanted: Wanted, *, after: Place | None = None, limit: int = 100
    ) -> AuditPage:
        """Give the deeds of those within a scope, newest first; without a scope, of everybody."""
        table = audit_entries.c
        asked = _narrowed(select(audit_entries), wanted)
        if scope is not None:
            asked = asked.where(within(table.unit, scope))
        if after is not None:
            place = tuple_(table.at, table.chain, table.number)
            asked = asked.where(place < tuple_(after.at, after.chain, after.number))
        newest = asked.order_by(table.at.desc(), table.chain.desc(), table.number.desc()).limit(limit + 1)
        with reading(self._engine) as connection:
            rows = connection.execute(newest).all()
        entries = [_entry_of(row) for row in rows[:limit]]
        if len(rows) <= limit:
            return AuditPage(entries)
        last = rows[limit - 1]
        return AuditPage(entries, Place(last.at, last.chain, last.number))

    def _read(
        self,
        mine: Select[Any],
        number: ColumnElement[int],
        after: int,
        entry_of: Callable[[Any], AuditEntry],
    ) -> Iterator[AuditEntry]:
        while True:
            following = mine.where(number > after).order_by(number).limit(_BATCH)
            with reading(self._engine) as connection:
                rows = connection.execute(following).all()
            if not rows:
                return
            yield from map(entry_of, rows)
            after = rows[-1].number


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

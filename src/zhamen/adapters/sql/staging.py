"""Claims become rows that stand beside the records until their file has been read to its end."""

from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b
from itertools import groupby
from typing import Any, Final

import msgspec
from sqlalchemy import (
    Column,
    Connection,
    Dialect,
    LargeBinary,
    Table,
    bindparam,
    delete,
    exists,
    insert,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from zhamen.adapters.sql.bases import Basis, number_bases
from zhamen.adapters.sql.numbers import number_changes, take_turn
from zhamen.adapters.sql.schema import UNNUMBERED, appealed, records, staged, subscribed
from zhamen.core.instants import to_micros
from zhamen.records.claim import Claim, Unread
from zhamen.records.source import Source
from zhamen.screening.forms import span_of
from zhamen.screening.keys import KEY_BYTES, KeyRing
from zhamen.screening.subjects import Identifier

__all__ = ["AT_ONCE", "STAGED", "Staging", "drop_staged", "reference_of"]

AT_ONCE: Final = 1_000
"""References in one statement."""
STAGED: Final = [column.name for column in staged.columns if column.name != "run"]
"""The columns that a claim fills."""


class Staging:
    """Writes the claims of one run down, each reference once: of two that differ, the later one.

    Notes
    -----
    Rows go to the driver as they are: SQLAlchemy would look at each value of each row again.
    """

    def __init__(self, run: int, source: Source, ring: KeyRing) -> None:
        self._run = run
        self._source = source
        self._ring = ring
        self._bases: dict[Basis, int] = {}

    def unnumbered(self, claims: Sequence[Claim]) -> set[Basis]:
        """Give the bases of some claims that have no number yet, as far as this run knows."""
        return {self._basis(claim) for claim in claims} - self._bases.keys()

    def number(self, connection: Connection, new: Iterable[Basis]) -> None:
        """Give new bases their numbers, before the rows that point to them; see `number_bases`."""
        self._bases = number_bases(connection, new)

    def keys_of(self, claims: Sequence[Claim]) -> list[bytes]:
        """Give the key of each claim's subject, in their order."""
        return list(self._keys(claims))

    def references_of(self, unread: Iterable[Unread]) -> set[str]:
        """Give the references that records of refused rows may have, under every secret in use."""
        found: set[str] = set()
        for row in unread:
            if row.source_ref:
                found.add(row.source_ref)
            elif row.identifier is not None:
                found |= {_subject(row.identifier, key) for key in self._ring.keys_to_ask(row.identifier)}
        return found

    def write(self, connection: Connection, claims: Sequence[Claim], keys: Sequence[bytes]) -> None:
        """Write claims down, in place of what was written under the same references."""
        rows = (self._row(claim, key) for claim, key in zip(claims, keys, strict=True))
        latest = {row["source_ref"]: row for row in rows}
        if latest:
            connection.exec_driver_sql(_upsert(connection.dialect), list(latest.values()))

    def rewrite(self, connection: Connection, claims: Sequence[Claim], versions: frozenset[int]) -> None:
        """Bring the records of some claims, all their versions, from older secrets under the newest.

        Nothing else of them changes: it is the same subject, found by another key.
        """
        outdated: list[dict[str, Any]] = []
        for claim in claims:
            asked = self._ring.keys_to_ask(claim.identifier)
            keys = dict(zip(self._ring.versions, asked, strict=True))
            new = keys[self._ring.current]
            for version in versions & keys.keys():
                old = keys[version]
                outdated.append(
                    {
                        "reference": reference_of(claim, old),
                        "old": old,
                        "renewed": reference_of(claim, new),
                        "new": new,
                    }
                )
        if not outdated:
            return
        take_turn(connection)
        mine = (
            records.c.source == self._source.number,
            records.c.source_ref == bindparam("reference"),
            records.c.key == bindparam("old"),
        )
        renewed: dict[str, Any] = {
            "source_ref": bindparam("renewed"),
            "key": bindparam("new"),
            "key_version": self._ring.current,
            "change_no": UNNUMBERED,
        }
        connection.execute(update(records).where(*mine).values(renewed), outdated)
        for table, who in ((appealed, appealed.c.appeal), (subscribed, subscribed.c.subscription)):
            _follow(connection, table, who, outdated)
        number_changes(connection)

    def _keys(self, claims: Sequence[Claim]) -> Iterator[bytes]:
        for kind, group in groupby(claims, key=lambda claim: claim.identifier.kind):
            joined = self._ring.keys_of(kind, [claim.identifier.canonical for claim in group]).tobytes()
            yield from (joined[at : at + KEY_BYTES] for at in range(0, len(joined), KEY_BYTES))

    def _row(self, claim: Claim, key: bytes) -> dict[str, Any]:
        source, who = self._source, claim.identifier
        names = claim.names if source.keeps_names else ()
        said = {
            "kind": who.kind.code,
            "masked": who.masked,
            "span": span_of(who),
            "list": claim.list.code,
            "category": claim.category.number,
            "level": claim.level,
            "confidence": claim.confidence,
            "case_number": claim.case_number,
            "evidence_hash": claim.evidence_hash,
            "names": msgspec.json.encode(names).decode() if names else "",
            "claimed_from": None if claim.effective_from is None else to_micros(claim.effective_from),
            "claimed_until": None if claim.expires_at is None else to_micros(claim.expires_at),
        }
        return said | {
            "run": self._run,
            "source": source.number,
            "source_ref": reference_of(claim, key),
            "key": key,
            "key_version": self._ring.current,
            "digest": _digest((*said.values(), source.public)),
            "basis": self._bases[self._basis(claim)],
        }

    def _basis(self, claim: Claim) -> Basis:
        source = self._source
        return Basis(claim.legal_basis or source.legal_basis, claim.purpose or source.purpose)


def _follow(connection: Connection, table: Table, who: Column[int], keys: Sequence[dict[str, Any]]) -> None:
    """Let who appealed or watches under an old key do so under the new one too."""
    new = bindparam("new", type_=LargeBinary)
    again = table.alias()
    already = exists().where(again.c[who.name] == who, again.c.key == new)
    old = select(who, new).where(table.c.key == bindparam("old"), ~already)
    connection.execute(insert(table).from_select([who.name, "key"], old), keys)


def _digest(said: tuple[object, ...]) -> bytes:
    """Give what two claims on one subject that say the same share.

    Nothing of the identifier goes into it, for it has no secret; the subject is compared by its key.
    """
    return blake2b(repr(said).encode(), digest_size=16).digest()


def reference_of(claim: Claim, key: bytes) -> str:
    """Give the reference of a claim; one that has none is named by its subject."""
    return claim.source_ref or _subject(claim.identifier, key)


def _subject(who: Identifier, key: bytes) -> str:
    return f"{who.kind.code}:{key.hex()}"


def drop_staged(connection: Connection, run: int, references: Iterable[str]) -> None:
    """Take back what was staged under some references."""
    ordered = sorted(references)
    for at in range(0, len(ordered), AT_ONCE):
        part = staged.c.source_ref.in_(ordered[at : at + AT_ONCE])
        connection.execute(delete(staged).where(staged.c.run == run, part))


def _upsert(dialect: Dialect) -> str:
    into: Table = staged
    insert = postgresql.insert(into) if dialect.name == "postgresql" else sqlite.insert(into)
    same = [staged.c.run, staged.c.source_ref]
    rest = {name: insert.excluded[name] for name in STAGED if name != "source_ref"}
    statement = insert.values({name: bindparam(name) for name in ("run", *STAGED)})
    return str(statement.on_conflict_do_update(index_elements=same, set_=rest).compile(dialect=dialect))

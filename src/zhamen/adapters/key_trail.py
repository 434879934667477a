"""What was done to API keys, as a chain of the audit trail; a key that was changed breaks it."""

import sqlite3
from collections.abc import Iterator
from typing import Any, Final

from zhamen.core.audit import AuditEntry, Chain, Deed, Detail, Head, digest_after, sealed
from zhamen.core.instants import Micros, from_micros
from zhamen.organisation.scope import Scope
from zhamen.ports.audit import AuditPage, Place, Wanted, place_of

__all__ = ["KeyTrail", "chain_acts"]

_ACTS: Final = "select seq, at, by, act, key_id, digest from key_acts"


def chain_acts(sql: sqlite3.Connection) -> None:
    """Bind the acts of a file that is older than the chain."""
    if "digest" in {column[1] for column in sql.execute("pragma table_info(key_acts)")}:
        return
    trail, head = KeyTrail(sql), Head("keys")
    with sql:
        sql.execute("drop trigger if exists key_acts_stay")
        sql.execute("alter table key_acts add column digest text not null default ''")
        for number, at, by, act, key_id, _ in sql.execute(f"{_ACTS} order by seq").fetchall():
            digest = digest_after(head, trail.deed(act, key_id, at, by))
            sql.execute("update key_acts set digest = ? where seq = ?", (digest, number))
            head = Head("keys", number, digest)


class KeyTrail:
    """The chain ``keys`` in the file of the keys; see the ports `AuditTrail` and `AuditSearch`.

    The entry of a key that was made also holds its name, scopes and unit and a seal of its token, that of
    one revoked since when it is, as they are kept now: who gives a key other scopes behind the trail's
    back, or puts a revoked one in force again, is found.
    """

    def __init__(self, sql: sqlite3.Connection) -> None:
        self._sql = sql

    def head(self) -> Head:
        """Give the number and digest of the newest act."""
        row = self._sql.execute("select seq, digest from key_acts order by seq desc limit 1").fetchone()
        return Head("keys", *row) if row else Head("keys")

    def heads(self) -> list[Head]:
        """Give the head, if there is an act."""
        head = self.head()
        return [head] if head.number else []

    def start(self, chain: Chain) -> Head:
        """Give what the first act follows."""
        return Head(chain)

    def read(self, chain: Chain, after: int = 0) -> Iterator[AuditEntry]:
        """Iterate over the acts above a number, in order, as they stand."""
        if chain == "keys":
            for row in self._sql.execute(f"{_ACTS} where seq > ? order by seq", (after,)).fetchall():
                yield self._entry(*row)

    def list_entries(
        self, scope: Scope | None, wanted: Wanted, *, after: Place | None = None, limit: int = 100
    ) -> AuditPage:
        """Give the acts that are wanted, newest first; keys belong to the bank, not to a unit below."""
        if scope is not None or wanted.chain not in (None, "keys"):
            return AuditPage([])
        found = [
            one
            for one in self.read("keys")
            if _fits(one, wanted) and (after is None or place_of(one) < after)
        ]
        found.sort(key=place_of, reverse=True)
        return AuditPage(found[:limit], place_of(found[limit - 1]) if len(found) > limit else None)

    def deed(self, act: str, key_id: str, at: Micros, by: str) -> Deed:
        """Give an act on a key that is kept as a deed."""
        name, scopes, digest, unit, revoked_at = self._key(key_id)
        detail: Detail = {}
        if act == "create":
            detail = {"name": name, "scopes": scopes.split(), "unit": unit, "seal": sealed(digest.hex())}
        if act == "revoke":
            detail = {"at": revoked_at}
        return Deed(
            at=from_micros(at), actor=by, unit="", act=f"{act}-key", subject=f"key/{key_id}", detail=detail
        )

    def _entry(self, *row: Any) -> AuditEntry:
        number, at, by, act, key_id, digest = row
        deed = self.deed(act, key_id, at, by)
        return AuditEntry(
            at=deed.at,
            actor=deed.actor,
            unit=deed.unit,
            act=deed.act,
            subject=deed.subject,
            detail=deed.detail,
            chain="keys",
            number=number,
            digest=digest,
        )

    def _key(self, key_id: str) -> tuple[str, str, bytes, str, int | None]:
        """Give what is kept of a key now; of one that is gone, what no key is."""
        asked = "select name, scopes, digest, unit, revoked_at from api_keys where id = ?"
        row: tuple[str, str, bytes, str, int | None] | None = self._sql.execute(asked, (key_id,)).fetchone()
        return ("", "", b"", "", None) if row is None else row


def _fits(entry: AuditEntry, wanted: Wanted) -> bool:
    asked = ((wanted.actor, entry.actor), (wanted.act, entry.act), (wanted.subject, entry.subject))
    since, until = wanted.since, wanted.until
    return (
        all(value in ("", own) for value, own in asked)
        and (since is None or entry.at >= since)
        and (until is None or entry.at < until)
    )

"""Subscriptions in SQL; what there is to tell is worked out from the records themselves."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, Engine, Select, and_, delete, func, insert, select

from zhamen.adapters.sql.audit import append
from zhamen.adapters.sql.engine import reading, writing
from zhamen.adapters.sql.schema import COUNTER, counters, records, subscribed, subscriptions
from zhamen.core.audit import Deed, Detail
from zhamen.core.errors import QuotaExceeded
from zhamen.core.instants import from_micros, to_micros
from zhamen.ports.subscriptions import Notice, Subscription
from zhamen.screening.categories import category_at
from zhamen.screening.entries import ListKind

__all__ = ["SqlSubscriptions"]

_LISTS: Final = tuple(ListKind)


class SqlSubscriptions:
    """Subscriptions in SQLite or PostgreSQL; see the port `Subscriptions`.

    A change is told to whoever subscribed before it; nobody has to be there when it happens.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._write = engine.execution_options(immediate=True)

    def add(
        self, owner: str, subscription: Subscription, keys: Iterable[bytes], *, most: int
    ) -> Subscription:
        """Watch a subject under its keys; the same one again gives the first."""
        wanted = list(keys)
        mine = subscriptions.c.owner == owner
        same = (
            select(subscriptions)
            .join(subscribed, subscribed.c.subscription == subscriptions.c.id)
            .where(mine, subscribed.c.key.in_(wanted))
        )
        with writing(self._write) as connection:
            found = connection.execute(same).first()
            if found is not None:
                _watch(connection, found.id, wanted)
                return _subscription(found)
            if (connection.scalar(select(func.count()).where(mine)) or 0) >= most:
                raise QuotaExceeded(f"one key may watch {most:,} subjects; remove those no longer needed")
            since = connection.scalar(select(counters.c.value).where(counters.c.name == COUNTER)) or 0
            values = {
                "owner": owner,
                "kind": subscription.kind,
                "masked": subscription.masked,
                "purpose": subscription.purpose,
                "made_at": to_micros(subscription.made_at),
                "since": since,
            }
            made = connection.execute(insert(subscriptions).values(values).returning(subscriptions)).one()
            _watch(connection, made.id, wanted)
            append(connection, _deed("watch", owner, made.id, subscription.made_at), "records")
        return _subscription(made)

    def remove(self, owner: str, subscription: int, at: datetime) -> None:
        """Stop to watch; what the owner does not watch stays as it is."""
        with writing(self._write) as connection:
            mine = and_(subscriptions.c.id == subscription, subscriptions.c.owner == owner)
            if connection.execute(delete(subscriptions).where(mine)).rowcount:
                connection.execute(delete(subscribed).where(subscribed.c.subscription == subscription))
                append(connection, _deed("unwatch", owner, subscription, at), "records")

    def hand_on(self, owner: str, successor: str, at: datetime) -> int:
        """Let who takes an owner's place watch what the owner does, from the same change on; see the port."""
        s = subscriptions
        with writing(self._write) as connection:
            known = set(connection.scalars(_keys_of(successor)))
            mine = connection.execute(select(s).where(s.c.owner == owner).order_by(s.c.id)).mappings().all()
            handed = 0
            for row in mine:
                watched = select(subscribed.c.key).where(subscribed.c.subscription == row["id"])
                keys = [bytes(key) for key in connection.scalars(watched)]
                if known.intersection(keys):
                    continue
                values = {name: row[name] for name in row if name != "id"} | {"owner": successor}
                made = connection.execute(insert(s).values(values).returning(s.c.id)).scalar_one()
                _watch(connection, made, keys)
                handed += 1
            if handed:
                detail: Detail = {"from": owner, "subscriptions": handed}
                deed = Deed(at=at, actor=successor, unit="", act="hand-on-subscriptions", detail=detail)
                append(connection, deed, "records")
        return handed

    def retain(self, owners: Sequence[str], *, at: datetime, by: str) -> int:
        """Delete what some owners watch; give how many subscriptions."""
        theirs = subscriptions.c.owner.in_(owners)
        ids = select(subscriptions.c.id).where(theirs)
        with writing(self._write) as connection:
            connection.execute(delete(subscribed).where(subscribed.c.subscription.in_(ids)))
            size = connection.execute(delete(subscriptions).where(theirs)).rowcount
            if size:
                detail: Detail = {"subscriptions": size}
                deed = Deed(at=at, actor=by, unit="", act="delete-subscriptions", detail=detail)
                append(connection, deed, "records")
        return size

    def list_subscriptions(self, owner: str) -> list[Subscription]:
        """Give what an owner watches, oldest first."""
        wanted = select(subscriptions).where(subscriptions.c.owner == owner).order_by(subscriptions.c.id)
        with reading(self._engine) as connection:
            return [_subscription(row) for row in connection.execute(wanted)]

    def notices(self, owner: str, *, after: int, limit: int) -> list[Notice]:
        """Give what changed on the subjects of an owner, in the order of change."""
        c = records.c
        wanted = (
            select(
                c.change_no,
                subscriptions.c.id,
                c.id,
                c.list,
                c.level,
                c.category,
                c.in_force_from,
                c.in_force_until,
            )
            .join(subscribed, subscribed.c.key == c.key)
            .join(subscriptions, subscriptions.c.id == subscribed.c.subscription)
            .where(subscriptions.c.owner == owner, c.change_no > after)
            .where(c.change_no > subscriptions.c.since, c.in_force_from.is_not(None))
            .order_by(c.change_no)
            .limit(limit)
        )
        with reading(self._engine) as connection:
            return [_notice(*row) for row in connection.execute(wanted)]


def _keys_of(owner: str) -> Select[tuple[bytes]]:
    mine = subscriptions.c.id == subscribed.c.subscription
    return select(subscribed.c.key).join(subscriptions, mine).where(subscriptions.c.owner == owner)


def _watch(connection: Connection, subscription: int, keys: Iterable[bytes]) -> None:
    """Watch under some keys, of which new ones may have come with a new secret."""
    before = select(subscribed.c.key).where(subscribed.c.subscription == subscription)
    known = {bytes(key) for key in connection.scalars(before)}
    rows = [{"subscription": subscription, "key": key} for key in keys if key not in known]
    if rows:
        connection.execute(insert(subscribed), rows)


def _deed(verb: str, owner: str, subscription: int, at: datetime) -> Deed:
    return Deed(at=at, actor=owner, unit="", act=f"{verb}-subject", subject=f"subscription/{subscription}")


def _notice(  # noqa: PLR0913, PLR0917  # a row of the query above
    number: int,
    subscription: int,
    record_id: int,
    kind: int,
    level: int,
    category: int,
    since: int,
    until: int | None,
) -> Notice:
    return Notice(
        number=number,
        subscription=subscription,
        record_id=record_id,
        list=_LISTS[kind].value,
        level=level,
        category=category_at(category).code,
        in_force_from=from_micros(since),
        in_force_until=None if until is None else from_micros(until),
    )


def _subscription(row: object) -> Subscription:
    values = row._mapping  # type: ignore[attr-defined]
    return Subscription(
        id=values["id"],
        kind=values["kind"],
        masked=values["masked"],
        purpose=values["purpose"],
        made_at=from_micros(values["made_at"]),
    )

"""The counter of changes: who writes records holds it, so that numbers are seen in their order."""

from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select, update

from zhamen.adapters.sql.schema import COUNTER, UNNUMBERED, counters, records

__all__ = ["number_changes", "numbers_from", "take_numbers", "take_turn"]


def take_turn(connection: Connection) -> None:
    """Wait until no other transaction writes records; this one then does, until it ends.

    Every writer does this first. So two never wait for each other, and a reader that has seen a
    number will never see a smaller one appear. SQLite has one writer at a time of itself.
    """
    connection.execute(
        select(counters.c.value).where(counters.c.name == COUNTER).with_for_update()
    ).scalar_one()


def take_numbers(connection: Connection, size: int) -> int:
    """Give the first of some change numbers."""
    taken: int = connection.execute(
        update(counters)
        .where(counters.c.name == COUNTER)
        .values(value=counters.c.value + size)
        .returning(counters.c.value)
    ).scalar_one()
    return taken - size + 1


def numbers_from(first: int, order: ColumnElement[Any]) -> ColumnElement[int]:
    """Give each row of a query its number, from the first on."""
    return func.row_number().over(order_by=order) + (first - 1)


def number_changes(connection: Connection) -> None:
    """Give numbers to the rows that this transaction marked as UNNUMBERED."""
    changed = records.c.change_no == UNNUMBERED
    size = connection.scalar(select(func.count()).select_from(records).where(changed)) or 0
    if not size:
        return
    first = take_numbers(connection, size)
    numbered = (
        select(records.c.id, numbers_from(first, records.c.id).label("number")).where(changed).subquery()
    )
    connection.execute(
        update(records).where(records.c.id == numbered.c.id).values(change_no=numbered.c.number)
    )

"""Many rows at once, as quickly as the database takes them."""

from collections.abc import Sequence
from functools import cache
from typing import Any, Final

from sqlalchemy import Connection, Table, delete, text
from sqlalchemy.dialects import postgresql, sqlite

__all__ = ["ASKED_AT_ONCE", "add_up", "chunks", "empty", "insert_rows"]

ASKED_AT_ONCE: Final = 500
"""How many values one question may name."""

Row = tuple[Any, ...]


def insert_rows(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Insert rows that have a value for every column, in the order of the table.

    Notes
    -----
    They go to the driver as they are: one prepared statement in SQLite, COPY in PostgreSQL.
    """
    if not rows:
        return
    if connection.dialect.name == "postgresql":
        cursor: Any = connection.connection.cursor()
        columns = ", ".join(f'"{column.name}"' for column in table.columns)
        with cursor.copy(f'COPY "{table.name}" ({columns}) FROM STDIN') as copy:
            for row in rows:
                copy.write_row(row)
        return
    connection.exec_driver_sql(_insert(table), list(rows))


def add_up(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Add rows to those with the same key: columns outside the key are sums."""
    if rows:
        connection.exec_driver_sql(_addition(table, connection.dialect.name), list(rows))


def empty(connection: Connection, table: Table) -> None:
    """Delete all rows of a table."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f'TRUNCATE "{table.name}"'))
    else:
        connection.execute(delete(table))


def chunks(values: Sequence[Any]) -> list[Sequence[Any]]:
    """Cut values into parts that one question may name."""
    return [values[at : at + ASKED_AT_ONCE] for at in range(0, len(values), ASKED_AT_ONCE)]


@cache
def _insert(table: Table) -> str:
    places = ", ".join("?" * len(table.columns))
    return f'INSERT INTO "{table.name}" VALUES ({places})'  # noqa: S608  # our own tables


@cache
def _addition(table: Table, dialect: str) -> str:
    insert = postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
    key = list(table.primary_key.columns)
    sums = {
        column.name: column + insert.excluded[column.name]
        for column in table.columns
        if not column.primary_key
    }
    compiled = insert.on_conflict_do_update(index_elements=key, set_=sums).compile(
        dialect=sqlite.dialect(paramstyle="qmark")
        if dialect == "sqlite"
        else postgresql.dialect(paramstyle="format")  # type: ignore[no-untyped-call]
    )
    return str(compiled)

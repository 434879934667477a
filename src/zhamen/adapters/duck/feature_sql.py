"""The features of a pack as SQL of DuckDB, derived from the definitions alone."""

# ruff: noqa: S608  # made of the names of a checked plan, quoted

from collections.abc import Iterator
from typing import Final

from zhamen.adapters.duck.tape import Read, quoted
from zhamen.events.fields import FIELDS, Kind
from zhamen.features.definitions import Feature, Ratio, Share, Trend, WindowFeature
from zhamen.features.plan import Plan, parts_of

__all__ = ["FeatureSql"]

_SQL_TYPES: Final = {
    Kind.TEXT: "VARCHAR",
    Kind.FLAG: "BOOLEAN",
    Kind.WHOLE: "BIGINT",
    Kind.NUMBER: "DOUBLE",
    Kind.INSTANT: "BIGINT",
}


class FeatureSql:
    """Every feature of a plan as SQL over one table of flat fields.

    Parameters
    ----------
    plan
        Its definitions are what is computed; nothing of how the live state keeps them is used.

    Notes
    -----
    O(n log n) per series and role for events in order. Each late record costs as much as there are
    events of its key that it came after.

    Examples
    --------
    >>> import duckdb
    >>> from zhamen.core.instants import parse_width
    >>> from zhamen.features.definitions import Definitions, Operation, Quantity, Series
    >>> plan = Plan(Definitions(
    ...     series=(Series("out", {"transfer": ("debtor_account_id",)}),),
    ...     quantities=(Quantity("sent", "out", of="amount_minor"),),
    ...     features=(WindowFeature("debtor_account", "sent", Operation.SUM, parse_width("1h")),),
    ...     allowed_lateness=0))
    >>> sql = FeatureSql(plan)
    >>> with duckdb.connect() as connection:
    ...     _ = connection.execute("CREATE TABLE tape_of_a_day AS SELECT * FROM (VALUES"
    ...         " (1, 0, 'transfer', 500, 'A'), (2, 60000000, 'transfer', 100, 'A'))"
    ...         " AS t(seq, occurred_at, type, amount_minor, debtor_account_id)")
    ...     for statement in sql.statements("tape_of_a_day", sql.plan.fields):
    ...         _ = connection.execute(statement)
    ...     connection.execute(f"SELECT * FROM ({sql.select(plan.names)}) ORDER BY seq").fetchall()
    [(1, 500.0), (2, 600.0)]
    """

    def __init__(self, plan: Plan) -> None:
        self.plan: Final = plan
        self.reads: Final = tuple(self._reads())

    def _reads(self) -> Iterator[Read]:
        number = 0
        for series in self.plan.series:
            for role in dict.fromkeys(feature.role for _, feature in series.asked):
                yield Read(f"read_{number}", series, role, self.plan.definitions.allowed_lateness)
                number += 1

    def events(self, source: str, present: tuple[str, ...]) -> str:
        """Write the statement that makes the table of events from `source`, a table or a function of files.

        `present` are the columns it has; a field that is not there is missing in every event.
        """
        fields = ", ".join(_field(name, present) for name in self.plan.fields)
        return f"""
            CREATE OR REPLACE TEMP TABLE events AS
            SELECT seq::BIGINT AS seq, {fields},
              max(occurred_at::BIGINT) OVER (ORDER BY seq ROWS UNBOUNDED PRECEDING) AS newest
            FROM {source}
        """

    def statements(self, source: str, present: tuple[str, ...]) -> Iterator[str]:
        """Give every statement, to be run in order."""
        yield self.events(source, present)
        for read in self.reads:
            yield from read.statements()

    def select(self, names: tuple[str, ...]) -> str:
        """Write a query that gives ``seq`` and the features `names` of every event, in no order."""
        features = {feature.name: feature for feature in self.plan.definitions.features}
        homes = {part.name: read.table for read in self.reads for part in read.asked}
        wanted = [features[name] for name in names]
        tables = dict.fromkeys(homes[part.name] for feature in wanted for part in parts_of(feature))
        columns = "".join(f", {_value(feature)} AS {quoted('=' + feature.name)}" for feature in wanted)
        joins = " ".join(f"LEFT JOIN {table} USING (seq)" for table in tables)
        renamed = "".join(f", {quoted('=' + name)} AS {quoted(name)}" for name in names)
        return f"SELECT seq{renamed} FROM (SELECT seq{columns} FROM (SELECT seq FROM events) {joins})"


def _value(feature: Feature) -> str:
    parts = [quoted(part.name) for part in parts_of(feature)]
    match feature:
        case WindowFeature():
            return parts[0]
        case Ratio() | Share():
            return f"{parts[0]} / nullif({parts[1]}, 0)"
        case Trend(short, long):
            rest = f"(({parts[1]} - {parts[0]}) / {long.window - short.window}::DOUBLE)"
            return f"({parts[0]} / {short.window}::DOUBLE) / nullif({rest}, 0)"


def _field(name: str, present: tuple[str, ...]) -> str:
    value = quoted(name) if name in present else "NULL"
    return f"{value}::{_SQL_TYPES[FIELDS[name].kind]} AS {quoted(name)}"

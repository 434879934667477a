"""One series as one role reads it, in SQL: the tape, its windows, and what late records change.

Per key, in the order of (time known, arrival), the tape has a row for each record and for each
event that asks. A window is a frame on it. A frame can hold *intruders*: records that belong there
by their time but arrived after the asking event. They are found by joining late records with the
events they were late for; what they brought is taken off (what adds up, and distinct values), or
the windows are gathered again from the records (the rest), for the few events where they show.
"""

# ruff: noqa: S608  # made of the names of a checked plan, quoted

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from zhamen.adapters.duck.measures import MEASURES, Aggregate, Measure, answer
from zhamen.core.instants import EVER
from zhamen.events.fields import FIELDS, Kind
from zhamen.expressions.sql import to_sql
from zhamen.expressions.tree import Expression
from zhamen.features.definitions import Quantity, Series, WindowFeature
from zhamen.features.plan import SeriesPlan
from zhamen.features.roles import ROLES

__all__ = ["Read", "quoted"]


@dataclass(frozen=True)
class Read:
    """One series as one role reads it: makes the table `table` of answers, one row per asking event."""

    table: str
    plan: SeriesPlan
    role: str
    lateness: int

    @cached_property
    def asked(self) -> tuple[WindowFeature, ...]:
        """The window features it answers; the column of each is its name."""
        return tuple(feature for _, feature in self.plan.asked if feature.role == self.role)

    @cached_property
    def _quantities(self) -> dict[str, str]:
        """The column of each quantity that is asked for."""
        used = {feature.quantity for feature in self.asked}
        names = [quantity.name for quantity in self.plan.quantities if quantity.name in used]
        return {name: f"q{at}" for at, name in enumerate(names)}

    @cached_property
    def _measures(self) -> list[Measure]:
        found = {
            Measure(self._quantities[feature.quantity], feature.window, aggregate)
            for feature in self.asked
            for aggregate in MEASURES[feature.operation]
        }
        return sorted(found)

    @cached_property
    def _keys(self) -> list[str]:
        return [f"k{at}" for at in range(len(ROLES[self.role]))]

    def statements(self) -> Iterator[str]:
        """Give the statements that make the table, to be run in order; they replace those of other reads."""
        yield self._tape()
        yield self._frames()
        yield self._intruders()
        yield self._intrusions()
        for quantity in sorted({m.column for m in self._measures if m.aggregate is Aggregate.DISTINCT}):
            yield self._lost(quantity)
        yield self._again()
        yield self._answers()

    def _tape(self) -> str:
        series, keys = self.plan.series, range(len(self._keys))
        records = ", ".join(f"{_series_key(series, at)} AS s{at}" for at in keys)
        askers = ", ".join(f"{quoted(name)} AS r{at}" for at, name in enumerate(ROLES[self.role]))
        by_name = {quantity.name: quantity for quantity in self.plan.quantities}
        values = "".join(
            f", {_quantity(by_name[name])} AS {column}" for name, column in self._quantities.items()
        )
        columns = list(self._quantities.values())
        both = " AND ".join([f"s{at} IS NOT DISTINCT FROM r{at}" for at in keys] + [f"{series.delay} = 0"])
        return f"""
            CREATE OR REPLACE TEMP TABLE tape AS
            WITH flat AS (SELECT seq, occurred_at, newest, {records}, {askers}{values} FROM events),
            rows_ AS (
              SELECT {", ".join(f"s{at} AS k{at}" for at in keys)}, occurred_at + {series.delay} AS t,
                occurred_at AS asked_at, seq, newest, {both} AS asks, TRUE AS counts, {", ".join(columns)}
              FROM flat WHERE {" AND ".join(f"s{at} IS NOT NULL" for at in keys)}
              UNION ALL
              SELECT {", ".join(f"r{at}" for at in keys)}, occurred_at, occurred_at, seq, newest, TRUE, FALSE,
                {", ".join("NULL" for _ in columns)}
              FROM flat WHERE {" AND ".join(f"r{at} IS NOT NULL" for at in keys)} AND NOT ({both})
            )
            SELECT *, t::HUGEINT * 4294967296 + seq AS o FROM rows_
        """

    def _frames(self) -> str:
        measures = ", ".join(measure.over_frame for measure in self._measures)
        return f"""
            CREATE OR REPLACE TEMP TABLE frames AS
            SELECT * FROM (
              SELECT seq, asked_at, newest, asks, {", ".join(self._keys)}, {measures}
              FROM tape WINDOW tape_order AS (PARTITION BY {", ".join(self._keys)} ORDER BY o)
            ) WHERE asks
        """

    def _intruders(self) -> str:
        """Pair each late record with those who asked before it came, though it had happened before.

        Both sides fall in the same bucket of time or in neighbouring ones, for buckets are wider than
        the record was late; their widths are powers of 2, so that there are few.
        """
        keys = ", ".join(self._keys)
        columns = ", ".join(f"r.{column}" for column in self._quantities.values())
        whose = ", ".join(f"a.{key}" for key in self._keys)
        same = " AND ".join(f"r.{key} = a.{key}" for key in self._keys)
        return f"""
            CREATE OR REPLACE TEMP TABLE intruders AS
            WITH late AS (
              SELECT *, 1::BIGINT << greatest(32, 1 + floor(log2(newest - t)))::BIGINT AS width
              FROM tape WHERE counts AND t < newest
            ),
            spread AS (
              SELECT *, unnest(list_distinct([t // width, newest // width])) AS bucket FROM late
            ),
            askers AS (
              SELECT tape.*, width, tape.asked_at // width AS bucket
              FROM tape JOIN (SELECT DISTINCT {keys}, width FROM late) USING ({keys}) WHERE asks
            )
            SELECT a.seq AS asker, a.asked_at, {whose}, r.t, r.seq, r.o, {columns}
            FROM spread AS r JOIN askers AS a
              ON {same} AND r.width = a.width AND r.bucket = a.bucket
              AND r.t < a.asked_at AND a.seq < r.seq
        """

    def _intrusions(self) -> str:
        """Measure what the intruders brought into the windows of each asking event."""
        measures = [m for m in self._measures if m.aggregate is not Aggregate.DISTINCT]
        columns = "".join(f", {measure.of_intruders}" for measure in measures)
        return f"""
            CREATE OR REPLACE TEMP TABLE intrusions AS
            SELECT asker, asked_at{columns} FROM intruders AS r GROUP BY asker, asked_at
        """

    def _lost(self, column: str) -> str:
        """Count the values that only intruders brought: those that no record that had arrived has."""
        same = " AND ".join(f"r.{key} = v.{key}" for key in self._keys)
        keys = ", ".join(f"v.{key}" for key in self._keys)
        counts = ", ".join(
            f"count(*) FILTER (brought > asked_at - {m.window}"
            f" AND coalesce(present <= asked_at - {m.window}, TRUE)) AS {m.name}"
            for m in self._measures
            if m.aggregate is Aggregate.DISTINCT and m.column == column
        )
        return f"""
            CREATE OR REPLACE TEMP TABLE lost_{column} AS
            WITH brought AS (
              SELECT v.asker, v.asked_at, {keys}, v.{column} AS value, max(v.t) AS brought
              FROM intruders AS v WHERE v.{column} IS NOT NULL GROUP BY ALL
            ),
            held AS (
              SELECT v.asker, v.asked_at, v.value, any_value(v.brought) AS brought,
                max(r.t) FILTER (r.seq <= v.asker AND r.t <= v.asked_at) AS present
              FROM brought AS v LEFT JOIN tape AS r ON {same} AND r.{column} = v.value
              GROUP BY v.asker, v.asked_at, v.value
            )
            SELECT asker, {counts} FROM held GROUP BY asker
        """

    def _again(self) -> str:
        """Gather anew, from the records, what intruders may have shaped and cannot be taken off."""
        measures = [
            m for m in self._measures if not m.aggregate.adds_up and m.aggregate is not Aggregate.DISTINCT
        ]
        doubts = " OR ".join(m.is_doubtful for m in measures) or "FALSE"
        same = " AND ".join(f"r.{key} = d.{key}" for key in self._keys)
        return f"""
            CREATE OR REPLACE TEMP TABLE again AS
            WITH doubtful AS (
              SELECT b.seq AS asker, b.asked_at, {", ".join(f"b.{key}" for key in self._keys)}
              FROM frames AS b JOIN intrusions AS i ON b.seq = i.asker WHERE {doubts}
            )
            SELECT asker{"".join(f", {m.of_rows}" for m in measures)}
            FROM doubtful AS d LEFT JOIN (SELECT * EXCLUDE (asked_at) FROM tape) AS r
              ON {same} AND r.counts AND r.t <= d.asked_at AND r.seq <= d.asker
            GROUP BY asker, asked_at
        """

    def _answers(self) -> str:
        mended = ", ".join(f"{_mended(measure)} AS {measure.name}" for measure in self._measures)
        lost = {m.column for m in self._measures if m.aggregate is Aggregate.DISTINCT}
        joins = " ".join(f"LEFT JOIN lost_{column} ON lost_{column}.asker = b.seq" for column in sorted(lost))
        answers = ", ".join(self._answer(feature) for feature in self.asked)
        return f"""
            CREATE OR REPLACE TEMP TABLE {self.table} AS
            WITH mended AS (
              SELECT b.seq, b.asked_at, b.newest, {mended}
              FROM frames AS b LEFT JOIN intrusions AS i ON i.asker = b.seq
                LEFT JOIN again ON again.asker = b.seq {joins}
            )
            SELECT seq, {answers} FROM mended
        """

    def _answer(self, feature: WindowFeature) -> str:
        """Write a feature's value; missing when the event is so late that what it asks may be forgotten."""
        value = answer(feature.operation, self._quantities[feature.quantity], feature.window)
        kept = self.lateness + (0 if feature.window == EVER else max(self.plan.widths))
        in_full = f"asked_at - {feature.window} >= newest - {kept}"
        return f"CASE WHEN {in_full} THEN {value} END AS {quoted(feature.name)}"


def _series_key(series: Series, at: int) -> str:
    arms = " ".join(f"WHEN '{kind}' THEN {quoted(key[at])}" for kind, key in series.gathers.items())
    key = f'CASE "type" {arms} END'
    return f"CASE WHEN {_condition(series.where)} THEN {key} END" if series.where else key


def _quantity(quantity: Quantity) -> str:
    value = "1::BIGINT"
    if quantity.of is not None:
        is_text = FIELDS[quantity.of].kind is Kind.TEXT
        value = quoted(quantity.of) if is_text else f"{quoted(quantity.of)}::BIGINT"
    return f"CASE WHEN {_condition(quantity.where)} THEN {value} END" if quantity.where else value


def _condition(where: Expression) -> str:
    return to_sql(where).sql("duckdb")


def _mended(measure: Measure) -> str:
    ours = f"b.{measure.name}"
    if measure.aggregate.adds_up:
        return f"{ours} - coalesce(i.{measure.name}, 0)"
    if measure.aggregate is Aggregate.DISTINCT:
        return f"{ours} - coalesce(lost_{measure.column}.{measure.name}, 0)"
    return f"CASE WHEN again.asker IS NULL THEN {ours} ELSE again.{measure.name} END"


def quoted(name: str) -> str:
    """Write a name as SQL does."""
    return '"' + name.replace('"', '""') + '"'

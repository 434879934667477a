"""Figures read: whole months from the rows of months, what is left from those of days."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Engine, and_, func, or_, select

from zhamen.adapters.sql.engine import reading
from zhamen.adapters.sql.schema_views import figures, units
from zhamen.adapters.sql.scoping import within
from zhamen.adapters.sql.views.codes import CHANNELS, OUTCOMES, channel_at
from zhamen.adapters.sql.views.figures import DAY, MONTH, month_of
from zhamen.adapters.sql.views.worth import MEASURES
from zhamen.organisation.scope import Scope
from zhamen.ports.figures import BROKEN_DOWN, Dimension, FigureQuery, FigureRow, Figures

__all__ = ["SqlFigures"]

_EPOCH: Final = date(1970, 1, 1)
_f: Final = figures.c
_COLUMNS: Final[dict[str, tuple[ColumnElement[Any], Callable[[Any], str]]]] = {
    "day": (_f.day, lambda day: _date_at(day).isoformat()),
    "month": (_f.day, lambda day: _date_at(month_of(day)).isoformat()),
    "channel": (_f.channel, channel_at),
    "outcome": (_f.outcome, lambda severity: OUTCOMES[severity].value),
    "scam": (_f.scam, str),
}


class SqlFigures:
    """Figures in SQLite or PostgreSQL; see the port `FigureStore`.

    Notes
    -----
    Every unit has rows of its own with all that is below it, so a scope costs as much as its top.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def figures(self, scope: Scope, wanted: FigureQuery, by: Dimension = "total") -> Sequence[FigureRow]:
        """Give figures by a dimension, in the order of its values."""
        period = _period(wanted.since, wanted.until, by_day=by == "day")
        conditions = [period, *_conditions(wanted)]
        with reading(self._engine) as connection:
            if by == "unit":
                return _by_unit(connection, scope, conditions)
            column, named = _COLUMNS.get(by, (None, _nothing))
            return _rows(connection, column, named, [_f.unit.in_(_tops(connection, scope)), *conditions])

    def breakdown(self, scope: Scope, wanted: FigureQuery) -> Mapping[Dimension, Sequence[FigureRow]]:
        """Give what `figures` does for ``total`` and each of `BROKEN_DOWN`, with one question."""
        conditions = [_period(wanted.since, wanted.until, by_day=False), *_conditions(wanted)]
        columns = [_f.currency, *(_COLUMNS[by][0] for by in BROKEN_DOWN)]
        sums = [func.sum(_f[name]) for name in MEASURES]
        with reading(self._engine) as connection:
            conditions.append(_f.unit.in_(_tops(connection, scope)))
            rows = connection.execute(select(*columns, *sums).where(*conditions).group_by(*columns)).all()
        parts: dict[Dimension, Sequence[FigureRow]] = {}
        for at, by in enumerate(("total", *BROKEN_DOWN)):
            name = _COLUMNS[by][1] if by in _COLUMNS else _nothing
            parts[by] = _summed((name(row[at]), row[0], row[len(columns) :]) for row in rows)
        return parts


def _tops(connection: Connection, scope: Scope) -> Sequence[int]:
    return connection.scalars(select(units.c.number).where(units.c.path.in_(scope.paths))).all()


def _by_unit(
    connection: Connection, scope: Scope, conditions: Sequence[ColumnElement[bool]]
) -> list[FigureRow]:
    """Give a row for each unit directly below a scope, and one for what is left for its own unit."""
    inside = connection.execute(select(units.c.number, units.c.path).where(within(units.c.path, scope)))
    paths = {
        row.number: row.path
        for row in inside
        if row.path in scope.paths or row.path.rpartition("/")[0] in scope.paths
    }
    rows = _rows(connection, _f.unit, paths.__getitem__, [_f.unit.in_(paths), *conditions])
    own = {(row.value, row.currency): row.figures for row in rows if row.value in scope.paths}
    kept = [row for row in rows if row.value not in scope.paths]
    for row in kept:
        above = row.value.rpartition("/")[0], row.currency
        own[above] = _less(own[above], row.figures)
    mine = [FigureRow(path, currency, left) for (path, currency), left in own.items() if left != Figures()]
    return sorted([*mine, *kept], key=lambda row: (row.value, row.currency))


def _rows(
    connection: Connection,
    column: ColumnElement[Any] | None,
    named: Callable[[Any], str],
    conditions: Sequence[ColumnElement[bool]],
) -> list[FigureRow]:
    """Sum by a column and the currency; values of one name come together."""
    sums = [func.sum(_f[name]) for name in MEASURES]
    keys: list[ColumnElement[Any]] = [_f.currency] if column is None else [_f.currency, column]
    asked = select(*keys, *sums).where(*conditions).group_by(*keys)
    return _summed((named(row[len(keys) - 1]), row[0], row[len(keys) :]) for row in connection.execute(asked))


def _summed(parts: Iterable[tuple[str, str, Sequence[Any]]]) -> list[FigureRow]:
    """Sum what has one name in one currency."""
    found: dict[tuple[str, str], list[int]] = {}
    for value, currency, measures in parts:
        key, values = (value, currency), [int(each) for each in measures]
        found[key] = [a + b for a, b in zip(found[key], values, strict=True)] if key in found else values
    return [
        FigureRow(value, currency, Figures(**dict(zip(MEASURES, values, strict=True))))
        for (value, currency), values in sorted(found.items())
    ]


def _nothing(_: object) -> str:
    return ""


def _conditions(wanted: FigureQuery) -> Iterable[ColumnElement[bool]]:
    if wanted.channel is not None:
        yield _f.channel == CHANNELS.get(wanted.channel or None, -1)
    if wanted.scam is not None:
        yield _f.scam == wanted.scam
    if wanted.outcomes:
        yield _f.outcome.in_([outcome.severity for outcome in wanted.outcomes])


def _period(since: date, until: date, *, by_day: bool) -> ColumnElement[bool]:
    """Give the condition that a row is of a period: whole months by their rows, unless days are asked for."""
    first, end = _day_of(since), _day_of(until)
    start = first if first == month_of(first) else _day_of(_next_month(since))
    stop = month_of(end)
    if by_day or start >= stop:
        return and_(_f.span == DAY, _f.day >= first, _f.day < end)
    parts = ((MONTH, start, stop), (DAY, first, start), (DAY, stop, end))
    return or_(*(and_(_f.span == span, _f.day >= a, _f.day < b) for span, a, b in parts if a < b))


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def _day_of(day: date) -> int:
    return (day - _EPOCH).days


def _date_at(day: int) -> date:
    return _EPOCH + timedelta(days=day)


def _less(whole: Figures, part: Figures) -> Figures:
    return Figures(**{name: getattr(whole, name) - getattr(part, name) for name in MEASURES})

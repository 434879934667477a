"""Figures read by period, dimension and unit, in SQLite and PostgreSQL."""

from collections import Counter
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine

from zhamen.adapters.sql.views.dashboard import SqlFigures
from zhamen.adapters.sql.views.store import SqlProjections
from zhamen.adapters.sql.views.worth import MEASURES
from zhamen.gate.decision import Outcome
from zhamen.organisation.scope import Scope
from zhamen.ports.figures import BROKEN_DOWN, Dimension, FigureQuery, FigureRow, Figures
from zhamen.testing import SMALL_BANK, make_decided

START, END = date(2026, 3, 1), date(2026, 6, 1)
ALL = FigureQuery(since=START, until=END)
HEAD = Scope("HQ")


@pytest.fixture(scope="module")
def figures(module_engine: Engine) -> SqlFigures:
    """The figures of some two months."""
    SqlProjections(module_engine, lambda: SMALL_BANK, utc_offset_minutes=480).apply(make_decided(900, 5))
    return SqlFigures(module_engine)


def added(rows: list[FigureRow]) -> Figures:
    sums: Counter[str] = Counter()
    for row in rows:
        sums.update({name: getattr(row.figures, name) for name in MEASURES})
    return Figures(**{name: sums[name] for name in MEASURES})


def total(figures: SqlFigures, scope: Scope, wanted: FigureQuery) -> Figures:
    return added(list(figures.figures(scope, wanted)))


@pytest.mark.parametrize("by", ["month", "day", "channel", "outcome", "scam", "unit"])
@pytest.mark.parametrize("path", ["HQ", "HQ/B01", "HQ/B01/B01-001"])
def test_every_dimension_adds_up_to_the_total(figures: SqlFigures, by: Dimension, path: str) -> None:
    whole = total(figures, Scope(path), ALL)
    assert whole.payments > 0
    assert whole.incidents > 0
    rows = list(figures.figures(Scope(path), ALL, by))
    assert added(rows) == whole
    assert [row.value for row in rows] == sorted({row.value for row in rows})


@pytest.mark.parametrize(("since", "days"), [(5, 3), (5, 30), (1, 31), (17, 45), (31, 60), (40, 0)])
def test_a_period_is_the_sum_of_its_days(figures: SqlFigures, since: int, days: int) -> None:
    start = START + timedelta(days=since - 1)
    wanted = FigureQuery(since=start, until=start + timedelta(days=days))
    by_day = {row.value: row for row in figures.figures(HEAD, ALL, "day")}
    inside = [row for day, row in by_day.items() if wanted.since <= date.fromisoformat(day) < wanted.until]
    assert total(figures, HEAD, wanted) == added(inside)
    assert added(list(figures.figures(HEAD, wanted, "month"))) == added(inside)


def test_a_unit_is_divided_into_those_directly_below_and_what_is_its_own(figures: SqlFigures) -> None:
    rows = figures.figures(HEAD, ALL, "unit")
    assert [row.value for row in rows] == ["HQ", "HQ/B01", "HQ/B02"]
    for row in rows[1:]:
        assert row.figures == total(figures, Scope(row.value), ALL)


def test_drilling_down_keeps_what_was_chosen(figures: SqlFigures) -> None:
    mobile = FigureQuery(since=START, until=END, channel="mobile")
    by_channel = {row.value: row.figures for row in figures.figures(HEAD, ALL, "channel")}
    assert total(figures, HEAD, mobile) == by_channel["mobile"]
    assert total(figures, HEAD, FigureQuery(since=START, until=END, channel="")) == by_channel[""]
    held = FigureQuery(since=START, until=END, outcomes=(Outcome.HOLD, Outcome.DECLINE), scam="mule")
    rows = figures.figures(HEAD, held, "outcome")
    assert {row.value for row in rows} == {"hold", "decline"}


@pytest.mark.parametrize("path", ["HQ", "HQ/B01", "HQ/B01/B01-001", "HQ/B03"])
@pytest.mark.parametrize(
    "wanted", [ALL, FigureQuery(since=START + timedelta(days=9), until=END, channel="mobile", scam="mule")]
)
def test_a_breakdown_is_what_each_dimension_gives(
    figures: SqlFigures, path: str, wanted: FigureQuery
) -> None:
    expected = {by: figures.figures(Scope(path), wanted, by) for by in ("total", *BROKEN_DOWN)}
    assert figures.breakdown(Scope(path), wanted) == expected


def test_a_net_loss_is_what_was_lost_and_not_returned(figures: SqlFigures) -> None:
    whole = total(figures, HEAD, ALL)
    assert 0 < whole.returned_minor < whole.lost_minor
    assert whole.net_loss_minor == whole.lost_minor - whole.returned_minor


def test_another_unit_sees_nothing_of_it(figures: SqlFigures) -> None:
    assert figures.figures(Scope("HQ/B03"), ALL) == []
    assert figures.figures(Scope("HQ/B0"), ALL, "unit") == []

"""A run recorded in Parquet, and its features computed anew by DuckDB."""

# ruff: noqa: S608  # made of the names of a checked plan and of a path, quoted

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import duckdb

from zhamen.adapters.duck.feature_sql import FeatureSql
from zhamen.adapters.duck.tape import quoted
from zhamen.core.errors import UnreadableFile
from zhamen.features.plan import Plan
from zhamen.ports.recomputation import Comparison, Difference

__all__ = ["ParquetRun", "open_run"]

_SHOWN: Final = 5
"""Differing events given for each feature."""


class ParquetRun:
    """Events with the feature values they were decided with; made by `open_run`.

    Memory is bounded by DuckDB, which puts aside on disk what does not fit.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, path: Path) -> None:
        self._connection: Final = connection
        self._path: Final = path
        self._source: Final = f"read_parquet({_text(_pattern(path))}, union_by_name = true)"
        described = self._query(f"DESCRIBE SELECT * FROM {self._source}")
        self.columns: Final = tuple(str(row[0]) for row in described)
        self.events: Final = self._check()

    def _check(self) -> int:
        lacking = [name for name in ("seq", "occurred_at", "type") if name not in self.columns]
        if lacking:
            raise UnreadableFile(
                f"{self._path} has no column {lacking[0]}; give a run written by zhamen replay --record"
            )
        ((events, places, timeless, low, high),) = self._query(
            "SELECT count(*), count(DISTINCT seq), count(*) FILTER (occurred_at IS NULL), min(seq), max(seq)"
            f" FROM {self._source}"
        )
        if events != places or timeless:
            what = "an event without occurred_at" if timeless else "a seq that is missing or stands twice"
            raise UnreadableFile(f"{self._path} has {what}; record the run anew")
        if events and not 0 <= low <= high < 2**32:
            raise UnreadableFile(f"{self._path} has a seq outside 0 to 2^32; record the run anew")
        return int(events)

    def compare(self, plan: Plan, tolerances: Mapping[str, float]) -> Iterator[Comparison]:
        """Compute the features of `plan` anew and compare them with those recorded, one after the other.

        Notes
        -----
        Each series is read once per role; its features are compared as soon as it is done, those
        that relate several at the end.
        """
        sql = FeatureSql(plan)
        self._query(sql.events(self._source, self.columns))
        asked = set(plan.names)
        for read in sql.reads:
            for statement in read.statements():
                self._query(statement)
            names = tuple(feature.name for feature in read.asked if feature.name in asked)
            yield from self._compare(sql, names, tolerances)
        derived = (feature.name for _, feature in plan.derived)
        for name in derived:
            yield from self._compare(sql, (name,), tolerances)

    def _compare(
        self, sql: FeatureSql, names: tuple[str, ...], tolerances: Mapping[str, float]
    ) -> Iterator[Comparison]:
        if not names:
            return
        differs = {name: _differs(name, tolerances[name]) for name in names}
        counts = ", ".join(f"count(*) FILTER ({test})" for test in differs.values())
        both = f"({sql.select(names)}) AS ours JOIN {self._source} AS theirs USING (seq)"
        ((rows, *found),) = self._query(f"SELECT count(*), {counts} FROM {both}")
        for name, count in zip(names, found, strict=True):
            first = self._first(both, name, differs[name]) if count else ()
            yield Comparison(name, int(rows), int(count), first)

    def _first(self, both: str, name: str, test: str) -> tuple[Difference, ...]:
        values = f"{_known(f'theirs.{quoted(name)}')}, ours.{quoted(name)}"
        rows = self._query(f"SELECT seq, {values} FROM {both} WHERE {test} ORDER BY seq LIMIT {_SHOWN}")
        return tuple(Difference(*row) for row in rows)

    def _query(self, sql: str) -> list[tuple[Any, ...]]:
        try:
            return self._connection.execute(sql).fetchall()
        except duckdb.Error as error:
            cause = str(error).partition("\n")[0]
            raise UnreadableFile(f"{self._path} cannot be read as a recorded run: {cause}") from error


@contextmanager
def open_run(path: Path) -> Iterator[ParquetRun]:
    """Open a recorded run: a Parquet file, or a folder of them.

    Raises
    ------
    UnreadableFile
        There is none, it is not Parquet, or it lacks what every run has.
    """
    if not path.exists():
        raise UnreadableFile(f"there is no {path}; record a run with zhamen replay --record")
    if path.is_dir() and not any(path.glob("*.parquet")):
        raise UnreadableFile(f"there is no Parquet file in {path}; record a run with zhamen replay --record")
    with TemporaryDirectory(prefix="zhamen-verify-") as aside:
        config: dict[str, str | bool | int | float | list[str]] = {
            "temp_directory": aside,
            "autoinstall_known_extensions": False,
        }
        with duckdb.connect(config=config) as connection:
            yield ParquetRun(connection, path)


def _pattern(path: Path) -> str:
    return str(path / "*.parquet") if path.is_dir() else str(path)


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _known(column: str) -> str:
    """Write a recorded value; NaN is missing too."""
    return f"CASE WHEN NOT isnan({column}::DOUBLE) THEN {column}::DOUBLE END"


def _differs(name: str, tolerance: float) -> str:
    ours, theirs = f"ours.{quoted(name)}", _known(f"theirs.{quoted(name)}")
    apart = f"abs({ours} - {theirs}) > {tolerance!r} * greatest(abs({ours}), abs({theirs}))"
    return f"({ours} IS NULL) <> ({theirs} IS NULL) OR coalesce({apart}, FALSE)"

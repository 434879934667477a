"""How fast the rules of the starter pack are asked, of one event and of many."""

from collections.abc import Callable
from time import perf_counter
from typing import Final

import duckdb
import numpy as np

from benchmarks.result import Result
from zhamen.adapters.packs import read_pack
from zhamen.events.batch import Column, Numbers, Texts
from zhamen.events.fields import FIELDS, Kind
from zhamen.expressions.columns import evaluate
from zhamen.expressions.scalar import compile_row
from zhamen.expressions.sql import to_sql
from zhamen.expressions.tree import Expression
from zhamen.gate.pack import load_pack

__all__ = ["run"]

_SIZE: Final = 100_000
_SEED: Final = 1


def _best(work: Callable[[], object], times: int = 5) -> float:
    """Give the seconds of the fastest of some runs, after one that does not count."""
    work()
    seconds = []
    for _ in range(times):
        start = perf_counter()
        work()
        seconds.append(perf_counter() - start)
    return min(seconds)


def _columns(rules: list[Expression]) -> dict[str, Column]:
    """Fill what the rules read; one value in ten is missing."""
    dice = np.random.default_rng(_SEED)
    columns: dict[str, Column] = {}
    for name in sorted({name for rule in rules for name in rule.names}):
        field = FIELDS.get(name)
        known = dice.random(_SIZE) > 0.1
        if field is not None and field.kind is Kind.TEXT:
            texts = field.choices or tuple(f"T{number}" for number in range(1000))
            codes = np.where(known, dice.integers(0, len(texts), _SIZE), -1)
            columns[name] = Texts(codes.astype(np.int32), texts)
        elif field is not None and field.kind is Kind.FLAG:
            columns[name] = Numbers(dice.integers(0, 2, _SIZE), known)
        elif field is not None:
            columns[name] = Numbers(dice.integers(0, 10**7, _SIZE), known)
        else:
            columns[name] = Numbers(dice.random(_SIZE) * 10.0 ** dice.integers(0, 8, _SIZE), known)
    return columns


def _values(name: str, column: Column, size: int) -> list[object]:
    if isinstance(column, Texts):
        return [None if code < 0 else column.values[code] for code in column.codes[:size].tolist()]
    convert = bool if name in FIELDS and FIELDS[name].kind is Kind.FLAG else lambda value: value
    pairs = zip(column.values[:size].tolist(), column.known[:size].tolist(), strict=True)
    return [convert(value) if known else None for value, known in pairs]


def _one_event(rules: list[Expression], columns: dict[str, Column]) -> Result:
    names = list(columns)
    values = [_values(name, columns[name], 1000) for name in names]
    rows = list(zip(*values, strict=True))
    together = compile_row(rules, names)
    alone = [compile_row([rule], names) for rule in rules]
    seconds = _best(lambda: [together(row) for row in rows])
    one_by_one = _best(lambda: [[rule(row) for rule in alone] for row in rows])
    return Result(
        "EXPR-01",
        f"{len(rules)} rules on one event",
        seconds / len(rows) * 1e6,
        "µs",
        {"one function a rule": one_by_one / seconds},
        "1,000 rows, one value in ten missing",
    )


def _many_events(rules: list[Expression], columns: dict[str, Column]) -> Result:
    seconds = _best(lambda: [evaluate(rule, columns, _SIZE) for rule in rules], 3)
    with duckdb.connect(config={"threads": 1}) as connection:
        in_columns = {name: _values(name, column, _SIZE) for name, column in columns.items()}
        kinds = {name: FIELDS[name].kind if name in FIELDS else Kind.NUMBER for name in columns}
        types = {Kind.TEXT: "VARCHAR", Kind.FLAG: "BOOLEAN", Kind.NUMBER: "DOUBLE"}
        schema = ", ".join(f'"{name}" {types.get(kinds[name], "BIGINT")}' for name in columns)
        connection.execute(f"CREATE TABLE rows_ ({schema})")
        connection.executemany(
            f"INSERT INTO rows_ VALUES ({', '.join('?' * len(columns))})",  # noqa: S608
            list(zip(*in_columns.values(), strict=True))[: _SIZE // 10],
        )
        connection.execute("INSERT INTO rows_ SELECT rows_.* FROM rows_, range(9)")
        hits = ", ".join(f"count(*) FILTER ({to_sql(rule).sql('duckdb')})" for rule in rules)
        in_sql = _best(lambda: connection.execute(f"SELECT {hits} FROM rows_").fetchall(), 3)  # noqa: S608
    return Result(
        "EXPR-02",
        f"{len(rules)} rules on columns",
        _SIZE / seconds,
        "events/s",
        {"DuckDB, one thread": in_sql / seconds},
        f"{_SIZE:,} rows at once, one core",
    )


def run() -> list[Result]:
    """Measure both executors with the rules of the starter pack."""
    rules = [rule.when for rule in load_pack(read_pack("starter"), "starter").rules]
    columns = _columns(rules)
    return [_one_event(rules, columns), _many_events(rules, columns)]

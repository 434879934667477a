"""How fast features are kept and read: beside DuckDB and Polars, of many series, of one event, in bytes.

The other tools get the same events, and their values are compared with ours to the last bit.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter, perf_counter_ns
from typing import Any, Final

import duckdb
import numpy as np
import numpy.typing as npt

from benchmarks.result import Result
from zhamen.adapters.packs import read_pack
from zhamen.core.instants import parse_width
from zhamen.events.batch import Batch, Column, Numbers, Texts
from zhamen.events.fields import FIELDS, Kind
from zhamen.features.definitions import Definitions, Operation, Quantity, Series, WindowFeature
from zhamen.features.plan import Plan
from zhamen.features.state import FeatureState
from zhamen.gate.pack import load_pack

__all__ = ["run"]

_EVENTS: Final = 2_000_000
_KEYS: Final = 100_000
_STARTER: Final = 500_000
_SINGLE: Final = 50_000
_HOUR: Final = 3_600_000_000
_MONTH: Final = 30 * 24 * _HOUR
_WIDTHS: Final = ("1h", "1d", "7d", "30d")
_ROUNDS: Final = 3
"""Every tool has as many, and its best counts."""
_POLARS_FOR: Final = 90.0
"""Seconds after which Polars is stopped."""

_Values = npt.NDArray[np.float64]


def run() -> list[Result]:
    """Measure every scenario of the kernel."""
    plan, payments = Plan(_sixteen()), _payments(_EVENTS)
    whole, state = _rate(plan, payments)
    values = FeatureState(plan).advance_batch(payments).values
    duckdb_rate = _duckdb_rate(payments, values)
    polars_rate, polars_note = _polars_rate(payments, values)
    ratios = {"DuckDB window functions, 1 thread": whole / duckdb_rate}
    if polars_rate:
        ratios["Polars rolling, 1 thread"] = whole / polars_rate
    memory = state.memory
    return [
        Result(
            "KERNEL-01",
            f"16 values an event, {_EVENTS:,} events of {_KEYS:,} keys, in batch",
            whole,
            "events/s",
            ratios,
            f"all values equal; {polars_note}",
        ),
        *_starter(),
        Result(
            "KERNEL-04",
            "memory of a record: ring, extremes and distinct values",
            memory.bytes_per_record,
            "bytes",
            note=f"{sum(memory.records.values()):,} live records; a key's row is"
            f" {memory.bytes_per_key:.0f} bytes; {memory.live_bytes:,} bytes live in all",
        ),
    ]


def _sixteen() -> Definitions:
    asked = (
        ("sent", Operation.COUNT),
        ("sent", Operation.SUM),
        ("payees", Operation.DISTINCT),
        ("sent", Operation.MAX),
    )
    return Definitions(
        (Series("out", {"transfer": ("debtor_account_id",)}),),
        (Quantity("sent", "out", "amount_minor"), Quantity("payees", "out", "creditor_account_id")),
        tuple(
            WindowFeature("debtor_account", quantity, operation, parse_width(width))
            for width in _WIDTHS
            for quantity, operation in asked
        ),
        allowed_lateness=0,
    )


def _payments(size: int) -> Batch:
    """Make a month of transfers in order; a tenth of the debtors send half of them."""
    dice = np.random.default_rng(2026)
    debtors = dice.permutation(_KEYS)[(_KEYS * dice.random(size) ** 3.3).astype(np.int64)]
    creditors = (debtors * 31 + dice.integers(0, 20, size) ** 2) % _KEYS
    times = np.sort(
        dice.choice(_MONTH, size, replace=False) if size < 1000 else dice.integers(0, _MONTH, size)
    )
    times += np.arange(size)  # no two at one instant: SQL would let each see the other
    return Batch(
        size,
        {
            "occurred_at": _all_known(times),
            "type": Texts(np.zeros(size, np.int32), ("transfer",)),
            "amount_minor": _all_known(dice.integers(100, 5_000_000, size)),
            "debtor_account_id": Texts(debtors.astype(np.int32), _accounts("D")),
            "creditor_account_id": Texts(creditors.astype(np.int32), _accounts("C")),
        },
    )


def _accounts(letter: str) -> tuple[str, ...]:
    return tuple(f"62220200{letter}{at:08d}" for at in range(_KEYS))


def _all_known(values: npt.NDArray[np.int64]) -> Numbers:
    return Numbers(values, np.ones(values.size, np.bool_))


def _rate(plan: Plan, batch: Batch) -> tuple[float, FeatureState]:
    """Give the best rate of some rounds, everything included from columns in to columns out."""
    best = 0.0
    for _ in range(_ROUNDS):
        state = FeatureState(plan)
        start = perf_counter()
        state.advance_batch(batch)
        best = max(best, batch.size / (perf_counter() - start))
    return best, state


def _frame(batch: Batch) -> dict[str, npt.NDArray[np.int64]]:
    """Give the columns of the sixteen features as whole numbers, which suits the other tools best."""
    return {
        "t": np.asarray(batch.numbers("occurred_at").values, np.int64),
        "k": batch.texts("debtor_account_id").codes.astype(np.int64),
        "p": batch.texts("creditor_account_id").codes.astype(np.int64),
        "a": np.asarray(batch.numbers("amount_minor").values, np.int64),
    }


def _duckdb_rate(batch: Batch, values: _Values) -> float:
    connection = duckdb.connect()
    connection.execute("SET threads = 1; SET enable_progress_bar = false")
    frame = _frame(batch)
    connection.register("given", frame)
    connection.execute("CREATE TABLE payments AS SELECT * FROM given")
    over = "PARTITION BY k ORDER BY t RANGE BETWEEN {} PRECEDING AND CURRENT ROW"
    columns = ", ".join(
        f"{call} OVER ({over.format(parse_width(width) - 1)})"
        for width in _WIDTHS
        for call in ("count(a)", "sum(a)", "count(DISTINCT p)", "max(a)")
    )
    seconds = []
    for _ in range(_ROUNDS):
        start = perf_counter()
        found = connection.execute(f"SELECT t, {columns} FROM payments").fetchnumpy()  # noqa: S608  # our own text
        seconds.append(perf_counter() - start)
    results = list(found.values())
    order = np.argsort(np.asarray(results[0]))
    for at, result in enumerate(results[1:]):
        assert np.array_equal(np.asarray(result, np.float64)[order], values[:, at])
    return batch.size / min(seconds)


_POLARS: Final = """
import json, sys, time
import numpy as np, polars as pl
given = np.load(sys.argv[1])
frame = pl.DataFrame({name: given[name] for name in "tkpa"})
seconds = []
for _ in range(int(sys.argv[4])):
    start = time.perf_counter()
    columns = []
    for width in json.loads(sys.argv[2]):
        found = frame.rolling("t", period=f"{width}i", group_by="k").agg(
            pl.col("a").count().alias("count"), pl.col("a").sum().alias("sum"),
            pl.col("p").n_unique().alias("distinct"), pl.col("a").max().alias("max"))
        columns.append(found)
    seconds.append(time.perf_counter() - start)
values = [found.sort("t").select(name).to_series().to_numpy() for found in columns
          for name in ("count", "sum", "distinct", "max")]
np.save(sys.argv[3], np.array(values, np.float64).T)
print(min(seconds))
"""


def _polars_rate(batch: Batch, values: _Values) -> tuple[float, str]:
    """Run Polars on one thread, which it only takes from the environment of a new process."""
    with tempfile.TemporaryDirectory() as folder:
        given, found = Path(folder, "given.npz"), Path(folder, "found.npy")
        np.savez(given, **_frame(batch))  # type: ignore[arg-type]
        widths = json.dumps([parse_width(width) for width in _WIDTHS])
        try:
            done = subprocess.run(
                [sys.executable, "-c", _POLARS, str(given), widths, str(found), str(_ROUNDS)],
                env={**os.environ, "POLARS_MAX_THREADS": "1"},
                capture_output=True,
                text=True,
                check=True,
                timeout=_POLARS_FOR,
            )
        except subprocess.TimeoutExpired:
            return 0.0, f"Polars was stopped after {_POLARS_FOR:.0f} s"
        assert np.array_equal(np.load(found), values)
    return batch.size / float(done.stdout), "Polars says all 16 with rolling"


def _starter() -> list[Result]:
    definitions = load_pack(read_pack("starter"), "starter").definitions
    plan, events = Plan(definitions), _bank_month(_STARTER + _SINGLE)
    batch = events[:_STARTER]
    rate, state = _rate(plan, batch)
    rows = _rows(plan, events[_STARTER:])
    times = np.array([_timed(state.advance, row) for row in rows]) / 1000
    memory = state.memory
    title = f"{len(plan.names)} features of the starter pack over {len(plan.series)} series"
    p50, p99 = np.percentile(times, [50, 99])
    return [
        Result(
            "KERNEL-02",
            f"{title}, in batch",
            rate,
            "events/s",
            note=f"{batch.size:,} events; {memory.bytes_per_record:.0f} bytes a record in"
            f" {sum(memory.records.values()):,} records, {memory.bytes_per_key:.0f} a key in"
            f" {sum(memory.keys.values()):,} keys",
        ),
        Result("KERNEL-03", f"{title}, one event, p50", float(p50), "µs", note=f"p99 {p99:.1f} µs"),
    ]


def _timed(advance: Callable[[tuple[object, ...]], object], row: tuple[object, ...]) -> int:
    start = perf_counter_ns()
    advance(row)
    return perf_counter_ns() - start


def _bank_month(size: int) -> Batch:
    """Make events of the kinds that a bank sees most, spread over a month, for the starter pack."""
    dice = np.random.default_rng(7)
    payments = _payments(size)
    kinds = ("transfer", "login", "payee_added", "account_credited", "cash_withdrawal")
    types = dice.choice(len(kinds), size, p=(0.6, 0.25, 0.03, 0.07, 0.05)).astype(np.int32)
    debtors, paying = payments.texts("debtor_account_id"), np.isin(types, (0, 4))
    moving = np.isin(types, (0, 3, 4))
    devices = np.where(np.isin(types, (0, 1)), debtors.codes, -1).astype(np.int32)
    columns: dict[str, Column] = {
        "occurred_at": payments.columns["occurred_at"],
        "type": Texts(types, kinds),
        "account_id": Texts(np.where(paying, -1, debtors.codes).astype(np.int32), debtors.values),
        "debtor_account_id": Texts(np.where(paying, debtors.codes, -1).astype(np.int32), debtors.values),
        "creditor_account_id": _only(payments.texts("creditor_account_id"), types == 0),
        "amount_minor": Numbers(payments.numbers("amount_minor").values, moving),
        "device_id": Texts(devices, tuple(f"device-{at}" for at in range(_KEYS))),
        "customer_id": Texts(np.where(types == 1, debtors.codes, -1).astype(np.int32), debtors.values),
        "credit_source": Texts(np.where(types == 3, 0, -1).astype(np.int32), ("salary",)),
        "succeeded": Numbers(np.ones(size, np.int64), types == 1),
        "local_hour": _all_known(np.asarray(payments.numbers("occurred_at").values, np.int64) // _HOUR % 24),
    }
    return Batch(size, columns)


def _only(texts: Texts, rows: npt.NDArray[np.bool_]) -> Texts:
    return Texts(np.where(rows, texts.codes, -1).astype(np.int32), texts.values)


def _rows(plan: Plan, batch: Batch) -> list[tuple[object, ...]]:
    """Write a batch as the flat rows that one event at a time comes in."""
    columns: list[list[Any]] = []
    for name in plan.fields:
        if FIELDS[name].kind is Kind.TEXT:
            texts = batch.texts(name)
            columns.append([None if code < 0 else texts.values[code] for code in texts.codes.tolist()])
        else:
            numbers = batch.numbers(name)
            pairs = zip(numbers.values.tolist(), numbers.known.tolist(), strict=True)
            columns.append([value if known else None for value, known in pairs])
    return list(zip(*columns, strict=True))

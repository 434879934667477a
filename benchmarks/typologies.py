"""How fast the patterns of mules are told: the month of `benchmarks.networks_month`, edge by edge.

What is counted is compared with dicts and queues in Python and with window functions of DuckDB,
which must give the same. Choose a size with ``ZHAMEN_EDGES=1000000 python -m benchmarks typologies``.
"""

import os
from collections import defaultdict, deque
from importlib import import_module
from importlib.util import find_spec
from time import perf_counter, perf_counter_ns, thread_time
from typing import Final

import duckdb
import numpy as np
import numpy.typing as npt

from benchmarks.networks_month import Month, make_month, with_rings
from benchmarks.result import Result
from zhamen.networks.graph.kinds import AccountKind
from zhamen.networks.graph.live import TransferGraph
from zhamen.networks.graph.postings import Postings
from zhamen.networks.typologies.groups import GroupSettings, dense_groups
from zhamen.networks.typologies.kinds import Typology
from zhamen.networks.typologies.live import Typologies
from zhamen.networks.typologies.names import FIRES, TYPOLOGY_NAMES, TYPOLOGY_WORDS

__all__ = ["run"]

_EDGES: Final = 10_000_000
_BATCH: Final = 2048
_DAY: Final = 86_400_000_000
_COMPARED: Final = 500_000
"""Of the first edges, for what takes microseconds each."""
_SINGLE: Final = 200_000
_STEP: Final = 7_919
"""Between two identities."""

_Rows = npt.NDArray[np.float64]
_COUNTED: Final = (
    "debtor_account_fan_out",
    "debtor_account_fan_out_sum",
    "creditor_account_fan_in",
    "creditor_account_fan_in_sum",
    "debtor_account_splits",
)


def run() -> list[Result]:
    """Measure every scenario of the patterns."""
    month, rounds, scattered = with_rings(make_month(int(os.environ.get("ZHAMEN_EDGES", _EDGES))))
    postings = Postings.of(
        posted_at=month.posted_at,
        kind=np.zeros(len(month.posted_at), np.int64),
        amount_minor=month.amount,
        debtor=month.debtor * _STEP,
        creditor=month.creditor * _STEP,
    )
    _compile(postings)
    unknown, _ = _many(month, postings, known=False)
    known, fired = _many(month, postings, known=True)
    results = [unknown, known, *_one_by_one(month, postings), _compared(month, postings)]
    thefts = range(rounds.start)
    return [
        *results,
        _found(month, fired, thefts, Typology.PASS_THROUGH, "NETWORKS-26", "thefts"),
        _found(month, fired, rounds, Typology.CYCLE, "NETWORKS-27", "rings that send money round"),
        _found(month, fired, scattered, Typology.SCATTER_GATHER, "NETWORKS-28", "rings that scatter it"),
    ]


def _compile(postings: Postings) -> None:
    """Follow a first batch, so that compiling, where it was not done before, is not measured."""
    graph = TransferGraph()
    typologies, again = Typologies(graph), Typologies(graph)
    graph.append_many(Postings(postings.words[:_BATCH]))
    typologies.follow_many(np.empty((_BATCH, len(TYPOLOGY_NAMES))))
    again.follow()


def _bank(month: Month, *, known: bool) -> tuple[TransferGraph, Typologies]:
    """Give an empty graph, where its accounts are known with what they are and, of some, their opening."""
    graph = TransferGraph()
    typologies = Typologies(graph)
    if known:
        merchants, corporates = month.accounts * 3 // 100, month.accounts // 500
        persons = month.accounts - merchants - corporates
        for account in range(persons, month.accounts):
            shop = account < persons + merchants
            graph.enrol(account * _STEP, AccountKind.MERCHANT if shop else AccountKind.PAYROLL)
        for account in range(0, persons, 20):
            typologies.opened(graph.enrol(account * _STEP), int(month.posted_at[0]))
    return graph, typologies


def _many(month: Month, postings: Postings, *, known: bool) -> tuple[Result, npt.NDArray[np.bool_]]:
    """Tell of every transfer; give also which patterns each completes."""
    graph, typologies = _bank(month, known=known)
    rows, seconds = np.empty((_BATCH, len(TYPOLOGY_NAMES))), 0.0
    told, fired = np.zeros(len(TYPOLOGY_NAMES)), np.empty((postings.size, len(Typology)), np.bool_)
    for start in range(0, postings.size, _BATCH):
        graph.append_many(Postings(postings.words[start : start + _BATCH]))
        begun = thread_time()
        size = typologies.follow_many(rows)
        seconds += thread_time() - begun
        told += np.count_nonzero(np.nan_to_num(rows[:size]), axis=0)
        fired[start : start + size] = rows[:size, FIRES:] > 0
    again = Typologies(graph)
    begun = thread_time()
    again.follow()
    caught_up = graph.watermark / (thread_time() - begun)
    shares = dict(zip(TYPOLOGY_NAMES, told / graph.watermark, strict=True))
    complete = ", ".join(
        f"{TYPOLOGY_WORDS[typology][1]} {shares[f'transfer_t{int(typology)}']:.3%}" for typology in Typology
    )
    result = Result(
        f"NETWORKS-{21 if known else 20}",
        f"all patterns of every transfer, kinds of accounts {'known' if known else 'not known'},"
        f" {graph.watermark:,} transfers of {graph.accounts:,} accounts",
        graph.watermark / seconds,
        "edges/s of CPU",
        note=f"batches of {_BATCH:,}; catching up without telling {caught_up:,.0f}/s; state"
        f" {typologies.memory.size_bytes / graph.accounts:.0f} bytes an account; truncated"
        f" {shares['transfer_truncated']:.1%}; complete: {complete}",
    )
    return result, fired


def _found(  # what is counted, and how it is told
    month: Month, fired: npt.NDArray[np.bool_], schemes: range, wanted: Typology, number: str, what: str
) -> Result:
    """Tell in how many schemes each pattern was completed, and how often by everyday payments."""
    planted = (month.scheme >= schemes.start) & (month.scheme < schemes.stop)
    found, notes = {}, []
    for at, typology in enumerate(Typology):
        complete = np.unique(month.scheme[planted & fired[:, at]])
        found[typology] = len(complete) / len(schemes)
        if len(complete):
            notes.append(
                f"{TYPOLOGY_WORDS[typology][1]} {found[typology]:.1%}"
                f" (and {fired[month.scheme < 0, at].mean():.4%} of everyday payments)"
            )
    return Result(
        number,
        f"of {len(schemes):,} planted {what}, a {TYPOLOGY_WORDS[wanted][1]} was completed in",
        float(100 * found[wanted]),
        "%",
        note="; ".join(notes),
    )


def _one_by_one(month: Month, postings: Postings) -> list[Result]:
    graph, typologies = _bank(month, known=False)
    cut = postings.size - min(_SINGLE, postings.size // 2)
    graph.append_many(Postings(postings.words[:cut]))
    typologies.follow()
    times = np.empty(postings.size - cut)
    for at in range(len(times)):
        graph.append_many(Postings(postings.words[cut + at : cut + at + 1]))
        begun = perf_counter_ns()
        typologies.follow()
        typologies.values()
        times[at] = (perf_counter_ns() - begun) / 1000
    p50, p99, p999 = np.percentile(times, [50, 99, 99.9])
    single = Result(
        "NETWORKS-22",
        "all patterns of one transfer, from the call to its row, p50",
        float(p50),
        "µs",
        note=f"p99 {p99:.1f} µs, p99.9 {p999:.1f} µs, most {times.max():,.0f} µs of {len(times):,}",
    )
    return [single, *_afterwards(typologies, graph)]


def _afterwards(typologies: Typologies, graph: TransferGraph) -> list[Result]:
    """Ask for evidence of the newest transfers, and for the groups of the last day."""
    asked = []
    for edge in range(graph.watermark - 200, graph.watermark):
        begun = perf_counter_ns()
        for typology in Typology:
            typologies.evidence(edge, typology)
        asked.append((perf_counter_ns() - begun) / 1e6 / len(Typology))
    since = graph.watermark - graph.watermark // 30
    begun_at = perf_counter()
    groups = dense_groups(graph, since=since, before=graph.watermark, settings=GroupSettings(sources_least=3))
    seconds = perf_counter() - begun_at
    p50, p99 = np.percentile(asked, [50, 99])
    return [
        Result("NETWORKS-23", "evidence of one pattern, p50", float(p50), "ms", note=f"p99 {p99:.1f} ms"),
        Result(
            "NETWORKS-24",
            f"groups of three sources or more with the same targets, {graph.watermark - since:,} transfers",
            seconds,
            "s",
            note=f"{len(groups)} groups",
        ),
    ]


# -- Other ways to count ------------------------------------------------------------------------------


def _compared(month: Month, postings: Postings) -> Result:
    """Count the first transfers each way: what the counters give must be the same."""
    size = min(_COMPARED, postings.size)
    graph, typologies = _bank(month, known=False)
    rows, ours = np.zeros((size, len(TYPOLOGY_NAMES))), 0.0
    for start in range(0, size, _BATCH):
        graph.append_many(Postings(postings.words[start : min(size, start + _BATCH)]))
        begun = thread_time()
        typologies.follow_many(rows[start:])
        ours += thread_time() - begun
    counted = rows[:, [TYPOLOGY_NAMES.index(name) for name in _COUNTED]]
    table = [column[:size] for column in (month.posted_at, month.debtor, month.creditor, month.amount)]
    begun = thread_time()
    plain = _plain(*(column.tolist() for column in table))
    by_python = thread_time() - begun
    begun = thread_time()
    by_sql = _sql(*table)
    by_duckdb = thread_time() - begun
    assert np.array_equal(counted, plain)
    assert np.array_equal(counted, by_sql)
    beside = {
        "Python dicts and a queue, counters only": by_python / ours,
        "DuckDB windows, 1 thread, counters only": by_duckdb / ours,
    }
    if find_spec("snapml") is not None:
        beside["snapml: fans, cycles, scatter-gather, 1 thread"] = _snapml(table) / ours
    return Result(
        "NETWORKS-25",
        f"all patterns, beside the five counters alone by other means, the first {size:,} transfers",
        size / ours,
        "edges/s of CPU",
        beside,
        note=f"Python {size / by_python:,.0f}/s, DuckDB {size / by_duckdb:,.0f}/s; the counters are the same",
    )


def _snapml(table: list[npt.NDArray[np.int64]]) -> float:
    """Give the seconds of snapml's preprocessor, which tells counts by size of pattern and not our values."""
    preprocessor = import_module("snapml").GraphFeaturePreprocessor()
    preprocessor.set_params(
        preprocessor.get_params()
        | {"num_threads": 1, "time_window": 86_400, "vertex_stats": False, "fan": True, "fan_tw": 86_400}
        | {
            "scatter-gather": True,
            "scatter-gather_tw": 6 * 3_600,
            "temp-cycle": True,
            "temp-cycle_tw": 86_400,
        }
    )
    posted_at, debtor, creditor, amount = table
    edges = np.stack(
        [np.arange(len(debtor)), debtor, creditor, posted_at // 1_000_000, amount], axis=1
    ).astype(np.float64)
    begun = perf_counter()
    for start in range(0, len(edges), _BATCH):
        preprocessor.transform(np.ascontiguousarray(edges[start : start + _BATCH]))
    return perf_counter() - begun


def _plain(times: list[int], debtors: list[int], creditors: list[int], amounts: list[int]) -> _Rows:
    """Count with dicts, and a queue of what is in the window."""
    pairs: dict[tuple[int, int], int] = defaultdict(int)
    counters: list[dict[int, int]] = [defaultdict(int) for _ in _COUNTED]
    out_fan, out_sum, in_fan, in_sum, near = counters
    window: deque[tuple[int, int, int, int]] = deque()
    rows = np.empty((len(times), len(_COUNTED)))

    def change(debtor: int, creditor: int, amount: int, sign: int) -> None:
        out_sum[debtor] += sign * amount
        in_sum[creditor] += sign * amount
        if 4_000_000 <= amount < 5_000_000:
            near[debtor] += sign
        before = pairs[debtor, creditor]
        pairs[debtor, creditor] = before + sign
        if before + sign == 0:
            del pairs[debtor, creditor]
        if before == 0 or before + sign == 0:
            out_fan[debtor] += sign
            in_fan[creditor] += sign

    for row, edge in enumerate(zip(times, debtors, creditors, amounts, strict=True)):
        at, debtor, creditor, amount = edge
        while window and window[0][0] <= at - _DAY:
            _, old_debtor, old_creditor, old_amount = window.popleft()
            change(old_debtor, old_creditor, old_amount, -1)
        window.append(edge)
        change(debtor, creditor, amount, 1)
        rows[row] = out_fan[debtor], out_sum[debtor], in_fan[creditor], in_sum[creditor], near[debtor]
    return rows


_RANGE: Final = f"RANGE BETWEEN {_DAY - 1} PRECEDING AND CURRENT ROW"
_WINDOWS: Final = f"""
SELECT count(DISTINCT creditor) OVER paid, sum(amount) OVER paid,
       count(DISTINCT debtor) OVER received, sum(amount) OVER received,
       count(*) FILTER (amount >= 4000000 AND amount < 5000000) OVER paid
FROM edges
WINDOW paid AS (PARTITION BY debtor ORDER BY posted_at {_RANGE}),
       received AS (PARTITION BY creditor ORDER BY posted_at {_RANGE})
ORDER BY posted_at, number
"""  # noqa: S608  # our own numbers


def _sql(*table: npt.NDArray[np.int64]) -> _Rows:
    """Count with window functions."""
    connection = duckdb.connect()
    connection.execute("SET threads = 1; SET enable_progress_bar = false")
    frame = dict(zip(("posted_at", "debtor", "creditor", "amount"), table, strict=True))
    connection.register("given", frame | {"number": np.arange(len(table[0]))})
    connection.execute("CREATE TABLE edges AS SELECT * FROM given")
    columns = connection.execute(_WINDOWS).fetchnumpy()
    return np.stack([np.asarray(column, np.float64) for column in columns.values()], axis=1)

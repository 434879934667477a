"""How fast money is traced: a month of a bank with planted mule schemes, beside other ways to keep a graph.

All engines answer the same question, first in first out, five hops, 72 hours, nothing below 100
yuan, and the edges and amounts that they find are compared. Choose a size with
``ZHAMEN_EDGES=1000000 python -m benchmarks networks``; without, 10 million transfers.
"""

import os
from collections.abc import Callable, Sequence
from time import perf_counter, perf_counter_ns, thread_time
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from benchmarks.networks_month import MONTH, Month, make_month
from benchmarks.networks_peers import HOPS, LEAST, WITHIN, append_some, build, engines
from benchmarks.result import Result
from zhamen.networks.graph.columns import EdgeColumns, columns
from zhamen.networks.graph.live import TransferGraph
from zhamen.networks.graph.postings import Postings
from zhamen.networks.taint import LiveTaint
from zhamen.networks.tracing.request import Seed, TraceRequest
from zhamen.networks.tracing.rules import Rule
from zhamen.networks.tracing.tracer import Tracer

__all__ = ["run"]

_EDGES: Final = 10_000_000
_SEEDS: Final = 200
_SLOW_SEEDS: Final = 12
"""Of each kind, for engines that take a tenth of a second each."""
_ROUNDS: Final = 5
_APPENDED: Final = 20_000


def _request(seed: int, rule: Rule = Rule.FIFO, **more: Any) -> TraceRequest:
    given = {"max_hops": HOPS, "minimum_share": 0.0, "minimum_minor": LEAST, "hub_stop": 0, **more}
    return TraceRequest(seeds=(Seed(seed),), rule=rule, within=WITHIN, **given)


def _timed(ask: Callable[[int], object], seeds: Sequence[int]) -> npt.NDArray[np.float64]:
    """Give the microseconds of each seed."""
    times = []
    for seed in seeds:
        start = perf_counter_ns()
        ask(seed)
        times.append((perf_counter_ns() - start) / 1000)
    return np.array(times)


def _best(ask: Callable[[int], object], seeds: Sequence[int]) -> npt.NDArray[np.float64]:
    """Give the least microseconds of each seed in some rounds, as other work takes its share of the cores."""
    return np.array(np.min([_timed(ask, seeds) for _ in range(_ROUNDS)], axis=0))


def _seeds_of(month: Month, graph: TransferGraph, table: EdgeColumns) -> dict[str, list[int]]:
    dice = np.random.default_rng(8)
    early = np.flatnonzero(table.posted_at < MONTH * 9 // 10)
    large = early[table.amount_minor[early] >= 100_000]
    degrees = np.bincount(table.debtor, minlength=graph.accounts)
    least = min(1000, int(np.sort(degrees)[-20]))
    hubs = early[degrees[table.creditor[early]] >= least]
    chosen = {"mule": month.stolen[month.stolen < early[-1]], "random": large, "hub": hubs}
    return {
        name: dice.choice(rows, min(_SEEDS, len(rows)), replace=False).tolist()
        for name, rows in chosen.items()
    }


def run() -> list[Result]:
    """Measure every scenario of tracing."""
    month = make_month(int(os.environ.get("ZHAMEN_EDGES", _EDGES)))
    postings = Postings.of(
        posted_at=month.posted_at,
        kind=np.zeros(len(month.posted_at), np.int64),
        amount_minor=month.amount,
        debtor=month.debtor * 7_919,
        creditor=month.creditor * 7_919,
    )
    graph = TransferGraph()
    results = [_building(graph, postings, month)]
    table = columns(graph)
    seeds = _seeds_of(month, graph, table)
    tracer = Tracer(graph)
    tracer.trace(_request(seeds["mule"][0]))
    traced, costs = _tracing(graph, tracer, table, seeds)
    results += traced
    results += _rules(tracer, seeds["mule"])
    results.append(_live(month, graph, postings))
    results.append(_appending(postings, costs))
    return results


def _building(graph: TransferGraph, postings: Postings, month: Month) -> Result:
    start, wall = thread_time(), perf_counter()
    graph.append_many(postings)
    seconds, wall = thread_time() - start, perf_counter() - wall
    size = graph.size
    return Result(
        "NETWORKS-01",
        f"append with ledger and both indexes, {size.edges:,} transfers of {size.accounts:,} accounts",
        size.edges / seconds,
        "edges/s of CPU",
        note=f"by identity; {size.edges / wall:,.0f} a second of the clock; {size.edge_bytes:.1f} bytes"
        f" an edge with both indexes, {size.account_bytes:.0f} an account; {len(month.stolen):,} schemes",
    )


def _tracing(
    graph: TransferGraph, tracer: Tracer, table: EdgeColumns, seeds: dict[str, list[int]]
) -> tuple[list[Result], str]:
    """Trace with every engine, one after the other, for each takes much memory; tell what each costs."""
    asked = {seed: _request(seed) for chosen in seeds.values() for seed in chosen}
    ours = {name: _best(lambda seed: tracer.trace(asked[seed]), chosen) for name, chosen in seeds.items()}
    traces = {seed: tracer.trace(request) for seed, request in asked.items()}
    answers = {seed: (trace.size, int(trace.amounts.sum())) for seed, trace in traces.items()}
    theirs: dict[str, dict[str, npt.NDArray[np.float64]]] = {name: {} for name in seeds}
    costs = []
    for engine in engines():
        built = build(engine, table, graph.accounts)
        for name, chosen in seeds.items():
            some = chosen[:_SLOW_SEEDS] if engine.slow else chosen
            assert all(built.kept.trace(seed) == answers[seed] for seed in some), engine.name
            theirs[name][engine.name] = (_timed if engine.slow else _best)(built.kept.trace, some)
        costs.append(
            f"{engine.name} {built.seconds:,.1f} s, {built.edge_bytes:,.0f} B,"
            f" {append_some(engine, built.kept, graph.accounts) * 1e6:,.2f} µs"
        )
        del built
    told = [_told(number, name, ours[name], theirs[name]) for number, name in enumerate(seeds, 2)]
    return told, "; ".join(costs)


def _told(
    number: int, name: str, ours: npt.NDArray[np.float64], theirs: dict[str, npt.NDArray[np.float64]]
) -> Result:
    p50, p99 = np.percentile(ours, [50, 99])
    beside = "; ".join(
        f"{tool} {np.percentile(times, 50):,.0f} / {np.percentile(times, 99):,.0f}"
        for tool, times in theirs.items()
    )
    ratios = {tool: float(np.median(times) / np.median(ours[: len(times)])) for tool, times in theirs.items()}
    return Result(
        f"NETWORKS-{number:02}",
        f"FIFO trace from a {name} seed, 5 hops, 72 h, p50",
        float(p50),
        "µs",
        ratios,
        f"p99 {p99:,.0f} µs; p50 / p99 of the others: {beside}; the slow ones of {_SLOW_SEEDS} seeds",
    )


def _appending(postings: Postings, costs: str) -> Result:
    """Append one by one, and tell what it takes the others to keep the transfers."""
    graph = TransferGraph()
    start = perf_counter()
    for at in range(_APPENDED):
        graph.append_many(Postings(postings.words[at : at + 1]))
    append = (perf_counter() - start) / _APPENDED * 1e6
    return Result(
        "NETWORKS-11",
        "one transfer appended by a call of its own",
        append,
        "µs",
        note=f"with ledger and both indexes; the others build, keep an edge and append one in: {costs}",
    )


def _rules(tracer: Tracer, seeds: list[int]) -> list[Result]:
    results = []
    for number, rule in enumerate(Rule):
        asked = {
            seed: _request(seed, rule, max_hops=8, minimum_share=0.01, minimum_minor=1, hub_stop=2000)
            for seed in seeds
        }
        times = _best(lambda seed, asked=asked: tracer.trace(asked[seed]), seeds)  # type: ignore[misc]
        pieces = [tracer.trace(request).size for request in asked.values()]
        p50, p99 = np.percentile(times, [50, 99])
        results.append(
            Result(
                f"NETWORKS-{number + 5:02}",
                f"{rule.name} from a mule seed, 8 hops, 1 %, hub stop, p50",
                float(p50),
                "µs",
                note=f"p99 {p99:,.0f} µs; pieces p50 {np.median(pieces):.0f}, most {max(pieces)}",
            )
        )
    return results


def _live(month: Month, graph: TransferGraph, postings: Postings) -> Result:
    """Post the last tenth again to a graph of the first nine, with every scheme before an open case."""
    cut = graph.watermark * 9 // 10
    fresh = TransferGraph()
    fresh.append_many(Postings(postings.words[:cut]))
    taint = LiveTaint(fresh)
    cases = [int(seed) for seed in month.stolen[month.stolen < cut][-2000:]]
    start = thread_time()
    for seed in cases:
        taint.open(str(seed), _request(seed, Rule.STOLEN_FIRST, max_hops=8, hub_stop=2000, minimum_minor=100))
    opened = (thread_time() - start) / len(cases) * 1e6
    fresh.append_many(Postings(postings.words[cut : cut + 1]))
    taint.follow()  # compiles, where that was not done before
    fresh.append_many(Postings(postings.words[cut + 1 :]))
    start = thread_time()
    taint.follow()
    seconds = thread_time() - start
    return Result(
        "NETWORKS-10",
        f"live taint of {len(cases):,} open cases, each transfer",
        seconds / (fresh.watermark - cut) * 1e9,
        "ns of CPU",
        note=f"{fresh.watermark - cut:,} transfers; to open a case {opened:,.0f} µs",
    )

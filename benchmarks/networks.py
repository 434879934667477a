"""How fast money is traced: a month of a bank with planted mule schemes, beside other ways to keep a graph.

All engines answer the same question, first in first out, five hops, 72 hours, nothing below 100
yuan, and the edges and amounts that they find are compared. Choose a size with
``ZHAMEN_EDGES=1000000 python -m benchmarks networks``; without, 10 million transfers.
"""

import os
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from time import perf_counter, perf_counter_ns, thread_time
from typing import Any, Final

import duckdb
import numpy as np
import numpy.typing as npt
import rustworkx

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
_SECOND: Final = 1_000_000
_MONTH: Final = 30 * 86_400 * _SECOND
_WITHIN: Final = timedelta(hours=72)
_HOPS: Final = 5
_LEAST: Final = 10_000
"""100 yuan in fen."""
_SEEDS: Final = 200
_SLOW_SEEDS: Final = 12
"""Of each kind, for engines that take a tenth of a second each."""
_ROUNDS: Final = 5

_Numbers = npt.NDArray[np.int64]
_Answer = tuple[int, int]
"""How many pieces, and how much they come to."""


# -- The bank --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Month:
    """A month of transfers in posting order, and the victims' transfers among them."""

    accounts: int
    posted_at: _Numbers
    debtor: _Numbers
    creditor: _Numbers
    amount: _Numbers
    stolen: _Numbers
    """Which rows victims paid."""
    scheme: _Numbers
    """Of which theft each row is; -1 for everyday payments."""


def make_month(edges: int, seed: int = 7) -> Month:
    """Make the month: a tenth as many accounts as transfers, and 4 schemes in 10,000 transfers."""
    dice = np.random.default_rng(seed)
    accounts = edges // 10
    schemes = [_scheme(dice, accounts) for _ in range(edges // 2500)]
    planted = np.concatenate(schemes)
    everyday = _everyday(dice, accounts, edges - len(planted))
    rows = np.concatenate([everyday, planted])
    order = np.argsort(rows[:, 0], kind="stable")
    first = np.zeros(len(rows), np.bool_)
    first[len(everyday) + np.cumsum([0, *[len(scheme) for scheme in schemes[:-1]]])] = True
    posted_at, debtor, creditor, amount = np.ascontiguousarray(rows[order].T)
    of = np.repeat(np.arange(-1, len(schemes)), [len(everyday), *[len(scheme) for scheme in schemes]])
    return Month(accounts, posted_at, debtor, creditor, amount, np.flatnonzero(first[order]), of[order])


def _everyday(dice: np.random.Generator, accounts: int, size: int) -> _Numbers:
    """Make what people, merchants (3 %) and corporates (0.2 %) pay each other."""
    merchants, corporates = accounts * 3 // 100, accounts // 500
    persons = accounts - merchants - corporates
    activity = np.cumsum(dice.pareto(1.9, persons) + 0.2)
    debtor = np.searchsorted(activity, dice.random(size) * activity[-1])
    contact = (debtor * 7919 + (8 * dice.random(size) ** 2).astype(np.int64) * 104_729) % persons
    creditor = np.where(dice.random(size) < 0.8, contact, dice.integers(0, persons, size))
    kind = dice.random(size)
    shop, payroll = kind < 0.23, kind >= 0.91
    creditor = np.where(shop, persons + _zipf(dice, merchants, size), creditor)
    debtor = np.where(payroll, persons + merchants + _zipf(dice, corporates, size), debtor)
    own = (kind >= 0.23) & (kind < 0.26)
    debtor = np.where(own, persons + _zipf(dice, merchants, size), debtor)
    creditor = np.where(debtor == creditor, (creditor + 1) % persons, creditor)
    amount = np.maximum(1, dice.lognormal(10.0, 1.4, size)).astype(np.int64)
    return np.stack([np.sort(dice.integers(0, _MONTH, size)), debtor, creditor, amount], axis=1)


def _zipf(dice: np.random.Generator, many: int, size: int) -> _Numbers:
    weights = np.cumsum(np.arange(1, many + 1) ** -1.05)
    return np.asarray(np.searchsorted(weights, dice.random(size) * weights[-1]), np.int64)


def _scheme(dice: np.random.Generator, accounts: int) -> _Numbers:
    """Make one theft: 3 to 5 layers, 1 to 4 ways at each hop, 95 to 100 % passed on within minutes."""
    persons = accounts * 968 // 1000
    start = int(dice.integers(0, _MONTH - 86_400 * _SECOND))
    victim, mule = dice.integers(0, persons, 2)
    amount = int(np.clip(dice.lognormal(15.0, 1.0), 500_000, 50_000_000))
    rows = [(start, int(victim), int(mule + (victim == mule)) % persons, amount)]
    front = [(start, rows[0][2], amount)]
    layers = int(dice.integers(3, 6))
    for layer in range(layers):
        after = []
        for at, holder, held in front:
            ways = dice.dirichlet(np.ones(dice.integers(1, 5)))
            for part in dice.multinomial(int(held * dice.uniform(0.95, 1.0)), ways):
                later = at + int(dice.lognormal(np.log(240 * _SECOND), 1.0))
                shop = layer == layers - 1 and dice.random() < 0.5
                to = int(
                    dice.integers(persons, accounts - accounts // 500) if shop else dice.integers(persons)
                )
                if part > 0 and to != holder:
                    rows.append((later, holder, to, int(part)))
                    after.append((later, to, int(part)))
        front = after[:12]
    return np.array(rows, np.int64)


# -- Other ways to keep it ------------------------------------------------------------------------


def _until(posted_at: int) -> int:
    return posted_at + _WITHIN // timedelta(microseconds=1)


def _plain_engine(table: EdgeColumns) -> Callable[[int], _Answer]:
    """Keep lists by account in a dict, and bisect them."""
    paid, place, amount = (a.tolist() for a in (table.paid_before, table.place, table.amount_minor))
    creditor, times = table.creditor.tolist(), table.posted_at.tolist()
    edges_of: dict[int, list[int]] = {}
    begins: dict[int, list[int]] = {}
    for edge, debtor in enumerate(table.debtor.tolist()):
        edges_of.setdefault(debtor, []).append(edge)
        begins.setdefault(debtor, []).append(paid[edge])
    debtors = table.debtor

    def trace(seed: int) -> _Answer:
        victim, until = int(debtors[seed]), _until(times[seed])
        lots = [(creditor[seed], place[seed], amount[seed], 0)]
        pieces, total = 1, amount[seed]
        while lots:
            account, low, size, hop = lots.pop()
            mine = edges_of.get(account, ())
            at = max(0, bisect_right(begins.get(account, ()), low) - 1)
            while at < len(mine) and paid[mine[at]] < low + size:
                edge = mine[at]
                at += 1
                start, end = max(low, paid[edge]), min(low + size, paid[edge] + amount[edge])
                if end <= start:
                    continue
                if times[edge] > until:
                    break
                pieces, total = pieces + 1, total + end - start
                if end - start >= _LEAST and hop + 1 < _HOPS and creditor[edge] != victim:
                    lots.append((creditor[edge], place[edge] + start - paid[edge], end - start, hop + 1))
        return pieces, total

    return trace


def _rustworkx_engine(table: EdgeColumns, accounts: int) -> Callable[[int], _Answer]:
    """Keep a directed multigraph whose edges carry their number; scan what leaves an account."""
    graph: Any = rustworkx.PyDiGraph(multigraph=True)
    graph.add_nodes_from(range(accounts))
    graph.extend_from_weighted_edge_list(
        list(zip(table.debtor.tolist(), table.creditor.tolist(), range(table.size), strict=True))
    )
    paid, place, amount = table.paid_before, table.place, table.amount_minor

    def trace(seed: int) -> _Answer:
        victim, until = int(table.debtor[seed]), _until(int(table.posted_at[seed]))
        lots = [(int(table.creditor[seed]), int(place[seed]), int(amount[seed]), 0)]
        pieces, total = 1, int(amount[seed])
        while lots:
            account, low, size, hop = lots.pop()
            mine = np.fromiter((number for _, _, number in graph.out_edges(account)), np.int64)
            starts, ends = np.maximum(paid[mine], low), np.minimum(paid[mine] + amount[mine], low + size)
            touched = (ends > starts) & (table.posted_at[mine] <= until)
            for edge, start, end in zip(mine[touched], starts[touched], ends[touched], strict=True):
                pieces, total = pieces + 1, total + int(end - start)
                to = int(table.creditor[edge])
                if end - start >= _LEAST and hop + 1 < _HOPS and to != victim:
                    lots.append((to, int(place[edge] + start - paid[edge]), int(end - start), hop + 1))
        return pieces, total

    return trace


_RECURSIVE: Final = f"""
WITH RECURSIVE lots AS (
    SELECT creditor, place AS low, place + amount AS high, 0 AS hop, amount FROM edges WHERE number = $seed
    UNION ALL
    SELECT e.creditor, e.place + greatest(l.low, e.paid) - e.paid,
           e.place + least(l.high, e.paid + e.amount) - e.paid, l.hop + 1,
           least(l.high, e.paid + e.amount) - greatest(l.low, e.paid)
    FROM lots l JOIN edges e
      ON e.debtor = l.creditor AND e.paid < l.high AND e.paid + e.amount > l.low AND e.posted_at <= $until
    WHERE l.hop < {_HOPS} AND (l.hop = 0 OR l.amount >= {_LEAST}) AND l.creditor <> $victim
)
SELECT count(*), sum(amount)::BIGINT FROM lots
"""  # noqa: S608  # our own numbers


def _duckdb_engine(table: EdgeColumns) -> Callable[[int], _Answer]:
    connection = duckdb.connect()
    connection.execute("SET threads = 1; SET enable_progress_bar = false")
    frame = {
        "number": np.arange(table.size),
        "debtor": table.debtor,
        "creditor": table.creditor,
        "posted_at": table.posted_at,
        "amount": np.asarray(table.amount_minor),
        "paid": np.asarray(table.paid_before),
        "place": np.asarray(table.place),
    }
    connection.register("given", frame)
    connection.execute("CREATE TABLE edges AS SELECT * FROM given ORDER BY debtor, number")

    def trace(seed: int) -> _Answer:
        until = _until(int(table.posted_at[seed]))
        given = {"seed": seed, "until": until, "victim": int(table.debtor[seed])}
        row = connection.execute(_RECURSIVE, given).fetchone()
        assert row is not None
        return int(row[0]), int(row[1])

    return trace


# -- Ours --------------------------------------------------------------------------------------------


def _request(seed: int, rule: Rule = Rule.FIFO, **more: Any) -> TraceRequest:
    given = {"max_hops": _HOPS, "minimum_share": 0.0, "minimum_minor": _LEAST, "hub_stop": 0, **more}
    return TraceRequest(seeds=(Seed(seed),), rule=rule, within=_WITHIN, **given)


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
    early = np.flatnonzero(table.posted_at < _MONTH * 9 // 10)
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
    results += _tracing(graph, tracer, table, seeds)
    results += _rules(tracer, seeds["mule"])
    results.append(_live(month, graph, postings))
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
) -> list[Result]:
    start = perf_counter()
    plain = _plain_engine(table)
    plain_built = perf_counter() - start
    start = perf_counter()
    by_rustworkx = _rustworkx_engine(table, graph.accounts)
    rustworkx_built = perf_counter() - start
    by_duckdb = _duckdb_engine(table)
    results = []
    for number, (name, chosen) in enumerate(seeds.items()):
        slow = chosen[:_SLOW_SEEDS]
        for seed in chosen:
            trace = tracer.trace(_request(seed))
            assert (trace.size, int(trace.amounts.sum())) == plain(seed)
        assert all(plain(seed) == by_duckdb(seed) == by_rustworkx(seed) for seed in slow)
        asked = {seed: _request(seed) for seed in chosen}
        ours = _best(lambda seed, asked=asked: tracer.trace(asked[seed]), chosen)  # type: ignore[misc]
        theirs = {
            "Python dict and bisect": _best(plain, chosen),
            "rustworkx": _timed(by_rustworkx, slow),
            "DuckDB recursive CTE, 1 thread": _timed(by_duckdb, slow),
        }
        p50, p99 = np.percentile(ours, [50, 99])
        beside = "; ".join(
            f"{tool} {np.percentile(times, 50):,.0f} / {np.percentile(times, 99):,.0f}"
            for tool, times in theirs.items()
        )
        results.append(
            Result(
                f"NETWORKS-{number + 2:02}",
                f"FIFO trace from a {name} seed, 5 hops, 72 h, p50",
                float(p50),
                "µs",
                {
                    tool: float(np.median(times) / np.median(ours[: len(times)]))
                    for tool, times in theirs.items()
                },
                f"p99 {p99:,.0f} µs; p50 / p99 of the others: {beside}; built in {plain_built:.0f} s (dict),"
                f" {rustworkx_built:.0f} s (rustworkx)",
            )
        )
    return results


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
    fresh.append_many(Postings(postings.words[cut:]))
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

"""Other ways to keep transfers and to trace them: a dict, graph libraries, a database.

Each answers the question of `benchmarks.networks` from the same columns. Those that are no dependency of
the project are measured where somebody has installed them by hand.
"""

import gc
import os
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from time import perf_counter
from typing import Any, Final, NamedTuple

import duckdb
import numpy as np
import numpy.typing as npt
import rustworkx

from zhamen.networks.graph.columns import EdgeColumns

__all__ = ["HOPS", "LEAST", "WITHIN", "Answer", "Built", "Engine", "Kept", "append_some", "build", "engines"]

HOPS: Final = 5
WITHIN: Final = timedelta(hours=72)
LEAST: Final = 10_000
"""100 yuan in fen: what is smaller is not followed."""

Answer = tuple[int, int]
"""How many pieces, and how much they come to."""
_Trace = Callable[[int], Answer]
_Scan = Callable[[int, int, int], npt.NDArray[np.int64]]
"""Gives the edges that leave an account between two instants, or more."""


class Kept(NamedTuple):
    """How to trace what is kept, and to keep one more."""

    trace: _Trace
    append: Callable[[int, int], object]
    """Takes one more transfer, of a debtor to a creditor."""


@dataclass(frozen=True)
class Engine:
    """A way to keep transfers; ``slow`` when a trace may take a tenth of a second; so many are appended."""

    name: str
    keep: Callable[[EdgeColumns, int], Kept]
    appended: int
    slow: bool = True


class Built(NamedTuple):
    """What was built, in so many seconds and bytes an edge."""

    kept: Kept
    seconds: float
    edge_bytes: float


def engines() -> Iterator[Engine]:
    """Give the ways that can be measured here."""
    yield Engine("Python dict and bisect", _plain, 20_000, slow=False)
    yield Engine("rustworkx", _rustworkx, 20_000)
    yield Engine("DuckDB recursive CTE, 1 thread", _duckdb, 200)
    for name, keep, appended in (("igraph", _igraph, 1), ("raphtory", _raphtory, 2_000)):
        if find_spec(name) is not None:
            yield Engine(name, keep, appended)


def build(engine: Engine, table: EdgeColumns, accounts: int) -> Built:
    """Build what an engine keeps."""
    gc.collect()
    before, start = _resident(), perf_counter()
    kept = engine.keep(table, accounts)
    seconds = perf_counter() - start
    gc.collect()
    return Built(kept, seconds, (_resident() - before) / table.size)


def append_some(engine: Engine, kept: Kept, accounts: int) -> float:
    """Append transfers of nobody to nobody in particular, and give the seconds of one; traces are spoilt."""
    pairs = np.random.default_rng(9).integers(0, accounts, (engine.appended, 2)).tolist()
    start = perf_counter()
    for debtor, creditor in pairs:
        kept.append(debtor, creditor)
    return (perf_counter() - start) / engine.appended


def _resident() -> int:
    """Give the bytes of memory that this process holds."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def _until(posted_at: int) -> int:
    return posted_at + WITHIN // timedelta(microseconds=1)


def _plain(table: EdgeColumns, accounts: int) -> Kept:  # noqa: ARG001  # as the others
    """Keep lists by account in a dict, and bisect them."""
    paid, place, amount = (a.tolist() for a in (table.paid_before, table.place, table.amount_minor))
    creditor, times = table.creditor.tolist(), table.posted_at.tolist()
    edges_of: dict[int, list[int]] = {}
    begins: dict[int, list[int]] = {}
    for edge, debtor in enumerate(table.debtor.tolist()):
        edges_of.setdefault(debtor, []).append(edge)
        begins.setdefault(debtor, []).append(paid[edge])
    debtors = table.debtor

    def trace(seed: int) -> Answer:
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
                if end - start >= LEAST and hop + 1 < HOPS and creditor[edge] != victim:
                    lots.append((creditor[edge], place[edge] + start - paid[edge], end - start, hop + 1))
        return pieces, total

    def append(debtor: int, creditor: int) -> None:  # noqa: ARG001  # kept by debtor alone
        edges_of.setdefault(debtor, []).append(table.size)
        begins.setdefault(debtor, []).append(begins[debtor][-1] if begins.get(debtor) else 0)

    return Kept(trace, append)


def _scanning(table: EdgeColumns, leaving: _Scan) -> _Trace:
    """Trace with a library that tells what leaves an account, and with columns for the rest."""
    paid, place, amount = table.paid_before, table.place, table.amount_minor

    def trace(seed: int) -> Answer:
        victim, since = int(table.debtor[seed]), int(table.posted_at[seed])
        until = _until(since)
        lots = [(int(table.creditor[seed]), int(place[seed]), int(amount[seed]), 0)]
        pieces, total = 1, int(amount[seed])
        while lots:
            account, low, size, hop = lots.pop()
            mine = leaving(account, since, until)
            starts, ends = np.maximum(paid[mine], low), np.minimum(paid[mine] + amount[mine], low + size)
            touched = (ends > starts) & (table.posted_at[mine] <= until)
            for edge, start, end in zip(mine[touched], starts[touched], ends[touched], strict=True):
                pieces, total = pieces + 1, total + int(end - start)
                to = int(table.creditor[edge])
                if end - start >= LEAST and hop + 1 < HOPS and to != victim:
                    lots.append((to, int(place[edge] + start - paid[edge]), int(end - start), hop + 1))
        return pieces, total

    return trace


def _numbers(found: Sequence[int]) -> npt.NDArray[np.int64]:
    return np.array(found, np.int64)


def _rustworkx(table: EdgeColumns, accounts: int) -> Kept:
    """Keep a directed multigraph whose edges carry their number; scan what leaves an account."""
    graph: Any = rustworkx.PyDiGraph(multigraph=True)
    graph.add_nodes_from(range(accounts))
    graph.extend_from_weighted_edge_list(
        list(zip(table.debtor.tolist(), table.creditor.tolist(), range(table.size), strict=True))
    )

    def leaving(account: int, since: int, until: int) -> npt.NDArray[np.int64]:  # noqa: ARG001  # it scans
        return _numbers([number for _, _, number in graph.out_edges(account)])

    return Kept(
        _scanning(table, leaving), lambda debtor, creditor: graph.add_edge(debtor, creditor, table.size)
    )


def _igraph(table: EdgeColumns, accounts: int) -> Kept:
    """Keep a directed graph; an edge's number is its place. One more edge builds the index anew."""
    edges = np.stack([table.debtor, table.creditor], axis=1)
    graph: Any = import_module("igraph").Graph(n=accounts, edges=edges, directed=True)

    def leaving(account: int, since: int, until: int) -> npt.NDArray[np.int64]:  # noqa: ARG001  # it scans
        return _numbers(graph.incident(account, mode="out"))

    return Kept(_scanning(table, leaving), lambda debtor, creditor: graph.add_edges([(debtor, creditor)]))


def _raphtory(table: EdgeColumns, accounts: int) -> Kept:  # noqa: ARG001  # as the others
    """Keep a temporal graph whose edges carry their number; ask for a window of what leaves an account."""
    graph: Any = import_module("raphtory").Graph()
    frame = duckdb.connect()
    frame.register("given", {"time": table.posted_at, "src": table.debtor, "dst": table.creditor})
    numbered = frame.sql("SELECT *, row_number() OVER () - 1 AS number FROM given")
    graph.load_edges(numbered.arrow(), time="time", src="src", dst="dst", properties=["number"])

    def leaving(account: int, since: int, until: int) -> npt.NDArray[np.int64]:
        node = graph.node(account)
        if node is None:
            return _numbers([])
        found = node.window(since, until + 1).out_edges.explode().properties.get("number")
        return _numbers([] if found is None else list(found))

    last = int(table.posted_at[-1])
    return Kept(
        _scanning(table, leaving),
        lambda debtor, creditor: graph.add_edge(last, debtor, creditor, {"number": table.size}),
    )


_RECURSIVE: Final = f"""
WITH RECURSIVE lots AS (
    SELECT creditor, place AS low, place + amount AS high, 0 AS hop, amount FROM edges WHERE number = $seed
    UNION ALL
    SELECT e.creditor, e.place + greatest(l.low, e.paid) - e.paid,
           e.place + least(l.high, e.paid + e.amount) - e.paid, l.hop + 1,
           least(l.high, e.paid + e.amount) - greatest(l.low, e.paid)
    FROM lots l JOIN edges e
      ON e.debtor = l.creditor AND e.paid < l.high AND e.paid + e.amount > l.low AND e.posted_at <= $until
    WHERE l.hop < {HOPS} AND (l.hop = 0 OR l.amount >= {LEAST}) AND l.creditor <> $victim
)
SELECT count(*), sum(amount)::BIGINT FROM lots
"""  # noqa: S608  # our own numbers


def _duckdb(table: EdgeColumns, accounts: int) -> Kept:  # noqa: ARG001  # as the others
    """Keep a table in the order of debtors, and follow it in a recursive question."""
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

    def trace(seed: int) -> Answer:
        until = _until(int(table.posted_at[seed]))
        given = {"seed": seed, "until": until, "victim": int(table.debtor[seed])}
        row = connection.execute(_RECURSIVE, given).fetchone()
        assert row is not None
        return int(row[0]), int(row[1])

    insertion = "INSERT INTO edges VALUES ($1, $2, $3, $4, 100, 0, 0)"
    last = int(table.posted_at[-1])
    return Kept(
        trace,
        lambda debtor, creditor: connection.execute(insertion, [table.size, debtor, creditor, last]),
    )

"""What the next edges will need is asked for while the present one is worked on."""

from typing import Final

from zhamen.features.compiled import Words, inlined, prefetch
from zhamen.features.table import bucket_of, scatter
from zhamen.networks.graph.accounts import row_of
from zhamen.networks.graph.layout import E_SIDES
from zhamen.networks.graph.log import creditor_of, debtor_of, record_of
from zhamen.networks.typologies.layout import AT_PAIR_BUCKETS, AT_PAIRS, PAIR_WORDS, PAIRS, TAIL_EDGE, WHOLE
from zhamen.networks.typologies.rows import own_row

__all__ = ["look_ahead"]

_BUCKETS: Final = 24
_ROWS: Final = 12


@inlined
def look_ahead(graph: Words, memory: Words, edge: int, end: int) -> None:
    """Ask for the rows and pairs of an edge to come, and of one that leaves the window soon."""
    if edge + _BUCKETS < end:
        _ask_for_bucket(graph, memory, edge + _BUCKETS)
        _ask_for_rows(graph, memory, edge + _ROWS)
    leaving = memory[WHOLE + TAIL_EDGE]
    if leaving + _BUCKETS < edge:
        _ask_for_bucket(graph, memory, leaving + _BUCKETS)
        _ask_for_rows(graph, memory, leaving + _ROWS)


@inlined
def _bucket(graph: Words, memory: Words, record: int) -> int:
    return memory[AT_PAIR_BUCKETS] + bucket_of(memory, PAIRS, scatter(graph[record + E_SIDES]))


@inlined
def _ask_for_bucket(graph: Words, memory: Words, edge: int) -> None:
    prefetch(memory, _bucket(graph, memory, record_of(graph, edge)))


@inlined
def _ask_for_rows(graph: Words, memory: Words, edge: int) -> None:
    record = record_of(graph, edge)
    for account in (debtor_of(graph, record), creditor_of(graph, record)):
        prefetch(memory, own_row(memory, account))
        prefetch(graph, row_of(graph, account))
    first = max(0, memory[_bucket(graph, memory, record)] - 1)
    prefetch(memory, memory[AT_PAIRS] + first * PAIR_WORDS)

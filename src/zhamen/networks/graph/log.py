"""Edges as they stand in the log."""

from zhamen.features.compiled import Words, inlined
from zhamen.networks.graph.layout import (
    AT_LOG,
    E_AMOUNT,
    E_PAID,
    E_PLACE,
    E_SIDES,
    E_TIME,
    EDGE_WORDS,
    META_BITS,
)

__all__ = ["creditor_of", "debtor_of", "record_of", "time_of", "write_edge"]


@inlined
def record_of(graph: Words, edge: int) -> int:
    """Give where the record of an edge stands."""
    return graph[AT_LOG] + edge * EDGE_WORDS


@inlined
def time_of(graph: Words, record: int) -> int:
    """Give the posting time of an edge."""
    return graph[record + E_TIME] >> META_BITS


@inlined
def debtor_of(graph: Words, record: int) -> int:
    """Give the account that an edge is from."""
    return graph[record + E_SIDES] >> 32


@inlined
def creditor_of(graph: Words, record: int) -> int:
    """Give the account that an edge is to."""
    return graph[record + E_SIDES] & 0xFFFFFFFF


@inlined
def write_edge(
    graph: Words, record: int, stamp: int, sides: int, amount: int, places: tuple[int, int]
) -> None:
    """Write a record; `places` is what was paid before, and where the money comes to stand."""
    graph[record + E_TIME] = stamp
    graph[record + E_SIDES] = sides
    graph[record + E_AMOUNT] = amount
    graph[record + E_PAID] = places[0]
    graph[record + E_PLACE] = places[1]

"""What an account held at a moment of the log, told by the edges before it."""

from zhamen.features.compiled import Words, inlined
from zhamen.networks.graph.blocks import first_after, nth
from zhamen.networks.graph.layout import A_IN, A_OPENING, A_OUT, A_PAID_BEFORE, E_AMOUNT, E_PAID, E_PLACE
from zhamen.networks.graph.log import record_of

__all__ = ["end_of_queue", "held", "paid"]


@inlined
def paid(graph: Words, slots: Words, row: int, edge: int) -> int:
    """Give what an account had ever paid out before an edge."""
    index = graph[row + A_OUT]
    entry = first_after(graph, slots, index, edge - 1)
    if entry == 0:
        return graph[row + A_PAID_BEFORE]
    record = record_of(graph, nth(graph, slots, index, entry - 1))
    return graph[record + E_PAID] + graph[record + E_AMOUNT]


@inlined
def end_of_queue(graph: Words, slots: Words, row: int, edge: int) -> int:
    """Give what an account had ever paid out and still held before an edge, so far as credits tell."""
    index = graph[row + A_IN]
    entry = first_after(graph, slots, index, edge - 1)
    if entry == 0:
        return graph[row + A_OPENING]
    record = record_of(graph, nth(graph, slots, index, entry - 1))
    return graph[record + E_PLACE] + graph[record + E_AMOUNT]


@inlined
def held(graph: Words, slots: Words, row: int, edge: int) -> int:
    """Give the balance of an account before an edge."""
    return max(0, end_of_queue(graph, slots, row, edge) - paid(graph, slots, row, edge))

"""T4 资金回流: money that comes back to where it began, each transfer after the one before."""

from zhamen.features.compiled import Words, inlined, prefetch
from zhamen.networks.graph.accounts import row_of
from zhamen.networks.graph.blocks import list_newest
from zhamen.networks.graph.layout import A_IN, E_AMOUNT, E_TIME, NOBODY
from zhamen.networks.graph.log import creditor_of, debtor_of, record_of
from zhamen.networks.typologies.layout import (
    AT_LISTS,
    L_EDGES,
    L_HEADS,
    MILLION,
    S_CYCLE_BUDGET,
    S_CYCLE_HIGH,
    S_CYCLE_LONGEST,
    S_CYCLE_LOW,
    TAIL_EDGE,
    WHOLE,
)
from zhamen.networks.typologies.rows import is_bulk, is_counted, last_in, last_out, own_row
from zhamen.networks.typologies.taken import is_back

__all__ = ["cycle_length"]

_FOUND = -1


@inlined
def cycle_length(graph: Words, slots: Words, memory: Words, edge: int) -> tuple[int, bool]:
    """Give the transfers of the shortest cycle that an edge closes, 0 for none.

    Looks backward, the nearest edges first, at so many edges at most; tells whether there were more.
    """
    record = record_of(graph, edge)
    debtor, creditor = debtor_of(graph, record), creditor_of(graph, record)
    if last_out(memory, creditor) < memory[WHOLE + TAIL_EDGE] or NOBODY in (debtor, creditor):
        return 0, False
    if is_bulk(graph, debtor) or is_bulk(graph, creditor):
        return 0, False
    heads = memory[AT_LISTS] + L_HEADS
    memory[heads], memory[heads + 1] = edge, 1
    head, size, budget = 0, 1, memory[S_CYCLE_BUDGET]
    while head < size and memory[heads + 2 * head + 1] < memory[S_CYCLE_LONGEST]:
        listed = _list_behind(graph, slots, memory, memory[heads + 2 * head], budget)
        size = _look(graph, memory, (edge, head, size), min(listed, budget))
        if size == _FOUND:
            return memory[heads + 2 * head + 1] + 1, False
        if listed > budget:
            return 0, True
        budget -= listed
        head += 1
    return 0, False


@inlined
def _list_behind(graph: Words, slots: Words, memory: Words, edge: int, most: int) -> int:
    """List what an edge's debtor received before it."""
    since = memory[WHOLE + TAIL_EDGE]
    account = debtor_of(graph, record_of(graph, edge))
    if last_in(memory, account) < since:
        return 0
    index = graph[row_of(graph, account) + A_IN]
    return list_newest(graph, slots, index, (edge, since, most), memory, memory[AT_LISTS] + L_EDGES)


@inlined
def _look(graph: Words, memory: Words, place: tuple[int, int, int], listed: int) -> int:
    """Take those listed that are of about the amount as heads; give how many there are then, or `_FOUND`."""
    edge, head, size = place
    last = record_of(graph, edge)
    debtor, creditor = debtor_of(graph, last), creditor_of(graph, last)
    heads, edges = memory[AT_LISTS] + L_HEADS, memory[AT_LISTS] + L_EDGES
    low = float(memory[S_CYCLE_LOW]) / MILLION * float(graph[last + E_AMOUNT])
    high = float(memory[S_CYCLE_HIGH]) / MILLION * float(graph[last + E_AMOUNT])
    for at in range(listed):
        other = memory[edges + at]
        record = record_of(graph, other)
        if not low <= float(graph[record + E_AMOUNT]) <= high:
            continue
        if not is_counted(graph[record + E_TIME]) or is_back(graph, memory, other, record):
            continue
        payer = debtor_of(graph, record)
        if payer == creditor:
            return _FOUND
        if payer in (debtor, NOBODY) or is_bulk(graph, payer):
            continue
        prefetch(memory, own_row(memory, payer))
        prefetch(graph, row_of(graph, payer) + A_IN)
        memory[heads + 2 * size] = other
        memory[heads + 2 * size + 1] = memory[heads + 2 * head + 1] + 1
        size += 1
    return size

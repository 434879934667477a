"""T7 多层转移: money that is passed on at once, again and again."""

from zhamen.features.compiled import Words, inlined
from zhamen.networks.graph.accounts import row_of
from zhamen.networks.graph.blocks import list_newest
from zhamen.networks.graph.layout import A_IN, E_AMOUNT, E_TIME, NOBODY
from zhamen.networks.graph.log import creditor_of, debtor_of, record_of
from zhamen.networks.typologies.layout import (
    AT_CHAINS,
    AT_LISTS,
    FIRST_NUMBER,
    L_EDGES,
    MILLION,
    S_CHAIN_LOW,
    S_CHAIN_MEMORY,
    S_MOST_EDGES,
)
from zhamen.networks.typologies.rows import is_bulk, is_counted, last_in
from zhamen.networks.typologies.taken import is_back
from zhamen.networks.typologies.windows import chains_since

__all__ = ["chain_at", "lengthen"]


@inlined
def _place(memory: Words, edge: int) -> int:
    return memory[AT_CHAINS] + ((edge + memory[FIRST_NUMBER]) & (memory[S_CHAIN_MEMORY] - 1))


@inlined
def chain_at(memory: Words, edge: int) -> int:
    """Give how long the chain is that ends at an edge; 0 for what is no transfer."""
    return memory[_place(memory, edge)]


@inlined
def lengthen(graph: Words, slots: Words, memory: Words, edge: int) -> bool:
    """Note the longest chain that an edge ends; tell whether there were too many edges to look at.

    A chain goes on from what its debtor received in the window, if this edge passes on enough of it
    and no more than it, and not straight back. The way from one edge on is known from that edge.
    """
    record = record_of(graph, edge)
    if not is_counted(graph[record + E_TIME]):
        memory[_place(memory, edge)] = 0
        return False
    debtor, since = debtor_of(graph, record), chains_since(memory, edge)
    longest, most, listed = 0, memory[S_MOST_EDGES], 0
    if debtor != NOBODY and last_in(memory, debtor) >= since and not is_bulk(graph, debtor):
        index, edges = graph[row_of(graph, debtor) + A_IN], memory[AT_LISTS] + L_EDGES
        listed = list_newest(graph, slots, index, (edge, since, most), memory, edges)
        for at in range(min(listed, most)):
            other = memory[edges + at]
            if _goes_on(graph, memory, (other, record_of(graph, other)), record):
                longest = max(longest, chain_at(memory, other))
    memory[_place(memory, edge)] = longest + 1
    return listed > most


@inlined
def _goes_on(graph: Words, memory: Words, edge: tuple[int, int], record: int) -> bool:
    """Tell whether an edge passes on what another brought."""
    before = edge[1]
    if not is_counted(graph[before + E_TIME]) or is_back(graph, memory, edge[0], before):
        return False
    payer = debtor_of(graph, before)
    if payer != NOBODY and payer == creditor_of(graph, record):
        return False
    came, went = graph[before + E_AMOUNT], graph[record + E_AMOUNT]
    return went <= came and float(went) >= float(memory[S_CHAIN_LOW]) / MILLION * float(came)

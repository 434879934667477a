"""T2 分散 and T6 归集后分散: whom an account pays, and in which order it gathered and scattered."""

from zhamen.features.compiled import Words, inlined
from zhamen.networks.graph.accounts import row_of
from zhamen.networks.graph.blocks import list_newest
from zhamen.networks.graph.layout import A_OUT, E_SIDES
from zhamen.networks.graph.log import record_of
from zhamen.networks.typologies.layout import (
    AT_LISTS,
    GATHERED,
    L_EDGES,
    LOWER,
    MILLION,
    P_SUM,
    R_FANS,
    R_IN_SUM,
    R_OPENED,
    R_OUT_SUM,
    S_COVERED,
    S_FAN_OUT,
    S_MOST_EDGES,
    S_SPREAD,
    TAIL_EDGE,
    WHOLE,
)
from zhamen.networks.typologies.pairs import ask_for_pair, find_pair
from zhamen.networks.typologies.passing import NOTHING
from zhamen.networks.typologies.rows import own_row

__all__ = ["gathered_first", "largest_share"]


@inlined
def largest_share(graph: Words, slots: Words, memory: Words, account: int, edge: int) -> tuple[float, bool]:
    """Give the share of the largest payee in what an account paid in the window.

    NaN when it has too few payees to ask, or too many edges to look at; tells of the latter.
    """
    row = own_row(memory, account)
    if memory[row + R_FANS] & LOWER < memory[S_FAN_OUT]:
        return NOTHING, False
    span = (edge + 1, memory[WHOLE + TAIL_EDGE], memory[S_MOST_EDGES])
    edges = memory[AT_LISTS] + L_EDGES
    outs = list_newest(graph, slots, graph[row_of(graph, account) + A_OUT], span, memory, edges)
    if outs > span[2]:
        return NOTHING, True
    for at in range(outs):
        ask_for_pair(memory, graph[record_of(graph, memory[edges + at]) + E_SIDES])
    largest = 0
    for at in range(outs):
        pair = find_pair(memory, graph[record_of(graph, memory[edges + at]) + E_SIDES])
        if pair >= 0:
            largest = max(largest, memory[pair + P_SUM])
    return float(largest) / float(memory[row + R_OUT_SUM]), False


@inlined
def gathered_first(memory: Words, account: int) -> bool:
    """Tell whether an account had many payers when it came to many payees, and pays what it received."""
    row = own_row(memory, account)
    if memory[row + R_FANS] & LOWER < memory[S_SPREAD] or memory[row + R_OPENED] & GATHERED == 0:
        return False
    covered = float(memory[S_COVERED]) / MILLION * float(memory[row + R_OUT_SUM])
    return float(memory[row + R_IN_SUM]) >= covered

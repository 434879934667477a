"""T2 分散 and T6 归集后分散: whom an account pays, and in which order it gathered and scattered."""

from zhamen.features.compiled import Words, inlined
from zhamen.networks.graph.accounts import row_of
from zhamen.networks.graph.blocks import list_newest, number_within
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
from zhamen.networks.typologies.pairs import find_pair, largest_place
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
    index, since = graph[row_of(graph, account) + A_OUT], memory[WHOLE + TAIL_EDGE]
    if number_within(graph, slots, index, since, edge + 1) > memory[S_MOST_EDGES]:
        return NOTHING, True
    place = largest_place(memory, account)
    if memory[place] == 0:
        memory[place] = _largest(graph, slots, memory, index, edge)
    return float(memory[place]) / float(memory[row + R_OUT_SUM]), False


@inlined
def _largest(graph: Words, slots: Words, memory: Words, index: int, edge: int) -> int:
    """Give how much the largest payee got: looked for only when what was noted of it has left the window."""
    span = (edge + 1, memory[WHOLE + TAIL_EDGE], memory[S_MOST_EDGES])
    edges, largest = memory[AT_LISTS] + L_EDGES, 0
    for at in range(list_newest(graph, slots, index, span, memory, edges)):
        pair = find_pair(memory, graph[record_of(graph, memory[edges + at]) + E_SIDES])
        if pair >= 0:
            largest = max(largest, memory[pair + P_SUM])
    return largest


@inlined
def gathered_first(memory: Words, account: int) -> bool:
    """Tell whether an account had many payers when it came to many payees, and pays what it received."""
    row = own_row(memory, account)
    if memory[row + R_FANS] & LOWER < memory[S_SPREAD] or memory[row + R_OPENED] & GATHERED == 0:
        return False
    covered = float(memory[S_COVERED]) / MILLION * float(memory[row + R_OUT_SUM])
    return float(memory[row + R_IN_SUM]) >= covered

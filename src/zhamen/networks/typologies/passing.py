"""T3 快进快出: how much of a large receipt left again at once."""

from zhamen.features.compiled import Words, inlined
from zhamen.networks.graph.accounts import row_of
from zhamen.networks.graph.blocks import list_newest
from zhamen.networks.graph.layout import A_IN, A_OUT, E_AMOUNT, E_TIME
from zhamen.networks.graph.log import creditor_of, debtor_of, record_of
from zhamen.networks.typologies.layout import (
    AT_LISTS,
    L_EDGES,
    L_OTHERS,
    PASSING,
    R_LARGE,
    S_MOST_EDGES,
    S_PASS_MINOR,
    TAIL_EDGE,
)
from zhamen.networks.typologies.rows import is_counted, is_official, is_outflow, last_out, own_row
from zhamen.networks.typologies.taken import is_back

__all__ = ["NOTHING", "pass_through"]

NOTHING = float("nan")


@inlined
def pass_through(graph: Words, slots: Words, memory: Words, account: int, edge: int) -> tuple[float, bool]:
    """Give the largest share of a large receipt in the window that left after it, stolen first.

    Each receipt is looked at alone: what the account paid since counts for it. NaN without a large
    receipt. Also tells whether there were too many edges to look at.
    """
    since, most = memory[PASSING + TAIL_EDGE], memory[S_MOST_EDGES]
    if (memory[own_row(memory, account) + R_LARGE] >> 32) - 1 < since:
        return NOTHING, False
    if last_out(memory, account) < since:
        return 0.0, False
    row, span = row_of(graph, account), (edge + 1, since, most)
    receipts, paid = memory[AT_LISTS] + L_EDGES, memory[AT_LISTS] + L_OTHERS
    ins = list_newest(graph, slots, graph[row + A_IN], span, memory, receipts)
    outs = list_newest(graph, slots, graph[row + A_OUT], span, memory, paid)
    share = _largest(graph, memory, (min(ins, most), min(outs, most)))
    return share, ins > most or outs > most


@inlined
def _largest(graph: Words, memory: Words, sizes: tuple[int, int]) -> float:
    receipts, paid = memory[AT_LISTS] + L_EDGES, memory[AT_LISTS] + L_OTHERS
    largest, left, at = 0.0, 0, 0
    for entry in range(sizes[0]):
        receipt = memory[receipts + entry]
        while at < sizes[1] and memory[paid + at] > receipt:
            left += _outflow(graph, memory, memory[paid + at])
            at += 1
        amount = _receipt(graph, memory, receipt)
        if amount > 0:
            largest = max(largest, float(min(left, amount)) / float(amount))
    return largest


@inlined
def _receipt(graph: Words, memory: Words, edge: int) -> int:
    """Give the amount of a large receipt from a party that may be a victim or a mule; else 0."""
    record = record_of(graph, edge)
    amount = graph[record + E_AMOUNT]
    if amount < memory[S_PASS_MINOR] or not is_counted(graph[record + E_TIME]):
        return 0
    if is_back(graph, memory, edge, record) or is_official(graph, debtor_of(graph, record)):
        return 0
    return amount


@inlined
def _outflow(graph: Words, memory: Words, edge: int) -> int:
    """Give what an edge took out of the account's reach; else 0."""
    record = record_of(graph, edge)
    if not is_outflow(graph, record) or is_back(graph, memory, edge, record):
        return 0
    if is_official(graph, creditor_of(graph, record)):
        return 0
    return graph[record + E_AMOUNT]

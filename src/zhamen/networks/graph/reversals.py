"""What came back: each reversal with the edge it takes back, found by the account that paid it."""

from zhamen.features.compiled import Words, inlined
from zhamen.networks.graph.accounts import row_of
from zhamen.networks.graph.blocks import add_entry, count_of, nth
from zhamen.networks.graph.layout import (
    A_BACK,
    A_PAID,
    AT_REVERSALS,
    E_AMOUNT,
    E_PLACE,
    E_TIME,
    R_EDGE,
    R_ORIGINAL,
    R_UNSPENT,
    R_WITHIN,
    REVERSAL_WORDS,
    REVERSALS,
    REVERSED,
    TO_OUTSIDE,
)
from zhamen.networks.graph.log import creditor_of, debtor_of, record_of

__all__ = ["add_reversal", "left_of", "next_reversal", "reversal_of"]


@inlined
def _reversal(graph: Words, number: int) -> int:
    return graph[AT_REVERSALS] + number * REVERSAL_WORDS


@inlined
def _first_after(graph: Words, slots: Words, index: int, edge: int) -> int:
    """Give which entry is the first of a later edge; the count when none is.

    The entries of the index are numbers of reversals, which rise as their edges do.
    """
    low, high = 0, count_of(index)
    while low < high:
        middle = (low + high) >> 1
        if graph[_reversal(graph, nth(graph, slots, index, middle)) + R_EDGE] > edge:
            high = middle
        else:
            low = middle + 1
    return low


@inlined
def next_reversal(graph: Words, slots: Words, account: int, edge: int) -> int:
    """Give where the first reversal that an account paid after an edge stands, or -1."""
    index = graph[row_of(graph, account) + A_BACK]
    entry = _first_after(graph, slots, index, edge)
    if entry == count_of(index):
        return -1
    return _reversal(graph, nth(graph, slots, index, entry))


@inlined
def reversal_of(graph: Words, slots: Words, edge: int) -> int:
    """Give where the reversal stands that this edge is."""
    return next_reversal(graph, slots, debtor_of(graph, record_of(graph, edge)), edge - 1)


@inlined
def left_of(graph: Words, slots: Words, edge: int) -> int:
    """Give how much of an edge no reversal has taken back."""
    record = record_of(graph, edge)
    left = graph[record + E_AMOUNT]
    if graph[record + E_TIME] & REVERSED == 0:
        return left
    index = graph[row_of(graph, creditor_of(graph, record)) + A_BACK]
    for entry in range(_first_after(graph, slots, index, edge), count_of(index)):
        other = _reversal(graph, nth(graph, slots, index, entry))
        if graph[other + R_ORIGINAL] == edge:
            left -= graph[other + R_WITHIN]
    return left


@inlined
def add_reversal(graph: Words, slots: Words, edge: int, original: int, amount: int) -> None:
    """Note that an edge to come takes back `amount` of `original`, before its account's totals change."""
    record = record_of(graph, original)
    account = creditor_of(graph, record)
    row = row_of(graph, account)
    within, taken, behind = graph[record + E_AMOUNT], 0, 0
    index = graph[row + A_BACK]
    # Only reversals after the original can have changed what is left of it or where it stands.
    for entry in range(_first_after(graph, slots, index, original), count_of(index)):
        other = _reversal(graph, nth(graph, slots, index, entry))
        if graph[other + R_ORIGINAL] == original:
            within -= graph[other + R_WITHIN]
            taken += graph[other + R_UNSPENT]
        elif graph[other + R_ORIGINAL] > original:
            behind += graph[other + R_UNSPENT]
    within = min(within, amount)
    unspent = within
    if graph[record + E_TIME] & TO_OUTSIDE == 0:
        end = graph[record + E_PLACE] + graph[record + E_AMOUNT] + behind
        held = min(graph[record + E_AMOUNT] - taken, max(0, end - graph[row + A_PAID]))
        unspent = min(within, held)
    at = _reversal(graph, graph[REVERSALS])
    graph[at + R_EDGE] = edge
    graph[at + R_ORIGINAL] = original
    graph[at + R_WITHIN] = within
    graph[at + R_UNSPENT] = unspent
    graph[record + E_TIME] |= REVERSED
    add_entry(graph, slots, row + A_BACK, graph[REVERSALS])
    graph[REVERSALS] += 1

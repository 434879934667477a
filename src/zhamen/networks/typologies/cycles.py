"""T4 资金回流: money that comes back to where it began, each transfer after the one before."""

from zhamen.features.compiled import Words, inlined, prefetch
from zhamen.networks.graph.accounts import row_of
from zhamen.networks.graph.blocks import list_newest, number_within
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
from zhamen.networks.typologies.pairs import find_pair
from zhamen.networks.typologies.rows import is_bulk, is_counted, last_in, last_out, own_row
from zhamen.networks.typologies.taken import is_back

__all__ = ["cycle_length"]

_FOUND = -1


@inlined
def cycle_length(graph: Words, slots: Words, memory: Words, edge: int) -> tuple[int, bool]:
    """Give the transfers of the shortest cycle that an edge closes, 0 for none.

    Looks backward, the nearest edges first, at so many edges at most; tells whether there were more.
    Of the last edges that it comes to, nothing is asked but whether one closes the cycle.
    """
    record = record_of(graph, edge)
    debtor, creditor = debtor_of(graph, record), creditor_of(graph, record)
    if last_out(memory, creditor) < memory[WHOLE + TAIL_EDGE] or NOBODY in (debtor, creditor):
        return 0, False
    if is_bulk(graph, debtor) or is_bulk(graph, creditor):
        return 0, False
    memory[memory[AT_LISTS] + L_HEADS] = edge
    begin, end, length, budget = 0, 1, 1, memory[S_CYCLE_BUDGET]
    while begin < end and length < memory[S_CYCLE_LONGEST]:
        size = end
        is_last = length + 1 >= memory[S_CYCLE_LONGEST]
        is_last = is_last or _count_behind_all(graph, slots, memory, (begin, end), budget) > budget
        for head in range(begin, end):
            if is_last:
                found, listed = _closes(graph, slots, memory, (edge, head), budget)
            else:
                listed = _list_behind(graph, slots, memory, head, budget)
                size = _look(graph, memory, (edge, size), min(listed, budget))
                found = size == _FOUND
            if found or listed > budget:
                return length + 1 if found else 0, not found
            budget -= listed
        begin, end, length = end, size, length + 1
    return 0, False


@inlined
def _debtor_of(graph: Words, memory: Words, head: int) -> int:
    return debtor_of(graph, record_of(graph, memory[memory[AT_LISTS] + L_HEADS + head]))


@inlined
def _index_behind(graph: Words, memory: Words, head: int) -> tuple[int, int]:
    """Give a head, and the index of what its debtor received; 0 when that was nothing in the window."""
    edge, account = memory[memory[AT_LISTS] + L_HEADS + head], _debtor_of(graph, memory, head)
    if last_in(memory, account) < memory[WHOLE + TAIL_EDGE]:
        return edge, 0
    return edge, graph[row_of(graph, account) + A_IN]


@inlined
def _count_behind(graph: Words, slots: Words, memory: Words, head: int) -> int:
    """Count what a head's debtor received before it."""
    edge, index = _index_behind(graph, memory, head)
    if index == 0:
        return 0
    return number_within(graph, slots, index, memory[WHOLE + TAIL_EDGE], edge)


@inlined
def _count_behind_all(graph: Words, slots: Words, memory: Words, heads: tuple[int, int], most: int) -> int:
    """Count what the debtors of heads received before them, until it is more than `most`."""
    count = 0
    for head in range(heads[0], heads[1]):
        if count <= most:
            count += _count_behind(graph, slots, memory, head)
    return count


@inlined
def _list_behind(graph: Words, slots: Words, memory: Words, head: int, most: int) -> int:
    """List what a head's debtor received before it."""
    edge, index = _index_behind(graph, memory, head)
    if index == 0:
        return 0
    span = (edge, memory[WHOLE + TAIL_EDGE], most)
    return list_newest(graph, slots, index, span, memory, memory[AT_LISTS] + L_EDGES)


@inlined
def _look(graph: Words, memory: Words, place: tuple[int, int], listed: int) -> int:
    """Take those listed that are of about the amount as heads; give how many there are then, or `_FOUND`."""
    edge, size = place
    last = record_of(graph, edge)
    debtor, creditor = debtor_of(graph, last), creditor_of(graph, last)
    heads, edges = memory[AT_LISTS] + L_HEADS, memory[AT_LISTS] + L_EDGES
    low, high = _about(memory, graph[last + E_AMOUNT])
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
        memory[heads + size] = other
        size += 1
    return size


@inlined
def _closes(graph: Words, slots: Words, memory: Words, place: tuple[int, int], most: int) -> tuple[bool, int]:
    """Tell whether the creditor paid a head's debtor before, about the amount; and how much is behind it.

    Most often the two have no transfer in the window, and nothing is looked through.
    """
    edge, head = place
    last = record_of(graph, edge)
    creditor, account = creditor_of(graph, last), _debtor_of(graph, memory, head)
    if find_pair(memory, (creditor << 32) | account) < 0:
        return False, _count_behind(graph, slots, memory, head)
    listed = _list_behind(graph, slots, memory, head, most)
    low, high = _about(memory, graph[last + E_AMOUNT])
    for at in range(min(listed, most)):
        other = memory[memory[AT_LISTS] + L_EDGES + at]
        record = record_of(graph, other)
        if debtor_of(graph, record) != creditor or not low <= float(graph[record + E_AMOUNT]) <= high:
            continue
        if is_counted(graph[record + E_TIME]) and not is_back(graph, memory, other, record):
            return True, listed
    return False, listed


@inlined
def _about(memory: Words, amount: int) -> tuple[float, float]:
    """Give the least and the most that is about the amount that closes the cycle."""
    low = float(memory[S_CYCLE_LOW]) / MILLION * float(amount)
    return low, float(memory[S_CYCLE_HIGH]) / MILLION * float(amount)

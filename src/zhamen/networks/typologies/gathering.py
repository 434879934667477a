"""T5 分散后归集: one payer's money through several accounts to one creditor."""

from zhamen.features.compiled import Words, inlined, prefetch
from zhamen.networks.graph.accounts import row_of
from zhamen.networks.graph.blocks import list_newest, prepare_entry
from zhamen.networks.graph.layout import A_IN, E_TIME, NOBODY
from zhamen.networks.graph.log import creditor_of, debtor_of, record_of
from zhamen.networks.typologies.layout import (
    AT_LISTS,
    L_EDGES,
    L_OTHERS,
    L_PAYERS,
    L_SEEN,
    S_MOST_EDGES,
    S_MOST_LEGS,
    SCATTER,
    TAIL_EDGE,
)
from zhamen.networks.typologies.rows import is_bulk, is_counted, last_in, own_row
from zhamen.networks.typologies.taken import is_back

__all__ = ["scatter_gather"]

_PAYER_WORDS = 3
_MARKS = 63


@inlined
def scatter_gather(graph: Words, slots: Words, memory: Words, edge: int) -> tuple[int, bool]:
    """Give through how many accounts, this edge's debtor among them, one payer's money came to its creditor.

    0 when nobody paid the debtor before. Also tells whether there were too many edges to look at.
    """
    record = record_of(graph, edge)
    through, creditor = debtor_of(graph, record), creditor_of(graph, record)
    since, most = memory[SCATTER + TAIL_EDGE], memory[S_MOST_EDGES]
    if NOBODY in (through, creditor) or last_in(memory, through) < since:
        return 0, False
    if is_bulk(graph, through) or is_bulk(graph, creditor):
        return 0, False
    legs = _list_legs(graph, slots, memory, (edge, through))
    payers = _note_payers(graph, memory, creditor, min(legs, memory[S_MOST_LEGS]))
    more = legs > memory[S_MOST_LEGS]
    if payers == 0:
        return 0, more
    index, edges = graph[row_of(graph, creditor) + A_IN], memory[AT_LISTS] + L_EDGES
    ins = list_newest(graph, slots, index, (edge, since, most), memory, edges)
    more = more or ins > most
    _ask_for_ways(graph, slots, memory, min(ins, most))
    seen, marks = 0, _marks(memory, payers)
    for at in range(min(ins, most)):
        other = memory[edges + at]
        if _is_other_way(graph, memory, (other, through), seen):
            memory[memory[AT_LISTS] + L_SEEN + seen] = debtor_of(graph, record_of(graph, other))
            seen += 1
            if _follow_way(graph, slots, memory, other, (payers, seen, marks)):
                more = True
    return _most_ways(memory, payers), more


@inlined
def _list_legs(graph: Words, slots: Words, memory: Words, before: tuple[int, int]) -> int:
    """List what an account received before an edge."""
    edge, account = before
    if last_in(memory, account) < memory[SCATTER + TAIL_EDGE]:
        return 0
    span = (edge, memory[SCATTER + TAIL_EDGE], memory[S_MOST_LEGS])
    index = graph[row_of(graph, account) + A_IN]
    return list_newest(graph, slots, index, span, memory, memory[AT_LISTS] + L_OTHERS)


@inlined
def _payer_of(graph: Words, memory: Words, edge: int, creditor: int) -> int:
    """Give who paid a first leg, if that may be who scattered; else nobody."""
    record = record_of(graph, edge)
    payer = debtor_of(graph, record)
    if payer in (creditor, NOBODY) or not is_counted(graph[record + E_TIME]):
        return NOBODY
    if is_back(graph, memory, edge, record) or is_bulk(graph, payer):
        return NOBODY
    return payer


@inlined
def _note_payers(graph: Words, memory: Words, creditor: int, legs: int) -> int:
    """Note who paid the legs that were listed, each once; give how many."""
    payers = 0
    for at in range(legs):
        payer = _payer_of(graph, memory, memory[memory[AT_LISTS] + L_OTHERS + at], creditor)
        if payer != NOBODY and _find_payer(memory, payers, payer) < 0:
            row = memory[AT_LISTS] + L_PAYERS + payers * _PAYER_WORDS
            memory[row], memory[row + 1], memory[row + 2] = payer, 1, 0
            payers += 1
    return payers


@inlined
def _find_payer(memory: Words, payers: int, payer: int) -> int:
    for at in range(payers):
        row = memory[AT_LISTS] + L_PAYERS + at * _PAYER_WORDS
        if memory[row] == payer:
            return row
    return -1


@inlined
def _marks(memory: Words, payers: int) -> int:
    """Give a word with a bit for each payer: who has none there is none of them."""
    marks = 0
    for at in range(payers):
        marks |= 1 << (memory[memory[AT_LISTS] + L_PAYERS + at * _PAYER_WORDS] & _MARKS)
    return marks


@inlined
def _ask_for_ways(graph: Words, slots: Words, memory: Words, ins: int) -> None:
    """Ask for what is known of who paid the edges that were listed, and for what they received."""
    edges = memory[AT_LISTS] + L_EDGES
    for at in range(ins):
        account = debtor_of(graph, record_of(graph, memory[edges + at]))
        prefetch(memory, own_row(memory, account))
        prefetch(graph, row_of(graph, account) + A_IN)
    for at in range(ins):
        account = debtor_of(graph, record_of(graph, memory[edges + at]))
        prefetch(slots, prepare_entry(graph, graph[row_of(graph, account) + A_IN]))


@inlined
def _is_other_way(graph: Words, memory: Words, edge: tuple[int, int], seen: int) -> bool:
    """Tell whether an edge to the creditor is from an account not looked at yet, that received something."""
    other, through = edge
    record = record_of(graph, other)
    account = debtor_of(graph, record)
    if account in (through, NOBODY) or last_in(memory, account) < memory[SCATTER + TAIL_EDGE]:
        return False
    if not is_counted(graph[record + E_TIME]) or is_back(graph, memory, other, record):
        return False
    for at in range(seen):
        if memory[memory[AT_LISTS] + L_SEEN + at] == account:
            return False
    return not is_bulk(graph, account)


@inlined
def _follow_way(graph: Words, slots: Words, memory: Words, edge: int, sought: tuple[int, int, int]) -> bool:
    """Count a way for each payer that it leads back to; tell whether there were too many legs."""
    payers, way, marks = sought
    record = record_of(graph, edge)
    legs = _list_legs(graph, slots, memory, (edge, debtor_of(graph, record)))
    for at in range(min(legs, memory[S_MOST_LEGS])):
        leg = memory[memory[AT_LISTS] + L_OTHERS + at]
        record = record_of(graph, leg)
        payer = debtor_of(graph, record)
        if (marks >> (payer & _MARKS)) & 1 == 0:
            continue
        # Who was noted may be who scattered, so of a leg of his nothing else is asked.
        row = _find_payer(memory, payers, payer)
        if row < 0 or memory[row + 2] == way:
            continue
        if is_counted(graph[record + E_TIME]) and not is_back(graph, memory, leg, record):
            memory[row + 1] += 1
            memory[row + 2] = way
    return legs > memory[S_MOST_LEGS]


@inlined
def _most_ways(memory: Words, payers: int) -> int:
    most = 0
    for at in range(payers):
        most = max(most, memory[memory[AT_LISTS] + L_PAYERS + at * _PAYER_WORDS + 1])
    return most

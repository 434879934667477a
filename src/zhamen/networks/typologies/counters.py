"""What is counted of each account while a transfer is in the window: added, and taken away again."""

from zhamen.features.compiled import Words, inlined
from zhamen.networks.graph.layout import E_AMOUNT, E_TIME, NOBODY
from zhamen.networks.graph.log import creditor_of, debtor_of
from zhamen.networks.typologies.layout import (
    GATHERED,
    HALF,
    LOWER,
    R_FANS,
    R_IN_SUM,
    R_LARGE,
    R_NEWEST,
    R_OPENED,
    R_OUT_SUM,
    R_SPLITS,
    S_GATHER,
    S_PASS_MINOR,
    S_SPLIT_FROM,
    S_SPLIT_LIMIT,
    S_SPLIT_OVER,
    S_SPREAD,
)
from zhamen.networks.typologies.pairs import join, part
from zhamen.networks.typologies.rows import is_counted, is_outflow, own_row

__all__ = ["count", "uncount"]


@inlined
def count(graph: Words, memory: Words, edge: int, record: int) -> bool:
    """Count an edge; tell whether it is the only transfer of its pair in the window."""
    if not is_counted(graph[record + E_TIME]):
        if is_outflow(graph, record):
            _note_out(memory, debtor_of(graph, record), edge)
        return False
    debtor, creditor = debtor_of(graph, record), creditor_of(graph, record)
    _sum(graph, memory, record, 1)
    if debtor != NOBODY:
        _note_out(memory, debtor, edge)
    if creditor != NOBODY:
        row = own_row(memory, creditor)
        memory[row + R_NEWEST] = ((edge + 1) << 32) | (memory[row + R_NEWEST] & LOWER)
        if graph[record + E_AMOUNT] >= memory[S_PASS_MINOR]:
            memory[row + R_LARGE] = ((edge + 1) << 32) | (memory[row + R_LARGE] & LOWER)
    if NOBODY in (debtor, creditor):
        return False
    first = join(graph, memory, record)
    if first:
        _note_spread(memory, own_row(memory, debtor))
    return first


@inlined
def uncount(graph: Words, memory: Words, edge: int, record: int) -> None:
    """Count a transfer no more: it has left the window, or come back."""
    _sum(graph, memory, record, -1)
    if debtor_of(graph, record) != NOBODY and creditor_of(graph, record) != NOBODY:
        part(graph, memory, edge, record)


@inlined
def _note_out(memory: Words, account: int, edge: int) -> None:
    row = own_row(memory, account)
    memory[row + R_NEWEST] = (memory[row + R_NEWEST] >> 32 << 32) | (edge + 1)


@inlined
def _note_spread(memory: Words, row: int) -> None:
    """Note, when an account comes to many payees, whether it had many payers by then."""
    fans = memory[row + R_FANS]
    if fans & LOWER == memory[S_SPREAD]:
        memory[row + R_OPENED] &= ~GATHERED
        if fans >> 32 >= memory[S_GATHER]:
            memory[row + R_OPENED] |= GATHERED


@inlined
def _sum(graph: Words, memory: Words, record: int, sign: int) -> None:
    amount = graph[record + E_AMOUNT]
    debtor, creditor = debtor_of(graph, record), creditor_of(graph, record)
    if debtor != NOBODY:
        row = own_row(memory, debtor)
        memory[row + R_OUT_SUM] += sign * amount
        if memory[S_SPLIT_FROM] <= amount < memory[S_SPLIT_LIMIT]:
            memory[row + R_SPLITS] += sign * HALF
        elif memory[S_SPLIT_LIMIT] <= amount < memory[S_SPLIT_OVER]:
            memory[row + R_SPLITS] += sign
    if creditor != NOBODY:
        memory[own_row(memory, creditor) + R_IN_SUM] += sign * amount

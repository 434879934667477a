"""Accounts that move again after long: when they woke, and what came and went since."""

from zhamen.features.compiled import Words, inlined
from zhamen.features.table import add_row, find_row, free_row, scatter
from zhamen.networks.graph.kinds import EdgeKind
from zhamen.networks.graph.layout import E_AMOUNT, E_TIME, KIND_MASK, NOBODY, SAME_OWNER
from zhamen.networks.graph.log import creditor_of, debtor_of
from zhamen.networks.typologies.layout import (
    AT_WOKEN,
    AT_WOKEN_BUCKETS,
    IS_WOKEN,
    LATER,
    NOW,
    R_OPENED,
    R_SEEN,
    S_IDLE,
    S_PROBE,
    S_WOKEN_FOR,
    W_EDGE,
    W_IDLE,
    W_IN,
    W_OUT,
    W_PROBE,
    W_SINCE,
    WOKEN,
    WOKEN_WORDS,
)
from zhamen.networks.typologies.rows import own_row

__all__ = ["find_woken", "see", "take_from_woken"]

_CASH_OUT = int(EdgeKind.CASH_OUT)


@inlined
def find_woken(memory: Words, account: int) -> int:
    """Give where it is written how an account woke, or -1 when it did not lately."""
    if memory[own_row(memory, account) + R_OPENED] & IS_WOKEN == 0:
        return -1
    at = _row(memory, account)
    return at if memory[NOW] - memory[at + W_SINCE] < memory[S_WOKEN_FOR] else -1


@inlined
def _row(memory: Words, account: int) -> int:
    code = scatter(account)
    return find_row(memory, WOKEN, memory[AT_WOKEN_BUCKETS], memory[AT_WOKEN], WOKEN_WORDS, code)


@inlined
def see(graph: Words, memory: Words, edge: int, record: int) -> None:
    """Note that both accounts of an edge moved; what the bank itself posts moves none."""
    stamp = graph[record + E_TIME]
    if stamp & KIND_MASK > _CASH_OUT:
        return
    debtor, creditor = debtor_of(graph, record), creditor_of(graph, record)
    amount = 0 if stamp & SAME_OWNER else graph[record + E_AMOUNT]
    if debtor != NOBODY:
        _move(graph, memory, debtor, (edge, record))
        at = find_woken(memory, debtor)
        if at >= 0:
            memory[at + W_OUT] += amount
    if creditor not in (NOBODY, debtor):
        _move(graph, memory, creditor, (edge, record))
        at = find_woken(memory, creditor)
        if at >= 0:
            memory[at + W_IN] += amount


@inlined
def _move(graph: Words, memory: Words, account: int, moved: tuple[int, int]) -> None:
    """Wake an account that had not moved for long, and let one sleep that woke long ago."""
    row, now = own_row(memory, account), memory[NOW]
    seen = memory[row + R_SEEN]
    memory[row + R_SEEN] = now + LATER
    if seen != 0 and now + LATER - seen >= memory[S_IDLE]:
        at = _wake(memory, account, row)
        memory[at + W_SINCE], memory[at + W_IDLE] = now, now + LATER - seen
        memory[at + W_PROBE] = 1 if graph[moved[1] + E_AMOUNT] <= memory[S_PROBE] else 0
        memory[at + W_IN], memory[at + W_OUT], memory[at + W_EDGE] = 0, 0, moved[0]
    elif memory[row + R_OPENED] & IS_WOKEN != 0 and find_woken(memory, account) < 0:
        memory[row + R_OPENED] &= ~IS_WOKEN
        at = _row(memory, account)
        free_row(memory, WOKEN, memory[AT_WOKEN_BUCKETS], memory[AT_WOKEN], WOKEN_WORDS, at)


@inlined
def _wake(memory: Words, account: int, row: int) -> int:
    if memory[row + R_OPENED] & IS_WOKEN != 0:
        return _row(memory, account)
    memory[row + R_OPENED] |= IS_WOKEN
    code = scatter(account)
    return add_row(memory, WOKEN, memory[AT_WOKEN_BUCKETS], memory[AT_WOKEN], WOKEN_WORDS, code)


@inlined
def take_from_woken(graph: Words, memory: Words, edge: int, record: int) -> None:
    """Take what came back out of what came and went since its accounts woke."""
    if graph[record + E_TIME] & SAME_OWNER != 0:
        return
    debtor, creditor = debtor_of(graph, record), creditor_of(graph, record)
    at = find_woken(memory, debtor)
    if debtor != NOBODY and at >= 0 and memory[at + W_EDGE] <= edge:
        memory[at + W_OUT] -= graph[record + E_AMOUNT]
    at = find_woken(memory, creditor)
    if creditor != NOBODY and at >= 0 and memory[at + W_EDGE] <= edge:
        memory[at + W_IN] -= graph[record + E_AMOUNT]

"""Who paid whom in the window: a row for each debtor and creditor with a transfer in it."""

from zhamen.features.compiled import Words, inlined
from zhamen.features.table import add_row, find_row, free_row, scatter
from zhamen.networks.graph.layout import E_AMOUNT, E_SIDES
from zhamen.networks.typologies.layout import (
    AT_LARGEST,
    AT_PAIR_BUCKETS,
    AT_PAIRS,
    HALF,
    LOWER,
    P_COUNT,
    P_SUM,
    PAIR_WORDS,
    PAIRS,
    R_FANS,
    R_LARGE,
)
from zhamen.networks.typologies.rows import own_row

__all__ = ["find_pair", "join", "largest_place", "mark_new", "part"]


@inlined
def find_pair(memory: Words, sides: int) -> int:
    """Give the row of a debtor and creditor, or -1."""
    at, buckets = memory[AT_PAIRS], memory[AT_PAIR_BUCKETS]
    return find_row(memory, PAIRS, buckets, at, PAIR_WORDS, scatter(sides))


@inlined
def join(graph: Words, memory: Words, record: int) -> bool:
    """Count a transfer for its pair; tell whether it is the only one in the window."""
    sides = graph[record + E_SIDES]
    row = find_pair(memory, sides)
    first = row < 0
    if first:
        at, buckets = memory[AT_PAIRS], memory[AT_PAIR_BUCKETS]
        row = add_row(memory, PAIRS, buckets, at, PAIR_WORDS, scatter(sides))
        memory[own_row(memory, sides >> 32) + R_FANS] += 1
        memory[own_row(memory, sides & LOWER) + R_FANS] += HALF
    memory[row + P_COUNT] += HALF
    memory[row + P_SUM] += graph[record + E_AMOUNT]
    _note_largest(memory, sides >> 32, memory[row + P_SUM])
    return first


@inlined
def largest_place(memory: Words, account: int) -> int:
    """Give where it stands how much an account's largest payee got in the window; 0 there for not known."""
    return memory[AT_LARGEST] + account


@inlined
def _note_largest(memory: Words, account: int, amount: int) -> None:
    """Note what a payee got by now, who got more than before."""
    place, payees = largest_place(memory, account), memory[own_row(memory, account) + R_FANS] & LOWER
    if payees == 1 or 0 < memory[place] < amount:
        memory[place] = amount


@inlined
def mark_new(memory: Words, edge: int, sides: int) -> None:
    """Note that a pair's transfer, just counted, is its first ever."""
    memory[find_pair(memory, sides) + P_COUNT] |= edge + 1
    memory[own_row(memory, sides & LOWER) + R_LARGE] += 1


@inlined
def part(graph: Words, memory: Words, edge: int, record: int) -> None:
    """Count a transfer no more for its pair."""
    sides = graph[record + E_SIDES]
    row = find_pair(memory, sides)
    if memory[row + P_SUM] == memory[largest_place(memory, sides >> 32)]:
        memory[largest_place(memory, sides >> 32)] = 0
    memory[row + P_COUNT] -= HALF
    memory[row + P_SUM] -= graph[record + E_AMOUNT]
    if memory[row + P_COUNT] & LOWER == edge + 1:
        memory[row + P_COUNT] -= edge + 1
        memory[own_row(memory, sides & LOWER) + R_LARGE] -= 1
    if memory[row + P_COUNT] == 0:
        free_row(memory, PAIRS, memory[AT_PAIR_BUCKETS], memory[AT_PAIRS], PAIR_WORDS, row)
        memory[own_row(memory, sides >> 32) + R_FANS] -= 1
        memory[own_row(memory, sides & LOWER) + R_FANS] -= HALF

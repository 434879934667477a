"""The row of an account: found by its number, one cache line."""

from zhamen.features.compiled import Words, inlined
from zhamen.networks.graph.accounts import kind_in, row_of
from zhamen.networks.graph.kinds import EdgeKind
from zhamen.networks.graph.layout import A_KIND, E_TIME, KIND_MASK, SAME_OWNER
from zhamen.networks.typologies.kinds import BULK_BITS, OFFICIAL_BITS
from zhamen.networks.typologies.layout import (
    AT_ROWS,
    LATER,
    LOWER,
    MARK_BITS,
    R_NEWEST,
    R_OPENED,
    R_SEEN,
    ROW_WORDS,
    ROWS_USED,
)

__all__ = [
    "is_bulk",
    "is_counted",
    "is_official",
    "is_outflow",
    "knows_opening",
    "last_in",
    "last_out",
    "note_opening",
    "own_row",
]

_CASH_OUT = int(EdgeKind.CASH_OUT)
_LAST_COUNTED = int(EdgeKind.ENTRY)


@inlined
def own_row(memory: Words, account: int) -> int:
    """Give where the row of an account stands."""
    return memory[AT_ROWS] + account * ROW_WORDS


@inlined
def last_in(memory: Words, account: int) -> int:
    """Give the newest transfer that an account received, -1 for none."""
    return (memory[own_row(memory, account) + R_NEWEST] >> 32) - 1


@inlined
def last_out(memory: Words, account: int) -> int:
    """Give the newest transfer or cash that an account paid, -1 for none."""
    return (memory[own_row(memory, account) + R_NEWEST] & LOWER) - 1


@inlined
def is_counted(stamp: int) -> bool:
    """Tell whether an edge is between two parties."""
    return stamp & KIND_MASK <= _LAST_COUNTED and stamp & SAME_OWNER == 0


@inlined
def is_outflow(graph: Words, record: int) -> bool:
    """Tell whether an edge takes money away from its debtor: a transfer to another party, or cash."""
    stamp = graph[record + E_TIME]
    return is_counted(stamp) or stamp & (KIND_MASK | SAME_OWNER) == _CASH_OUT


@inlined
def is_bulk(graph: Words, account: int) -> bool:
    """Tell whether an account is one of very many's money."""
    return (BULK_BITS >> (kind_in(graph[row_of(graph, account) + A_KIND]))) & 1 != 0


@inlined
def is_official(graph: Words, account: int) -> bool:
    """Tell whether an account pays salaries or loans, or takes taxes."""
    return (OFFICIAL_BITS >> (kind_in(graph[row_of(graph, account) + A_KIND]))) & 1 != 0


@inlined
def knows_opening(memory: Words, account: int) -> bool:
    """Tell whether it was told when an account was opened."""
    return memory[own_row(memory, account) + R_OPENED] >> MARK_BITS != 0


@inlined
def note_opening(memory: Words, account: int, opened_at: int) -> None:
    """Note when an account was opened; it counts for the edges that are followed from now on."""
    row = own_row(memory, account)
    marks = memory[row + R_OPENED] & ((1 << MARK_BITS) - 1)
    memory[row + R_OPENED] = ((opened_at + LATER) << MARK_BITS) | marks
    if memory[row + R_SEEN] == 0:
        memory[row + R_SEEN] = opened_at + LATER
    memory[ROWS_USED] = max(memory[ROWS_USED], account + 1)

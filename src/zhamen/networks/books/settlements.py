"""What comes after a movement: its money arrives, or it can be taken back."""

from typing import Final

from zhamen.features.compiled import Words, inlined
from zhamen.networks.books.layout import O_EVENT, O_ORDINAL, ORIGIN_WORDS
from zhamen.networks.graph.accounts import find_account
from zhamen.networks.graph.blocks import count_of, nth
from zhamen.networks.graph.kinds import EdgeKind
from zhamen.networks.graph.layout import A_IN, A_OUT, E_AMOUNT, E_TIME, KIND_MASK, REVERSED, TO_OUTSIDE
from zhamen.networks.graph.log import creditor_of, record_of

__all__ = ["arrive", "can_be_taken_back", "find_edge"]

_REVERSAL: Final = int(EdgeKind.REVERSAL)


@inlined
def find_edge(graph: Words, slots: Words, origins: Words, account: int, as_debtor: bool, event: int) -> int:
    """Give the newest edge of an account that came of an event, or -1; both by identity, -1 for none."""
    row = -1 if account < 0 or event < 0 else find_account(graph, account)
    if row < 0:
        return -1
    word = graph[row + (A_OUT if as_debtor else A_IN)]
    for at in range(count_of(word) - 1, -1, -1):
        edge = nth(graph, slots, word, at)
        if origins[edge * ORIGIN_WORDS + O_EVENT] == event:
            return edge
    return -1


@inlined
def arrive(graph: Words, under_way: Words, origins: Words, edge: int) -> None:
    """Note that the money of an edge is under way no more."""
    origin = edge * ORIGIN_WORDS + O_ORDINAL
    if origins[origin] & 1 == 0:
        return
    origins[origin] &= ~1
    record = record_of(graph, edge)
    if graph[record + E_TIME] & TO_OUTSIDE == 0:
        account = creditor_of(graph, record)
        under_way[account] = max(0, under_way[account] - graph[record + E_AMOUNT])


@inlined
def can_be_taken_back(graph: Words, edge: int) -> bool:
    """Tell whether nothing of an edge was taken back before; what takes back is itself never taken back."""
    meta = graph[record_of(graph, edge) + E_TIME]
    return meta & REVERSED == 0 and meta & KIND_MASK != _REVERSAL

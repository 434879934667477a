"""T12 新户突增付款人: payers who never paid a young account before."""

from zhamen.features.compiled import Words, inlined
from zhamen.networks.graph.accounts import row_of
from zhamen.networks.graph.blocks import list_newest
from zhamen.networks.graph.layout import A_IN, A_OUT, E_SIDES
from zhamen.networks.graph.log import creditor_of, debtor_of, record_of
from zhamen.networks.typologies.layout import (
    AT_LISTS,
    L_EDGES,
    L_OTHERS,
    LATER,
    MARK_BITS,
    NOW,
    R_OPENED,
    S_MOST_EDGES,
    S_YOUNG,
)
from zhamen.networks.typologies.pairs import mark_new
from zhamen.networks.typologies.rows import own_row

__all__ = ["NOT_TOLD", "age", "is_young", "note_new_payer"]

NOT_TOLD = -(2**62)


@inlined
def age(memory: Words, account: int) -> int:
    """Give how long ago an account was opened, or `NOT_TOLD`."""
    opened = memory[own_row(memory, account) + R_OPENED] >> MARK_BITS
    return NOT_TOLD if opened == 0 else memory[NOW] + LATER - opened


@inlined
def is_young(memory: Words, account: int) -> bool:
    """Tell whether an account is known to have been opened lately."""
    held = age(memory, account)
    return held != NOT_TOLD and held < memory[S_YOUNG]


@inlined
def note_new_payer(graph: Words, slots: Words, memory: Words, edge: int, record: int) -> bool:
    """Note it when a pair's only transfer in the window is its first ever, to a young account.

    Looks through the shorter of what the debtor paid and the creditor received; tells whether both
    were too long, and then takes the payer for one who paid before.
    """
    debtor, creditor = debtor_of(graph, record), creditor_of(graph, record)
    if not is_young(memory, creditor):
        return False
    edges, others = memory[AT_LISTS] + L_EDGES, memory[AT_LISTS] + L_OTHERS
    span = (edge, 0, memory[S_MOST_EDGES])
    ins = list_newest(graph, slots, graph[row_of(graph, creditor) + A_IN], span, memory, edges)
    listed = ins
    if ins > span[2]:
        listed = list_newest(graph, slots, graph[row_of(graph, debtor) + A_OUT], span, memory, others)
        edges = others
    if listed > span[2]:
        return True
    for at in range(listed):
        if graph[record_of(graph, memory[edges + at]) + E_SIDES] == graph[record + E_SIDES]:
            return False
    mark_new(memory, edge, graph[record + E_SIDES])
    return False

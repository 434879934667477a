"""What comes after a movement: its money arrives, or it can be taken back."""

from typing import Final

from zhamen.features.compiled import Words, inlined
from zhamen.networks.books.layout import O_EVENT, O_ORDINAL, ORIGIN_WORDS, RECENT, SCANNED
from zhamen.networks.graph.accounts import account_at, find_account
from zhamen.networks.graph.blocks import count_of, nth
from zhamen.networks.graph.kinds import EdgeKind
from zhamen.networks.graph.layout import A_IN, A_OUT, E_AMOUNT, E_TIME, KIND_MASK, TO_OUTSIDE
from zhamen.networks.graph.log import creditor_of, debtor_of, record_of
from zhamen.networks.graph.reversals import left_of

__all__ = ["arrive", "find_edge", "remember", "to_take_back"]

_REVERSAL: Final = int(EdgeKind.REVERSAL)


@inlined
def remember(origins: Words, recent: Words, edge: int) -> None:
    """Note where an edge is found by its event, in the place of an older one."""
    event = origins[edge * ORIGIN_WORDS + O_EVENT]
    if event >= 0:
        recent[event & (RECENT - 1)] = edge + 1


@inlined
def find_edge(
    graph: Words, slots: Words, origins: Words, recent: Words, event: int, whose: tuple[int, bool]
) -> int:
    """Give the newest edge of an account that came of an event, or -1.

    `whose` is an account and whether it paid; event and account by identity, -1 for none. Found at once
    among some millions of the newest edges, else only among the account's newest, so that no event waits
    for a search through all that an account ever paid.
    """
    account, as_debtor = whose
    row = -1 if account < 0 or event < 0 else find_account(graph, account)
    if row < 0:
        return -1
    edge = recent[event & (RECENT - 1)] - 1
    if edge >= 0 and origins[edge * ORIGIN_WORDS + O_EVENT] == event:
        record = record_of(graph, edge)
        side = debtor_of(graph, record) if as_debtor else creditor_of(graph, record)
        if side == account_at(graph, row):
            return edge
    word = graph[row + (A_OUT if as_debtor else A_IN)]
    count = count_of(word)
    for at in range(count - 1, max(-1, count - 1 - SCANNED), -1):
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
def to_take_back(graph: Words, slots: Words, edge: int, asked: int) -> int:
    """Give how much of an edge comes back when so much is said to: no more than is left of it.

    All that is left when no amount is said (0). What takes back is itself never taken back.
    """
    if graph[record_of(graph, edge) + E_TIME] & KIND_MASK == _REVERSAL:
        return 0
    left = left_of(graph, slots, edge)
    return min(left, asked) if asked > 0 else left

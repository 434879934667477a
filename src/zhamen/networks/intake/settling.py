"""What became of a transfer that was asked for before."""

from zhamen.features.compiled import Words, halves_at, inlined, words_at
from zhamen.networks.books.settlements import arrive, find_edge, to_take_back
from zhamen.networks.intake.layout import (
    B_GRAPH,
    B_ORIGINS,
    B_RECENT,
    B_SLOTS,
    B_UNDER_WAY,
    E_AMOUNT,
    E_DEBTOR,
    E_DEBTOR_ELSEWHERE,
    E_SETTLED,
    E_TRANSFER,
)
from zhamen.networks.intake.posting import write_reversal

__all__ = ["settle"]


@inlined
def settle(board: Words, given: Words, at: int) -> bool:
    """Take the settlement at a place; tell whether it takes a transfer back, which is on the board then."""
    graph, slots, origins = words_at(board[B_GRAPH]), halves_at(board[B_SLOTS]), words_at(board[B_ORIGINS])
    recent, edge = words_at(board[B_RECENT]), -1
    for whose in (E_DEBTOR, E_DEBTOR_ELSEWHERE):
        if edge < 0:
            paid_by = (given[at + whose], True)
            edge = find_edge(graph, slots, origins, recent, given[at + E_TRANSFER], paid_by)
    if edge < 0:
        return False
    arrive(graph, words_at(board[B_UNDER_WAY]), origins, edge)
    amount = 0 if given[at + E_SETTLED] != 0 else to_take_back(graph, slots, edge, given[at + E_AMOUNT])
    if amount > 0:
        write_reversal(board, given, at, edge, amount)
    return amount > 0

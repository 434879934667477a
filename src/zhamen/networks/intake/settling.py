"""What became of a transfer that was asked for before."""

from zhamen.features.compiled import Words, halves_at, inlined, words_at
from zhamen.networks.books.settlements import arrive, can_be_taken_back, find_edge
from zhamen.networks.graph.layout import E_AMOUNT
from zhamen.networks.graph.log import record_of
from zhamen.networks.intake.layout import (
    B_GRAPH,
    B_ORIGINS,
    B_SLOTS,
    B_UNDER_WAY,
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
    edge = -1
    for whose in (E_DEBTOR, E_DEBTOR_ELSEWHERE):
        if edge < 0:
            edge = find_edge(graph, slots, origins, given[at + whose], True, given[at + E_TRANSFER])
    if edge < 0:
        return False
    arrive(graph, words_at(board[B_UNDER_WAY]), origins, edge)
    if given[at + E_SETTLED] != 0 or not can_be_taken_back(graph, edge):
        return False
    write_reversal(board, given, at, edge, graph[record_of(graph, edge) + E_AMOUNT])
    return True

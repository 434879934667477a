"""All that follows the graph takes the newest edges in."""

from zhamen.features.compiled import Floats, Words, halves_at, inlined, words_at
from zhamen.networks.graph.layout import EDGES
from zhamen.networks.graph.log import creditor_of, debtor_of
from zhamen.networks.intake.layout import (
    ACCOUNT_CREDITED,
    B_GRAPH,
    B_SLOTS,
    B_TAINT,
    B_TYPOLOGIES,
    E_CREDITOR_OPENED,
    E_DEBTOR_OPENED,
    E_OPENED,
    E_TYPE,
    V_TYPOLOGIES,
)
from zhamen.networks.links.layout import NEVER
from zhamen.networks.tracing.kernels import follow as follow_taint
from zhamen.networks.typologies.kernels import take
from zhamen.networks.typologies.layout import FOLLOWED
from zhamen.networks.typologies.rows import knows_opening, note_opening
from zhamen.networks.typologies.tell import tell

__all__ = ["follow", "note_openings"]


@inlined
def note_openings(graph: Words, typologies: Words, given: Words, at: int, record: int) -> None:
    """Note when the accounts of an edge were opened, if its event says so and it was not known."""
    debtor, creditor = debtor_of(graph, record), creditor_of(graph, record)
    if given[at + E_TYPE] == ACCOUNT_CREDITED:
        _note_opening(typologies, creditor, given[at + E_OPENED])
    else:
        _note_opening(typologies, debtor, given[at + E_DEBTOR_OPENED])
        _note_opening(typologies, creditor, given[at + E_CREDITOR_OPENED])


@inlined
def _note_opening(typologies: Words, account: int, opened_at: int) -> None:
    if account != 0 and opened_at != NEVER and not knows_opening(typologies, account):
        note_opening(typologies, account, opened_at)


@inlined
def follow(board: Words, out: Floats, to: int, told: bool) -> None:
    """Let patterns and open cases take in what was posted, and tell what is told of the newest edge."""
    graph, slots, typologies = (
        words_at(board[B_GRAPH]),
        halves_at(board[B_SLOTS]),
        words_at(board[B_TYPOLOGIES]),
    )
    last = graph[EDGES] - 1
    for edge in range(typologies[FOLLOWED], last + 1):
        more = take(graph, slots, typologies, edge)
        typologies[FOLLOWED] = edge + 1
        if told and edge == last:
            tell(graph, slots, typologies, out, to + V_TYPOLOGIES, (edge, more))
    follow_taint(graph, slots, words_at(board[B_TAINT]), last + 1)

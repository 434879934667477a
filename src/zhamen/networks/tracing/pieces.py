"""Pieces and lots: what an edge brought where, and what is left of it there."""

# compiled code has no objects to put arguments in

from zhamen.features.compiled import Words, inlined
from zhamen.features.table import add_row, find_row, free_row
from zhamen.networks.graph.log import creditor_of, debtor_of, record_of
from zhamen.networks.tracing.layout import (
    AT_BUCKETS,
    AT_CASES,
    AT_HOLDERS,
    AT_PIECES,
    CASE_SHIFT,
    CASE_WORDS,
    FATE_BITS,
    FATE_MASK,
    FORWARD,
    FREE,
    H_FIRST,
    H_LAST,
    H_SUM,
    HOLDER_WORDS,
    HOLDERS,
    HOP_MASK,
    LIMIT,
    LIVE,
    P_AMOUNT,
    P_EDGE,
    P_END,
    P_LEFT,
    P_META,
    P_NEXT,
    P_PARENT,
    P_PLACE,
    PIECE_WORDS,
    PIECES,
    TRUNCATED,
)
from zhamen.networks.tracing.rules import Fate

__all__ = [
    "case_of",
    "case_row",
    "far_end",
    "fate_in",
    "find_holder",
    "holder_number",
    "holder_of",
    "hop_of",
    "is_told",
    "link_lot",
    "near_end",
    "new_piece",
    "piece_at",
    "tidy",
    "with_fate",
]

_LATE = int(Fate.LATE)
_HUB = int(Fate.HUB)
_EXITED = int(Fate.EXITED)
_UNEXPLAINED = int(Fate.UNEXPLAINED)


@inlined
def piece_at(state: Words, piece: int) -> int:
    """Give where a piece stands."""
    return state[AT_PIECES] + piece * PIECE_WORDS


@inlined
def case_row(state: Words, case: int) -> int:
    """Give where the row of a case stands."""
    return state[AT_CASES] + case * CASE_WORDS


@inlined
def case_of(state: Words, at: int) -> int:
    """Give the case of a piece."""
    return state[at + P_META] >> CASE_SHIFT


@inlined
def hop_of(state: Words, at: int) -> int:
    """Give how many hops from its seed a piece is."""
    return (state[at + P_META] >> FATE_BITS) & HOP_MASK


@inlined
def fate_in(state: Words, at: int) -> int:
    """Give what became of a piece so far."""
    return state[at + P_META] & FATE_MASK


@inlined
def with_fate(state: Words, at: int, fate: int) -> None:
    """Say what became of a piece."""
    state[at + P_META] = (state[at + P_META] & ~FATE_MASK) | fate


@inlined
def is_told(fate: int) -> bool:
    """Tell whether money of this fate makes its account one that holds stolen money.

    Not what stopped at a merchant or another account of very many: nobody follows what it pays out, so
    nobody knows what is left of it there.
    """
    return fate <= _LATE and fate != _HUB


@inlined
def near_end(graph: Words, state: Words, edge: int) -> int:
    """Give the account that traced money leaves by an edge."""
    record = record_of(graph, edge)
    return debtor_of(graph, record) if state[FORWARD] != 0 else creditor_of(graph, record)


@inlined
def far_end(graph: Words, state: Words, edge: int) -> int:
    """Give the account that an edge brings traced money to."""
    record = record_of(graph, edge)
    return creditor_of(graph, record) if state[FORWARD] != 0 else debtor_of(graph, record)


@inlined
def find_holder(state: Words, account: int) -> int:
    """Give the row of an account that holds traced money, or -1."""
    return find_row(state, HOLDERS, state[AT_BUCKETS], state[AT_HOLDERS], HOLDER_WORDS, account)


@inlined
def holder_of(state: Words, account: int) -> int:
    """Give the row of an account, a new one when there is none."""
    row = find_holder(state, account)
    if row < 0:
        row = add_row(state, HOLDERS, state[AT_BUCKETS], state[AT_HOLDERS], HOLDER_WORDS, account)
    return row


@inlined
def holder_number(state: Words, row: int) -> int:
    """Give the number of a row."""
    return (row - state[AT_HOLDERS]) // HOLDER_WORDS


@inlined
def new_piece(state: Words, parent: int, edge: int, amount: int, place: int, meta: int) -> int:
    """Give a new piece, not yet in any account's list; -1 when the limit is reached."""
    piece = state[FREE] - 1
    if piece >= 0:
        state[FREE] = state[piece_at(state, piece) + P_NEXT]
    elif state[PIECES] >= state[LIMIT]:
        state[TRUNCATED] = 1
        return -1
    else:
        piece = state[PIECES]
        state[PIECES] = piece + 1
    at = piece_at(state, piece)
    state[at + P_PARENT] = parent
    state[at + P_EDGE] = edge
    state[at + P_AMOUNT] = amount
    state[at + P_LEFT] = amount
    state[at + P_PLACE] = place
    state[at + P_END] = place + amount
    state[at + P_META] = meta
    state[at + P_NEXT] = 0
    return piece


@inlined
def link_lot(state: Words, row: int, piece: int) -> None:
    """Put a piece among the lots of an account: behind those of its case and of older ones.

    What left the bank is put last: nothing moves it but what gives its own edge back.
    """
    at = piece_at(state, piece)
    last = state[row + H_LAST]
    if is_told(fate_in(state, at)):
        state[row + H_SUM] += state[at + P_LEFT]
    if last == 0:
        state[row + H_FIRST] = piece + 1
        state[row + H_LAST] = piece + 1
        return
    behind = piece_at(state, last - 1)
    if case_of(state, behind) <= case_of(state, at) or _EXITED <= fate_in(state, at) <= _UNEXPLAINED:
        state[behind + P_NEXT] = piece + 1
        state[row + H_LAST] = piece + 1
        return
    link = row + H_FIRST
    while case_of(state, piece_at(state, state[link] - 1)) <= case_of(state, at):
        link = piece_at(state, state[link] - 1) + P_NEXT
    state[at + P_NEXT] = state[link]
    state[link] = piece + 1


@inlined
def tidy(state: Words, row: int) -> None:
    """Drop spent lots from an account's list; of open cases, give them back, and the row if none is left."""
    link, last = row + H_FIRST, 0
    while state[link] != 0:
        lot = state[link]
        at = piece_at(state, lot - 1)
        if state[at + P_LEFT] == 0:
            state[link] = state[at + P_NEXT]
            if state[LIVE] != 0:
                state[at + P_NEXT] = state[FREE]
                state[FREE] = lot
        else:
            last = lot
            link = at + P_NEXT
    state[row + H_LAST] = last
    if last == 0 and state[LIVE] != 0:
        free_row(state, HOLDERS, state[AT_BUCKETS], state[AT_HOLDERS], HOLDER_WORDS, row)

"""One edge takes its part of the traced money of the account that it leaves."""

# ruff: noqa: PLR0913, PLR0917  # compiled code has no objects to put arguments in

from zhamen.features.compiled import Words, inlined
from zhamen.networks.graph.layout import (
    E_AMOUNT,
    E_PAID,
    E_PLACE,
    E_TIME,
    SAME_OWNER,
)
from zhamen.networks.graph.log import record_of, time_of
from zhamen.networks.tracing.arrive import arrive, move
from zhamen.networks.tracing.fates import fate_of
from zhamen.networks.tracing.give_back import give_back, given_back
from zhamen.networks.tracing.layout import (
    C_UNTIL,
    CASE_SHIFT,
    FATE_BITS,
    FORWARD,
    H_FIRST,
    P_EDGE,
    P_END,
    P_LEFT,
    P_NEXT,
    P_PLACE,
    RULE,
)
from zhamen.networks.tracing.pieces import (
    case_of,
    case_row,
    far_end,
    fate_in,
    find_holder,
    hop_of,
    piece_at,
    with_fate,
)
from zhamen.networks.tracing.rules import Fate, Rule
from zhamen.networks.tracing.shares import share

__all__ = ["step"]

_RESTING = int(Fate.RESTING)
_LATE = int(Fate.LATE)
_MET_AGAIN = int(Fate.MET_AGAIN)
_FIFO = int(Rule.FIFO)
_POISON = int(Rule.POISON)


@inlined
def step(graph: Words, slots: Words, state: Words, row: int, edge: int, taken: int) -> int:
    """Let an edge move what it carries of each case, the oldest first.

    `taken` is what cases before these took of it; with what these take, it is given back.
    """
    lot = state[row + H_FIRST]
    while lot != 0:
        case = case_of(state, piece_at(state, lot - 1))
        late = _beyond(graph, state, edge, case)
        if late and state[RULE] != _FIFO:
            _stop(state, lot, case)
        elif state[RULE] == _POISON:
            _spread(graph, slots, state, lot, edge, case)
        else:
            taken += give_back(graph, slots, state, row, lot, edge, taken, late)
            taken += _take(graph, slots, state, row, lot, edge, taken, late)
        while lot != 0 and case_of(state, piece_at(state, lot - 1)) == case:
            lot = state[piece_at(state, lot - 1) + P_NEXT]
    return taken


@inlined
def _beyond(graph: Words, state: Words, edge: int, case: int) -> bool:
    time, until = time_of(graph, record_of(graph, edge)), state[case_row(state, case) + C_UNTIL]
    return time > until if state[FORWARD] != 0 else time < until


@inlined
def _stop(state: Words, lot: int, case: int) -> None:
    """Follow none of the case's lots in this account any more."""
    while lot != 0:
        at = piece_at(state, lot - 1)
        if case_of(state, at) != case:
            return
        if fate_in(state, at) == _RESTING:
            with_fate(state, at, _LATE)
        lot = state[at + P_NEXT]


@inlined
def _take(
    graph: Words, slots: Words, state: Words, row: int, lot: int, edge: int, taken: int, late: bool
) -> int:
    """Move the part of a case's lots that the rule says an edge carries; give how much."""
    case = case_of(state, piece_at(state, lot - 1))
    record = record_of(graph, edge)
    undone = given_back(graph, slots, state, edge)
    free = min(graph[record + E_AMOUNT] - undone, graph[record + E_AMOUNT] - taken)
    begin = graph[record + (E_PAID if state[FORWARD] != 0 else E_PLACE)] + undone
    end = graph[record + (E_PAID if state[FORWARD] != 0 else E_PLACE)] + graph[record + E_AMOUNT]
    traced, matched, first = 0, 0, lot
    while lot != 0 and case_of(state, piece_at(state, lot - 1)) == case:
        at = piece_at(state, lot - 1)
        if fate_in(state, at) == _RESTING and state[at + P_EDGE] != edge:
            traced += state[at + P_LEFT]
            matched += max(0, min(end, state[at + P_END]) - max(begin, state[at + P_PLACE]))
        lot = state[at + P_NEXT]
    fifo = state[RULE] == _FIFO
    carried = matched if fifo else share(graph, slots, state, edge, free, traced)
    hops = 0 if graph[record + E_TIME] & SAME_OWNER else 1
    moved, lot = 0, first
    while moved < carried and lot != 0 and case_of(state, piece_at(state, lot - 1)) == case:
        at, this = piece_at(state, lot - 1), lot - 1
        lot = state[at + P_NEXT]
        if fate_in(state, at) != _RESTING or state[at + P_EDGE] == edge:
            continue
        start = max(begin, state[at + P_PLACE])
        amount = min(state[at + P_LEFT], carried - moved)
        if fifo:
            amount = max(0, min(end, state[at + P_END]) - start)
        if amount > 0 and late:
            with_fate(state, at, _LATE)
        elif amount > 0:
            hop = hop_of(state, at) + hops
            fate = fate_of(graph, slots, state, edge, case, (hop, amount if fifo else carried))
            offset = start - begin + undone if fifo else moved
            moved += move(graph, slots, state, row, this, edge, amount, offset, (hop, fate))
    if fifo:
        _match_up_to(state, first, edge, begin, end)
    return moved


@inlined
def _match_up_to(state: Words, lot: int, edge: int, begin: int, end: int) -> None:
    """Match a case's lots no more with the places that an edge has taken."""
    case = case_of(state, piece_at(state, lot - 1))
    while lot != 0 and case_of(state, piece_at(state, lot - 1)) == case:
        at = piece_at(state, lot - 1)
        if state[at + P_EDGE] != edge:
            if state[FORWARD] != 0:
                state[at + P_PLACE] = min(state[at + P_END], max(state[at + P_PLACE], end))
            else:
                state[at + P_END] = max(state[at + P_PLACE], min(state[at + P_END], begin))
        lot = state[at + P_NEXT]


@inlined
def _spread(graph: Words, slots: Words, state: Words, lot: int, edge: int, case: int) -> None:
    """Taint the whole of an edge, and the account that it reaches unless it is tainted already."""
    while lot != 0 and fate_in(state, piece_at(state, lot - 1)) != _RESTING:
        lot = state[piece_at(state, lot - 1) + P_NEXT]
    if lot == 0 or state[piece_at(state, lot - 1) + P_EDGE] == edge:
        return
    record = record_of(graph, edge)
    amount, hops = graph[record + E_AMOUNT], 0 if graph[record + E_TIME] & SAME_OWNER else 1
    hop = hop_of(state, piece_at(state, lot - 1)) + hops
    fate = fate_of(graph, slots, state, edge, case, (hop, amount))
    if fate == _RESTING and _is_tainted(state, far_end(graph, state, edge)):
        fate = _MET_AGAIN
    meta = (case << CASE_SHIFT) | (hop << FATE_BITS) | fate
    arrive(graph, slots, state, lot - 1, edge, amount, 0, meta)


@inlined
def _is_tainted(state: Words, account: int) -> bool:
    row = find_holder(state, account)
    lot = 0 if row < 0 else state[row + H_FIRST]
    while lot != 0 and fate_in(state, piece_at(state, lot - 1)) != _RESTING:
        lot = state[piece_at(state, lot - 1) + P_NEXT]
    return lot != 0

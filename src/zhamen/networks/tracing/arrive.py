"""A piece moves on to an account, and the account's next edge is looked for."""

# ruff: noqa: PLR0913, PLR0917  # compiled code has no objects to put arguments in

from zhamen.features.compiled import Words, inlined, prefetch
from zhamen.networks.graph.accounts import estimated_since, row_of
from zhamen.networks.graph.blocks import count_of, first_after, last_starting_by, nth
from zhamen.networks.graph.kinds import EdgeKind
from zhamen.networks.graph.layout import (
    A_BACK,
    A_IN,
    A_KIND,
    A_OUT,
    E_PAID,
    E_PLACE,
    E_TIME,
    KIND_MASK,
    R_EDGE,
    R_ORIGINAL,
    REVERSED,
)
from zhamen.networks.graph.log import record_of
from zhamen.networks.graph.reversals import next_reversal, reversal_of
from zhamen.networks.tracing.heap import push
from zhamen.networks.tracing.layout import (
    CASE_SHIFT,
    ESTIMATED,
    FATE_BITS,
    FATE_MASK,
    FORWARD,
    H_CODE,
    H_FIRST,
    H_NEXT,
    H_SUM,
    LIVE,
    P_END,
    P_LEFT,
    P_NEXT,
    P_PLACE,
    RULE,
    WATERMARK,
)
from zhamen.networks.tracing.pieces import (
    case_of,
    far_end,
    fate_in,
    holder_number,
    holder_of,
    is_told,
    link_lot,
    new_piece,
    piece_at,
)
from zhamen.networks.tracing.rules import Fate, Rule

__all__ = ["arrive", "look_on", "move"]

_REVERSAL = int(EdgeKind.REVERSAL)
_RESTING = int(Fate.RESTING)
_MET_AGAIN = int(Fate.MET_AGAIN)
_FIFO = int(Rule.FIFO)
_HAIRCUT = int(Rule.HAIRCUT)
_LIBR = int(Rule.LIBR)
_FARTHEST = 2**62


@inlined
def arrive(
    graph: Words, slots: Words, state: Words, parent: int, edge: int, amount: int, place: int, meta: int
) -> bool:
    """Bring a piece to the far end of an edge; False when there is no room for it."""
    piece = new_piece(state, parent, edge, amount, place, meta)
    if piece < 0:
        return False
    if meta & FATE_MASK == _MET_AGAIN:
        return True
    row = holder_of(state, far_end(graph, state, edge))
    link_lot(state, row, piece)
    if state[LIVE] == 0:
        if meta & FATE_MASK == _RESTING:
            if state[row + H_NEXT] == 0:
                look_on(graph, slots, state, row, edge)
        else:
            _await_reversals(graph, slots, state, row, edge)
    return True


@inlined
def _await_reversals(graph: Words, slots: Words, state: Words, row: int, edge: int) -> None:
    """Look at what takes an edge back, though nothing else of the account is followed."""
    meta = graph[record_of(graph, edge) + E_TIME]
    if state[FORWARD] == 0:
        if meta & KIND_MASK == _REVERSAL:
            push(state, graph[reversal_of(graph, slots, edge) + R_ORIGINAL], holder_number(state, row))
        return
    if meta & REVERSED == 0:
        return
    at = next_reversal(graph, slots, state[row + H_CODE], edge)
    while at >= 0 and graph[at + R_EDGE] < state[WATERMARK]:
        if graph[at + R_ORIGINAL] == edge:
            push(state, graph[at + R_EDGE], holder_number(state, row))
        at = next_reversal(graph, slots, state[row + H_CODE], graph[at + R_EDGE])


@inlined
def look_on(graph: Words, slots: Words, state: Words, row: int, edge: int) -> None:
    """Put the next edge of an account that can move what is followed in it into the heap."""
    reach, followed = _FARTHEST if state[FORWARD] != 0 else -1, False
    lot = state[row + H_FIRST]
    while lot != 0:
        at = piece_at(state, lot - 1)
        if fate_in(state, at) == _RESTING and state[at + P_LEFT] > 0:
            if state[RULE] != _FIFO or state[at + P_END] > state[at + P_PLACE]:
                followed = True
            low, high = state[at + P_PLACE], state[at + P_END]
            reach = min(reach, low) if state[FORWARD] != 0 else max(reach, high)
        lot = state[at + P_NEXT]
    if not followed:
        return
    account = row_of(graph, state[row + H_CODE])
    since = estimated_since(graph[account + A_KIND])
    if 0 < since <= state[WATERMARK] and state[RULE] in (_FIFO, _HAIRCUT, _LIBR):
        state[ESTIMATED] = 1
    if state[RULE] == _FIFO and state[FORWARD] == 0 and graph[account + A_BACK] != 0:
        state[ESTIMATED] = 1  # what reversals moved in its queue is not moved back
    found = _next_forward(graph, slots, state, row, edge, reach)
    if state[FORWARD] == 0:
        found = _next_backward(graph, slots, state, account, edge, reach)
    if found >= 0:
        prefetch(graph, record_of(graph, found))
        push(state, found, holder_number(state, row))
        state[row + H_NEXT] = found + 1


@inlined
def _next_forward(graph: Words, slots: Words, state: Words, row: int, edge: int, reach: int) -> int:
    """Give the first debit after an edge; in FIFO, that reaches a place in the queue, or is a reversal."""
    index = graph[row_of(graph, state[row + H_CODE]) + A_OUT]
    entry = first_after(graph, slots, index, edge)
    if state[RULE] == _FIFO and _begins_by(graph, slots, index, entry + 1, reach):
        entry = last_starting_by(graph, slots, index, reach, True)
    found = nth(graph, slots, index, entry) if entry < count_of(index) else state[WATERMARK]
    if state[RULE] == _FIFO:
        at = next_reversal(graph, slots, state[row + H_CODE], edge)
        if at >= 0:
            found = min(found, graph[at + R_EDGE])
    return found if found < state[WATERMARK] else -1


@inlined
def _begins_by(graph: Words, slots: Words, index: int, entry: int, place: int) -> bool:
    """Tell whether a debit takes its money from a place in the queue, or from before it."""
    return (
        entry < count_of(index) and graph[record_of(graph, nth(graph, slots, index, entry)) + E_PAID] <= place
    )


@inlined
def _next_backward(graph: Words, slots: Words, state: Words, account: int, edge: int, reach: int) -> int:
    """Give the last credit before an edge; in FIFO, that came to stand before a place in the queue."""
    index = graph[account + A_IN]
    entry = first_after(graph, slots, index, edge - 1) - 1
    if state[RULE] == _FIFO:
        entry = min(entry, last_starting_by(graph, slots, index, reach - 1, False))
    return nth(graph, slots, index, entry) if entry >= 0 else -1


@inlined
def move(
    graph: Words,
    slots: Words,
    state: Words,
    row: int,
    piece: int,
    edge: int,
    amount: int,
    offset: int,
    hop_and_fate: tuple[int, int],
) -> int:
    """Take an amount of a lot to the far end of an edge; give it, or 0 when the limit is reached."""
    at, record = piece_at(state, piece), record_of(graph, edge)
    place = graph[record + (E_PLACE if state[FORWARD] != 0 else E_PAID)] + offset
    meta = (case_of(state, at) << CASE_SHIFT) | (hop_and_fate[0] << FATE_BITS) | hop_and_fate[1]
    if not arrive(graph, slots, state, piece, edge, amount, place, meta):
        return 0
    state[at + P_LEFT] -= amount
    if is_told(fate_in(state, at)):
        state[row + H_SUM] -= amount
    return amount

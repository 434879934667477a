"""An edge that takes another one back moves what that one brought the way it came."""

# ruff: noqa: PLR0913, PLR0917  # compiled code has no objects to put arguments in

from zhamen.features.compiled import Words, inlined
from zhamen.networks.graph.kinds import EdgeKind
from zhamen.networks.graph.layout import (
    E_AMOUNT,
    E_TIME,
    KIND_MASK,
    R_EDGE,
    R_ORIGINAL,
    R_UNSPENT,
    R_WITHIN,
    REVERSED,
    SAME_OWNER,
)
from zhamen.networks.graph.log import creditor_of, record_of
from zhamen.networks.graph.reversals import next_reversal, reversal_of
from zhamen.networks.tracing.arrive import move
from zhamen.networks.tracing.fates import fate_given_back
from zhamen.networks.tracing.layout import (
    FORWARD,
    P_EDGE,
    P_END,
    P_LEFT,
    P_NEXT,
    P_PLACE,
    RULE,
    WATERMARK,
)
from zhamen.networks.tracing.pieces import (
    case_of,
    fate_in,
    hop_of,
    piece_at,
    with_fate,
)
from zhamen.networks.tracing.rules import Fate, Rule

__all__ = ["give_back", "given_back"]


_REVERSAL = int(EdgeKind.REVERSAL)
_RESTING = int(Fate.RESTING)
_LATE = int(Fate.LATE)
_FIFO = int(Rule.FIFO)


@inlined
def given_back(graph: Words, slots: Words, state: Words, edge: int) -> int:
    """Give how much of an edge undoes other edges, looked at in the direction of the trace."""
    meta = graph[record_of(graph, edge) + E_TIME]
    if state[FORWARD] != 0:
        if meta & KIND_MASK != _REVERSAL:
            return 0
        return graph[reversal_of(graph, slots, edge) + (R_UNSPENT if state[RULE] == _FIFO else R_WITHIN)]
    given = 0
    if meta & REVERSED != 0:
        payer = creditor_of(graph, record_of(graph, edge))
        at = next_reversal(graph, slots, payer, edge)
        while at >= 0 and graph[at + R_EDGE] < state[WATERMARK]:
            if graph[at + R_ORIGINAL] == edge:
                given += graph[at + R_WITHIN]
            at = next_reversal(graph, slots, payer, graph[at + R_EDGE])
    return given


@inlined
def give_back(
    graph: Words, slots: Words, state: Words, row: int, lot: int, edge: int, taken: int, late: bool
) -> int:
    """Move lots back the way they came, if this edge undoes the one that brought them; give how much."""
    meta, amount = graph[record_of(graph, edge) + E_TIME], graph[record_of(graph, edge) + E_AMOUNT]
    if state[FORWARD] != 0:
        if meta & KIND_MASK != _REVERSAL:
            return 0
        at = reversal_of(graph, slots, edge)
        whole = graph[at + (R_UNSPENT if state[RULE] == _FIFO else R_WITHIN)]
        original = graph[at + R_ORIGINAL]
        moved = _restore(graph, slots, state, row, lot, edge, original, min(whole, amount - taken), late)
        if state[RULE] == _FIFO:
            _close_up(state, lot, original, whole)
        return moved
    if meta & REVERSED == 0:
        return 0
    moved, payer = 0, creditor_of(graph, record_of(graph, edge))
    at = next_reversal(graph, slots, payer, edge)
    while at >= 0 and graph[at + R_EDGE] < state[WATERMARK]:
        if graph[at + R_ORIGINAL] == edge:
            most = min(graph[at + R_WITHIN], amount - taken - moved)
            moved += _restore(graph, slots, state, row, lot, edge, graph[at + R_EDGE], most, late)
        at = next_reversal(graph, slots, payer, graph[at + R_EDGE])
    return moved


@inlined
def _restore(
    graph: Words,
    slots: Words,
    state: Words,
    row: int,
    lot: int,
    edge: int,
    brought_by: int,
    most: int,
    late: bool,
) -> int:
    """Move at most so much of the lots that an edge brought, the last first; give how much."""
    case, first, traced = case_of(state, piece_at(state, lot - 1)), lot, 0
    while lot != 0 and case_of(state, piece_at(state, lot - 1)) == case:
        at = piece_at(state, lot - 1)
        if state[at + P_EDGE] == brought_by:
            traced += state[at + P_LEFT]
        lot = state[at + P_NEXT]
    keep, moved, lot = max(0, traced - most), 0, first
    hops = 0 if graph[record_of(graph, brought_by) + E_TIME] & SAME_OWNER else 1
    while lot != 0 and case_of(state, piece_at(state, lot - 1)) == case:
        at, this = piece_at(state, lot - 1), lot - 1
        lot = state[at + P_NEXT]
        if state[at + P_EDGE] == brought_by:
            kept = min(keep, state[at + P_LEFT])
            keep -= kept
            amount = state[at + P_LEFT] - kept
            if amount > 0 and late:
                if fate_in(state, at) == _RESTING:
                    with_fate(state, at, _LATE)
            elif amount > 0:
                hop = max(0, hop_of(state, at) - hops)
                fate = fate_given_back(graph, state, edge, case)
                moved += move(graph, slots, state, row, this, edge, amount, moved, (hop, fate))
                state[at + P_END] -= amount
    return moved


@inlined
def _close_up(state: Words, lot: int, original: int, amount: int) -> None:
    """Let what stood before given-back money in the queue stand nearer its end by as much."""
    case = case_of(state, piece_at(state, lot - 1))
    while lot != 0 and case_of(state, piece_at(state, lot - 1)) == case:
        at = piece_at(state, lot - 1)
        if state[at + P_EDGE] <= original:
            state[at + P_PLACE] += amount
            state[at + P_END] += amount
        lot = state[at + P_NEXT]

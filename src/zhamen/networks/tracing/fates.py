"""What becomes of a piece where an edge brings it."""

from zhamen.features.compiled import Words, inlined
from zhamen.networks.graph.accounts import kind_at, row_of
from zhamen.networks.graph.blocks import count_of, first_after
from zhamen.networks.graph.kinds import EdgeKind
from zhamen.networks.graph.layout import (
    A_IN,
    A_OUT,
    E_TIME,
    FROM_OUTSIDE,
    KIND_MASK,
    NOBODY,
    TO_OUTSIDE,
)
from zhamen.networks.graph.log import record_of
from zhamen.networks.tracing.layout import (
    C_HOPS,
    C_HUB,
    C_MINIMUM,
    C_STOPPED,
    C_VICTIM_COUNT,
    C_VICTIMS,
    FORWARD,
)
from zhamen.networks.tracing.pieces import case_row, far_end
from zhamen.networks.tracing.rules import Fate

__all__ = ["fate_given_back", "fate_of"]

_FEE = int(EdgeKind.FEE)
_UNEXPLAINED_EDGE = int(EdgeKind.UNEXPLAINED)
_RESTING = int(Fate.RESTING)
_HUB = int(Fate.HUB)
_HOPS = int(Fate.HOPS)
_BELOW = int(Fate.BELOW)
_EXITED = int(Fate.EXITED)
_CASHED = int(Fate.CASHED)
_CHARGED = int(Fate.CHARGED)
_UNEXPLAINED = int(Fate.UNEXPLAINED)
_RECOVERED = int(Fate.RECOVERED)


@inlined
def fate_given_back(graph: Words, state: Words, edge: int, case: int) -> int:
    """Give the fate of what an edge gives back: where it was before it went, whatever it came to."""
    account = far_end(graph, state, edge)
    if _is_victim(state, case, account):
        return _RECOVERED
    return _fate_outside(graph, state, edge, account)


@inlined
def fate_of(
    graph: Words, slots: Words, state: Words, edge: int, case: int, hop_and_amount: tuple[int, int]
) -> int:
    """Give the fate of a piece after so many hops, of an edge that carries so much of the case."""
    fate = fate_given_back(graph, state, edge, case)
    if fate != _RESTING:
        return fate
    row, (hop, amount) = case_row(state, case), hop_and_amount
    if amount < state[row + C_MINIMUM]:
        return _BELOW
    if hop >= state[row + C_HOPS]:
        return _HOPS
    return _HUB if _is_hub(graph, slots, state, edge, row) else _RESTING


@inlined
def _is_victim(state: Words, case: int, account: int) -> bool:
    row = case_row(state, case)
    if account == NOBODY or state[FORWARD] == 0:
        return False
    for at in range(state[row + C_VICTIMS], state[row + C_VICTIMS] + state[row + C_VICTIM_COUNT]):
        if state[at] == account:
            return True
    return False


@inlined
def _fate_outside(graph: Words, state: Words, edge: int, account: int) -> int:
    meta = graph[record_of(graph, edge) + E_TIME]
    if meta & (TO_OUTSIDE if state[FORWARD] != 0 else FROM_OUTSIDE) == 0:
        return _RESTING
    if meta & KIND_MASK == _FEE:
        return _CHARGED
    if meta & KIND_MASK == _UNEXPLAINED_EDGE:
        return _UNEXPLAINED
    return _CASHED if account == NOBODY and meta & KIND_MASK not in (_EXIT, _ENTRY) else _EXITED


@inlined
def _is_hub(graph: Words, slots: Words, state: Words, edge: int, case: int) -> bool:
    """Tell whether the account was known to be of a kind, or had too many edges, not to be followed on."""
    row = row_of(graph, far_end(graph, state, edge))
    if (state[case + C_STOPPED] >> kind_at(graph, row, edge)) & 1:
        return True
    most = state[case + C_HUB]
    index = graph[row + (A_OUT if state[FORWARD] != 0 else A_IN)]
    return most > 0 and count_of(index) > most and first_after(graph, slots, index, edge - 1) > most


_EXIT = int(EdgeKind.EXIT)
_ENTRY = int(EdgeKind.ENTRY)

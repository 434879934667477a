"""What to look at next: edges with the accounts they leave, in the order they are looked at."""

from zhamen.features.compiled import Words, inlined
from zhamen.networks.tracing.layout import AT_HEAP, FORWARD, HEAP, LIMIT, ORDERS, TRUNCATED

__all__ = ["NONE", "edge_in", "holder_in", "order_of", "pop", "push", "top"]

NONE = 2**63 - 1
"""Above every entry."""
_ROOM = 8
"""Entries for each piece that the limit allows."""


@inlined
def order_of(state: Words, edge: int) -> int:
    """Give when an edge is looked at: rising forward, falling backward."""
    return edge if state[FORWARD] != 0 else ORDERS - edge


@inlined
def edge_in(state: Words, entry: int) -> int:
    """Give the edge of an entry."""
    return order_of(state, entry >> 32)


@inlined
def holder_in(entry: int) -> int:
    """Give the number of the account's row of an entry."""
    return entry & 0xFFFFFFFF


@inlined
def top(state: Words) -> int:
    """Give the first entry without taking it; `NONE` when there is none."""
    return state[state[AT_HEAP]] if state[HEAP] > 0 else NONE


@inlined
def push(state: Words, edge: int, holder: int) -> None:
    """Put an edge in, with the number of the row of the account that it leaves."""
    if state[HEAP] >= _ROOM * state[LIMIT]:
        state[TRUNCATED] = 1
        return
    heap, entry = state[AT_HEAP], (order_of(state, edge) << 32) | holder
    at = state[HEAP]
    state[HEAP] = at + 1
    while at > 0:
        above = (at - 1) >> 1
        if state[heap + above] <= entry:
            break
        state[heap + at] = state[heap + above]
        at = above
    state[heap + at] = entry


@inlined
def pop(state: Words) -> int:
    """Take the first entry; there is one."""
    heap = state[AT_HEAP]
    first = state[heap]
    size = state[HEAP] - 1
    state[HEAP] = size
    entry = state[heap + size]
    at = 0
    while 2 * at + 1 < size:
        below = 2 * at + 1
        if below + 1 < size and state[heap + below + 1] < state[heap + below]:
            below += 1
        if state[heap + below] >= entry:
            break
        state[heap + at] = state[heap + below]
        at = below
    state[heap + at] = entry
    return first

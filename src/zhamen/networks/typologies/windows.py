"""Windows over the log: one tail each, that follows the newest edge.

The effective time of an edge is the latest posting time up to it, so that windows only move on: an
edge is in the window as long as its effective time is later than now less the width.
"""

from zhamen.features.compiled import Words, inlined
from zhamen.networks.graph.log import record_of, time_of
from zhamen.networks.typologies.layout import (
    AT_MARKS,
    FIRST_MARK,
    FIRST_NUMBER,
    HOLDING,
    MARK_EDGES,
    NOW,
    PASSING,
    S_CHAIN_MEMORY,
    SCATTER,
    TAIL_EDGE,
    TAIL_TIME,
    TAIL_WIDTH,
    WHOLE,
)
from zhamen.networks.typologies.taken import forget

__all__ = ["advance", "chains_since"]


@inlined
def advance(graph: Words, memory: Words, edge: int) -> None:
    """Move time on to an edge, and let what is too old for it leave the windows."""
    memory[NOW] = max(memory[NOW], time_of(graph, record_of(graph, edge)))
    number = edge + memory[FIRST_NUMBER]
    if number % MARK_EDGES == 0:
        memory[memory[AT_MARKS] + number // MARK_EDGES - memory[FIRST_MARK]] = memory[NOW]
    while _leaves(graph, memory, WHOLE, edge):
        oldest = memory[WHOLE + TAIL_EDGE] - 1
        forget(graph, memory, oldest, record_of(graph, oldest))
    for window in (PASSING, SCATTER, HOLDING):
        while _leaves(graph, memory, window, edge):
            pass


@inlined
def _leaves(graph: Words, memory: Words, window: int, edge: int) -> bool:
    """Let the oldest edge leave a window if it is too old; tell whether it did."""
    tail = memory[window + TAIL_EDGE]
    time = max(memory[window + TAIL_TIME], time_of(graph, record_of(graph, tail)))
    if tail >= edge or time > memory[NOW] - memory[window + TAIL_WIDTH]:
        return False
    memory[window + TAIL_EDGE], memory[window + TAIL_TIME] = tail + 1, time
    return True


@inlined
def chains_since(memory: Words, edge: int) -> int:
    """Give the oldest edge that a chain can go on from at an edge."""
    return max(memory[HOLDING + TAIL_EDGE], edge - memory[S_CHAIN_MEMORY] + 1)

"""Transfers that came back: what came back whole counts no more, what came back in part counts whole."""

from zhamen.features.compiled import Words, inlined
from zhamen.features.table import add_row, find_row, free_row, scatter
from zhamen.networks.graph.layout import E_AMOUNT, E_TIME, R_ORIGINAL, REVERSED
from zhamen.networks.graph.log import record_of
from zhamen.networks.graph.reversals import reversal_of
from zhamen.networks.typologies.counters import uncount
from zhamen.networks.typologies.layout import (
    AT_TAKEN,
    AT_TAKEN_BUCKETS,
    FIRST_NUMBER,
    T_BACK,
    TAIL_EDGE,
    TAKEN,
    TAKEN_WORDS,
    WHOLE,
)
from zhamen.networks.typologies.rows import is_counted, is_outflow
from zhamen.networks.typologies.waking import take_from_woken

__all__ = ["forget", "is_back", "take_back"]


@inlined
def _find(memory: Words, edge: int) -> int:
    code = scatter(edge + memory[FIRST_NUMBER])
    return find_row(memory, TAKEN, memory[AT_TAKEN_BUCKETS], memory[AT_TAKEN], TAKEN_WORDS, code)


@inlined
def is_back(graph: Words, memory: Words, edge: int, record: int) -> bool:
    """Tell whether an edge in the window has come back whole, so far as was followed."""
    if graph[record + E_TIME] & REVERSED == 0:
        return False
    row = _find(memory, edge)
    return row >= 0 and memory[row + T_BACK] >= graph[record + E_AMOUNT]


@inlined
def take_back(graph: Words, slots: Words, memory: Words, reversal: int) -> None:
    """Take in a reversal: when its original is in the window and is back whole now, it counts no more."""
    edge = graph[reversal_of(graph, slots, reversal) + R_ORIGINAL]
    if edge < memory[WHOLE + TAIL_EDGE]:
        return
    record = record_of(graph, edge)
    if not is_outflow(graph, record) or is_back(graph, memory, edge, record):
        return
    row = _find(memory, edge)
    if row < 0:
        code = scatter(edge + memory[FIRST_NUMBER])
        row = add_row(memory, TAKEN, memory[AT_TAKEN_BUCKETS], memory[AT_TAKEN], TAKEN_WORDS, code)
    memory[row + T_BACK] += graph[record_of(graph, reversal) + E_AMOUNT]
    if memory[row + T_BACK] >= graph[record + E_AMOUNT]:
        take_from_woken(graph, memory, edge, record)
        if is_counted(graph[record + E_TIME]):
            uncount(graph, memory, edge, record)


@inlined
def forget(graph: Words, memory: Words, edge: int, record: int) -> None:
    """Let an edge leave the window."""
    back = False
    if graph[record + E_TIME] & REVERSED != 0:
        row = _find(memory, edge)
        if row >= 0:
            back = memory[row + T_BACK] >= graph[record + E_AMOUNT]
            free_row(memory, TAKEN, memory[AT_TAKEN_BUCKETS], memory[AT_TAKEN], TAKEN_WORDS, row)
    if is_counted(graph[record + E_TIME]) and not back:
        uncount(graph, memory, edge, record)

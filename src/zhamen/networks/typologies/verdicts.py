"""Which patterns are complete at an edge, by the numbers that were told of it."""

from zhamen.features.compiled import Floats, Words, inlined
from zhamen.networks.graph.layout import E_TIME, NOBODY
from zhamen.networks.graph.log import creditor_of, debtor_of
from zhamen.networks.typologies.layout import (
    MILLION,
    S_CHAIN,
    S_CYCLE,
    S_FAN_IN,
    S_FAN_IN_SUM,
    S_FAN_OUT,
    S_LARGEST,
    S_NEW_PAYERS,
    S_PASS_SHARE,
    S_SCATTER,
    S_SPLIT,
    S_SPLIT_SHARE,
    S_WOKEN_SHARE,
    S_WOKEN_SUM,
)
from zhamen.networks.typologies.names import CHAIN, CREDITOR, CYCLE, DEBTOR, FIRES, SCATTER_GATHER
from zhamen.networks.typologies.rows import is_bulk, is_counted, is_outflow

__all__ = ["judge"]

_FLAGS = 10


@inlined
def judge(graph: Words, memory: Words, out: Floats, at: int, record: int) -> None:
    """Write a flag for each pattern behind the numbers; none is an account of very many's."""
    for flag in range(_FLAGS):
        out[at + FIRES + flag] = 0.0
    debtor, creditor = debtor_of(graph, record), creditor_of(graph, record)
    counted = is_counted(graph[record + E_TIME])
    if is_outflow(graph, record) and debtor != NOBODY and not is_bulk(graph, debtor):
        _judge_outflow(memory, out, at)
        if counted:
            _judge_debtor(memory, out, at)
    if counted and creditor != NOBODY and not is_bulk(graph, creditor):
        _judge_creditor(memory, out, at + CREDITOR, at + FIRES)
    if counted:
        out[at + FIRES + 3] = _flag(out[at + CYCLE] >= float(memory[S_CYCLE]))
        out[at + FIRES + 4] = _flag(out[at + SCATTER_GATHER] >= float(memory[S_SCATTER]))
        out[at + FIRES + 6] = _flag(out[at + CHAIN] >= float(memory[S_CHAIN]))


@inlined
def _flag(holds: bool) -> float:
    return 1.0 if holds else 0.0


@inlined
def _share(memory: Words, setting: int) -> float:
    return float(memory[setting]) / MILLION


@inlined
def _judge_outflow(memory: Words, out: Floats, at: int) -> None:
    """T3 and T10: what came goes again, as a transfer or as cash."""
    own = at + DEBTOR
    out[at + FIRES + 2] = _flag(out[own + 5] >= _share(memory, S_PASS_SHARE))
    enough = out[own + 11] >= float(memory[S_WOKEN_SUM])
    out[at + FIRES + 8] = _flag(enough and out[own + 12] >= _share(memory, S_WOKEN_SHARE))


@inlined
def _judge_debtor(memory: Words, out: Floats, at: int) -> None:
    """T2, T6 and T9."""
    own = at + DEBTOR
    dominated = out[own + 4] > _share(memory, S_LARGEST)
    out[at + FIRES + 1] = _flag(out[own + 2] >= float(memory[S_FAN_OUT]) and not dominated)
    out[at + FIRES + 5] = out[own + 6]
    near, over = out[own + 7], out[own + 8]
    few = over < _share(memory, S_SPLIT_SHARE) * (near + over)
    out[at + FIRES + 7] = _flag(near >= float(memory[S_SPLIT]) and few)


@inlined
def _judge_creditor(memory: Words, out: Floats, own: int, fires: int) -> None:
    """T1 and T12."""
    enough = out[own + 1] >= float(memory[S_FAN_IN_SUM])
    out[fires] = _flag(out[own] >= float(memory[S_FAN_IN]) and enough)
    out[fires + 9] = _flag(out[own + 13] >= float(memory[S_NEW_PAYERS]))

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
from zhamen.networks.typologies.names import (
    C_FAN_IN,
    C_FAN_IN_SUM,
    C_FAN_OUT,
    C_GATHERED,
    C_LARGEST_SHARE,
    C_NEW_PAYERS,
    C_PASSED,
    C_SPLITS,
    C_SPLITS_OVER,
    C_WOKEN_IN,
    C_WOKEN_SHARE,
    CHAIN,
    CREDITOR,
    CYCLE,
    DEBTOR,
    F_CHAIN,
    F_CYCLE,
    F_FAN_IN,
    F_FAN_OUT,
    F_GATHER_SCATTER,
    F_NEW_PAYERS,
    F_PASS_THROUGH,
    F_SCATTER_GATHER,
    F_SPLITTING,
    F_WOKEN,
    FIRES,
    SCATTER_GATHER,
    TYPOLOGY_WORDS,
)
from zhamen.networks.typologies.rows import is_bulk, is_counted, is_outflow

__all__ = ["judge"]

_FLAGS = len(TYPOLOGY_WORDS)


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
        out[at + FIRES + F_CYCLE] = _flag(out[at + CYCLE] >= float(memory[S_CYCLE]))
        out[at + FIRES + F_SCATTER_GATHER] = _flag(out[at + SCATTER_GATHER] >= float(memory[S_SCATTER]))
        out[at + FIRES + F_CHAIN] = _flag(out[at + CHAIN] >= float(memory[S_CHAIN]))


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
    out[at + FIRES + F_PASS_THROUGH] = _flag(out[own + C_PASSED] >= _share(memory, S_PASS_SHARE))
    enough = out[own + C_WOKEN_IN] >= float(memory[S_WOKEN_SUM])
    out[at + FIRES + F_WOKEN] = _flag(enough and out[own + C_WOKEN_SHARE] >= _share(memory, S_WOKEN_SHARE))


@inlined
def _judge_debtor(memory: Words, out: Floats, at: int) -> None:
    """T2, T6 and T9."""
    own = at + DEBTOR
    dominated = out[own + C_LARGEST_SHARE] > _share(memory, S_LARGEST)
    out[at + FIRES + F_FAN_OUT] = _flag(out[own + C_FAN_OUT] >= float(memory[S_FAN_OUT]) and not dominated)
    out[at + FIRES + F_GATHER_SCATTER] = out[own + C_GATHERED]
    near, over = out[own + C_SPLITS], out[own + C_SPLITS_OVER]
    few = over < _share(memory, S_SPLIT_SHARE) * (near + over)
    out[at + FIRES + F_SPLITTING] = _flag(near >= float(memory[S_SPLIT]) and few)


@inlined
def _judge_creditor(memory: Words, out: Floats, own: int, fires: int) -> None:
    """T1 and T12."""
    enough = out[own + C_FAN_IN_SUM] >= float(memory[S_FAN_IN_SUM])
    out[fires + F_FAN_IN] = _flag(out[own + C_FAN_IN] >= float(memory[S_FAN_IN]) and enough)
    out[fires + F_NEW_PAYERS] = _flag(out[own + C_NEW_PAYERS] >= float(memory[S_NEW_PAYERS]))

"""Whether a posting can be taken: asked before anything is changed."""

from zhamen.core.money import MAX_AMOUNT_MINOR
from zhamen.features.compiled import Words, inlined
from zhamen.features.layout import LIVE_WORDS
from zhamen.networks.graph.accounts import row_of
from zhamen.networks.graph.kinds import EdgeKind
from zhamen.networks.graph.layout import (
    BAD_AMOUNT,
    BAD_BALANCE,
    BAD_KIND,
    BAD_ORIGINAL,
    BAD_TIME,
    BUDGET,
    BUDGET_USED,
    E_TIME,
    EDGE_LIMIT,
    EDGE_WORDS,
    EDGES,
    IN_AMOUNT,
    IN_CREDITOR,
    IN_CREDITOR_AFTER,
    IN_DEBTOR,
    IN_DEBTOR_AFTER,
    IN_KIND,
    IN_ORIGINAL,
    IN_TIME,
    KIND_MASK,
    LOG_FULL,
    NO_CREDITOR,
    NO_DEBTOR,
    OTHER_SIDES,
    REVERSAL_WORDS,
    REVERSALS,
    SAME_OWNER,
    TIME_LIMIT,
    TOTAL_LIMIT,
    UNIT,
    UNITS,
    UNITS_LIMIT,
    UNKNOWN,
)
from zhamen.networks.graph.log import creditor_of, debtor_of, record_of

__all__ = ["check", "used_words"]

_TRANSFER = int(EdgeKind.TRANSFER)
_EXIT = int(EdgeKind.EXIT)
_ENTRY = int(EdgeKind.ENTRY)
_CASH_OUT = int(EdgeKind.CASH_OUT)
_CASH_IN = int(EdgeKind.CASH_IN)
_FEE = int(EdgeKind.FEE)
_REVERSAL = int(EdgeKind.REVERSAL)
_UNEXPLAINED = int(EdgeKind.UNEXPLAINED)
_EDGES_A_POSTING = 3
"""Itself, and what either balance tells of."""


@inlined
def check(graph: Words, given: Words, at: int) -> int:
    """Give 0, or why a posting is refused."""
    code = _check_numbers(given, at)
    if code == 0:
        code = _check_room(graph)
    if code == 0 and given[at + IN_KIND] & KIND_MASK == _REVERSAL:
        return _check_original(graph, given, at)
    return _check_sides(given, at) if code == 0 else code


@inlined
def _check_numbers(given: Words, at: int) -> int:
    if (
        given[at + IN_KIND] & ~(KIND_MASK | SAME_OWNER) != 0
        or given[at + IN_KIND] & KIND_MASK >= _UNEXPLAINED
    ):
        return BAD_KIND
    if given[at + IN_AMOUNT] <= 0 or given[at + IN_AMOUNT] > MAX_AMOUNT_MINOR:
        return BAD_AMOUNT
    if given[at + IN_TIME] <= -TIME_LIMIT or given[at + IN_TIME] >= TIME_LIMIT:
        return BAD_TIME
    for after in (given[at + IN_DEBTOR_AFTER], given[at + IN_CREDITOR_AFTER]):
        if after != UNKNOWN and (after <= -TOTAL_LIMIT // 4 or after >= TOTAL_LIMIT // 4):
            return BAD_BALANCE
    return 0


@inlined
def _check_room(graph: Words) -> int:
    if graph[EDGES] + _EDGES_A_POSTING > EDGE_LIMIT or graph[UNITS] > UNITS_LIMIT // 2:
        return LOG_FULL
    return BUDGET_USED if used_words(graph) > graph[BUDGET] else 0


@inlined
def _check_sides(given: Words, at: int) -> int:
    kind = given[at + IN_KIND] & KIND_MASK
    debtor, creditor = given[at + IN_DEBTOR] >= 0, given[at + IN_CREDITOR] >= 0
    if given[at + IN_ORIGINAL] != -1:
        return BAD_ORIGINAL
    if not debtor and kind in (_TRANSFER, _EXIT, _CASH_OUT, _FEE):
        return NO_DEBTOR
    if not creditor and kind in (_TRANSFER, _ENTRY, _CASH_IN):
        return NO_CREDITOR
    if (debtor and kind == _CASH_IN) or (creditor and kind in (_CASH_OUT, _FEE)):
        return OTHER_SIDES
    return 0


@inlined
def _check_original(graph: Words, given: Words, at: int) -> int:
    original = given[at + IN_ORIGINAL]
    if original < 0 or original >= graph[EDGES]:
        return BAD_ORIGINAL
    record = record_of(graph, original)
    if graph[record + E_TIME] & KIND_MASK >= _REVERSAL:
        return BAD_ORIGINAL
    for side in range(2):
        identity = given[at + (IN_CREDITOR if side else IN_DEBTOR)]
        account = debtor_of(graph, record) if side else creditor_of(graph, record)
        if identity >= 0 and graph[row_of(graph, account)] != identity:
            return OTHER_SIDES
    return 0


@inlined
def used_words(graph: Words) -> int:
    """Give how many words are in use in all regions."""
    log = graph[EDGES] * EDGE_WORDS + graph[REVERSALS] * REVERSAL_WORDS
    return graph[LIVE_WORDS] + log + graph[UNITS] * (UNIT // 2)

"""What accounts hold: each posting checked, then taken into balances, the log and the indexes.

An account's money is a queue. What it ever paid out is where the queue begins, and what it ever
paid out and still holds is where it ends. Each edge is noted with the place in the debtor's queue
that it takes money from, and the place in the creditor's queue where the money comes to stand.
So which money an edge carried, first in first out, is told by comparing two intervals.

A balance that the core tells and that differs from ours means that something was not told before:
an edge of kind `UNEXPLAINED` says how much, and the account's balance is an estimate from then on.
So it is when an account pays more than we know it to have.
"""

from zhamen.features.compiled import Words, inlined
from zhamen.networks.graph.accounts import account_at, enrol, row_of
from zhamen.networks.graph.blocks import add_entry
from zhamen.networks.graph.checks import check
from zhamen.networks.graph.kinds import EdgeKind
from zhamen.networks.graph.layout import (
    A_BALANCE,
    A_IN,
    A_KIND,
    A_OPENING,
    A_OUT,
    A_PAID,
    E_TIME,
    EDGES,
    FROM_OUTSIDE,
    IN_AMOUNT,
    IN_CREDITOR,
    IN_CREDITOR_AFTER,
    IN_DEBTOR,
    IN_DEBTOR_AFTER,
    IN_KIND,
    IN_ORIGINAL,
    IN_TIME,
    KIND_BITS,
    KIND_MASK,
    META_BITS,
    NOBODY,
    SAME_OWNER,
    TO_OUTSIDE,
    TOTAL_LIMIT,
    TOTAL_TOO_LARGE,
    UNKNOWN,
)
from zhamen.networks.graph.log import creditor_of, debtor_of, record_of, write_edge
from zhamen.networks.graph.reversals import add_reversal

__all__ = ["post"]

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
def post(graph: Words, slots: Words, given: Words, at: int) -> int:
    """Take one posting; give 0, or why it is refused. A refused one changes no balance."""
    code = check(graph, given, at)
    if code != 0:
        return code
    kind, original = given[at + IN_KIND] & KIND_MASK, given[at + IN_ORIGINAL]
    meta = _meta_of(graph, kind, original)
    if kind == _REVERSAL:
        record = record_of(graph, original)
        debtor, creditor = creditor_of(graph, record), debtor_of(graph, record)
        debtor_row, creditor_row = row_of(graph, debtor), row_of(graph, creditor)
    else:
        debtor_row = _side(graph, given[at + IN_DEBTOR])
        creditor_row = _side(graph, given[at + IN_CREDITOR])
        debtor, creditor = account_at(graph, debtor_row), account_at(graph, creditor_row)
        meta |= given[at + IN_KIND] & SAME_OWNER
        if debtor == creditor:
            meta |= SAME_OWNER
    if not _fits(graph, given, at, meta, (debtor_row, creditor_row)):
        return TOTAL_TOO_LARGE
    amount, time = given[at + IN_AMOUNT], given[at + IN_TIME]
    after, creditor_after = given[at + IN_DEBTOR_AFTER], given[at + IN_CREDITOR_AFTER]
    if meta & FROM_OUTSIDE == 0 and after != UNKNOWN and debtor != creditor:
        _reconcile(graph, slots, debtor_row, after + amount, time)
    if meta & TO_OUTSIDE == 0 and creditor_after != UNKNOWN and debtor != creditor:
        _reconcile(graph, slots, creditor_row, creditor_after - amount, time)
    if kind == _REVERSAL:
        add_reversal(graph, slots, graph[EDGES], original, amount)
    sides = (debtor << 32) | creditor
    stamp = (time << META_BITS) | meta
    known = after != UNKNOWN and debtor != creditor
    _enter(graph, slots, stamp, sides, amount, known)
    return 0


@inlined
def _meta_of(graph: Words, kind: int, original: int) -> int:
    """Give the kind with the flags of its sides; a reversal's are those of its original, exchanged."""
    if kind == _REVERSAL:
        of_original = graph[record_of(graph, original) + E_TIME]
        meta = kind | (of_original & SAME_OWNER)
        if of_original & TO_OUTSIDE != 0:
            meta |= FROM_OUTSIDE
        if of_original & FROM_OUTSIDE != 0:
            meta |= TO_OUTSIDE
        return meta
    if kind in (_EXIT, _CASH_OUT, _FEE):
        return kind | TO_OUTSIDE
    if kind in (_ENTRY, _CASH_IN):
        return kind | FROM_OUTSIDE
    return kind


@inlined
def _side(graph: Words, identity: int) -> int:
    return row_of(graph, NOBODY) if identity < 0 else enrol(graph, identity)


@inlined
def _fits(graph: Words, given: Words, at: int, meta: int, rows: tuple[int, int]) -> bool:
    """Tell whether no total of either side can pass its limit, also where a balance tells of more."""
    room = TOTAL_LIMIT - given[at + IN_AMOUNT]
    for side in range(2):
        row = rows[side]
        outside = meta & (TO_OUTSIDE if side else FROM_OUTSIDE)
        after = given[at + (IN_CREDITOR_AFTER if side else IN_DEBTOR_AFTER)]
        told = 0 if after == UNKNOWN else abs(after)
        if outside == 0 and graph[row + A_PAID] + graph[row + A_BALANCE] + told > room:
            return False
    return True


@inlined
def _reconcile(graph: Words, slots: Words, row: int, before: int, time: int) -> None:
    """Bring an account's balance to what it must have been before; below zero is the bank's money."""
    before = max(0, before)
    fresh = graph[row + A_OUT] == 0 and graph[row + A_IN] == 0 and graph[row + A_OPENING] == 0
    missing = before - graph[row + A_BALANCE]
    account = account_at(graph, row)
    if fresh:
        graph[row + A_OPENING] = before
        graph[row + A_BALANCE] = before
    elif missing > 0:
        _estimate(graph, row)
        stamp = (time << META_BITS) | _UNEXPLAINED | FROM_OUTSIDE
        _enter(graph, slots, stamp, (NOBODY << 32) | account, missing, True)
    elif missing < 0:
        _estimate(graph, row)
        stamp = (time << META_BITS) | _UNEXPLAINED | TO_OUTSIDE
        _enter(graph, slots, stamp, (account << 32) | NOBODY, -missing, True)


@inlined
def _estimate(graph: Words, row: int) -> None:
    if graph[row + A_KIND] >> KIND_BITS == 0:
        graph[row + A_KIND] |= (graph[EDGES] + 1) << KIND_BITS


@inlined
def _enter(graph: Words, slots: Words, stamp: int, sides: int, amount: int, known: bool) -> None:
    """Move the money and write the edge; `known` when the core says what the debtor has."""
    edge = graph[EDGES]
    paid, place = 0, 0
    if stamp & FROM_OUTSIDE == 0:
        row = row_of(graph, sides >> 32)
        paid = graph[row + A_PAID]
        if graph[row + A_BALANCE] < amount:
            if not known:
                _estimate(graph, row)
            graph[row + A_BALANCE] = amount
        graph[row + A_PAID] = paid + amount
        graph[row + A_BALANCE] -= amount
    if stamp & TO_OUTSIDE == 0:
        row = row_of(graph, sides & 0xFFFFFFFF)
        place = graph[row + A_PAID] + graph[row + A_BALANCE]
        graph[row + A_BALANCE] += amount
    write_edge(graph, record_of(graph, edge), stamp, sides, amount, (paid, place))
    if sides >> 32 != NOBODY:
        add_entry(graph, slots, row_of(graph, sides >> 32) + A_OUT, edge)
    if sides & 0xFFFFFFFF != NOBODY:
        add_entry(graph, slots, row_of(graph, sides & 0xFFFFFFFF) + A_IN, edge)
    graph[EDGES] = edge + 1

"""The writer of the books: a movement becomes edges, and each edge has an origin."""

from typing import Final

from zhamen.features.compiled import Words, inlined
from zhamen.networks.books.layout import (
    M_DEBTOR_BEFORE,
    M_DEBTOR_KIND,
    M_EVENT,
    M_ORDINAL,
    O_EVENT,
    O_ORDINAL,
    ORIGIN_WORDS,
)
from zhamen.networks.graph.accounts import account_at, enrol, find_account, kind_in
from zhamen.networks.graph.kinds import EdgeKind
from zhamen.networks.graph.layout import (
    A_BALANCE,
    A_IN,
    A_KIND,
    A_KNOWN,
    A_OPENING,
    A_OUT,
    EDGES,
    IN_AMOUNT,
    IN_DEBTOR,
    IN_DEBTOR_AFTER,
    IN_KIND,
    KIND_MASK,
    REFUSED,
    UNKNOWN,
)
from zhamen.networks.graph.ledger import post
from zhamen.networks.graph.log import creditor_of, record_of

__all__ = ["move"]

_TRANSFER: Final = int(EdgeKind.TRANSFER)
_EXIT: Final = int(EdgeKind.EXIT)
_ENTRY: Final = int(EdgeKind.ENTRY)


@inlined
def move(graph: Words, slots: Words, under_way: Words, origins: Words, given: Words, at: int) -> bool:
    """Take the movement that stands at a place; tell whether it was. Its edge is the newest then."""
    first = graph[EDGES]
    for side in range(2):
        _reckon(graph, under_way, given, at, side)
    refused = post(graph, slots, given, at)
    if refused != 0:
        graph[REFUSED] = refused
        return False
    edge = graph[EDGES] - 1
    for each in range(first, edge + 1):
        origins[each * ORIGIN_WORDS + O_EVENT] = -1
        origins[each * ORIGIN_WORDS + O_ORDINAL] = given[at + M_ORDINAL] << 1
    origins[edge * ORIGIN_WORDS + O_EVENT] = given[at + M_EVENT]
    if given[at + IN_KIND] & KIND_MASK in (_TRANSFER, _EXIT, _ENTRY):
        origins[edge * ORIGIN_WORDS + O_ORDINAL] |= 1
    if given[at + IN_KIND] & KIND_MASK in (_TRANSFER, _ENTRY):
        under_way[creditor_of(graph, record_of(graph, edge))] += given[at + IN_AMOUNT]
    for side in range(2):
        _tell_kind(graph, given[at + IN_DEBTOR + side], given[at + M_DEBTOR_KIND + side], edge)
    return True


@inlined
def _reckon(graph: Words, under_way: Words, given: Words, at: int, side: int) -> None:
    """Write the balance of a side after the movement, where it is an account of ours and the core tells."""
    elsewhere = given[at + IN_KIND] & KIND_MASK == (_EXIT if side else _ENTRY)
    identity, before = given[at + IN_DEBTOR + side], given[at + M_DEBTOR_BEFORE + side]
    change = given[at + IN_AMOUNT] if side else -given[at + IN_AMOUNT]
    if not elsewhere and identity >= 0 and before != UNKNOWN:
        after = _after(graph, under_way, enrol(graph, identity), before, change)
        given[at + IN_DEBTOR_AFTER + side] = after


@inlined
def _after(graph: Words, under_way: Words, row: int, before: int, change: int) -> int:
    """Give a balance after the movement that agrees with the core's before it, as far as ours can differ.

    What was asked for and has not arrived is in our balance and not in the core's.
    """
    if graph[row + A_OUT] == 0 and graph[row + A_IN] == 0 and graph[row + A_OPENING] == 0:
        return before + change
    ours = graph[row + A_BALANCE]
    missing = ours - under_way[account_at(graph, row)] - before
    if before > ours:
        return before + change
    return ours - max(0, missing) + change


@inlined
def _tell_kind(graph: Words, identity: int, kind: int, edge: int) -> None:
    """Note the kind of an account the first time that it is told; it counts from this edge on."""
    if identity >= 0 and kind != 0:
        row = find_account(graph, identity)
        if kind_in(graph[row + A_KIND]) == 0:
            graph[row + A_KIND] |= kind
            graph[row + A_KNOWN] = edge

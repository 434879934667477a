"""The writer of the books: a movement becomes edges, and each edge has an origin."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from zhamen.features.compiled import HALVES, SIZE, WORDS, Words, bare, entry, inlined
from zhamen.networks.books.layout import (
    M_CREDITOR_BEFORE,
    M_CREDITOR_KIND,
    M_DEBTOR_BEFORE,
    M_DEBTOR_KIND,
    M_EVENT,
    M_ORDINAL,
    MOVEMENT_WORDS,
    O_EVENT,
    O_ORDINAL,
    ORIGIN_WORDS,
)
from zhamen.networks.graph.accounts import account_at, enrol, find_account
from zhamen.networks.graph.blocks import count_of, nth
from zhamen.networks.graph.kernels import SOURCES
from zhamen.networks.graph.kinds import EdgeKind
from zhamen.networks.graph.layout import (
    A_BALANCE,
    A_IN,
    A_KIND,
    A_OPENING,
    A_OUT,
    E_AMOUNT,
    E_TIME,
    EDGES,
    IN_AMOUNT,
    IN_CREDITOR,
    IN_CREDITOR_AFTER,
    IN_DEBTOR,
    IN_DEBTOR_AFTER,
    IN_KIND,
    KIND_BITS,
    KIND_MASK,
    REFUSED,
    TO_OUTSIDE,
    UNKNOWN,
)
from zhamen.networks.graph.ledger import post
from zhamen.networks.graph.log import creditor_of, record_of

__all__ = ["arrive_all", "move_all", "origin_of"]

_Move = Callable[[Words, Words, Words, Words, Words, int], int]
_Find = Callable[[Words, Words, Words, Words, int], int]
_TRANSFER = int(EdgeKind.TRANSFER)
_EXIT = int(EdgeKind.EXIT)
_ENTRY = int(EdgeKind.ENTRY)
_KIND_OF_ACCOUNT = (1 << KIND_BITS) - 1


def _make_move(sources: str) -> _Move:
    def move(graph: Words, slots: Words, under_way: Words, origins: Words, given: Words, size: int) -> int:
        """Take movements in turn; give how many were taken before one was refused.

        In place of each movement's amount comes the number of its edge in the log.
        """
        _ = sources
        log, index, way = bare(graph), bare(slots), bare(under_way)
        notes, movements = bare(origins), bare(given)
        for at in range(0, size * MOVEMENT_WORDS, MOVEMENT_WORDS):
            refused = _move(log, index, way, notes, movements, at)
            if refused != 0:
                log[REFUSED] = refused
                return at // MOVEMENT_WORDS
        return size

    return move


@inlined
def _move(graph: Words, slots: Words, under_way: Words, origins: Words, given: Words, at: int) -> int:
    kind, first = given[at + IN_KIND] & KIND_MASK, graph[EDGES]
    amount = given[at + IN_AMOUNT]
    if kind != _ENTRY:
        given[at + IN_DEBTOR_AFTER] = _after(
            graph, under_way, given[at + IN_DEBTOR], given[at + M_DEBTOR_BEFORE], -amount
        )
    if kind != _EXIT:
        given[at + IN_CREDITOR_AFTER] = _after(
            graph, under_way, given[at + IN_CREDITOR], given[at + M_CREDITOR_BEFORE], amount
        )
    refused = post(graph, slots, given, at)
    if refused != 0:
        return refused
    edge = graph[EDGES] - 1
    for each in range(first, graph[EDGES]):
        origins[each * ORIGIN_WORDS + O_EVENT] = -1
        origins[each * ORIGIN_WORDS + O_ORDINAL] = given[at + M_ORDINAL] << 1
    origins[edge * ORIGIN_WORDS + O_EVENT] = given[at + M_EVENT]
    if kind in (_TRANSFER, _ENTRY):
        under_way[creditor_of(graph, record_of(graph, edge))] += amount
        origins[edge * ORIGIN_WORDS + O_ORDINAL] |= 1
    _tell_kind(graph, given[at + IN_DEBTOR], given[at + M_DEBTOR_KIND])
    _tell_kind(graph, given[at + IN_CREDITOR], given[at + M_CREDITOR_KIND])
    given[at + IN_AMOUNT] = edge
    return 0


@inlined
def _after(graph: Words, under_way: Words, identity: int, before: int, change: int) -> int:
    """Give a balance after the movement that agrees with the core's before it, as far as ours can differ.

    What was asked for and has not arrived is in our balance and not in the core's.
    """
    if identity < 0 or before == UNKNOWN:
        return UNKNOWN
    row = enrol(graph, identity)
    if graph[row + A_OUT] == 0 and graph[row + A_IN] == 0 and graph[row + A_OPENING] == 0:
        return before + change
    ours = graph[row + A_BALANCE]
    missing = ours - under_way[account_at(graph, row)] - before
    if before > ours:
        return before + change
    return ours - max(0, missing) + change


@inlined
def _tell_kind(graph: Words, identity: int, kind: int) -> None:
    if identity >= 0 and kind != 0:
        row = find_account(graph, identity)
        if graph[row + A_KIND] & _KIND_OF_ACCOUNT == 0:
            graph[row + A_KIND] |= kind


def _make_find(sources: str) -> _Find:
    def find(graph: Words, slots: Words, origins: Words, asked: Words, size: int) -> int:
        """Give the newest edge of an account that came of an event, or -1; of the newest `size` edges.

        `asked` holds the account's identity, 1 for its debits, and the identity of the event's id.
        """
        _ = sources
        log, index, notes, given = bare(graph), bare(slots), bare(origins), bare(asked)
        row = find_account(log, given[0])
        if row < 0:
            return -1
        word = log[row + (A_OUT if given[1] else A_IN)]
        count = count_of(word)
        for at in range(count - 1, max(-1, count - 1 - size), -1):
            edge = nth(log, index, word, at)
            if notes[edge * ORIGIN_WORDS + O_EVENT] == given[2]:
                return edge
        return -1

    return find


def _make_arrive(sources: str) -> _Find:
    def arrive(graph: Words, slots: Words, under_way: Words, origins: Words, edge: int) -> int:
        """Note that the money of an edge is under way no more; give 1 when it was."""
        _ = sources, slots
        log, way, notes = bare(graph), bare(under_way), bare(origins)
        origin = edge * ORIGIN_WORDS + O_ORDINAL
        if notes[origin] & 1 == 0:
            return 0
        notes[origin] &= ~1
        record = record_of(log, edge)
        if log[record + E_TIME] & TO_OUTSIDE == 0:
            account = creditor_of(log, record)
            way[account] = max(0, way[account] - log[record + E_AMOUNT])
        return 1

    return arrive


_ROOMS: Final = (*SOURCES, Path(__file__).parent)
move_all: Final = entry(_make_move, (WORDS, HALVES, WORDS, WORDS, WORDS, SIZE), rooms=_ROOMS)
origin_of: Final = entry(_make_find, (WORDS, HALVES, WORDS, WORDS, SIZE), rooms=_ROOMS)
arrive_all: Final = entry(_make_arrive, (WORDS, HALVES, WORDS, WORDS, SIZE), rooms=_ROOMS)

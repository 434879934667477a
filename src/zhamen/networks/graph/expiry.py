"""Letting old edges go: a new graph with those from an edge on, made while the old one is read and written.

Numbers of edges and accounts stay, and so do places in queues, so a trace within what is kept gives
the same as before. The old graph is used until the new one has caught up; then the owner puts the
new one in its place.
"""

from collections.abc import Callable
from typing import Final

from zhamen.core.errors import InputError, StateFull
from zhamen.features.compiled import HALVES, SIZE, WORDS, Words, bare, entry, inlined
from zhamen.features.layout import TABLE_LIVE
from zhamen.features.table import add_row
from zhamen.networks.graph.accounts import estimated_since, kind_in, row_of
from zhamen.networks.graph.blocks import add_entry
from zhamen.networks.graph.checks import used_words
from zhamen.networks.graph.holdings import end_of_queue, paid
from zhamen.networks.graph.kernels import SOURCES
from zhamen.networks.graph.kinds import EdgeKind
from zhamen.networks.graph.layout import (
    A_BACK,
    A_BALANCE,
    A_CODE,
    A_IN,
    A_KIND,
    A_KNOWN,
    A_OPENING,
    A_OUT,
    A_PAID,
    A_PAID_BEFORE,
    ACCOUNT_WORDS,
    ACCOUNTS,
    AT_ACCOUNTS,
    AT_BUCKETS,
    AT_REVERSALS,
    BUDGET,
    E_TIME,
    EDGE_WORDS,
    EDGES,
    FIRST_EDGE,
    KIND_BITS,
    KIND_MASK,
    NOBODY,
    R_EDGE,
    R_ORIGINAL,
    REVERSAL_WORDS,
    REVERSALS,
    REVERSED,
)
from zhamen.networks.graph.live import TransferGraph
from zhamen.networks.graph.log import creditor_of, debtor_of, record_of
from zhamen.networks.graph.memory import GraphMemory
from zhamen.networks.graph.reversals import reversal_of

__all__ = ["catch_up", "keep_from"]

_Copy = Callable[[Words, Words, Words, Words, int], int]
_REVERSAL = int(EdgeKind.REVERSAL)


def keep_from(graph: TransferGraph, edge: int, *, budget_bytes: int | None = None) -> TransferGraph:
    """Give a graph without the edges below `edge`, as of now; any thread may make it.

    Keep what open cases still need: from their oldest transfer on. Its budget is that of `graph` when none
    is given.

    Raises
    ------
    InputError
        There is no such edge to begin with.

    Notes
    -----
    Costs what posting the kept edges did. Until `catch_up`, the new graph lacks what was posted meanwhile.
    """
    if not graph.first_edge <= edge <= graph.watermark:
        raise InputError(
            f"the graph has edges {graph.first_edge} to {graph.watermark - 1}; keep from one of them"
        )
    memory = GraphMemory(graph.memory.budget_bytes if budget_bytes is None else budget_bytes)
    memory.words[FIRST_EDGE] = edge
    kept = TransferGraph(memory=memory)
    catch_up(kept, graph)
    return kept


def catch_up(kept: TransferGraph, graph: TransferGraph) -> None:
    """Take into `kept` what was posted to `graph` since; for the writer's thread, before it changes over.

    Raises
    ------
    StateFull
        The budget of `kept` is used up.
    """
    end = graph.watermark - kept.first_edge
    given = (kept.log, kept.slots, graph.log, graph.slots)
    if _copy()(*given, end) < end:
        raise StateFull("the edges to keep do not fit the budget of the new graph; give it a larger one")
    kept.publish()


def _make(sources: str) -> _Copy:
    def copy(new: Words, new_slots: Words, old: Words, old_slots: Words, end: int) -> int:
        """Copy accounts, then edges up to `end` of the new log; give how many edges it has then."""
        _ = sources
        to, to_slots, source, source_slots = bare(new), bare(new_slots), bare(old), bare(old_slots)
        accounts = source[ACCOUNTS + TABLE_LIVE]
        for account in range(accounts):
            _copy_account(to, source, source_slots, account)
        for edge in range(to[EDGES], end):
            if used_words(to) > to[BUDGET]:
                return edge
            _copy_edge(to, to_slots, source, source_slots, edge)
        return end

    return copy


_copy: Final = entry(_make, (WORDS, HALVES, WORDS, HALVES, SIZE), rooms=SOURCES, nogil=True)


@inlined
def _copy_account(new: Words, old: Words, old_slots: Words, account: int) -> None:
    source = row_of(old, account)
    row = row_of(new, account)
    if account >= new[ACCOUNTS + TABLE_LIVE]:
        add_row(new, ACCOUNTS, new[AT_BUCKETS], new[AT_ACCOUNTS], ACCOUNT_WORDS, old[source + A_CODE])
    cut = new[FIRST_EDGE] - old[FIRST_EDGE]
    if new[row + A_OUT] == 0 and new[row + A_IN] == 0:
        new[row + A_PAID_BEFORE] = paid(old, old_slots, source, cut)
        new[row + A_OPENING] = max(end_of_queue(old, old_slots, source, cut), new[row + A_PAID_BEFORE])
    new[row + A_BALANCE] = old[source + A_BALANCE]
    new[row + A_PAID] = old[source + A_PAID]
    kind, since = old[source + A_KIND], estimated_since(old[source + A_KIND])
    new[row + A_KIND] = kind_in(kind)
    new[row + A_KNOWN] = max(0, old[source + A_KNOWN] - cut)
    if since > 0:
        new[row + A_KIND] |= max(1, since - cut) << KIND_BITS


@inlined
def _copy_edge(new: Words, new_slots: Words, old: Words, old_slots: Words, edge: int) -> None:
    cut = new[FIRST_EDGE] - old[FIRST_EDGE]
    source, record = record_of(old, cut + edge), record_of(new, edge)
    for word in range(EDGE_WORDS):
        new[record + word] = old[source + word]
    debtor, creditor = debtor_of(new, record), creditor_of(new, record)
    if debtor != NOBODY:
        add_entry(new, new_slots, row_of(new, debtor) + A_OUT, edge)
    if creditor != NOBODY:
        add_entry(new, new_slots, row_of(new, creditor) + A_IN, edge)
    if new[record + E_TIME] & KIND_MASK == _REVERSAL:
        reversal = reversal_of(old, old_slots, cut + edge)
        copy = new[AT_REVERSALS] + new[REVERSALS] * REVERSAL_WORDS
        for word in range(REVERSAL_WORDS):
            new[copy + word] = old[reversal + word]
        new[copy + R_EDGE] -= cut
        new[copy + R_ORIGINAL] -= cut
        if new[copy + R_ORIGINAL] >= 0:
            new[record_of(new, new[copy + R_ORIGINAL]) + E_TIME] |= REVERSED
        add_entry(new, new_slots, row_of(new, debtor) + A_BACK, new[REVERSALS])
        new[REVERSALS] += 1
    new[EDGES] = edge + 1

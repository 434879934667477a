"""What Python calls of tracing: compiled once, for fixed types."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from zhamen.features.compiled import HALVES, SIZE, WORDS, Words, bare, entry, inlined
from zhamen.features.layout import (
    FIRST_BUCKETS,
    TABLE_BUCKETS,
    TABLE_LIVE,
    TABLE_MASK,
    TABLE_TOP,
)
from zhamen.features.table import add_row, find_row
from zhamen.networks.graph.kernels import SOURCES
from zhamen.networks.graph.kinds import EdgeKind
from zhamen.networks.graph.layout import E_PAID, E_PLACE, E_TIME, FROM_OUTSIDE, KIND_MASK
from zhamen.networks.graph.log import debtor_of, record_of
from zhamen.networks.tracing.arrive import arrive, look_on
from zhamen.networks.tracing.fates import fate_of
from zhamen.networks.tracing.heap import NONE, edge_in, holder_in, order_of, pop, top
from zhamen.networks.tracing.layout import (
    AT_BUCKETS,
    AT_HOLDERS,
    AT_TAKEN,
    AT_TAKEN_BUCKETS,
    C_MINIMUM,
    CASE_SHIFT,
    ESTIMATED,
    FORWARD,
    H_DONE,
    H_NEXT,
    H_SUM,
    HEAP,
    HOLDER_WORDS,
    HOLDERS,
    LIMIT,
    P_AMOUNT,
    P_EDGE,
    P_LEFT,
    P_META,
    P_PARENT,
    P_PLACE,
    PIECES,
    T_AMOUNT,
    TAKEN,
    TAKEN_WORDS,
    TRUNCATED,
    WATERMARK,
)
from zhamen.networks.tracing.pieces import case_row, find_holder, piece_at, tidy
from zhamen.networks.tracing.step import step

__all__ = ["follow", "follow_all", "held_by", "install_all", "sum_of", "trace_all", "withhold_all"]

_Trace = Callable[[Words, Words, Words, Words, Words, int], int]
_Install = Callable[[Words, Words, Words, Words, int], int]
_Follow = Callable[[Words, Words, Words, int], int]
_Sum = Callable[[Words, Words, int], int]
_Withhold = Callable[[Words, Words, int], int]
_SOURCES: Final = (*SOURCES, Path(__file__).parent)
_EDGES_A_LOT: Final = 4
_REVERSAL = int(EdgeKind.REVERSAL)


# -- A trace -----------------------------------------------------------------------------------------


def _make_trace(sources: str) -> _Trace:
    def trace(graph: Words, slots: Words, state: Words, others: Words, seeds: Words, size: int) -> int:
        """Trace `size` seeds (edge and amount each, in the order they are looked at); give the pieces."""
        _ = sources
        log, index, own, cases, given = bare(graph), bare(slots), bare(state), bare(others), bare(seeds)
        _empty(own)
        _run(log, index, own, cases, given, size)
        return own[PIECES]

    return trace


@inlined
def _empty(state: Words) -> None:
    """Forget the trace before."""
    for at in range(state[HOLDERS + TABLE_TOP] * HOLDER_WORDS):
        state[state[AT_HOLDERS] + at] = 0
    for at in range(state[HOLDERS + TABLE_BUCKETS]):
        state[state[AT_BUCKETS] + at] = 0
    state[HOLDERS + TABLE_BUCKETS], state[HOLDERS + TABLE_MASK] = FIRST_BUCKETS, FIRST_BUCKETS - 1
    state[HOLDERS + TABLE_TOP], state[HOLDERS + TABLE_LIVE] = 0, 0
    state[PIECES], state[HEAP], state[TRUNCATED], state[ESTIMATED] = 0, 0, 0, 0


@inlined
def _run(graph: Words, slots: Words, state: Words, others: Words, seeds: Words, size: int) -> None:
    seed = 0
    while state[TRUNCATED] == 0:
        order = order_of(state, seeds[2 * seed]) if seed < size else NONE
        entry_ = top(state)
        if seed < size and order <= entry_ >> 32:
            _sow(graph, slots, state, seeds[2 * seed], seeds[2 * seed + 1])
            seed += 1
        elif entry_ == NONE:
            return
        else:
            next_ = pop(state)
            sown = _is_among(state, seeds, seed, next_ >> 32)
            _look_at(graph, slots, state, others, next_, sown)


@inlined
def _sow(graph: Words, slots: Words, state: Words, edge: int, amount: int) -> None:
    """Begin with a seed, which is followed however little it is."""
    record = record_of(graph, edge)
    place = graph[record + (E_PLACE if state[FORWARD] != 0 else E_PAID)]
    enough = max(amount, state[case_row(state, 0) + C_MINIMUM])
    fate = fate_of(graph, slots, state, edge, 0, (0, enough))
    arrive(graph, slots, state, -1, edge, amount, place, fate)


@inlined
def _is_among(state: Words, seeds: Words, size: int, order: int) -> bool:
    """Tell whether an edge is one of the first seeds, which move only what they are named for."""
    low, high = 0, size
    while low < high:
        middle = (low + high) >> 1
        if order_of(state, seeds[2 * middle]) < order:
            low = middle + 1
        else:
            high = middle
    return low < size and order_of(state, seeds[2 * low]) == order


@inlined
def _look_at(graph: Words, slots: Words, state: Words, others: Words, next_: int, sown: bool) -> None:
    edge, row = edge_in(state, next_), state[AT_HOLDERS] + holder_in(next_) * HOLDER_WORDS
    if state[row + H_NEXT] == edge + 1:
        state[row + H_NEXT] = 0
    if state[row + H_DONE] <= next_ >> 32 and not sown:
        step(graph, slots, state, row, edge, _taken(others, edge))
        tidy(state, row)
        state[row + H_DONE] = (next_ >> 32) + 1
    if state[row + H_NEXT] == 0:
        look_on(graph, slots, state, row, edge)


# -- Open cases --------------------------------------------------------------------------------------


@inlined
def _taken(state: Words, edge: int) -> int:
    """Give what cases took of an edge."""
    if state[TAKEN + TABLE_LIVE] == 0:
        return 0
    row = find_row(state, TAKEN, state[AT_TAKEN_BUCKETS], state[AT_TAKEN], TAKEN_WORDS, edge)
    return 0 if row < 0 else state[row + T_AMOUNT]


@inlined
def _note_taken(state: Words, edge: int, amount: int) -> None:
    row = find_row(state, TAKEN, state[AT_TAKEN_BUCKETS], state[AT_TAKEN], TAKEN_WORDS, edge)
    if row < 0 and state[TAKEN + TABLE_TOP] >= _EDGES_A_LOT * state[LIMIT]:
        state[TRUNCATED] = 1
        return
    if row < 0:
        row = add_row(state, TAKEN, state[AT_TAKEN_BUCKETS], state[AT_TAKEN], TAKEN_WORDS, edge)
    state[row + T_AMOUNT] += amount


def _make_install(sources: str) -> _Install:
    def install(graph: Words, slots: Words, state: Words, traced: Words, case: int) -> int:
        """Take what is left of a trace's pieces in as lots of a case; give how many pieces there were."""
        _ = sources
        log, index, cases, found = bare(graph), bare(slots), bare(state), bare(traced)
        for piece in range(found[PIECES]):
            at = piece_at(found, piece)
            edge = found[at + P_EDGE]
            if found[at + P_PARENT] >= 0:
                _note_taken(cases, edge, found[at + P_AMOUNT])
            if found[at + P_LEFT] > 0:
                meta = found[at + P_META] | (case << CASE_SHIFT)
                place, left = found[at + P_PLACE], found[at + P_LEFT]
                arrive(log, index, cases, -1, edge, left, place, meta)
        return found[PIECES]

    return install


def _make_withhold(sources: str) -> _Withhold:
    def withhold(state: Words, given: Words, size: int) -> int:
        """Note `size` edges (each with its amount) as if cases before all others took the whole of them."""
        _ = sources
        cases, edges = bare(state), bare(given)
        for at in range(size):
            _note_taken(cases, edges[2 * at], edges[2 * at + 1])
        return size

    return withhold


@inlined
def follow(graph: Words, slots: Words, state: Words, end: int) -> None:
    """Let the edges up to `end` move what open cases hold, while there is room."""
    while state[WATERMARK] < end and state[TRUNCATED] == 0:
        edge = state[WATERMARK]
        state[WATERMARK] = edge + 1
        record = record_of(graph, edge)
        meta = graph[record + E_TIME]
        if meta & FROM_OUTSIDE == 0 or meta & KIND_MASK == _REVERSAL:
            row = find_holder(state, debtor_of(graph, record))
            if row >= 0:
                moved = step(graph, slots, state, row, edge, 0)
                tidy(state, row)
                if moved > 0:
                    _note_taken(state, edge, moved)


@inlined
def held_by(state: Words, account: int) -> int:
    """Give what lies in an account, of all cases."""
    row = find_holder(state, account)
    return 0 if row < 0 else state[row + H_SUM]


def _make_follow(sources: str) -> _Follow:
    def follow_many(graph: Words, slots: Words, state: Words, end: int) -> int:
        """Let the edges up to `end` move what open cases hold; give the first that was not looked at."""
        _ = sources
        cases = bare(state)
        follow(bare(graph), bare(slots), cases, end)
        return cases[WATERMARK]

    return follow_many


def _make_sum(sources: str) -> _Sum:
    def sum_many(state: Words, accounts: Words, size: int) -> int:
        """Put what lies in each account, of all cases, in its place."""
        _ = sources
        cases, asked = bare(state), bare(accounts)
        for at in range(size):
            asked[at] = held_by(cases, asked[at])
        return size

    return sum_many


trace_all: Final = entry(_make_trace, (WORDS, HALVES, WORDS, WORDS, WORDS, SIZE), rooms=_SOURCES)
install_all: Final = entry(_make_install, (WORDS, HALVES, WORDS, WORDS, SIZE), rooms=_SOURCES)
follow_all: Final = entry(_make_follow, (WORDS, HALVES, WORDS, SIZE), rooms=_SOURCES)
withhold_all: Final = entry(_make_withhold, (WORDS, WORDS, SIZE), rooms=_SOURCES)
sum_of: Final = entry(_make_sum, (WORDS, WORDS, SIZE), rooms=_SOURCES)

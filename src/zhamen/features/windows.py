"""A key's windows as time goes on: records enter all of them, leave each in turn, and are dropped.

::

    records   first ········ tail(30d) ······ tail(1d) ··· tail(1h) · entered ··· end
              kept for late  in 30d           in 1d, 30d   in all     not known
              events                                                  yet (delay)

Every pointer only moves to the right, so each record is touched once per window width: the cost of
an event does not grow with the history of its key.
"""

from zhamen.features.compiled import Words, inlined
from zhamen.features.distinct import enter_value, forget_value
from zhamen.features.extremes import forget_extremes, push_extreme
from zhamen.features.layout import (
    BLOCKS,
    C_BIT,
    C_DISTINCT,
    C_EXPIRED,
    C_LEVEL,
    C_SUPERSEDED,
    C_VALUE,
    C_WORDS,
    KEY_ADVANCED,
    KEY_ENTERED,
    KEY_RING,
    LATENESS,
    Q_BIT,
    Q_DROPPED,
    Q_LAST,
    Q_LEVEL,
    Q_MAX,
    Q_MIN,
    Q_SUPERSEDED,
    Q_TABLE,
    Q_TOTAL,
    Q_VALUE,
    Q_WORDS,
    RECORD_FLAGS,
    RECORD_TIME,
    RING_END,
    RING_FIRST,
    S_HORIZON,
    S_OLDEST,
    S_QUANTITIES,
    S_QUEUES,
    S_STRIDE,
    S_TABLE,
    S_WIDTHS,
    TABLE_RECORDS,
    W_CELLS,
    W_TAIL,
    W_WIDTH,
    W_WORDS,
    WATERMARK,
)
from zhamen.features.ring import place, trim
from zhamen.features.totals import add_to_total

__all__ = ["enter", "enter_newest", "expire", "leave", "settle"]


@inlined
def settle(memory: Words, program: Words, series: int, row: int, instant: int) -> None:
    """Bring a key's windows to `instant`, and drop its records that nothing can ask for any more.

    The windows never stand before the oldest instant that is still answered in full, so that
    what is dropped has left them all.
    """
    as_of = max(instant, memory[WATERMARK] - program[LATENESS])
    if as_of > memory[row + KEY_ADVANCED]:
        memory[row + KEY_ADVANCED] = as_of
        _enter_due(memory, program, series, row)
        expire(memory, program, series, row)
    if memory[row + KEY_RING + RING_FIRST] < memory[row + program[series + S_OLDEST]]:
        _drop(memory, program, series, row)


@inlined
def enter(memory: Words, program: Words, series: int, row: int, position: int, newest: bool) -> None:
    """Count the record at `position` in every total and window that holds it.

    Last values and extremes are kept only of the newest; a record that comes before others leaves
    them to the caller.
    """
    at = place(memory, program[BLOCKS], row + KEY_RING, program[series + S_STRIDE], position)
    flags = memory[at + RECORD_FLAGS]
    quantity = program[series + S_QUANTITIES + 1]
    for _ in range(program[series + S_QUANTITIES]):
        if flags & program[quantity + Q_BIT]:
            level = program[quantity + Q_LEVEL]
            if level > 0:
                value = memory[at + program[quantity + Q_VALUE]]
                add_to_total(memory, row + program[quantity + Q_TOTAL], level, value)
            if program[quantity + Q_TABLE] > 0:
                enter_value(memory, program, series, row, quantity, position)
            if newest:
                _enter_ends(memory, program, row, quantity, position, at)
        quantity += Q_WORDS


@inlined
def _enter_ends(memory: Words, program: Words, row: int, quantity: int, position: int, at: int) -> None:
    if program[quantity + Q_LAST] > 0:
        memory[row + program[quantity + Q_LAST]] = position + 1
    value = memory[at + program[quantity + Q_VALUE]]
    if program[quantity + Q_MAX] > 0:
        push_extreme(memory, program[BLOCKS], row + program[quantity + Q_MAX], position, value)
    if program[quantity + Q_MIN] > 0:
        push_extreme(memory, program[BLOCKS], row + program[quantity + Q_MIN], position, -value)


@inlined
def expire(memory: Words, program: Words, series: int, row: int) -> None:
    """Let records leave the windows that they are too old for."""
    blocks, stride = program[BLOCKS], program[series + S_STRIDE]
    ring, entered, as_of = row + KEY_RING, memory[row + KEY_ENTERED], memory[row + KEY_ADVANCED]
    width = program[series + S_WIDTHS + 1]
    for _ in range(program[series + S_WIDTHS]):
        tail = memory[row + program[width + W_TAIL]]
        edge = as_of - program[width + W_WIDTH]
        while tail < entered:
            at = place(memory, blocks, ring, stride, tail)
            if memory[at + RECORD_TIME] > edge:
                break
            leave(memory, program, width, row, at, True)
            tail += 1
        memory[row + program[width + W_TAIL]] = tail
        width += W_WORDS
    queue = program[series + S_QUEUES + 1]
    for _ in range(program[series + S_QUEUES]):
        forget_extremes(memory, blocks, row + program[queue], memory[row + program[queue + 1]])
        queue += 2


@inlined
def leave(memory: Words, program: Words, width: int, row: int, at: int, distinctly: bool) -> None:
    """Take the record at `at` out of the windows of a width; of its distinct values too if they counted."""
    flags = memory[at + RECORD_FLAGS]
    cell = program[width + W_CELLS + 1]
    for _ in range(program[width + W_CELLS]):
        if flags & program[cell + C_BIT]:
            level = program[cell + C_LEVEL]
            if level > 0:
                value = memory[at + program[cell + C_VALUE]]
                add_to_total(memory, row + program[cell + C_EXPIRED], level, value)
            if distinctly and program[cell + C_DISTINCT] > 0 and not flags & program[cell + C_SUPERSEDED]:
                memory[row + program[cell + C_DISTINCT]] -= 1
        cell += C_WORDS


@inlined
def enter_newest(memory: Words, program: Words, series: int, row: int, position: int) -> None:
    """Count the record at `position`, behind all that count already."""
    memory[row + KEY_ENTERED] = position + 1
    enter(memory, program, series, row, position, True)


@inlined
def _enter_due(memory: Words, program: Words, series: int, row: int) -> None:
    ring, as_of = row + KEY_RING, memory[row + KEY_ADVANCED]
    position = memory[row + KEY_ENTERED]
    while position < memory[ring + RING_END]:
        at = place(memory, program[BLOCKS], ring, program[series + S_STRIDE], position)
        if memory[at + RECORD_TIME] > as_of:
            break
        enter_newest(memory, program, series, row, position)
        position += 1


@inlined
def _drop(memory: Words, program: Words, series: int, row: int) -> None:
    blocks, stride = program[BLOCKS], program[series + S_STRIDE]
    ring, horizon = row + KEY_RING, memory[WATERMARK] - program[series + S_HORIZON]
    first = memory[ring + RING_FIRST]
    before = first
    while first < memory[ring + RING_END]:
        at = place(memory, blocks, ring, stride, first)
        if memory[at + RECORD_TIME] > horizon:
            break
        _forget(memory, program, series, row, at)
        first += 1
    if first > before:
        memory[program[series + S_TABLE] + TABLE_RECORDS] -= first - before
        memory[ring + RING_FIRST] = first
        trim(memory, blocks, ring, stride)


@inlined
def _forget(memory: Words, program: Words, series: int, row: int, at: int) -> None:
    """Free the values that the record at `at` is the last to have; keep what `last` may ask for ever."""
    flags = memory[at + RECORD_FLAGS]
    quantity = program[series + S_QUANTITIES + 1]
    for _ in range(program[series + S_QUANTITIES]):
        if flags & program[quantity + Q_BIT]:
            if program[quantity + Q_TABLE] > 0 and not flags & program[quantity + Q_SUPERSEDED]:
                value = memory[at + program[quantity + Q_VALUE]]
                forget_value(memory, program[BLOCKS], row + program[quantity + Q_TABLE], value)
            if program[quantity + Q_DROPPED] > 0:
                dropped = row + program[quantity + Q_DROPPED]
                memory[dropped] = memory[at + RECORD_TIME]
                memory[dropped + 1] = memory[at + program[quantity + Q_VALUE]]
        quantity += Q_WORDS

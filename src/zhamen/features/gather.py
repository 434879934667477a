"""An event comes to a key: its record is put in its place by time, at the end or, if late, before it."""

from zhamen.features.compiled import Words, inlined
from zhamen.features.late import enter_late
from zhamen.features.layout import (
    ALWAYS,
    BLOCKS,
    IN_TIME,
    KEY_ADVANCED,
    KEY_ENTERED,
    KEY_RING,
    NEVER,
    Q_BIT,
    Q_CELLS,
    Q_DROPPED,
    Q_EVER_FIRST,
    Q_INPUT,
    Q_LEVEL,
    Q_TOTAL,
    Q_WORDS,
    RECORD_FLAGS,
    RECORD_TIME,
    RING_END,
    RING_FIRST,
    S_BITS,
    S_BUCKETS,
    S_DELAY,
    S_EVER,
    S_FIELDS,
    S_QUANTITIES,
    S_ROW_WORDS,
    S_ROWS,
    S_STRIDE,
    S_TABLE,
    TABLE_RECORDS,
)
from zhamen.features.ring import make_room, place
from zhamen.features.table import add_row
from zhamen.features.totals import add_to_total
from zhamen.features.windows import enter_newest, expire

__all__ = ["absorb", "gather", "new_key"]


@inlined
def new_key(memory: Words, program: Words, series: int, code: int) -> int:
    """Make the row of a key that has none."""
    row = add_row(
        memory,
        program[series + S_TABLE],
        program[series + S_BUCKETS],
        program[series + S_ROWS],
        program[series + S_ROW_WORDS],
        code,
    )
    memory[row + KEY_ADVANCED] = NEVER
    quantity = program[series + S_QUANTITIES + 1]
    for _ in range(program[series + S_QUANTITIES]):
        if program[quantity + Q_EVER_FIRST] > 0:
            memory[row + program[quantity + Q_EVER_FIRST]] = ALWAYS
        if program[quantity + Q_DROPPED] > 0:
            memory[row + program[quantity + Q_DROPPED]] = NEVER
        quantity += Q_WORDS
    return row


@inlined
def gather(memory: Words, program: Words, series: int, row: int, inputs: Words, event: int) -> None:
    """Put the event's record behind those of the same time, and count it if it is due.

    The key must be settled. At the end O(1); before other records O(n of the key).
    """
    time = inputs[event + IN_TIME] + program[series + S_DELAY]
    if program[series + S_EVER] > 0:
        _note_first(memory, program, series, row, inputs, event)
    position = _open_gap(memory, program, series, row, time)
    at = place(memory, program[BLOCKS], row + KEY_RING, program[series + S_STRIDE], position)
    memory[at + RECORD_TIME] = time
    memory[at + RECORD_FLAGS] = inputs[event + program[series + S_BITS]]
    field = program[series + S_FIELDS + 1]
    for _ in range(program[series + S_FIELDS]):
        memory[at + program[field]] = inputs[event + program[field + 1]]
        field += 2
    memory[program[series + S_TABLE] + TABLE_RECORDS] += 1
    if time > memory[row + KEY_ADVANCED]:
        return
    if position < memory[row + KEY_ENTERED]:
        enter_late(memory, program, series, row, position)
        return
    enter_newest(memory, program, series, row, position)
    if time < memory[row + KEY_ADVANCED]:
        expire(memory, program, series, row)


@inlined
def absorb(memory: Words, program: Words, series: int, row: int, inputs: Words, event: int) -> None:
    """Add an event that is too late for every window to what is kept for ever."""
    time = inputs[event + IN_TIME] + program[series + S_DELAY]
    _note_first(memory, program, series, row, inputs, event)
    bits = inputs[event + program[series + S_BITS]]
    quantity = program[series + S_QUANTITIES + 1]
    for _ in range(program[series + S_QUANTITIES]):
        if bits & program[quantity + Q_BIT]:
            value = inputs[event + program[quantity + Q_INPUT]]
            if program[quantity + Q_LEVEL] > 0:
                add_to_total(memory, row + program[quantity + Q_TOTAL], program[quantity + Q_LEVEL], value)
                _expire_at_once(memory, program, quantity, row, value)
            dropped = row + program[quantity + Q_DROPPED]
            if dropped > row and time >= memory[dropped]:
                memory[dropped] = time
                memory[dropped + 1] = value
        quantity += Q_WORDS


@inlined
def _expire_at_once(memory: Words, program: Words, quantity: int, row: int, value: int) -> None:
    cell = program[quantity + Q_CELLS + 1]
    for _ in range(program[quantity + Q_CELLS]):
        add_to_total(memory, row + program[cell], program[cell + 1], value)
        cell += 2


@inlined
def _note_first(memory: Words, program: Words, series: int, row: int, inputs: Words, event: int) -> None:
    """Keep time and value of the first record ever of each quantity that asks for it."""
    time = inputs[event + IN_TIME] + program[series + S_DELAY]
    bits = inputs[event + program[series + S_BITS]]
    quantity = program[series + S_QUANTITIES + 1]
    for _ in range(program[series + S_QUANTITIES]):
        first = row + program[quantity + Q_EVER_FIRST]
        if first > row and bits & program[quantity + Q_BIT] and time < memory[first]:
            memory[first] = time
            memory[first + 1] = inputs[event + program[quantity + Q_INPUT]]
        quantity += Q_WORDS


@inlined
def _open_gap(memory: Words, program: Words, series: int, row: int, time: int) -> int:
    """Make room for a record of this time, and give its position."""
    blocks, stride, ring = program[BLOCKS], program[series + S_STRIDE], row + KEY_RING
    make_room(memory, blocks, ring, stride)
    position = memory[ring + RING_END]
    memory[ring + RING_END] = position + 1
    to = place(memory, blocks, ring, stride, position)
    while position > memory[ring + RING_FIRST]:
        source = place(memory, blocks, ring, stride, position - 1)
        if memory[source + RECORD_TIME] <= time:
            break
        for word in range(stride):
            memory[to + word] = memory[source + word]
        to = source
        position -= 1
    return position

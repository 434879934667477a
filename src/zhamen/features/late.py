"""A record comes before others that count already: every pointer and count of the key is put right.

This is the slow way, O(n of the key). It leaves the key as if the record had come in its turn.
"""

from zhamen.features.compiled import Words, inlined
from zhamen.features.distinct import find_value
from zhamen.features.extremes import push_extreme
from zhamen.features.layout import (
    BLOCKS,
    C_FIRST,
    C_WORDS,
    KEY_ADVANCED,
    KEY_ENTERED,
    KEY_RING,
    Q_BIT,
    Q_LAST,
    Q_MAX,
    Q_MIN,
    Q_SUPERSEDED,
    Q_TABLE,
    Q_VALUE,
    Q_WORDS,
    RECORD_FLAGS,
    RECORD_TIME,
    RING_END,
    RING_FIRST,
    S_QUANTITIES,
    S_STRIDE,
    S_WIDTHS,
    SLOT_LATEST,
    W_CELLS,
    W_TAIL,
    W_WIDTH,
    W_WORDS,
)
from zhamen.features.ring import place
from zhamen.features.windows import enter, leave

__all__ = ["enter_late"]


@inlined
def enter_late(memory: Words, program: Words, series: int, row: int, position: int) -> None:
    """Count the record at `position`, where a gap was opened among those that count already."""
    memory[row + KEY_ENTERED] += 1
    _move_tails(memory, program, series, row, position)
    quantity = program[series + S_QUANTITIES + 1]
    for _ in range(program[series + S_QUANTITIES]):
        _move_quantity(memory, program, series, row, quantity, position)
        quantity += Q_WORDS
    enter(memory, program, series, row, position, False)


@inlined
def _move_tails(memory: Words, program: Words, series: int, row: int, position: int) -> None:
    at = place(memory, program[BLOCKS], row + KEY_RING, program[series + S_STRIDE], position)
    width = program[series + S_WIDTHS + 1]
    for _ in range(program[series + S_WIDTHS]):
        if memory[at + RECORD_TIME] <= memory[row + KEY_ADVANCED] - program[width + W_WIDTH]:
            memory[row + program[width + W_TAIL]] += 1
            leave(memory, program, width, row, at, False)
        cell = program[width + W_CELLS + 1]
        for _ in range(program[width + W_CELLS]):
            if program[cell + C_FIRST] > 0:
                memory[row + program[cell + C_FIRST]] = 0  # looked for again from the tail
            cell += C_WORDS
        width += W_WORDS


@inlined
def _move_quantity(
    memory: Words, program: Words, series: int, row: int, quantity: int, position: int
) -> None:
    blocks, stride, ring = program[BLOCKS], program[series + S_STRIDE], row + KEY_RING
    bit, entered = program[quantity + Q_BIT], memory[row + KEY_ENTERED]
    if program[quantity + Q_LAST] > 0:
        last = row + program[quantity + Q_LAST]
        if memory[last] > position:
            memory[last] += 1
        elif memory[place(memory, blocks, ring, stride, position) + RECORD_FLAGS] & bit:
            memory[last] = position + 1
    if program[quantity + Q_TABLE] > 0:
        header = row + program[quantity + Q_TABLE]
        for later in range(position + 1, entered):
            at = place(memory, blocks, ring, stride, later)
            flags = memory[at + RECORD_FLAGS]
            if flags & bit and not flags & program[quantity + Q_SUPERSEDED]:
                slot = find_value(memory, blocks, header, memory[at + program[quantity + Q_VALUE]])
                memory[slot + SLOT_LATEST] = later + 1
    if program[quantity + Q_MAX] > 0:
        _rebuild(memory, program, series, row, quantity, Q_MAX)
    if program[quantity + Q_MIN] > 0:
        _rebuild(memory, program, series, row, quantity, Q_MIN)


@inlined
def _rebuild(memory: Words, program: Words, series: int, row: int, quantity: int, extreme: int) -> None:
    blocks, stride = program[BLOCKS], program[series + S_STRIDE]
    queue = row + program[quantity + extreme]
    memory[queue + RING_END] = memory[queue + RING_FIRST]
    sign = 1 if extreme == Q_MAX else -1
    for position in range(memory[row + program[quantity + extreme + 1]], memory[row + KEY_ENTERED]):
        at = place(memory, blocks, row + KEY_RING, stride, position)
        if memory[at + RECORD_FLAGS] & program[quantity + Q_BIT]:
            push_extreme(memory, blocks, queue, position, sign * memory[at + program[quantity + Q_VALUE]])

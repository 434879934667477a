"""A few keys are looked at with every event, so that those never touched again give their memory back."""

from typing import Final

from zhamen.features.compiled import Words, inlined, prefetch
from zhamen.features.layout import (
    BLOCKS,
    KEY_RING,
    LATENESS,
    Q_MAX,
    Q_MIN,
    Q_WORDS,
    RECORD_TIME,
    RING_BLOCK,
    RING_END,
    RING_FIRST,
    ROW_CODE,
    S_BUCKETS,
    S_EVER,
    S_HORIZON,
    S_QUANTITIES,
    S_ROW_WORDS,
    S_ROWS,
    S_STRIDE,
    S_TABLE,
    TABLE_CURSOR,
    TABLE_TOP,
    WATERMARK,
)
from zhamen.features.ring import place, release
from zhamen.features.table import free_row
from zhamen.features.windows import settle

__all__ = ["sweep"]

_AHEAD: Final = 8
"""How many keys ahead their memory is asked for."""


@inlined
def sweep(memory: Words, program: Words, series: int, keys: int) -> None:
    """Look at the next `keys` of a series; drop what nothing can ask for, free who has nothing left."""
    table = program[series + S_TABLE]
    for _ in range(min(keys, memory[table + TABLE_TOP])):
        cursor = memory[table + TABLE_CURSOR]
        if cursor >= memory[table + TABLE_TOP]:
            cursor = 0
        memory[table + TABLE_CURSOR] = cursor + 1
        _fetch(memory, program, series, cursor)
        row = program[series + S_ROWS] + cursor * program[series + S_ROW_WORDS]
        if memory[row + ROW_CODE] != -1:
            _look_at(memory, program, series, row)


@inlined
def _fetch(memory: Words, program: Words, series: int, cursor: int) -> None:
    """Ask for the rows, and for the oldest records, that the next sweeps will look at."""
    words, at = (
        program[series + S_ROW_WORDS],
        program[series + S_ROWS] + cursor * program[series + S_ROW_WORDS],
    )
    prefetch(memory, at + 2 * _AHEAD * words)
    ring = at + _AHEAD * words + KEY_RING
    if memory[ring + RING_BLOCK] != 0:
        oldest = memory[ring + RING_FIRST]
        prefetch(memory, place(memory, program[BLOCKS], ring, program[series + S_STRIDE], oldest))


@inlined
def _look_at(memory: Words, program: Words, series: int, row: int) -> None:
    ring = row + KEY_RING
    if memory[ring + RING_FIRST] < memory[ring + RING_END]:
        stride = program[series + S_STRIDE]
        oldest = place(memory, program[BLOCKS], ring, stride, memory[ring + RING_FIRST])
        if memory[oldest + RECORD_TIME] > memory[WATERMARK] - program[series + S_HORIZON]:
            return
        settle(memory, program, series, row, memory[WATERMARK] - program[LATENESS])
    if memory[ring + RING_FIRST] == memory[ring + RING_END] and program[series + S_EVER] == 0:
        _free_key(memory, program, series, row)


@inlined
def _free_key(memory: Words, program: Words, series: int, row: int) -> None:
    quantity = program[series + S_QUANTITIES + 1]
    for _ in range(program[series + S_QUANTITIES]):
        if program[quantity + Q_MAX] > 0:
            release(memory, program[BLOCKS], row + program[quantity + Q_MAX], 2)
        if program[quantity + Q_MIN] > 0:
            release(memory, program[BLOCKS], row + program[quantity + Q_MIN], 2)
        quantity += Q_WORDS
    free_row(
        memory,
        program[series + S_TABLE],
        program[series + S_BUCKETS],
        program[series + S_ROWS],
        program[series + S_ROW_WORDS],
        row,
    )

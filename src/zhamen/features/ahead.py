"""What the next events will need is asked for while the present one is worked on.

A key's bucket, row, records and values lie anywhere in memory, and each is found only through the
one before. So of a batch, each step is taken a few events after the one before, when what that one
asked for has come. Nothing is changed by it, only waited for less.
"""

from typing import Final

from zhamen.features.compiled import Words, inlined, prefetch
from zhamen.features.distinct import find_value, home_of
from zhamen.features.layout import (
    BLOCKS,
    IN_TYPE,
    INPUT_WORDS,
    KEY_RING,
    R_KEY,
    R_WORDS,
    RING_BLOCK,
    RING_END,
    RING_FIRST,
    ROW_CODE,
    S_BITS,
    S_BUCKETS,
    S_KEYS,
    S_QUEUES,
    S_READS,
    S_ROW_WORDS,
    S_ROWS,
    S_STRIDE,
    S_TABLE,
    S_VALUES,
    S_WIDTHS,
    S_WORDS,
    SERIES,
    SLOT_LATEST,
    VALUES_BLOCK,
    W_TAIL,
    W_WORDS,
)
from zhamen.features.ring import place
from zhamen.features.table import bucket_of

__all__ = ["FARTHEST", "look_ahead"]

FARTHEST: Final = 10
_ROWS: Final = 7
_RECORDS: Final = 5
_OLDER: Final = 2
_LINE: Final = 8
"""Words in a cache line."""


@inlined
def look_ahead(memory: Words, program: Words, inputs: Words, event: int) -> None:
    """Take each step for the event that it is time for; `event` is the present one's number."""
    words = program[INPUT_WORDS]
    series = program[SERIES + 1]
    for _ in range(program[SERIES]):
        read = program[series + S_READS + 1]
        for _ in range(program[series + S_READS]):
            key = program[read + R_KEY]
            _fetch_bucket(memory, program, series, inputs[(event + FARTHEST) * words + key])
            _fetch_row(memory, program, series, inputs[(event + _ROWS) * words + key])
            _fetch_records(memory, program, series, inputs[(event + _RECORDS) * words + key])
            read += R_WORDS
        if program[series + S_VALUES] > 0:
            _fetch_slots(memory, program, series, inputs, (event + _RECORDS) * words)
            _fetch_older(memory, program, series, inputs, (event + _OLDER) * words)
        series += S_WORDS


@inlined
def _fetch_bucket(memory: Words, program: Words, series: int, code: int) -> None:
    if code >= 0:
        prefetch(memory, program[series + S_BUCKETS] + bucket_of(memory, program[series + S_TABLE], code))


@inlined
def _first_row(memory: Words, program: Words, series: int, code: int) -> int:
    """Give the row that the bucket of a code points at first; mostly the right one."""
    if code < 0:
        return -1
    row = memory[program[series + S_BUCKETS] + bucket_of(memory, program[series + S_TABLE], code)]
    return -1 if row == 0 else program[series + S_ROWS] + (row - 1) * program[series + S_ROW_WORDS]


@inlined
def _fetch_row(memory: Words, program: Words, series: int, code: int) -> None:
    row = _first_row(memory, program, series, code)
    if row >= 0:
        for word in range(0, program[series + S_ROW_WORDS], _LINE):
            prefetch(memory, row + word)


@inlined
def _fetch_records(memory: Words, program: Words, series: int, code: int) -> None:
    """Ask for the records at the ends of the windows, and for the ends of the queues."""
    row = _first_row(memory, program, series, code)
    if row < 0 or memory[row + ROW_CODE] != code:
        return
    blocks, ring, stride = program[BLOCKS], row + KEY_RING, program[series + S_STRIDE]
    if memory[ring + RING_BLOCK] != 0:
        prefetch(memory, place(memory, blocks, ring, stride, memory[ring + RING_END]))
        width = program[series + S_WIDTHS + 1]
        for _ in range(program[series + S_WIDTHS]):
            prefetch(memory, place(memory, blocks, ring, stride, memory[row + program[width + W_TAIL]]))
            width += W_WORDS
    queue = program[series + S_QUEUES + 1]
    for _ in range(program[series + S_QUEUES]):
        ring = row + program[queue]
        if memory[ring + RING_BLOCK] != 0:
            prefetch(memory, place(memory, blocks, ring, 2, memory[ring + RING_FIRST]))
            prefetch(memory, place(memory, blocks, ring, 2, memory[ring + RING_END]))
        queue += 2


@inlined
def _gathering_row(memory: Words, program: Words, series: int, inputs: Words, event: int) -> int:
    key = program[program[series + S_KEYS] + inputs[event + IN_TYPE]]
    if key < 0 or inputs[event + program[series + S_BITS]] == 0:
        return -1
    row = _first_row(memory, program, series, inputs[event + key])
    return row if row >= 0 and memory[row + ROW_CODE] == inputs[event + key] else -1


@inlined
def _fetch_slots(memory: Words, program: Words, series: int, inputs: Words, event: int) -> None:
    """Ask for the slots of an event's values."""
    row = _gathering_row(memory, program, series, inputs, event)
    if row >= 0:
        pair = program[series + S_VALUES + 1]
        for _ in range(program[series + S_VALUES]):
            header = row + program[pair]
            if memory[header + VALUES_BLOCK] != 0:
                prefetch(memory, home_of(memory, program[BLOCKS], header, inputs[event + program[pair + 1]]))
            pair += 2


@inlined
def _fetch_older(memory: Words, program: Words, series: int, inputs: Words, event: int) -> None:
    """Ask for the records that have the values of an event already, for they will be superseded."""
    row = _gathering_row(memory, program, series, inputs, event)
    if row >= 0 and memory[row + KEY_RING + RING_BLOCK] != 0:
        pair = program[series + S_VALUES + 1]
        for _ in range(program[series + S_VALUES]):
            header, value = row + program[pair], inputs[event + program[pair + 1]]
            if memory[header + VALUES_BLOCK] != 0:
                slot = find_value(memory, program[BLOCKS], header, value)
                ring, stride, latest = (
                    row + KEY_RING,
                    program[series + S_STRIDE],
                    memory[slot + SLOT_LATEST] - 1,
                )
                prefetch(memory, place(memory, program[BLOCKS], ring, stride, latest))
            pair += 2

"""The kernel: events go in as words, feature values come out as floats.

An event is taken through the series in turn. In a series, first every key that is read is brought
to the event's instant and asked what was before the event; then the event's record is put in;
then the keys are asked the rest. What relates features to each other comes last.
"""

# ruff: noqa: PLR0913, PLR0917  # compiled code has no objects to put arguments in

from collections.abc import Callable
from typing import Final

from zhamen.features.ahead import FARTHEST, look_ahead
from zhamen.features.answer import MISSING, answer, answer_of_nothing
from zhamen.features.compiled import Floats, Words, bare, entry, inlined
from zhamen.features.gather import absorb, gather, new_key
from zhamen.features.layout import (
    BLOCKS_TOP,
    BUDGET,
    D_CODE,
    D_LEFT,
    D_LEFT_WIDTH,
    D_OUTPUT,
    D_RIGHT,
    D_RIGHT_WIDTH,
    D_WORDS,
    DERIVED,
    EVENTS,
    IN_TIME,
    IN_TYPE,
    INPUT_WORDS,
    K_LEFT,
    K_OUTPUT,
    K_RIGHT,
    K_WORDS,
    KEY_ADVANCED,
    LATENESS,
    LIVE_WORDS,
    O_OUTPUT,
    O_WIDTH,
    O_WORDS,
    OUTPUT_WORDS,
    PAIRS,
    QUOTIENT,
    R_BEFORE,
    R_KEY,
    R_ROW,
    R_WITH,
    R_WORDS,
    REGION_WORDS,
    S_BITS,
    S_BUCKETS,
    S_DELAY,
    S_EVER,
    S_HORIZON,
    S_KEYS,
    S_READS,
    S_ROW_WORDS,
    S_ROWS,
    S_TABLE,
    S_WORDS,
    SERIES,
    TABLE_LIVE,
    WATERMARK,
)
from zhamen.features.scan import scan
from zhamen.features.sweep import sweep
from zhamen.features.table import find_row, scatter
from zhamen.features.windows import settle

__all__ = ["Kernel", "kernel"]

_SWEPT_A_RECORD: Final = 1
_SWEPT_A_KEY: Final = 2
"""Keys swept for each that is made: more than one, so that the sweep comes round."""
_EVENTS_A_TURN: Final = 8

Kernel = Callable[[Words, Words, Words, Floats, int], int]


def _make(sources: str) -> Kernel:
    def advance(memory: Words, program: Words, inputs: Words, outputs: Floats, size: int) -> int:
        """Take `size` events in turn; give how many were taken before the memory was used up."""
        _ = sources  # part of what the machine code is kept under
        return _take_all(bare(memory), bare(program), bare(inputs), bare(outputs), size)

    return advance


@inlined
def _take_all(memory: Words, program: Words, inputs: Words, outputs: Floats, size: int) -> int:
    for event in range(size):
        _pair_keys(program, inputs, event * program[INPUT_WORDS])
    for event in range(size):
        # One event at most doubles what its keys hold, and the regions are larger than the
        # budget by more than that, so an event that was begun is always finished.
        if memory[LIVE_WORDS] > program[BUDGET] or 4 * memory[BLOCKS_TOP] > program[REGION_WORDS]:
            return event
        if event + FARTHEST < size:
            look_ahead(memory, program, inputs, event)
        _take(memory, program, inputs, event * program[INPUT_WORDS], outputs, event * program[OUTPUT_WORDS])
    return size


kernel: Final[Callable[[], Kernel]] = entry(_make)
"""Give the compiled kernel; the first call loads it, or compiles it where it was never kept."""


@inlined
def _take(memory: Words, program: Words, inputs: Words, event: int, outputs: Floats, values: int) -> None:
    memory[WATERMARK] = max(memory[WATERMARK], inputs[event + IN_TIME])
    memory[EVENTS] += 1
    series = program[SERIES + 1]
    for _ in range(program[SERIES]):
        _ask_before(memory, program, series, inputs, event, outputs, values)
        to_sweep = _put_in(memory, program, series, inputs, event)
        _ask_with(memory, program, series, inputs, event, outputs, values)
        sweep(memory, program, series, to_sweep)
        series += S_WORDS
    # A series that nothing is put into any more is swept too, when its turn comes.
    turn = memory[EVENTS] // _EVENTS_A_TURN
    if program[SERIES] > 0 and turn * _EVENTS_A_TURN == memory[EVENTS]:
        sweep(memory, program, program[SERIES + 1] + turn % program[SERIES] * S_WORDS, 1)
    _derive(program, outputs, values)


@inlined
def _pair_keys(program: Words, inputs: Words, event: int) -> None:
    """Give each key of two fields one identity; -1 when a field is missing."""
    pair = program[PAIRS + 1]
    for _ in range(program[PAIRS]):
        left, right = inputs[event + program[pair + K_LEFT]], inputs[event + program[pair + K_RIGHT]]
        code = scatter(scatter(left) + right) & 0x7FFFFFFFFFFFFFFF
        inputs[event + program[pair + K_OUTPUT]] = code if left >= 0 and right >= 0 else -1
        pair += K_WORDS


@inlined
def _find(memory: Words, program: Words, series: int, code: int) -> int:
    if code < 0:
        return -1
    table, buckets = program[series + S_TABLE], program[series + S_BUCKETS]
    return find_row(memory, table, buckets, program[series + S_ROWS], program[series + S_ROW_WORDS], code)


@inlined
def _ask_before(
    memory: Words, program: Words, series: int, inputs: Words, event: int, outputs: Floats, values: int
) -> None:
    read = program[series + S_READS + 1]
    for _ in range(program[series + S_READS]):
        row = _find(memory, program, series, inputs[event + program[read + R_KEY]])
        inputs[event + program[read + R_ROW]] = row
        if row >= 0:
            settle(memory, program, series, row, inputs[event + IN_TIME])
        _ask(memory, program, series, read, R_BEFORE, inputs, event, outputs, values)
        read += R_WORDS


@inlined
def _put_in(memory: Words, program: Words, series: int, inputs: Words, event: int) -> int:
    """Put the event's record in, if the series gathers it; give how many keys to sweep for it."""
    key = program[program[series + S_KEYS] + inputs[event + IN_TYPE]]
    if key < 0 or inputs[event + key] < 0 or inputs[event + program[series + S_BITS]] == 0:
        return 0
    time = inputs[event + IN_TIME] + program[series + S_DELAY]
    too_late = time <= memory[WATERMARK] - program[series + S_HORIZON]
    if too_late and program[series + S_EVER] == 0:
        return 0
    keys_before = memory[program[series + S_TABLE] + TABLE_LIVE]
    row = _row_to_put_in(memory, program, series, inputs, event, inputs[event + key])
    settle(memory, program, series, row, inputs[event + IN_TIME])
    if too_late:
        absorb(memory, program, series, row, inputs, event)
    else:
        gather(memory, program, series, row, inputs, event)
    made = memory[program[series + S_TABLE] + TABLE_LIVE] - keys_before
    return _SWEPT_A_RECORD + made * _SWEPT_A_KEY


@inlined
def _row_to_put_in(memory: Words, program: Words, series: int, inputs: Words, event: int, code: int) -> int:
    """Give the row that a read has found already, or find it, or make it and tell the reads."""
    row, was_read = -1, False
    read = program[series + S_READS + 1]
    for _ in range(program[series + S_READS]):
        if inputs[event + program[read + R_KEY]] == code:
            row, was_read = inputs[event + program[read + R_ROW]], True
        read += R_WORDS
    if not was_read:
        row = _find(memory, program, series, code)
    if row < 0:
        row = new_key(memory, program, series, code)
        read = program[series + S_READS + 1]
        for _ in range(program[series + S_READS]):
            if inputs[event + program[read + R_KEY]] == code:
                inputs[event + program[read + R_ROW]] = row
            read += R_WORDS
    return row


@inlined
def _ask_with(
    memory: Words, program: Words, series: int, inputs: Words, event: int, outputs: Floats, values: int
) -> None:
    read = program[series + S_READS + 1]
    for _ in range(program[series + S_READS]):
        _ask(memory, program, series, read, R_WITH, inputs, event, outputs, values)
        read += R_WORDS


@inlined
def _ask(
    memory: Words,
    program: Words,
    series: int,
    read: int,
    questions: int,
    inputs: Words,
    event: int,
    outputs: Floats,
    values: int,
) -> None:
    instant, row = inputs[event + IN_TIME], inputs[event + program[read + R_ROW]]
    known = inputs[event + program[read + R_KEY]] >= 0
    in_order = row < 0 or instant >= memory[row + KEY_ADVANCED]
    in_full = memory[WATERMARK] - program[LATENESS]
    horizon = memory[WATERMARK] - program[series + S_HORIZON]
    question = program[read + questions + 1]
    for _ in range(program[read + questions]):
        width = program[question + O_WIDTH]
        if not known or instant < (in_full if width == 0 else horizon + width):
            value = MISSING
        elif row < 0:
            value = answer_of_nothing(program, question)
        elif in_order:
            value = answer(memory, program, series, row, question, instant)
        else:
            value = scan(memory, program, series, row, question, instant)
        outputs[values + program[question + O_OUTPUT]] = value
        question += O_WORDS


@inlined
def _derive(program: Words, outputs: Floats, values: int) -> None:
    """Relate features to each other; a missing one (NaN) makes the result missing by itself."""
    derived = program[DERIVED + 1]
    for _ in range(program[DERIVED]):
        above = outputs[values + program[derived + D_LEFT]]
        below = outputs[values + program[derived + D_RIGHT]]
        if program[derived + D_CODE] != QUOTIENT:
            short, long = float(program[derived + D_LEFT_WIDTH]), float(program[derived + D_RIGHT_WIDTH])
            above /= short
            below = (below - outputs[values + program[derived + D_LEFT]]) / (long - short)
        outputs[values + program[derived + D_OUTPUT]] = MISSING if below == 0 else above / below
        derived += D_WORDS

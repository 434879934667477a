"""Questions about an instant that a key's windows have passed: answered by walking its records.

The slow way, O(n of the key), for late events only. What it gives is what `answer` would have given
at that instant, had all that has arrived been there.
"""

from zhamen.features.answer import MISSING
from zhamen.features.compiled import Words, inlined
from zhamen.features.distinct import find_value
from zhamen.features.layout import (
    ALWAYS,
    BLOCKS,
    COUNT,
    DISTINCT,
    FIRST,
    KEY_ENTERED,
    KEY_RING,
    LAST,
    MAX,
    MEAN,
    MIN,
    NEVER,
    O_CODE,
    O_QUANTITY,
    O_TOTAL,
    O_WIDTH,
    Q_BIT,
    Q_DROPPED,
    Q_EVER_FIRST,
    Q_TABLE,
    Q_VALUE,
    RECORD_FLAGS,
    RECORD_TIME,
    RING_FIRST,
    S_STRIDE,
    SINCE_FIRST,
    SLOT_LATEST,
    STD,
    SUM,
)
from zhamen.features.ring import place
from zhamen.features.wide import add_square, deviation, subtract_wide

__all__ = ["scan"]


@inlined
def scan(memory: Words, program: Words, series: int, row: int, question: int, instant: int) -> float:
    """Answer one question as of an instant before the one the key's windows stand at."""
    code = program[question + O_CODE]
    if code <= STD:
        return _totals(memory, program, series, row, question, instant)
    if code == DISTINCT:
        return _distinct(memory, program, series, row, question, instant)
    if code in (MIN, MAX):
        return _extreme(memory, program, series, row, question, instant)
    if code in (FIRST, SINCE_FIRST):
        return _first(memory, program, series, row, question, instant)
    return _last(memory, program, series, row, question, instant)


@inlined
def _after(memory: Words, program: Words, series: int, row: int, instant: int) -> int:
    """Give the first position, among the records that count, of a time after `instant`."""
    low, high = memory[row + KEY_RING + RING_FIRST], memory[row + KEY_ENTERED]
    while low < high:
        middle = (low + high) >> 1
        at = place(memory, program[BLOCKS], row + KEY_RING, program[series + S_STRIDE], middle)
        if memory[at + RECORD_TIME] <= instant:
            low = middle + 1
        else:
            high = middle
    return low


@inlined
def _start(memory: Words, program: Words, series: int, row: int, question: int, instant: int) -> int:
    """Give the first position of the window; of all that is held when it is for ever."""
    if program[question + O_WIDTH] == 0:
        return memory[row + KEY_RING + RING_FIRST]
    return _after(memory, program, series, row, instant - program[question + O_WIDTH])


@inlined
def _record(memory: Words, program: Words, series: int, row: int, question: int, position: int) -> int:
    """Give the place of the record at `position` if the question's quantity has it, or -1."""
    at = place(memory, program[BLOCKS], row + KEY_RING, program[series + S_STRIDE], position)
    return at if memory[at + RECORD_FLAGS] & program[program[question + O_QUANTITY] + Q_BIT] else -1


@inlined
def _totals(memory: Words, program: Words, series: int, row: int, question: int, instant: int) -> float:
    code, ever = program[question + O_CODE], program[question + O_WIDTH] == 0
    start = _start(memory, program, series, row, question, instant)
    end = _after(memory, program, series, row, instant)
    if ever:  # what came before may be dropped, so what came after is taken off
        start, end = end, memory[row + KEY_ENTERED]
    count, summed, low, high = 0, 0, 0, 0
    for position in range(start, end):
        at = _record(memory, program, series, row, question, position)
        if at >= 0:
            value = memory[at + program[program[question + O_QUANTITY] + Q_VALUE]]
            count += 1
            summed += value
            low, high = add_square(low, high, value)
    if ever:
        total = row + program[question + O_TOTAL]
        count = memory[total] - count
        summed = memory[total + 1] - summed if code != COUNT else 0
        if code == STD:
            low, high = subtract_wide(memory[total + 2], memory[total + 3], low, high)
    if code == COUNT:
        return float(count)
    if code == SUM:
        return float(summed)
    if count == 0:
        return MISSING
    return float(summed) / float(count) if code == MEAN else deviation(count, summed, low, high)


@inlined
def _distinct(memory: Words, program: Words, series: int, row: int, question: int, instant: int) -> float:
    """Count the values by marking the slots met; the marks are taken off again."""
    start = _start(memory, program, series, row, question, instant)
    end = _after(memory, program, series, row, instant)
    quantity = program[question + O_QUANTITY]
    blocks, header, word = program[BLOCKS], row + program[quantity + Q_TABLE], program[quantity + Q_VALUE]
    count = 0
    for position in range(start, end):
        at = _record(memory, program, series, row, question, position)
        if at >= 0:
            latest = find_value(memory, blocks, header, memory[at + word]) + SLOT_LATEST
            if memory[latest] > 0:
                count += 1
                memory[latest] = -memory[latest]
    for position in range(start, end):
        at = _record(memory, program, series, row, question, position)
        if at >= 0:
            latest = find_value(memory, blocks, header, memory[at + word]) + SLOT_LATEST
            memory[latest] = abs(memory[latest])
    return float(count)


@inlined
def _extreme(memory: Words, program: Words, series: int, row: int, question: int, instant: int) -> float:
    start = _start(memory, program, series, row, question, instant)
    end = _after(memory, program, series, row, instant)
    largest = program[question + O_CODE] == MAX
    found, extreme = False, 0
    for position in range(start, end):
        at = _record(memory, program, series, row, question, position)
        if at >= 0:
            value = memory[at + program[program[question + O_QUANTITY] + Q_VALUE]]
            if not found or (value > extreme if largest else value < extreme):
                found, extreme = True, value
    return float(extreme) if found else MISSING


@inlined
def _first(memory: Words, program: Words, series: int, row: int, question: int, instant: int) -> float:
    quantity = program[question + O_QUANTITY]
    time, value = ALWAYS, 0
    if program[question + O_WIDTH] == 0:
        time, value = (
            memory[row + program[quantity + Q_EVER_FIRST]],
            memory[row + program[quantity + Q_EVER_FIRST] + 1],
        )
    else:
        start = _start(memory, program, series, row, question, instant)
        for position in range(start, _after(memory, program, series, row, instant)):
            at = _record(memory, program, series, row, question, position)
            if at >= 0:
                time, value = memory[at + RECORD_TIME], memory[at + program[quantity + Q_VALUE]]
                break
    if time > instant:
        return MISSING
    return float(value) if program[question + O_CODE] == FIRST else float(instant - time)


@inlined
def _last(memory: Words, program: Words, series: int, row: int, question: int, instant: int) -> float:
    quantity = program[question + O_QUANTITY]
    time, value = NEVER, 0
    start = _start(memory, program, series, row, question, instant)
    position = _after(memory, program, series, row, instant) - 1
    while position >= start:
        at = _record(memory, program, series, row, question, position)
        if at >= 0:
            time, value = memory[at + RECORD_TIME], memory[at + program[quantity + Q_VALUE]]
            break
        position -= 1
    if time == NEVER and program[question + O_WIDTH] == 0:
        dropped = row + program[quantity + Q_DROPPED]
        time, value = memory[dropped], memory[dropped + 1]
    if time == NEVER:
        return MISSING
    return float(value) if program[question + O_CODE] == LAST else float(instant - time)

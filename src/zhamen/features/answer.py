"""Questions to a key whose windows stand at the asked instant: each is answered from a few words."""

from typing import Final

from zhamen.features.compiled import Words, inlined
from zhamen.features.extremes import extreme_since
from zhamen.features.layout import (
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
    O_CELL,
    O_CODE,
    O_EXPIRED,
    O_QUANTITY,
    O_TAIL,
    O_TOTAL,
    O_WIDTH,
    Q_BIT,
    Q_DROPPED,
    Q_EVER_FIRST,
    Q_LAST,
    Q_VALUE,
    RECORD_FLAGS,
    RECORD_TIME,
    RING_FIRST,
    S_STRIDE,
    SINCE_FIRST,
    STD,
    SUM,
)
from zhamen.features.ring import place
from zhamen.features.wide import deviation, subtract_wide

__all__ = ["MISSING", "answer", "answer_of_nothing"]

MISSING: Final = float("nan")


@inlined
def answer_of_nothing(program: Words, question: int) -> float:
    """Answer for a key that was never seen."""
    code = program[question + O_CODE]
    return 0.0 if code in (COUNT, SUM, DISTINCT) else MISSING


@inlined
def answer(memory: Words, program: Words, series: int, row: int, question: int, instant: int) -> float:
    """Answer one question from the key's totals, pointers and queues."""
    code = program[question + O_CODE]
    if code <= STD:
        return _of_totals(memory, program, row, question)
    if code == DISTINCT:
        return float(memory[row + program[question + O_CELL]])
    if code in (MIN, MAX):
        tail = memory[row + program[question + O_TAIL]]
        at = extreme_since(memory, program[BLOCKS], row + program[question + O_CELL], tail)
        if at < 0:
            return MISSING
        return float(memory[at]) if code == MAX else float(-memory[at])
    if code in (FIRST, SINCE_FIRST):
        return _of_first(memory, program, series, row, question, instant)
    return _of_last(memory, program, series, row, question, instant)


@inlined
def _of_totals(memory: Words, program: Words, row: int, question: int) -> float:
    total = row + program[question + O_TOTAL]
    code = program[question + O_CODE]
    ever = program[question + O_WIDTH] == 0
    # For ever, nothing has left: the total is taken less nothing.
    expired = row + program[question + O_EXPIRED]
    count = memory[total] - (0 if ever else memory[expired])
    if code == COUNT:
        return float(count)
    summed = memory[total + 1] - (0 if ever else memory[expired + 1])
    if code == SUM:
        return float(summed)
    if count == 0:
        return MISSING
    if code == MEAN:
        return float(summed) / float(count)
    low, high = memory[total + 2], memory[total + 3]
    if not ever:
        low, high = subtract_wide(low, high, memory[expired + 2], memory[expired + 3])
    return deviation(count, summed, low, high)


@inlined
def _of_first(memory: Words, program: Words, series: int, row: int, question: int, instant: int) -> float:
    quantity = program[question + O_QUANTITY]
    since = program[question + O_CODE] == SINCE_FIRST
    if program[question + O_WIDTH] == 0:
        first = row + program[quantity + Q_EVER_FIRST]
        if memory[first] > instant:
            return MISSING
        return float(instant - memory[first]) if since else float(memory[first + 1])
    known = row + program[question + O_CELL]
    position = max(memory[known], memory[row + program[question + O_TAIL]])
    blocks, stride, entered = program[BLOCKS], program[series + S_STRIDE], memory[row + KEY_ENTERED]
    result = MISSING
    while position < entered:
        at = place(memory, blocks, row + KEY_RING, stride, position)
        if memory[at + RECORD_FLAGS] & program[quantity + Q_BIT]:
            value = memory[at + program[quantity + Q_VALUE]]
            result = float(instant - memory[at + RECORD_TIME]) if since else float(value)
            break
        position += 1
    memory[known] = position
    return result


@inlined
def _of_last(memory: Words, program: Words, series: int, row: int, question: int, instant: int) -> float:
    quantity = program[question + O_QUANTITY]
    ever = program[question + O_WIDTH] == 0
    last = memory[row + program[quantity + Q_LAST]] - 1
    tail = memory[row + (KEY_RING + RING_FIRST if ever else program[question + O_TAIL])]
    if last >= tail:
        at = place(memory, program[BLOCKS], row + KEY_RING, program[series + S_STRIDE], last)
        time, value = memory[at + RECORD_TIME], memory[at + program[quantity + Q_VALUE]]
    elif ever:
        dropped = row + program[quantity + Q_DROPPED]
        time, value = memory[dropped], memory[dropped + 1]
    else:
        time, value = NEVER, 0
    if time == NEVER:
        return MISSING
    return float(value) if program[question + O_CODE] == LAST else float(instant - time)

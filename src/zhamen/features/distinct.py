"""How many different values a window holds, from one slot for each value of a key.

::

    header   [block, count]          in the key's row, for each quantity that is counted distinctly
    block    2^class slots of [value, latest]     latest = the position of its latest record + 1; 0 is free

A value is in a window exactly when its latest record is. So only the latest record of a value
counts; when the next comes, the older one is flagged as superseded, and when a window passes a
record, its count falls only if the record is not. Nothing has to be looked up on the way out.

The block is an open hash table, probed in a line, that doubles when three quarters full and halves
when an eighth full (D. Knuth, The Art of Computer Programming 3, 6.4, algorithms L and R).
"""

from typing import Final

from zhamen.features.compiled import Words, inlined
from zhamen.features.layout import (
    BLOCKS,
    KEY_RING,
    Q_DISTINCTS,
    Q_SUPERSEDED,
    Q_TABLE,
    Q_VALUE,
    RECORD_FLAGS,
    S_STRIDE,
    SLOT_LATEST,
    SLOT_VALUE,
    SLOT_WORDS,
    VALUES_BLOCK,
    VALUES_COUNT,
)
from zhamen.features.ring import allocate, free, place
from zhamen.features.table import scatter

__all__ = ["enter_value", "find_value", "forget_value", "home_of"]

_FIRST_CLASS: Final = 1
"""Two slots."""


@inlined
def enter_value(memory: Words, program: Words, series: int, row: int, quantity: int, position: int) -> None:
    """Count the value of the record at `position`, in the windows that hold the record."""
    blocks, stride = program[BLOCKS], program[series + S_STRIDE]
    at = place(memory, blocks, row + KEY_RING, stride, position)
    slot = _take(memory, blocks, row + program[quantity + Q_TABLE], memory[at + program[quantity + Q_VALUE]])
    before = memory[slot + SLOT_LATEST] - 1
    superseded = program[quantity + Q_SUPERSEDED]
    if before > position:
        memory[at + RECORD_FLAGS] |= superseded
        return
    if before >= 0:
        older = place(memory, blocks, row + KEY_RING, stride, before)
        memory[older + RECORD_FLAGS] |= superseded
    memory[slot + SLOT_LATEST] = position + 1
    pair = program[quantity + Q_DISTINCTS + 1]
    for _ in range(program[quantity + Q_DISTINCTS]):
        if before < memory[row + program[pair]] <= position:
            memory[row + program[pair + 1]] += 1
        pair += 2


@inlined
def home_of(memory: Words, blocks: int, header: int, value: int) -> int:
    """Give the place in memory of the slot where the search for a value begins. There must be a block."""
    block = memory[header + VALUES_BLOCK]
    return blocks + (block >> 6) + (scatter(value) & _mask(block)) * SLOT_WORDS


@inlined
def find_value(memory: Words, blocks: int, header: int, value: int) -> int:
    """Give the place of the slot of a value, or of the free slot where it belongs. There must be a block."""
    block = memory[header + VALUES_BLOCK]
    first = blocks + (block >> 6)
    last = first + _mask(block) * SLOT_WORDS
    slot = home_of(memory, blocks, header, value)
    while memory[slot + SLOT_LATEST] != 0 and memory[slot + SLOT_VALUE] != value:
        slot = first if slot == last else slot + SLOT_WORDS
    return slot


@inlined
def forget_value(memory: Words, blocks: int, header: int, value: int) -> None:
    """Free the slot of a value, and close the gap for those that were probed for across it."""
    block = memory[header + VALUES_BLOCK]
    mask, first = _mask(block), blocks + (block >> 6)
    gap = (find_value(memory, blocks, header, value) - first) // SLOT_WORDS
    number = (gap + 1) & mask
    slot = first + number * SLOT_WORDS
    while memory[slot + SLOT_LATEST] != 0:
        home = scatter(memory[slot + SLOT_VALUE]) & mask
        if (number - home) & mask >= (number - gap) & mask:
            _copy(memory, slot, first + gap * SLOT_WORDS)
            gap = number
        number = (number + 1) & mask
        slot = first + number * SLOT_WORDS
    memory[first + gap * SLOT_WORDS + SLOT_LATEST] = 0
    memory[header + VALUES_COUNT] -= 1
    _shrink(memory, blocks, header)


@inlined
def _copy(memory: Words, slot: int, to: int) -> None:
    memory[to + SLOT_VALUE] = memory[slot + SLOT_VALUE]
    memory[to + SLOT_LATEST] = memory[slot + SLOT_LATEST]


@inlined
def _mask(block: int) -> int:
    return (1 << ((block & 63) - 1)) - 1


@inlined
def _take(memory: Words, blocks: int, header: int, value: int) -> int:
    """Find or make the slot of a value; the position in a new one is that of no record."""
    if memory[header + VALUES_BLOCK] == 0:
        memory[header + VALUES_BLOCK] = _make(memory, blocks, _FIRST_CLASS)
    slot = find_value(memory, blocks, header, value)
    if memory[slot + SLOT_LATEST] != 0:
        return slot
    block, count = memory[header + VALUES_BLOCK], memory[header + VALUES_COUNT] + 1
    memory[header + VALUES_COUNT] = count
    if 4 * count > 3 << ((block & 63) - 1):
        _move(memory, blocks, header, block & 63)
        slot = find_value(memory, blocks, header, value)
    memory[slot + SLOT_VALUE] = value
    return slot


@inlined
def _shrink(memory: Words, blocks: int, header: int) -> None:
    block, count = memory[header + VALUES_BLOCK], memory[header + VALUES_COUNT]
    if count == 0:
        free(memory, blocks, SLOT_WORDS, block)
        memory[header + VALUES_BLOCK] = 0
    elif block & 63 > _FIRST_CLASS + 1 and 8 * count <= 1 << ((block & 63) - 1):
        _move(memory, blocks, header, (block & 63) - 2)


@inlined
def _make(memory: Words, blocks: int, size_class: int) -> int:
    block = allocate(memory, blocks, SLOT_WORDS, size_class)
    first = blocks + (block >> 6)
    for word in range(first, first + (SLOT_WORDS << size_class)):
        memory[word] = 0
    return block


@inlined
def _move(memory: Words, blocks: int, header: int, size_class: int) -> None:
    old = memory[header + VALUES_BLOCK]
    memory[header + VALUES_BLOCK] = _make(memory, blocks, size_class)
    first = blocks + (old >> 6)
    for slot in range(first, first + (SLOT_WORDS << ((old & 63) - 1)), SLOT_WORDS):
        if memory[slot + SLOT_LATEST] != 0:
            _copy(memory, slot, find_value(memory, blocks, header, memory[slot + SLOT_VALUE]))
    free(memory, blocks, SLOT_WORDS, old)

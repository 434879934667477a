"""How many different values a window holds, from one entry for each value of a key.

::

    entry    [code, link, owner, latest]     owner = key and quantity, latest = a position

A value is in a window exactly when its latest record is. So only the latest record of a value
counts; when the next comes, the older one is flagged as superseded, and when a window passes a
record, its count falls only if the record is not. Nothing has to be looked up on the way out.
"""

from zhamen.features.compiled import Words, inlined
from zhamen.features.layout import (
    BLOCKS,
    ENTRY_BUCKETS,
    ENTRY_LATEST,
    ENTRY_OWNER,
    ENTRY_ROWS,
    ENTRY_TABLE,
    ENTRY_WORDS,
    KEY_RING,
    Q_DISTINCTS,
    Q_ENTRY,
    Q_OWNER,
    Q_SUPERSEDED,
    RECORD_FLAGS,
    ROW_CODE,
    ROW_LINK,
    S_ROWS,
    S_STRIDE,
)
from zhamen.features.ring import place
from zhamen.features.table import add_row, bucket_of, free_row, scatter

__all__ = ["enter_value", "entry_code", "free_entry", "move_entry", "owner_of"]


@inlined
def enter_value(memory: Words, program: Words, series: int, row: int, quantity: int, position: int) -> None:
    """Count the value of the record at `position`, in the windows that hold the record."""
    blocks, stride = program[BLOCKS], program[series + S_STRIDE]
    at = place(memory, blocks, row + KEY_RING, stride, position)
    word = at + program[quantity + Q_ENTRY]
    owner = owner_of(program, series, row, program[quantity + Q_OWNER])
    entry = _take_entry(memory, program, memory[word], owner)
    memory[word] = entry - program[ENTRY_ROWS]
    before = memory[entry + ENTRY_LATEST]
    superseded = program[quantity + Q_SUPERSEDED]
    if before > position:
        memory[at + RECORD_FLAGS] |= superseded
        return
    if before >= 0:
        older = place(memory, blocks, row + KEY_RING, stride, before)
        memory[older + RECORD_FLAGS] |= superseded
    memory[entry + ENTRY_LATEST] = position
    pair = program[quantity + Q_DISTINCTS + 1]
    for _ in range(program[quantity + Q_DISTINCTS]):
        if before < memory[row + program[pair]] <= position:
            memory[row + program[pair + 1]] += 1
        pair += 2


@inlined
def entry_code(value: int, owner: int) -> int:
    """Give what an entry is found by; never the same for two values of one owner, but for two owners."""
    return scatter(value) + scatter(owner)


@inlined
def owner_of(program: Words, series: int, row: int, quantity: int) -> int:
    """Give the number of a key and a distinct quantity, by the key's place and the quantity's number."""
    return (row - program[series + S_ROWS]) << 10 | quantity


@inlined
def move_entry(memory: Words, program: Words, offset: int, position: int) -> None:
    """Note that the latest record of a value stands at another position now."""
    memory[program[ENTRY_ROWS] + offset + ENTRY_LATEST] = position


@inlined
def free_entry(memory: Words, program: Words, offset: int) -> None:
    """Give back the entry of a value whose last record is gone."""
    rows = program[ENTRY_ROWS]
    free_row(memory, ENTRY_TABLE, program[ENTRY_BUCKETS], rows, ENTRY_WORDS, rows + offset)


@inlined
def _take_entry(memory: Words, program: Words, value: int, owner: int) -> int:
    """Find or make the entry of a value; a new one has the latest position -1."""
    buckets, rows = program[ENTRY_BUCKETS], program[ENTRY_ROWS]
    code = entry_code(value, owner)
    link = memory[buckets + bucket_of(memory, ENTRY_TABLE, code)]
    while link != 0:
        at = rows + (link - 1) * ENTRY_WORDS
        if memory[at + ROW_CODE] == code and memory[at + ENTRY_OWNER] == owner:
            return at
        link = memory[at + ROW_LINK]
    at = add_row(memory, ENTRY_TABLE, buckets, rows, ENTRY_WORDS, code)
    memory[at + ENTRY_OWNER] = owner
    memory[at + ENTRY_LATEST] = -1
    return at

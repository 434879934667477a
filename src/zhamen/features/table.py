"""Rows found by a code, in a table that grows one bucket at a time (linear hashing).

::

    buckets  ┌───┬───┬───┬───┬───┬ ─ ─      each holds the first row + 1 of its chain, or 0
             └─┬─┴───┴─┬─┴───┴───┴ ─ ─
               ▼       ▼
    rows     [code, link, ...] ──► [code, link, ...] ──► 0

After a row is added, at most two buckets are split, so no event ever waits for a rehash.
Free rows form a list through the same link. W. Litwin, "Linear hashing", VLDB 1980.
"""

from typing import Final

from zhamen.features.compiled import Words, inlined, prefetch
from zhamen.features.layout import (
    LIVE_WORDS,
    ROW_CODE,
    ROW_LINK,
    TABLE_BUCKETS,
    TABLE_FREE,
    TABLE_LIVE,
    TABLE_MASK,
    TABLE_TOP,
)

__all__ = ["add_row", "bucket_of", "find_row", "free_row", "scatter"]

_SPLITS_AHEAD: Final = 8


@inlined
def scatter(word: int) -> int:
    """Mix the bits of a word; no two words give the same (the finaliser of MurmurHash3)."""
    word ^= (word >> 33) & 0x7FFFFFFF
    word *= -0xAE502812AA7333
    word ^= (word >> 33) & 0x7FFFFFFF
    word *= -0x3B314601E57A13AD
    return word ^ ((word >> 33) & 0x7FFFFFFF)


@inlined
def bucket_of(memory: Words, table: int, code: int) -> int:
    """Give the bucket that a code belongs to now."""
    mask = memory[table + TABLE_MASK]
    bucket = code & mask
    if bucket >= memory[table + TABLE_BUCKETS]:
        bucket = code & (mask >> 1)
    return bucket


@inlined
def find_row(memory: Words, table: int, buckets: int, rows: int, words: int, code: int) -> int:
    """Give the place in memory of the row with this code, or -1."""
    row = memory[buckets + bucket_of(memory, table, code)]
    while row != 0:
        at = rows + (row - 1) * words
        if memory[at + ROW_CODE] == code:
            return at
        row = memory[at + ROW_LINK]
    return -1


@inlined
def add_row(memory: Words, table: int, buckets: int, rows: int, words: int, code: int) -> int:
    """Take a row of zeros for a code that has none, and give its place in memory."""
    row = memory[table + TABLE_FREE]
    if row != 0:
        at = rows + (row - 1) * words
        memory[table + TABLE_FREE] = memory[at + ROW_LINK]
        for word in range(words):
            memory[at + word] = 0
    else:
        row = memory[table + TABLE_TOP] + 1
        at = rows + (row - 1) * words
        memory[table + TABLE_TOP] = row
    bucket = buckets + bucket_of(memory, table, code)
    memory[at + ROW_CODE] = code
    memory[at + ROW_LINK] = memory[bucket]
    memory[bucket] = row
    memory[table + TABLE_LIVE] += 1
    memory[LIVE_WORDS] += words
    while 3 * memory[table + TABLE_BUCKETS] < 4 * memory[table + TABLE_LIVE]:
        _split(memory, table, buckets, rows, words)
    return at


@inlined
def free_row(memory: Words, table: int, buckets: int, rows: int, words: int, at: int) -> None:
    """Give a row back."""
    row = (at - rows) // words + 1
    link = buckets + bucket_of(memory, table, memory[at + ROW_CODE])
    while memory[link] != row:
        link = rows + (memory[link] - 1) * words + ROW_LINK
    memory[link] = memory[at + ROW_LINK]
    memory[at + ROW_CODE] = -1
    memory[at + ROW_LINK] = memory[table + TABLE_FREE]
    memory[table + TABLE_FREE] = row
    memory[table + TABLE_LIVE] -= 1
    memory[LIVE_WORDS] -= words


@inlined
def _split(memory: Words, table: int, buckets: int, rows: int, words: int) -> None:
    new = memory[table + TABLE_BUCKETS]
    mask = memory[table + TABLE_MASK]
    if new == mask + 1:
        mask = 2 * mask + 1
        memory[table + TABLE_MASK] = mask
    memory[table + TABLE_BUCKETS] = new + 1
    memory[LIVE_WORDS] += 1
    link = buckets + (new & (mask >> 1))
    # Buckets are split in their order, so the row that a later split begins with can be asked for now.
    later = memory[buckets + ((new + _SPLITS_AHEAD) & (mask >> 1))]
    if later != 0:
        prefetch(memory, rows + (later - 1) * words)
    moved = 0
    while memory[link] != 0:
        row = memory[link]
        at = rows + (row - 1) * words
        if memory[at + ROW_CODE] & mask == new:
            memory[link] = memory[at + ROW_LINK]
            memory[at + ROW_LINK] = moved
            moved = row
        else:
            link = at + ROW_LINK
    memory[buckets + new] = moved

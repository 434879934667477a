"""A queue of small records in a block that doubles when full and halves when nearly empty.

::

    header   [block, first, end]     block = where << 6 | class + 1; 0 when there is none
    block    2^class records; the record of position p stands at p mod 2^class

Positions only grow, so that what points at one stays right when the block is moved. Blocks come
from one pool, with a list of free ones for each (record length, class).
"""

from zhamen.features.compiled import Words, inlined
from zhamen.features.layout import (
    BLOCK_WORDS,
    BLOCKS_TOP,
    CLASS_LIMIT,
    FREE_BLOCKS,
    LIVE_WORDS,
    RING_BLOCK,
    RING_END,
    RING_FIRST,
)

__all__ = ["allocate", "free", "make_room", "place", "release", "trim"]


@inlined
def place(memory: Words, blocks: int, ring: int, stride: int, position: int) -> int:
    """Give the place in memory of the record of a position."""
    block = memory[ring + RING_BLOCK]
    mask = (1 << ((block & 63) - 1)) - 1
    return blocks + (block >> 6) + (position & mask) * stride


@inlined
def make_room(memory: Words, blocks: int, ring: int, stride: int) -> None:
    """See that one more record fits behind the last."""
    block = memory[ring + RING_BLOCK]
    if block == 0:
        memory[ring + RING_BLOCK] = allocate(memory, blocks, stride, 1)
    elif memory[ring + RING_END] - memory[ring + RING_FIRST] == 1 << ((block & 63) - 1):
        _move(memory, blocks, ring, stride, block & 63)


@inlined
def trim(memory: Words, blocks: int, ring: int, stride: int) -> None:
    """Give back what a queue that has become short does not need."""
    block = memory[ring + RING_BLOCK]
    size = memory[ring + RING_END] - memory[ring + RING_FIRST]
    if block != 0 and size == 0:
        release(memory, blocks, ring, stride)
    elif block & 63 > 2 and 4 * size <= 1 << ((block & 63) - 1):
        _move(memory, blocks, ring, stride, (block & 63) - 2)


@inlined
def release(memory: Words, blocks: int, ring: int, stride: int) -> None:
    """Give back the block of a queue whose records are no longer needed."""
    block = memory[ring + RING_BLOCK]
    if block != 0:
        free(memory, blocks, stride, block)
        memory[ring + RING_BLOCK] = 0


@inlined
def _move(memory: Words, blocks: int, ring: int, stride: int, size_class: int) -> None:
    old = memory[ring + RING_BLOCK]
    old_mask = (1 << ((old & 63) - 1)) - 1
    old_at = blocks + (old >> 6)
    new = allocate(memory, blocks, stride, size_class)
    new_mask = (1 << size_class) - 1
    new_at = blocks + (new >> 6)
    for position in range(memory[ring + RING_FIRST], memory[ring + RING_END]):
        source = old_at + (position & old_mask) * stride
        target = new_at + (position & new_mask) * stride
        for word in range(stride):
            memory[target + word] = memory[source + word]
    free(memory, blocks, stride, old)
    memory[ring + RING_BLOCK] = new


@inlined
def allocate(memory: Words, blocks: int, stride: int, size_class: int) -> int:
    """Take a block for 2^size_class records, whatever is in it."""
    words = stride << size_class
    head = FREE_BLOCKS + stride * CLASS_LIMIT + size_class
    where = memory[head] - 1
    if where >= 0:
        memory[head] = memory[blocks + where]
    else:
        where = memory[BLOCKS_TOP]
        memory[BLOCKS_TOP] = where + words
    memory[BLOCK_WORDS] += words
    memory[LIVE_WORDS] += words
    return where << 6 | size_class + 1


@inlined
def free(memory: Words, blocks: int, stride: int, block: int) -> None:
    """Give a block back to the pool."""
    size_class = (block & 63) - 1
    where = block >> 6
    head = FREE_BLOCKS + stride * CLASS_LIMIT + size_class
    memory[blocks + where] = memory[head]
    memory[head] = where + 1
    memory[BLOCK_WORDS] -= stride << size_class
    memory[LIVE_WORDS] -= stride << size_class

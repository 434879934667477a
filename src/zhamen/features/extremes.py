"""The largest and the smallest value of every window of a key, from one queue for each.

::

    ring of [position, value]    positions rise; values fall (maxima) or rise (minima)

A value is in the queue as long as no later one beats or equals it. The extreme of a window is
then the first in the queue that is not older than the window's tail: one queue serves all widths.
Minima are kept as maxima of the negated value. `ring` is the queue's header; its stride is 2.
"""

from zhamen.features.compiled import Words, inlined
from zhamen.features.layout import RING_BLOCK, RING_END, RING_FIRST
from zhamen.features.ring import make_room, place, trim

__all__ = ["extreme_since", "forget_extremes", "push_extreme"]


@inlined
def push_extreme(memory: Words, blocks: int, ring: int, position: int, value: int) -> None:
    """Add the value of the newest record."""
    first = memory[ring + RING_FIRST]
    end = memory[ring + RING_END]
    while end > first and memory[place(memory, blocks, ring, 2, end - 1) + 1] <= value:
        end -= 1
    memory[ring + RING_END] = end
    make_room(memory, blocks, ring, 2)
    at = place(memory, blocks, ring, 2, end)
    memory[at] = position
    memory[at + 1] = value
    memory[ring + RING_END] = end + 1


@inlined
def forget_extremes(memory: Words, blocks: int, ring: int, tail: int) -> None:
    """Drop what is older than the tail of the longest window."""
    first = memory[ring + RING_FIRST]
    end = memory[ring + RING_END]
    if first == end or memory[place(memory, blocks, ring, 2, first)] >= tail:
        return
    while first < end and memory[place(memory, blocks, ring, 2, first)] < tail:
        first += 1
    memory[ring + RING_FIRST] = first
    trim(memory, blocks, ring, 2)


@inlined
def extreme_since(memory: Words, blocks: int, ring: int, tail: int) -> int:
    """Give the place in memory of the extreme among the positions from `tail` on, or -1."""
    if memory[ring + RING_BLOCK] == 0:
        return -1
    low = memory[ring + RING_FIRST]
    high = memory[ring + RING_END]
    while low < high:
        middle = (low + high) >> 1
        if memory[place(memory, blocks, ring, 2, middle)] < tail:
            low = middle + 1
        else:
            high = middle
    return place(memory, blocks, ring, 2, low) + 1 if low < memory[ring + RING_END] else -1

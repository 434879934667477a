"""Totals of a quantity: count, sum, sum of squares, as far as its features need them.

::

    total    [count]  or  [count, sum]  or  [count, sum, squares low, squares high]

A key has one total of all that ever counted, and per window one of what has left it; the window
holds the difference. So a record is added once however many windows there are, and the totals
for ever cost nothing more. Words wrap around; the difference is exact as long as the window's own
sum fits 63 bits.
"""

from zhamen.features.compiled import Words, inlined
from zhamen.features.layout import LEVEL_SQUARES, LEVEL_SUM
from zhamen.features.wide import add_square

__all__ = ["add_to_total"]


@inlined
def add_to_total(memory: Words, total: int, level: int, value: int) -> None:
    """Add one record's value."""
    memory[total] += 1
    if level >= LEVEL_SUM:
        memory[total + 1] += value
        if level == LEVEL_SQUARES:
            memory[total + 2], memory[total + 3] = add_square(memory[total + 2], memory[total + 3], value)

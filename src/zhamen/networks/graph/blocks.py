"""The edges of an account in one direction: numbers in blocks that double, each knowing the one before.

::

    index word ──► block of 16 ──► block of 8 ──► block of 4
                   [16 .. 30]      [3 .. 9]       [0 .. 2]

An entry is written once and never moved, and no block is ever given back, so a reader needs
nothing but the index word, which it reads at once: the newest block and the count. What the
writer does later cannot reach it. Growth copies nothing; any entry is at most log2(n) steps away.
"""

from zhamen.features.compiled import Words, fence, inlined, prefetch
from zhamen.networks.graph.layout import AT_SLOTS, E_PAID, E_PLACE, SLOT_BEFORE, UNIT, UNITS
from zhamen.networks.graph.log import record_of

__all__ = [
    "add_entry",
    "count_of",
    "first_after",
    "last_starting_by",
    "list_newest",
    "nth",
    "number_within",
    "prepare_entry",
]

_NEAR = 8
"""Entries looked at one by one before halves are."""


@inlined
def count_of(index: int) -> int:
    """Give how many entries there are."""
    return index & 0xFFFFFFFF


@inlined
def _block_of(entry: int) -> tuple[int, int]:
    """Give the class of the block that holds an entry, and its first entry."""
    size, first, entries = 0, 0, UNIT - 1
    while entry >= first + entries:
        first += entries
        size += 1
        entries = (UNIT << size) - 1
    return size, first


@inlined
def add_entry(graph: Words, slots: Words, word: int, value: int) -> None:
    """Put a number at the end of the index that `word` is the place of."""
    index = graph[word]
    count, unit = count_of(index), index >> 32
    size, first = _block_of(count)
    if count == first:
        new = graph[UNITS]
        graph[UNITS] += 1 << size
        slots[graph[AT_SLOTS] + new * UNIT + SLOT_BEFORE] = unit
        unit = new
    slots[graph[AT_SLOTS] + unit * UNIT + 1 + count - first] = value
    fence()
    graph[word] = (unit << 32) + count + 1


@inlined
def prepare_entry(graph: Words, index: int) -> int:
    """Give the slot that the next entry will be written to, or one near it."""
    count = count_of(index)
    return graph[AT_SLOTS] + (index >> 32) * UNIT + 1 + count - _block_of(count)[1]


@inlined
def nth(graph: Words, slots: Words, index: int, entry: int) -> int:
    """Give an entry; there is one."""
    at, first = _find(graph, slots, index, entry)
    return int(slots[at + 1 + entry - first])


@inlined
def _find(graph: Words, slots: Words, index: int, entry: int) -> tuple[int, int]:
    """Give where the block of an entry stands, and its first entry."""
    at = graph[AT_SLOTS] + (index >> 32) * UNIT
    size, first = _block_of(count_of(index) - 1)
    while entry < first:
        at = graph[AT_SLOTS] + int(slots[at + SLOT_BEFORE]) * UNIT
        size -= 1
        first -= (UNIT << size) - 1
    return at, first


@inlined
def first_after(graph: Words, slots: Words, index: int, number: int) -> int:
    """Give which entry is the first above a number; the count when none is."""
    count = count_of(index)
    if count == 0:
        return 0
    at = graph[AT_SLOTS] + (index >> 32) * UNIT
    size, first = _block_of(count - 1)
    while first > 0 and slots[at + 1] > number:
        count = first
        at = graph[AT_SLOTS] + int(slots[at + SLOT_BEFORE]) * UNIT
        size -= 1
        first -= (UNIT << size) - 1
    low, high = first, count
    while low < high:
        middle = (low + high) >> 1
        if slots[at + 1 + middle - first] > number:
            high = middle
        else:
            low = middle + 1
    return low


@inlined
def _last_below(graph: Words, slots: Words, index: int, number: int) -> tuple[int, int, int, int]:
    """Give which entry is the last below a number, or -1; and its block: class, place and first entry.

    Quickest when nearly all are below.
    """
    count = count_of(index)
    if count == 0:
        return -1, 0, 0, 0
    at = graph[AT_SLOTS] + (index >> 32) * UNIT
    size, first = _block_of(count - 1)
    for entry in range(count - 1, max(first, count - _NEAR) - 1, -1):
        if slots[at + 1 + entry - first] < number:
            return entry, size, at, first
    last = first_after(graph, slots, index, number - 1) - 1
    if last < 0:
        return -1, 0, 0, 0
    at, first = _find(graph, slots, index, last)
    return last, _block_of(last)[0], at, first


@inlined
def list_newest(
    graph: Words, slots: Words, index: int, span: tuple[int, int, int], found: Words, to: int
) -> int:
    """Write the newest entries in a span down, the newest first, and ask for their edges; give how many.

    The span is the number that all are below, the least that they may be, and how many at most; when
    there are more, one more is given than are written down.
    """
    before, since, most = span
    entry, size, at, first = _last_below(graph, slots, index, before)
    listed = 0
    while entry >= 0:
        if entry < first:
            at = graph[AT_SLOTS] + int(slots[at + SLOT_BEFORE]) * UNIT
            size -= 1
            first -= (UNIT << size) - 1
        number = int(slots[at + 1 + entry - first])
        if number < since:
            return listed
        if listed == most:
            return most + 1
        prefetch(graph, record_of(graph, number))
        found[to + listed] = number
        listed += 1
        entry -= 1
    return listed


@inlined
def number_within(graph: Words, slots: Words, index: int, since: int, before: int) -> int:
    """Give how many entries are at least `since` and below `before`."""
    end = _last_below(graph, slots, index, before)[0] + 1
    return max(0, end - first_after(graph, slots, index, since - 1))


@inlined
def last_starting_by(graph: Words, slots: Words, index: int, place: int, by_debtor: bool) -> int:
    """Give which entry is the last whose edge begins at or before a place in the account's queue.

    As debtor an edge begins where its money is taken (`E_PAID`), as creditor where it comes to
    stand (`E_PLACE`); both only rise. -1 when none begins so early.
    """
    count = count_of(index)
    if count == 0:
        return -1
    word = E_PAID if by_debtor else E_PLACE
    at = graph[AT_SLOTS] + (index >> 32) * UNIT
    size, first = _block_of(count - 1)
    while first > 0 and graph[record_of(graph, int(slots[at + 1])) + word] > place:
        count = first
        at = graph[AT_SLOTS] + int(slots[at + SLOT_BEFORE]) * UNIT
        size -= 1
        first -= (UNIT << size) - 1
    low, high = first, count
    while low < high:
        middle = (low + high) >> 1
        if graph[record_of(graph, int(slots[at + 1 + middle - first])) + word] > place:
            high = middle
        else:
            low = middle + 1
    return low - 1

"""A graph of few nodes laid out from left to right: its circles opened, its nodes in layers and rows."""

from collections.abc import Sequence

__all__ = ["layers_of", "without_circles"]

Pair = tuple[int, int]
"""From one node to another."""


def without_circles(pairs: Sequence[Pair]) -> tuple[list[Pair], list[Pair]]:
    """Give the pairs that can be kept without a way back to any node, first come first kept, and the others.

    Examples
    --------
    >>> without_circles([(1, 2), (2, 3), (3, 1), (1, 3), (2, 2)])
    ([(1, 2), (2, 3), (1, 3)], [(3, 1), (2, 2)])
    """
    numbers = {node: at for at, node in enumerate(dict.fromkeys(node for pair in pairs for node in pair))}
    before = [1 << at for at in range(len(numbers))]
    kept: list[Pair] = []
    back: list[Pair] = []
    for pair in pairs:
        source, target = numbers[pair[0]], numbers[pair[1]]
        if before[source] >> target & 1:
            back.append(pair)
            continue
        kept.append(pair)
        gained = before[source]
        if before[target] | gained != before[target]:
            before = [each | gained if each >> target & 1 else each for each in before]
    return kept, back


def layers_of(size: int, pairs: Sequence[Pair]) -> tuple[list[int], list[int]]:
    """Give each node its layer and its row in it; every pair leads to a later layer.

    A layer is the length of the longest way there. In a layer, nodes stand in the order of what leads to
    them, so that lines cross less.

    Parameters
    ----------
    size
        Nodes are the numbers below it.
    pairs
        Without circles.

    Examples
    --------
    >>> layers_of(4, [(0, 1), (1, 3), (0, 3), (0, 2)])
    ([0, 1, 1, 2], [0, 0, 1, 0])
    """
    after: list[list[int]] = [[] for _ in range(size)]
    before: list[list[int]] = [[] for _ in range(size)]
    for source, target in pairs:
        after[source].append(target)
        before[target].append(source)
    layer = _longest_ways(after, before)
    row = [0] * size
    for at in range(max(layer, default=-1) + 1):
        mine = [node for node in range(size) if layer[node] == at]
        mine.sort(key=lambda node: _middle([row[each] for each in before[node]]))
        for place, node in enumerate(mine):
            row[node] = place
    return layer, row


def _longest_ways(after: Sequence[Sequence[int]], before: Sequence[Sequence[int]]) -> list[int]:
    layer, waiting = [0] * len(after), [len(each) for each in before]
    ready = [node for node, count in enumerate(waiting) if not count]
    while ready:
        node = ready.pop()
        for target in after[node]:
            layer[target] = max(layer[target], layer[node] + 1)
            waiting[target] -= 1
            if not waiting[target]:
                ready.append(target)
    return layer


def _middle(rows: Sequence[int]) -> float:
    return sum(rows) / len(rows) if rows else 0.0

"""Where the pieces of a trace came to, as numbered places; and which of them most came to."""

from dataclasses import dataclass
from typing import Final

from zhamen.networks.graph.layout import NOBODY
from zhamen.networks.tracing.layout import P_EDGE, P_PARENT
from zhamen.networks.tracing.result import Trace
from zhamen.networks.tracing.rules import Direction, Fate

__all__ = ["ANY", "Places", "largest_places", "places_of"]

ANY: Final = -1
"""Stands for the fate in the key of a place that is an account."""


@dataclass(slots=True)
class Places:
    """The places of a trace. The other ends of its seeds are places too."""

    keys: list[tuple[int, int]]
    """The account; where it is nobody's, what became of the money there, elsewhere `ANY`."""
    begins: set[int]
    """Where seeds were paid from (backward: to)."""
    near: list[int]
    """By piece, the place that it left."""
    far: list[int]
    """By piece, the place that it came to."""
    parents: list[int]
    amounts: list[int]
    arrived: list[int]
    """By place, what came to it."""
    left: list[dict[Fate, int]]
    """By place, what did not go on."""


def places_of(trace: Trace) -> Places:
    """Give the places of a trace, numbered in the order in which money came to them."""
    forward = trace.request.direction is Direction.FORWARD
    nears = trace.graph.far_ends(trace.words[:, P_EDGE], forward=not forward).tolist()
    fates, amounts, left = trace.fates.tolist(), trace.amounts.tolist(), trace.left.tolist()
    parents = trace.words[:, P_PARENT].tolist()
    numbers: dict[tuple[int, int], int] = {}
    near: list[int] = []
    far: list[int] = []
    for piece, account in enumerate(trace.accounts.tolist()):
        parent = parents[piece]
        begun = numbers.setdefault((nears[piece], ANY), len(numbers)) if parent < 0 else far[parent]
        near.append(begun)
        key = (account, fates[piece] if account == NOBODY else ANY)
        far.append(numbers.setdefault(key, len(numbers)))
    found = Places(
        keys=list(numbers),
        begins={place for place, parent in zip(near, parents, strict=True) if parent < 0},
        near=near,
        far=far,
        parents=parents,
        amounts=amounts,
        arrived=[0] * len(numbers),
        left=[{} for _ in numbers],
    )
    for place, fate, amount, rest in zip(far, map(Fate, fates), amounts, left, strict=True):
        found.arrived[place] += amount
        if rest:
            found.left[place][fate] = found.left[place].get(fate, 0) + rest
    return found


def largest_places(places: Places, most: int) -> set[int]:
    """Give the places that most came to, each with those on the way to the largest part of it.

    All, when there are no more than `most`; else as many as fit until one does not.
    """
    if len(places.keys) <= most:
        return set(range(len(places.keys)))
    largest: dict[int, int] = {}
    for piece in sorted(range(len(places.far)), key=lambda one: (-places.amounts[one], one)):
        largest.setdefault(places.far[piece], piece)
    shown: set[int] = set()
    for place in sorted(largest, key=lambda one: (-places.arrived[one], one)):
        way, piece = {place}, largest[place]
        while piece >= 0:
            way |= {places.far[piece], places.near[piece]}
            piece = places.parents[piece]
        if len(shown | way) > most:
            break
        shown |= way
    return shown

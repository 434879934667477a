"""A trace as a picture: places in layers, the transfers between them, and no circles."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from msgspec import Struct

from zhamen.core.instants import Micros
from zhamen.networks.graph.kinds import AccountKind, EdgeKind
from zhamen.networks.layers import layers_of, without_circles
from zhamen.networks.places import ANY, Places, largest_places, places_of
from zhamen.networks.tracing.layout import P_EDGE
from zhamen.networks.tracing.result import Trace
from zhamen.networks.tracing.rules import HELD, Direction, Fate

__all__ = ["MOST_EDGES", "MOST_NODES", "Flow", "FlowEdge", "FlowNode", "FlowRest", "flow_of", "watermark_at"]

MOST_NODES: Final = 500
MOST_EDGES: Final = 2000


class FlowNode(Struct, frozen=True, kw_only=True):
    """A place that traced money came to or began at: an account, or one of nobody."""

    account: int
    """By number; `NOBODY` for cash, fees and the like."""
    ends: Fate | None
    """Where it is nobody's account: what became of the money."""
    kind: AccountKind
    layer: int
    """From 0 on, from left to right as money went; every edge leads to a later one."""
    row: int
    """From 0 on, within the layer."""
    begins: bool
    """A seed was paid from here (backward: to here)."""
    again: bool
    """It stands here once more, for money that came back to where it had been."""
    arrived_minor: int
    """Of the traced money, in all that came here (backward: that left)."""
    left: dict[Fate, int]
    """What did not go on, by what became of it; empty where it stands once more."""

    @property
    def held_minor(self) -> int:
        """What lies here."""
        return sum(amount for fate, amount in self.left.items() if fate in HELD)

    @property
    def gone_minor(self) -> int:
        """What ended here otherwise."""
        return sum(self.left.values()) - self.held_minor


class FlowEdge(Struct, frozen=True, kw_only=True):
    """A transfer that carried traced money from one node to another, by their places in the list."""

    number: int
    source: int
    target: int
    kind: EdgeKind
    posted_at: Micros
    amount_minor: int
    """Of the whole transfer."""
    carried_minor: int
    """Of it, traced money by the rule."""


class FlowRest(Struct, frozen=True, kw_only=True):
    """What is not shown."""

    places: int
    transfers: int
    left: dict[Fate, int]
    """What did not go on from those places."""
    by_node: dict[int, int]
    """How much went from a shown node to one that is not (backward: came from one)."""


class Flow(Struct, frozen=True, kw_only=True):
    """A trace in layers; of more places than are shown, those that most came to.

    What is left at the nodes and in the rest adds up to what was traced, but for poison.
    """

    nodes: tuple[FlowNode, ...]
    edges: tuple[FlowEdge, ...]
    """In posting order."""
    rest: FlowRest | None
    layers: int


def flow_of(trace: Trace, *, most_nodes: int = MOST_NODES, most_edges: int = MOST_EDGES) -> Flow:
    """Lay a trace out in layers.

    Money that comes back to a place that it had gone on from comes to a node that stands there once
    more, so that no way leads back. A place that is shown is so with the way to it.

    Parameters
    ----------
    most_nodes
        How many there may be; where there are more, one of them is left to the rest.
    most_edges
        Of more, the largest are shown.

    Notes
    -----
    1 ms for 50 pieces, a second for 100,000.
    """
    places = places_of(trace)
    room = most_nodes
    while True:
        fits = len(places.keys) <= room
        laid = _lay(places, largest_places(places, room if fits else room - 1))
        over = len(laid.nodes) + (not fits) - most_nodes
        if over <= 0:
            return _drawn(trace, places, laid, most_edges)
        room -= over


def watermark_at(trace: Trace, until: Micros) -> int:
    """Give the watermark as of which a trace is what it was at an instant: its first edge posted later."""
    positions = trace.words[:, P_EDGE]
    later = positions[trace.graph.times(positions) > until]
    return int(later.min()) + trace.graph.first_edge if len(later) else trace.watermark


@dataclass(slots=True)
class _Laid:
    nodes: list[tuple[int, bool]]
    """The place of each, and whether it stands there once more."""
    layer: list[int]
    row: list[int]
    joined: dict[tuple[int, int], tuple[int, int]]
    """By near and far place, the nodes."""


def _lay(places: Places, shown: set[int]) -> _Laid:
    pairs = dict.fromkeys(zip(places.near, places.far, strict=True))
    kept, back = without_circles([pair for pair in pairs if shown.issuperset(pair)])
    nodes = [(place, False) for place in sorted(shown)]
    nodes += [(place, True) for place in dict.fromkeys(far for _, far in back)]
    number = {node: at for at, node in enumerate(nodes)}
    joined = {(near, far): (number[near, False], number[far, False]) for near, far in kept}
    joined |= {(near, far): (number[near, False], number[far, True]) for near, far in back}
    return _Laid(nodes, *layers_of(len(nodes), list(joined.values())), joined)


def _drawn(trace: Trace, places: Places, laid: _Laid, most_edges: int) -> Flow:
    number = {place: at for at, (place, again) in enumerate(laid.nodes) if not again}
    carried: Counter[tuple[int, int, int]] = Counter()
    aside: Counter[int] = Counter()
    hidden: set[int] = set()
    ways = zip(trace.edges.tolist(), zip(places.near, places.far, strict=True), places.amounts, strict=True)
    for edge, way, amount in ways:
        if way in laid.joined:
            carried[edge, *laid.joined[way]] += amount
        else:
            hidden.add(edge)
            if way[0] in number:
                aside[number[way[0]]] += amount
    shown = sorted(carried, key=lambda key: (-carried[key], key))
    hidden |= {edge for edge, _, _ in shown[most_edges:]}
    rest = FlowRest(
        places=len(places.keys) - len(number),
        transfers=len(hidden),
        left=_together(left for at, left in enumerate(places.left) if at not in number),
        by_node=dict(aside),
    )
    return Flow(
        nodes=_nodes(trace, places, laid, carried),
        edges=tuple(_edge(trace, key, carried[key]) for key in sorted(shown[:most_edges])),
        rest=rest if hidden else None,
        layers=max(laid.layer, default=-1) + 1,
    )


def _nodes(
    trace: Trace, places: Places, laid: _Laid, carried: Mapping[tuple[int, int, int], int]
) -> tuple[FlowNode, ...]:
    backward, last = trace.request.direction is Direction.BACKWARD, max(laid.layer, default=0)
    came: Counter[int] = Counter()
    for (_, _, far), amount in carried.items():
        came[far] += amount
    found = []
    for at, (place, again) in enumerate(laid.nodes):
        account, fate = places.keys[place]
        found.append(
            FlowNode(
                account=account,
                ends=None if fate == ANY else Fate(fate),
                kind=trace.graph.kind(account),
                layer=last - laid.layer[at] if backward else laid.layer[at],
                row=laid.row[at],
                begins=place in places.begins and not again,
                again=again,
                arrived_minor=came[at] if again else places.arrived[place],
                left={} if again else places.left[place],
            )
        )
    return tuple(found)


def _edge(trace: Trace, key: tuple[int, int, int], carried: int) -> FlowEdge:
    number, near, far = key
    edge = trace.graph.edge(number)
    forward = trace.request.direction is Direction.FORWARD
    return FlowEdge(
        number=number,
        source=near if forward else far,
        target=far if forward else near,
        kind=edge.kind,
        posted_at=edge.posted_at,
        amount_minor=edge.amount_minor,
        carried_minor=carried,
    )


def _together(sums: Iterable[Mapping[Fate, int]]) -> dict[Fate, int]:
    total: Counter[Fate] = Counter()
    for each in sums:
        total.update(each)
    return dict(total)

"""Old edges leave the graph of a gate: a new graph is made beside the old one, and takes its place later."""

from threading import Thread
from typing import Final

import numpy as np

from zhamen.core.instants import Micros
from zhamen.networks.graph.expiry import catch_up, keep_from
from zhamen.networks.graph.layout import E_TIME, EDGE_WORDS, META_BITS
from zhamen.networks.graph.live import TransferGraph

__all__ = ["KEPT", "Leaving", "oldest_kept"]

KEPT: Final = 90 * 86_400_000_000
"""How long edges stay at least, in microseconds."""
_LEAST_SHARE: Final = 8
"""A new graph is made when one in so many edges can leave."""
_STEP: Final = 256
_EDGES_AN_EVENT: Final = 1024
"""How many edges are copied in the time between two events, with room to spare: 2 million a second are."""


def oldest_kept(graph: TransferGraph, now: Micros, needed: int) -> int | None:
    """Give the edge to keep a graph from, `needed` or an older one; None when too few edges could leave.

    Examples
    --------
    >>> oldest_kept(TransferGraph(budget_bytes=1 << 20), 0, 0) is None
    True
    """
    edges = graph.watermark - graph.first_edge
    start = graph.memory.regions.at["log"] + E_TIME
    stamps = graph.memory.words[start : start + edges * EDGE_WORDS : _STEP * EDGE_WORDS] >> META_BITS
    # Edges stand in the order they came; one is over-age when all that came before it are too.
    old = np.flatnonzero(np.maximum.accumulate(stamps) < now - KEPT)
    leaving = min(int(old[-1]) * _STEP if len(old) else 0, needed - graph.first_edge)
    return graph.first_edge + leaving if leaving * _LEAST_SHARE > edges else None


class Leaving:
    """A change of graphs: from when it begins, until the event with which the new one takes over.

    That event is fixed when the change begins, so that the same events give the same graph, however fast
    they come and wherever a recovery begins. Between the two, the new graph is made on a thread of its own.

    Parameters
    ----------
    graph
        What edges are to leave.
    edge
        The first edge that stays.
    due
        With which event, counted from 1, the new graph takes over.
    """

    def __init__(self, graph: TransferGraph, edge: int, due: int) -> None:
        self.edge: Final = edge
        self.due: Final = due
        self._graph: Final = graph
        self._made: list[TransferGraph] = []
        self._thread: Final = Thread(target=self._make, name="leaving", daemon=True)
        self._thread.start()

    @classmethod
    def begin(cls, graph: TransferGraph, edge: int, events: int) -> "Leaving":
        """Begin after so many events; it is due when the new graph should long be made."""
        return cls(graph, edge, events + 1 + (graph.watermark - edge) // _EDGES_AN_EVENT)

    def finish(self) -> TransferGraph:
        """Give the new graph with all that the old one has from its first edge on; waits until it is made.

        Raises
        ------
        StateFull
            There is not the memory for both.
        """
        self._thread.join()
        if not self._made:
            self._make()
        kept = self._made.pop()
        catch_up(kept, self._graph)
        return kept

    def _make(self) -> None:
        self._made.append(keep_from(self._graph, self.edge))

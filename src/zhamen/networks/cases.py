"""Reported transfers as open cases, whose money is followed until they are old or withdrawn."""

from collections.abc import Iterable
from typing import Final

import msgspec
from msgspec import Struct

from zhamen.core.errors import InputError, NotFoundError, StateFull
from zhamen.core.instants import Micros
from zhamen.networks.graph.live import TransferGraph
from zhamen.networks.taint import LiveTaint
from zhamen.networks.tracing.request import Seed, TraceRequest

__all__ = ["FOLLOWED", "OpenCases"]

FOLLOWED: Final = 30 * 86_400_000_000
"""How long after a report its money is followed, in microseconds."""
_DAY: Final = 86_400_000_000


class _Case(Struct, frozen=True):
    """A case: the edge that was reported, and when."""

    edge: int
    reported_at: Micros


class OpenCases:
    """The live taint of all reported transfers of one graph.

    A case is named by its edge. Cases that are older than `FOLLOWED` end together, on the first report of
    a day: those behind them are traced anew then.
    """

    def __init__(self, graph: TransferGraph, cases: Iterable[_Case] = ()) -> None:
        self._graph = graph
        self._cases = {case.edge: case for case in cases}
        self._day = max((case.reported_at // _DAY for case in self._cases.values()), default=0)
        self.taint = self._followed()

    def __len__(self) -> int:
        return len(self._cases)

    @property
    def edges(self) -> tuple[int, ...]:
        """The reported edges, in order of their reports."""
        return tuple(self._cases)

    def report(self, edge: int, at: Micros) -> None:
        """Follow the money of a reported transfer; nothing when it is followed already or cannot be."""
        self._end_old(at)
        if edge in self._cases:
            return
        try:
            self.taint.open(str(edge), _request(edge))
        except (InputError, NotFoundError, StateFull):
            return
        self._cases[edge] = _Case(edge, at)

    def withdraw(self, edge: int) -> None:
        """Follow it no more; nothing when it is not followed."""
        if self._cases.pop(edge, None) is not None:
            self.taint.close(str(edge))

    def moved_to(self, graph: TransferGraph) -> "OpenCases":
        """Give the cases on a graph that is this one's without older edges than any of theirs."""
        return OpenCases(graph, self._cases.values())

    def written(self) -> bytes:
        """Give the cases as JSON; the money is where a trace finds it again."""
        return msgspec.json.encode(list(self._cases.values()))

    @classmethod
    def restore(cls, graph: TransferGraph, written: bytes) -> "OpenCases":
        """Give the cases that were written, of the graph of then."""
        return cls(graph, msgspec.json.decode(written, type=list[_Case]))

    def _end_old(self, now: Micros) -> None:
        if now // _DAY <= self._day:
            return
        self._day = now // _DAY
        kept = {edge: case for edge, case in self._cases.items() if case.reported_at > now - FOLLOWED}
        if len(kept) < len(self._cases):
            self._cases = kept
            self.taint = self._followed()

    def _followed(self) -> LiveTaint:
        taint = LiveTaint(self._graph)
        for edge in self._cases:
            taint.open(str(edge), _request(edge))
        return taint


def _request(edge: int) -> TraceRequest:
    return TraceRequest(seeds=(Seed(edge),))

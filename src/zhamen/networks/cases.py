"""Reported transfers as open cases, whose money is followed until they are old or withdrawn."""

import logging
from collections.abc import Iterable
from typing import Final

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from zhamen.core.errors import InputError, NotFoundError, StateFull
from zhamen.core.instants import Micros
from zhamen.networks.graph.live import TransferGraph
from zhamen.networks.taint import LiveTaint
from zhamen.networks.tracing.request import Seed, TraceRequest

__all__ = ["FOLLOWED", "MOST_LOTS", "OpenCases"]

FOLLOWED: Final = 30 * 86_400_000_000
"""How long after a report its money is followed, in microseconds."""
_log = logging.getLogger(__name__)
MOST_LOTS: Final = 1_000_000
"""In how many places money is followed at a time; when there are more, the oldest cases end."""
_DAY: Final = 86_400_000_000
_MOST_PIECES: Final = 2_000_000
_ENDING: Final = 4
"""One in so many cases ends, the oldest, when there is no room for all."""


class _Case(Struct, frozen=True):
    """A case: the edge that was reported, when first, and by which events, counted from 1."""

    edge: int
    reported_at: Micros
    reports: tuple[int, ...] = ()


class OpenCases:
    """The live taint of all reported transfers of one graph.

    A case is named by its edge. Cases that are older than `FOLLOWED` end together, on the first report of
    a day: those behind them are traced anew then. When money is in more places than there is room for, the
    oldest cases end before their time, as many as it takes: nothing that is decided waits for that.
    """

    def __init__(self, graph: TransferGraph, cases: Iterable[_Case] = ()) -> None:
        self._graph = graph
        self.ended_early = 0
        """How many were let go, or never begun, for want of room; since this process began."""
        self._cases = {case.edge: case for case in cases}
        self._day = max((case.reported_at // _DAY for case in self._cases.values()), default=0)
        self.taint = self._followed()

    def __len__(self) -> int:
        return len(self._cases)

    @property
    def edges(self) -> tuple[int, ...]:
        """The reported edges, in order of their reports."""
        return tuple(self._cases)

    def reported_by(self, event: int) -> int | None:
        """Give the edge that an event reported and that is followed; the event by its place, from 1."""
        return next((case.edge for case in tuple(self._cases.values()) if event in case.reports), None)

    def older_than(self, edges: Iterable[int], watermark: int, withheld: Iterable[int] = ()) -> LiveTaint:
        """Give what the cases reported before the first of these hold, as of a watermark.

        All cases, when none of these is one. Edges that are withheld carry nothing. For any thread; costs a
        trace for each case.
        """
        ours, graph = set(edges), self._graph
        taint = LiveTaint(graph, max_lots=MOST_LOTS, watermark=watermark)
        taint.withhold(withheld)
        for edge in tuple(self._cases):
            if edge in ours:
                break
            if edge < watermark:
                taint.add(str(edge), _request(edge))
        return taint

    def report(self, edge: int, at: Micros, event: int = 0) -> None:
        """Follow the money of a reported transfer; nothing when it cannot be.

        When it is followed already, only note which event, counted from 1, reported it too.
        """
        self._end_old(at)
        if edge in self._cases:
            case = self._cases[edge]
            self._cases[edge] = replace(case, reports=(*case.reports, event))
            return
        try:
            self.taint.open(str(edge), _request(edge))
        except (InputError, NotFoundError):
            return
        except StateFull:
            self._cases[edge] = _Case(edge, at, (event,))
            self.make_room()
            return
        self._cases[edge] = _Case(edge, at, (event,))

    def make_room(self) -> None:
        """Let the oldest cases go, one in four at least, and trace the others anew."""
        self._end_oldest()
        self.taint = self._followed()

    def _end_oldest(self) -> None:
        ending = list(self._cases)[: -(-len(self._cases) // _ENDING)]
        self._cases = {edge: case for edge, case in self._cases.items() if edge not in ending}
        self.ended_early += len(ending)
        _log.error("no room to follow the money of all reports; the oldest %d are let go", len(ending))

    def withdraw(self, edge: int) -> None:
        """Follow it no more; nothing when it is not followed."""
        if self._cases.pop(edge, None) is not None:
            self.taint.close(str(edge))

    def moved_to(self, graph: TransferGraph) -> "OpenCases":
        """Give the cases on a graph that is this one's without older edges than any of theirs."""
        moved = OpenCases(graph, self._cases.values())
        moved.ended_early += self.ended_early
        return moved

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
        while True:
            taint = LiveTaint(self._graph, max_lots=MOST_LOTS)
            try:
                for edge in self._cases:
                    taint.open(str(edge), _request(edge))
            except StateFull:
                self._end_oldest()
            else:
                return taint


def _request(edge: int) -> TraceRequest:
    return TraceRequest(seeds=(Seed(edge),), max_pieces=_MOST_PIECES)

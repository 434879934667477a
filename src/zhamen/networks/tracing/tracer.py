"""Traces money through a graph."""

from threading import local
from typing import Final, cast

import numpy as np
import numpy.typing as npt

from zhamen.core.errors import InputError
from zhamen.features.compiled import Words
from zhamen.networks.graph.view import GraphView
from zhamen.networks.tracing.kernels import trace_all
from zhamen.networks.tracing.layout import (
    ESTIMATED,
    FORWARD,
    LIMIT,
    PIECE_WORDS,
    PIECES,
    RULE,
    TRUNCATED,
    VICTIMS,
    WATERMARK,
)
from zhamen.networks.tracing.memory import TraceMemory
from zhamen.networks.tracing.request import TraceRequest, bounds_of, check_request
from zhamen.networks.tracing.result import Trace
from zhamen.networks.tracing.rules import Direction

__all__ = ["Tracer"]

_ROOMS: Final = local()
"""Of each thread, the memory that its traces run in."""


class Tracer:
    """Traces money through one graph, from any thread.

    Notes
    -----
    About 30 µs for a mule's transfer with the usual bounds, nearly all of it waiting for memory and
    for Python. The first tracer of a process loads the compiled kernel, or compiles it (about 30 s).

    Examples
    --------
    >>> from zhamen.networks.graph.kinds import EdgeKind
    >>> from zhamen.networks.graph.live import TransferGraph
    >>> from zhamen.networks.graph.postings import Posting
    >>> from zhamen.networks.tracing.request import Seed
    >>> graph = TransferGraph(budget_bytes=1 << 20)
    >>> def transfer(debtor: int, creditor: int, amount: int) -> int:
    ...     return graph.append(Posting(posted_at=graph.watermark, kind=EdgeKind.TRANSFER,
    ...         amount_minor=amount, debtor=debtor, creditor=creditor))
    >>> stolen, _, _ = transfer(1, 2, 1000), transfer(2, 3, 600), transfer(3, 4, 100)
    >>> trace = Tracer(graph).trace(TraceRequest(seeds=(Seed(stolen),)))
    >>> {graph.identity(account): amount for account, amount in trace.held().items()}
    {2: 400, 3: 500, 4: 100}
    >>> [step.amount_minor for step in trace.path(2)]
    [1000, 600, 100]
    """

    def __init__(self, graph: GraphView) -> None:
        self.graph: Final = graph
        self._run: Final = trace_all()

    def trace(self, request: TraceRequest) -> Trace:
        """Follow the money of a request.

        Raises
        ------
        InputError
            A bound is out of range, a seed is named twice or after the watermark, an amount is not
            its transfer's, or a seed pays out of an account that another seed paid into.
        NotFoundError
            A seed is not in the graph, or has expired.
        """
        memory, total, watermark = self.run(request, self.room(request.max_pieces))
        words, at = memory.words, memory.regions.at["pieces"]
        pieces = words[at : at + int(words[PIECES]) * PIECE_WORDS].reshape(-1, PIECE_WORDS)
        return Trace(
            graph=self.graph,
            request=request,
            watermark=watermark,
            total_minor=total,
            truncated=bool(words[TRUNCATED]),
            estimated=bool(words[ESTIMATED]),
            words=pieces.copy(),
        )

    def run(
        self, request: TraceRequest, memory: TraceMemory, others: TraceMemory | None = None
    ) -> tuple[TraceMemory, int, int]:
        """Trace within a memory; give it with what the seeds come to, and the watermark.

        `others` is the memory of open cases, when what they took of each edge is not to be taken again.
        """
        check_request(request)
        watermark = self.graph.watermark if request.watermark is None else request.watermark
        watermark = min(watermark, self.graph.watermark)
        seeds = self._seeds(request, watermark)
        total = int(seeds[:, 1].sum())
        edges = [self.graph.edge(int(edge) + self.graph.first_edge) for edge in seeds[:, 0]]
        words = memory.words
        words[RULE], words[FORWARD] = int(request.rule), int(request.direction)
        words[WATERMARK] = watermark - self.graph.first_edge
        words[LIMIT] = min(request.max_pieces, memory.pieces)
        words[VICTIMS] = 0
        memory.write_case(0, bounds_of(request, edges, total))
        own, beside = cast("Words", words), cast("Words", (others or memory).words)
        self._run(self.graph.log, self.graph.slots, own, beside, cast("Words", seeds.reshape(-1)), len(seeds))
        return memory, total, watermark

    def _seeds(self, request: TraceRequest, watermark: int) -> npt.NDArray[np.int64]:
        """Give position and amount of each seed, in the order they are looked at."""
        seeds = []
        for at, seed in enumerate(request.seeds):
            edge = self.graph.edge(seed.edge)
            amount = edge.amount_minor if seed.amount_minor is None else seed.amount_minor
            if not 0 < amount <= edge.amount_minor:
                raise InputError("a seed is more than nothing, and no more than its transfer", path=_path(at))
            if seed.edge >= watermark:
                raise InputError("a seed is an edge before the watermark", path=_path(at))
            seeds.append((self.graph.position(seed.edge), amount))
        if len({edge for edge, _ in seeds}) < len(seeds):
            raise InputError("a transfer is named twice", path="$.seeds")
        seeds.sort(reverse=request.direction is Direction.BACKWARD)
        return np.array(seeds, np.int64)

    @staticmethod
    def room(pieces: int) -> TraceMemory:
        """Give this thread's memory, a larger one when it is too small."""
        memory: TraceMemory | None = getattr(_ROOMS, "memory", None)
        if memory is None or memory.pieces < pieces:
            memory = _ROOMS.memory = TraceMemory(pieces)
        return memory


def _path(at: int) -> str:
    return f"$.seeds[{at}]"

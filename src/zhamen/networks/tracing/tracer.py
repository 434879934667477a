"""Traces money through a graph."""

from threading import local
from typing import Final, cast

import numpy as np

from zhamen.core.errors import InputError
from zhamen.features.compiled import Words
from zhamen.networks.graph.postings import Edge
from zhamen.networks.graph.view import GraphView
from zhamen.networks.tracing.kernels import trace_all
from zhamen.networks.tracing.layout import (
    ESTIMATED,
    LIMIT,
    PIECE_WORDS,
    PIECES,
    RULE,
    TRUNCATED,
    VICTIMS,
)
from zhamen.networks.tracing.memory import TraceMemory
from zhamen.networks.tracing.request import Seed, TraceRequest, bounds_of, check_request
from zhamen.networks.tracing.result import Trace
from zhamen.networks.tracing.rules import Direction

__all__ = ["Tracer"]

_ROOMS: Final = local()
"""Of each thread, the memory that its traces run in."""


class Tracer:
    """Traces money through one graph, from any thread.

    Notes
    -----
    20 µs where there is nothing to follow, most of it Python; 60 µs for a mule's transfer with the
    usual bounds. The first tracer of a process loads the compiled kernel, or compiles it (about 20 s).

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

    def trace(self, request: TraceRequest, others: TraceMemory | None = None) -> Trace:
        """Follow the money of a request; without what `others` took of each edge, when given.

        Raises
        ------
        InputError
            A bound is out of range, a seed is a reversal, named twice or after the watermark, an amount
            is not its transfer's, or a seed pays out of an account that another seed paid into.
        NotFoundError
            A seed is not in the graph, or has expired; a victim is no account of it.
        """
        memory, total, watermark = self.run(request, self.room(request.max_pieces), others)
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
        graph, first = self.graph, self.graph.first_edge
        watermark = graph.watermark
        if request.watermark is not None:
            watermark = min(watermark, request.watermark)
        edges = [graph.edge(seed.edge) for seed in request.seeds]
        amounts = [_amount(at, seed, edges[at], watermark) for at, seed in enumerate(request.seeds)]
        total = sum(amounts)
        seeds = sorted(zip((edge.number - first for edge in edges), amounts, strict=True))
        if request.direction is Direction.BACKWARD:
            seeds.reverse()
        for victim in request.victims:
            graph.identity(victim)
        words, given = memory.words, np.array(seeds, np.int64).reshape(-1)
        words[RULE : LIMIT + 1] = (
            request.rule,
            request.direction,
            watermark - first,
            min(request.max_pieces, memory.pieces),
        )
        words[VICTIMS] = 0
        memory.write_case(0, bounds_of(request, edges, total))
        own, beside = cast("Words", words), cast("Words", (others or memory).words)
        self._run(graph.log, graph.slots, own, beside, cast("Words", given), len(seeds))
        return memory, total, watermark

    @staticmethod
    def room(pieces: int) -> TraceMemory:
        """Give this thread's memory, a larger one when it is too small."""
        memory: TraceMemory | None = getattr(_ROOMS, "memory", None)
        if memory is None or memory.pieces < pieces:
            memory = _ROOMS.memory = TraceMemory(pieces)
        return memory


def _amount(at: int, seed: Seed, edge: Edge, watermark: int) -> int:
    """Give what a seed comes to."""
    amount = edge.amount_minor if seed.amount_minor is None else seed.amount_minor
    if not 0 < amount <= edge.amount_minor:
        raise InputError("a seed is more than nothing, and no more than its transfer", path=f"$.seeds[{at}]")
    if seed.edge >= watermark:
        raise InputError("a seed is an edge before the watermark", path=f"$.seeds[{at}]")
    return amount

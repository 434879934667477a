"""Payers that a trace began with, and that only passed its money on."""

from collections import Counter

import numpy as np

from zhamen.networks.tracing.result import Trace
from zhamen.networks.tracing.rules import Direction, Fate

__all__ = ["passed_on"]


def passed_on(trace: Trace) -> frozenset[int]:
    """Give payers of seeds that had received at least as much of the trace's money before they first paid.

    Money that comes to the payer of a seed counts as recovered. Where nobody reported the seed, a payer who
    was paid first, and enough for all that he paid, is no victim: the circle leads through him, and what he
    paid is that money again. None backward, where no money is recovered.

    Notes
    -----
    Leave out what they paid and ask again: with it, money stopped at them.
    """
    if trace.request.direction is not Direction.FORWARD or Fate.RECOVERED not in trace.left_by_fate():
        return frozenset()
    graph, first, paid = trace.graph, dict[int, int](), Counter[int]()
    for seed in trace.request.seeds:
        edge = graph.edge(seed.edge)
        first[edge.debtor] = min(edge.number, first.get(edge.debtor, edge.number))
        paid[edge.debtor] += edge.amount_minor
    came, back = Counter[int](), np.flatnonzero((trace.fates == int(Fate.RECOVERED)) & (trace.left > 0))
    for piece in map(trace.piece, back.tolist()):
        if piece.edge < first.get(piece.account, 0):
            came[piece.account] += piece.left_minor
    passing = {account for account, amount in came.items() if amount >= paid[account]}
    return frozenset(passing)

"""How long money stays in an account, as its newest credits and debits tell."""

from typing import Final

import numpy as np

from zhamen.core.instants import Micros
from zhamen.networks.graph.view import GraphView

__all__ = ["median_holding"]

_CREDITS: Final = 20
_DEBITS: Final = 100


def median_holding(graph: GraphView, account: int, watermark: int | None = None) -> Micros | None:
    """Give the median time from a credit to the next debit, over the newest 20 credits that have one.

    None when none has. A debit that was posted with an earlier time counts as at once.
    """
    paid_in = graph.edges_of(account, as_debtor=False, watermark=watermark, limit=_CREDITS)
    paid_out = graph.edges_of(account, as_debtor=True, watermark=watermark, limit=_DEBITS)
    if len(paid_out) == _DEBITS:
        paid_in = paid_in[paid_in > paid_out[0]]
    waits = [
        max(0, graph.edge(int(paid_out[after])).posted_at - graph.edge(int(credit)).posted_at)
        for credit, after in zip(paid_in, np.searchsorted(paid_out, paid_in, side="right"), strict=True)
        if after < len(paid_out)
    ]
    return int(np.median(waits)) if waits else None

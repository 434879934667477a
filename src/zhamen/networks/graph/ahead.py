"""What the next postings will need is asked for while the present one is worked on."""

from typing import Final

from zhamen.features.compiled import Words, inlined, prefetch
from zhamen.features.table import bucket_of
from zhamen.networks.graph.blocks import prepare_entry
from zhamen.networks.graph.layout import (
    A_IN,
    A_OUT,
    ACCOUNT_WORDS,
    ACCOUNTS,
    AT_ACCOUNTS,
    AT_BUCKETS,
    IN_CREDITOR,
    IN_DEBTOR,
    IN_WORDS,
)

__all__ = ["look_ahead"]

_BUCKETS: Final = 24
_ROWS: Final = 16
_SLOTS: Final = 8


@inlined
def look_ahead(graph: Words, slots: Words, given: Words, posting: int, size: int) -> None:
    """Take each step for the posting that it is time for, when what the step before asked for has come."""
    for side in (IN_DEBTOR, IN_CREDITOR):
        if posting + _BUCKETS < size:
            prefetch(graph, _bucket(graph, given[(posting + _BUCKETS) * IN_WORDS + side]))
        if posting + _ROWS < size:
            prefetch(graph, _first_row(graph, given[(posting + _ROWS) * IN_WORDS + side]))
        if posting + _SLOTS < size:
            row = _first_row(graph, given[(posting + _SLOTS) * IN_WORDS + side])
            prefetch(slots, prepare_entry(graph, graph[row + (A_OUT if side == IN_DEBTOR else A_IN)]))


@inlined
def _bucket(graph: Words, identity: int) -> int:
    return graph[AT_BUCKETS] + bucket_of(graph, ACCOUNTS, identity)


@inlined
def _first_row(graph: Words, identity: int) -> int:
    """Give the first row in the bucket of an identity, most often its own; nobody's if there is none."""
    return graph[AT_ACCOUNTS] + max(0, graph[_bucket(graph, identity)] - 1) * ACCOUNT_WORDS

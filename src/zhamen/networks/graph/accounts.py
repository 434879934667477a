"""Accounts by their identity: rows of a table that are never moved, numbered in order of arrival."""

from zhamen.features.compiled import Words, inlined
from zhamen.features.table import add_row, find_row
from zhamen.networks.graph.layout import (
    A_KIND,
    A_KNOWN,
    ACCOUNT_WORDS,
    ACCOUNTS,
    AT_ACCOUNTS,
    AT_BUCKETS,
    KIND_BITS,
)

__all__ = ["account_at", "enrol", "estimated_since", "find_account", "kind_at", "kind_in", "row_of"]


@inlined
def row_of(graph: Words, account: int) -> int:
    """Give where the row of an account stands."""
    return graph[AT_ACCOUNTS] + account * ACCOUNT_WORDS


@inlined
def account_at(graph: Words, row: int) -> int:
    """Give the account whose row stands there."""
    return (row - graph[AT_ACCOUNTS]) // ACCOUNT_WORDS


@inlined
def find_account(graph: Words, identity: int) -> int:
    """Give the row of the account with this identity, or -1."""
    return find_row(graph, ACCOUNTS, graph[AT_BUCKETS], graph[AT_ACCOUNTS], ACCOUNT_WORDS, identity)


@inlined
def enrol(graph: Words, identity: int) -> int:
    """Give the row of the account with this identity; a new one when there is none."""
    row = find_account(graph, identity)
    if row < 0:
        row = add_row(graph, ACCOUNTS, graph[AT_BUCKETS], graph[AT_ACCOUNTS], ACCOUNT_WORDS, identity)
    return row


@inlined
def kind_in(word: int) -> int:
    """Give the kind of an account, from `A_KIND`."""
    return word & ((1 << KIND_BITS) - 1)


@inlined
def kind_at(graph: Words, row: int, edge: int) -> int:
    """Give the kind of the account in a row, as it was known when an edge was posted; 0 for unknown."""
    return kind_in(graph[row + A_KIND]) if graph[row + A_KNOWN] <= edge else 0


@inlined
def estimated_since(kind: int) -> int:
    """Give the first edge + 1 since which the balance is an estimate, from `A_KIND`; 0 for never."""
    return kind >> KIND_BITS

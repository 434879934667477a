"""All edges at once, as arrays: what nightly batches over the graph read."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, cast

import numpy as np
import numpy.typing as npt

from zhamen.features.compiled import SIZE, WORDS, Words, bare, entry
from zhamen.networks.graph.kernels import SOURCES
from zhamen.networks.graph.layout import (
    E_AMOUNT,
    E_PAID,
    E_PLACE,
    E_SIDES,
    E_TIME,
    EDGE_WORDS,
    KIND_MASK,
    META_BITS,
    REVERSED,
    SAME_OWNER,
)
from zhamen.networks.graph.view import GraphView

__all__ = ["ByAccount", "EdgeColumns", "columns", "grouped"]

_Numbers = npt.NDArray[np.int64]
_Sort = Callable[[Words, Words, Words, int], int]


@dataclass(frozen=True, slots=True)
class EdgeColumns:
    """The edges of a span, one row each, in posting order."""

    first: int
    """The number of the first row's edge."""
    posted_at: _Numbers
    kind: npt.NDArray[np.int8]
    same_owner: npt.NDArray[np.bool_]
    reversed: npt.NDArray[np.bool_]
    """A later edge takes some of it back, as it is known now."""
    debtor: _Numbers
    creditor: _Numbers
    amount_minor: _Numbers
    paid_before: _Numbers
    place: _Numbers

    @property
    def size(self) -> int:
        """How many edges there are."""
        return len(self.posted_at)


@dataclass(frozen=True, slots=True)
class ByAccount:
    """Rows by account: those of account a are ``rows[starts[a] : starts[a + 1]]``, in posting order."""

    starts: _Numbers
    rows: _Numbers


def columns(graph: GraphView, *, since: int = 0, watermark: int | None = None) -> EdgeColumns:
    """Give the edges from `since` to below `watermark` (all that are published, when not given).

    Notes
    -----
    The amounts and places are views of the log, which is never changed; the rest is copied.
    """
    first = max(since, graph.first_edge)
    end = max(first, graph.watermark if watermark is None else min(watermark, graph.watermark))
    start = graph.memory.regions.at["log"]
    low, high = first - graph.first_edge, end - graph.first_edge
    rows = graph.memory.words[start + low * EDGE_WORDS : start + high * EDGE_WORDS].reshape(-1, EDGE_WORDS)
    stamps, sides = rows[:, E_TIME], rows[:, E_SIDES]
    return EdgeColumns(
        first=first,
        posted_at=stamps >> META_BITS,
        kind=(stamps & KIND_MASK).astype(np.int8),
        same_owner=(stamps & SAME_OWNER) != 0,
        reversed=(stamps & REVERSED) != 0,
        debtor=sides >> 32,
        creditor=sides & 0xFFFFFFFF,
        amount_minor=_kept(rows[:, E_AMOUNT]),
        paid_before=_kept(rows[:, E_PAID]),
        place=_kept(rows[:, E_PLACE]),
    )


def _kept(view: _Numbers) -> _Numbers:
    view.flags.writeable = False
    return view


def grouped(accounts: _Numbers, size: int) -> ByAccount:
    """Group rows by account (counting sort); `size` is above every account's number.

    Examples
    --------
    >>> by = grouped(np.array([2, 0, 2]), 3)
    >>> by.rows[by.starts[2] : by.starts[3]].tolist()
    [0, 2]
    """
    starts = np.zeros(size + 1, np.int64)
    np.cumsum(np.bincount(accounts, minlength=size), out=starts[1:])
    rows, ends = np.empty(len(accounts), np.int64), starts[:-1].copy()
    given = np.ascontiguousarray(accounts, np.int64)
    _sort()(cast("Words", given), cast("Words", ends), cast("Words", rows), len(given))
    return ByAccount(starts, rows)


def _make_sort(sources: str) -> _Sort:
    def sort(accounts: Words, ends: Words, rows: Words, size: int) -> int:
        """Put each row behind those of its account."""
        _ = sources
        keys, heads, sorted_rows = bare(accounts), bare(ends), bare(rows)
        for row in range(size):
            sorted_rows[heads[keys[row]]] = row
            heads[keys[row]] += 1
        return size

    return sort


_sort: Final = entry(_make_sort, (WORDS, WORDS, WORDS, SIZE), rooms=SOURCES, nogil=True)

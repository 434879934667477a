"""What was in a window as of an edge, looked up in the graph afterwards."""

from bisect import bisect_right
from datetime import timedelta
from typing import Final

import numpy as np
import numpy.typing as npt

from zhamen.networks.graph.columns import columns
from zhamen.networks.graph.kinds import AccountKind, EdgeKind
from zhamen.networks.graph.layout import (
    NOBODY,
    R_EDGE,
    R_ORIGINAL,
    REVERSAL_WORDS,
    REVERSALS,
)
from zhamen.networks.graph.postings import Edge
from zhamen.networks.graph.view import GraphView
from zhamen.networks.typologies.kinds import BULK, COUNTED_KINDS, OFFICIAL
from zhamen.networks.typologies.layout import (
    FIRST_MARK,
    FIRST_NUMBER,
    FOLLOWED,
    LATER,
    MARK_BITS,
    MARK_EDGES,
    R_OPENED,
    ROW_WORDS,
)
from zhamen.networks.typologies.memory import TypologyMemory
from zhamen.networks.typologies.settings import micros

__all__ = ["Past"]

_EARLY: Final = -(2**62)
_MOST: Final = 1000


class Past:
    """The graph as of an edge that was followed, for any thread; edges by number, newest first."""

    def __init__(self, graph: GraphView, memory: TypologyMemory, now: int) -> None:
        self.graph: Final = graph
        self.settings: Final = memory.settings
        self.now: Final = now
        self._memory: Final = memory
        self._edges: Final[dict[int, Edge]] = {}
        self._blocks: Final[dict[int, tuple[int, list[int]]]] = {}

    def as_of(self, edge: int) -> "Past":
        """Give the same as of another edge."""
        return Past(self.graph, self._memory, edge)

    def edge(self, number: int) -> Edge:
        """Give an edge."""
        if number not in self._edges:
            self._edges[number] = self.graph.edge(number)
        return self._edges[number]

    # -- Time ---------------------------------------------------------------------------------------

    def _marks(self) -> npt.NDArray[np.int64]:
        """Give the effective times at the marks."""
        words = self._memory.words
        followed = int(words[FIRST_NUMBER] + words[FOLLOWED])
        size = max(0, -(-followed // MARK_EDGES) - int(words[FIRST_MARK]))
        at = self._memory.regions.at["marks"]
        return words[at : at + size]

    def _times(self, mark: int) -> tuple[int, list[int]]:
        """Give the effective times from a mark up to the next one, and the first of these edges."""
        if mark not in self._blocks:
            first_mark = int(self._memory.words[FIRST_MARK])
            start = max(self.graph.first_edge, (first_mark + mark) * MARK_EDGES)
            end = min(self.now + 1, (first_mark + mark + 1) * MARK_EDGES)
            posted = columns(self.graph, since=start, watermark=end).posted_at
            before = int(self._marks()[mark]) if mark >= 0 else _EARLY
            self._blocks[mark] = start, np.maximum(np.maximum.accumulate(posted), before).tolist()
        return self._blocks[mark]

    def time(self, number: int) -> int:
        """Give the effective time of an edge: the latest posting time up to it."""
        start, times = self._times(number // MARK_EDGES - int(self._memory.words[FIRST_MARK]))
        return times[number - start]

    def since(self, number: int, width: timedelta) -> int:
        """Give the oldest edge of the window that ends at an edge."""
        limit = self.time(number) - micros(width)
        start, times = self._times(int(np.searchsorted(self._marks(), limit, side="right")) - 1)
        return start + bisect_right(times, limit)

    def opening(self, account: int) -> int | None:
        """Give when an account was opened, as it is known now."""
        row = self._memory.regions.at["rows"] + account * ROW_WORDS
        told = int(self._memory.words[row + R_OPENED]) >> MARK_BITS
        return told - LATER if told else None

    # -- Edges and accounts ----------------------------------------------------------------------------

    def is_back(self, number: int, now: int) -> bool:
        """Tell whether an edge in the window had come back whole, as of another."""
        if not self.edge(number).reversed:
            return False
        words, at = self.graph.memory.words, self.graph.memory.regions.at["reversals"]
        rows = words[at : at + int(words[REVERSALS]) * REVERSAL_WORDS].reshape(-1, REVERSAL_WORDS)
        first = self.graph.first_edge
        mine = rows[(rows[:, R_ORIGINAL] == number - first) & (rows[:, R_EDGE] <= now - first)]
        told = (
            self.edge(reversal + first).amount_minor
            for reversal in mine[:, R_EDGE].tolist()
            if self.since(reversal + first, self.settings.window) <= number
        )
        return sum(told) >= self.edge(number).amount_minor

    def is_counted(self, number: int, now: int) -> bool:
        """Tell whether an edge is a transfer between two parties that stands, as of another."""
        return self.is_between_parties(number) and not self.is_back(number, now)

    def is_between_parties(self, number: int) -> bool:
        """Tell whether an edge is a transfer between two parties, whether or not it came back."""
        edge = self.edge(number)
        return edge.kind in COUNTED_KINDS and not edge.same_owner

    def is_outflow(self, number: int) -> bool:
        """Tell whether an edge takes money out of its debtor's reach, and stands."""
        edge = self.edge(number)
        cash = edge.kind is EdgeKind.CASH_OUT and not edge.same_owner
        return (cash and not self.is_back(number, self.now)) or self.is_counted(number, self.now)

    def _kind(self, account: int) -> AccountKind:
        return AccountKind.UNKNOWN if account == NOBODY else self.graph.kind(account)

    def is_bulk(self, account: int) -> bool:
        """Tell whether an account is one of very many's money, as it is known now."""
        return self._kind(account) in BULK

    def is_official(self, account: int) -> bool:
        """Tell whether an account pays salaries or loans, or takes taxes, as it is known now."""
        return self._kind(account) in OFFICIAL

    def edges_of(self, account: int, *, as_debtor: bool, before: int, since: int, limit: int) -> list[int]:
        """Give an account's newest edges from one on and before another, the newest first."""
        if account == NOBODY:
            return []
        found = self.graph.edges_of(account, as_debtor=as_debtor, since=since, watermark=before, limit=limit)
        return [int(number) for number in found[::-1]]

    def behind(self, edge: int, *, since: int, limit: int, now: int | None = None) -> list[int]:
        """Give what an edge's debtor received before it; none where no transfer is among it (as of `now`)."""
        account = self.edge(edge).debtor
        until = (self.now if now is None else now) + 1
        lately = self.edges_of(account, as_debtor=False, before=until, since=since, limit=_MOST)
        if not any(self.is_between_parties(number) for number in lately):
            return []
        return self.edges_of(account, as_debtor=False, before=edge, since=since, limit=limit)

    def transfers(self, account: int, *, as_debtor: bool, limit: int) -> list[int]:
        """Give the transfers of the window that an account paid or received, the newest first."""
        since = self.since(self.now, self.settings.window)
        found = self.edges_of(account, as_debtor=as_debtor, before=self.now + 1, since=since, limit=limit)
        return [number for number in found if self.is_counted(number, self.now)]

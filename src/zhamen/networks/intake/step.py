"""The step of networks as Python calls it: all memories side by side, and one compiled call."""

from collections.abc import Callable
from typing import Final

import numpy as np
import numpy.typing as npt

from zhamen.networks.books.book import Book
from zhamen.networks.intake.kernel import take_all
from zhamen.networks.intake.layout import (
    B_EVENTS,
    B_GRAPH,
    B_LINKS,
    B_OPENED_FROM,
    B_ORIGINS,
    B_RECENT,
    B_REPORTED_FROM,
    B_SLOTS,
    B_SMALLEST,
    B_STOP,
    B_TAINT,
    B_TYPOLOGIES,
    B_UNDER_WAY,
    BOARD_WORDS,
    V_SCORES,
)
from zhamen.networks.links.live import Links
from zhamen.networks.mule.fitted import INBOUND, OUTBOUND
from zhamen.networks.mule.tables import table_of
from zhamen.networks.names import NETWORK_NAMES
from zhamen.networks.taint import LiveTaint
from zhamen.networks.typologies.live import Typologies

__all__ = ["Step"]

_SCORES: Final = table_of((OUTBOUND, INBOUND), tuple(NETWORK_NAMES)[:V_SCORES])

_Words = npt.NDArray[np.int64]
_Values = npt.NDArray[np.float64]


class Step:
    """Takes events into the graph and all that follows it. For the thread that writes them."""

    def __init__(self, book: Book, typologies: Typologies, links: Links, events: int = 0) -> None:
        self._book, self._typologies, self._links = book, typologies, links
        self._take: Final[Callable[..., int]] = take_all()
        self._board: Final = np.zeros(BOARD_WORDS, np.int64)
        self._read: Final = self._board.data
        graph, settings = book.graph.memory, links.settings
        for place, memory in (
            (B_GRAPH, graph.words),
            (B_SLOTS, graph.slots),
            (B_UNDER_WAY, book.under_way),
            (B_ORIGINS, book.origins),
            (B_RECENT, book.recent),
            (B_TYPOLOGIES, typologies.memory.words),
            (B_LINKS, links.memory.words),
        ):
            self._board[place] = memory.ctypes.data
        self._board[B_EVENTS] = events
        self._board[B_SMALLEST] = settings.smallest_cluster
        self._board[B_REPORTED_FROM] = settings.reported_from
        self._board[B_OPENED_FROM] = settings.opened_from

    def follow(self, taint: LiveTaint) -> None:
        """Move the money of these cases from now on."""
        self._taint = taint
        self._followed = taint.words
        self._board[B_TAINT] = self._followed.ctypes.data

    @property
    def events(self) -> int:
        """How many events were taken."""
        return self._read[B_EVENTS]

    def take(self, events: _Words, out: _Values, size: int) -> tuple[int, int]:
        """Take events, and write what is told of each; give how many were taken, and why it stopped there."""
        with self._book.graph.table, self._links.lock, self._taint.lock:
            taken = self._take(self._board, events, _SCORES, out, size)
        self._book.graph.publish()
        return taken, self._read[B_STOP]

"""The book that the graph is kept from: what each event moved, and which event each edge came of."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, cast

import numpy as np

from zhamen.core.errors import JournalDamaged, StateFull
from zhamen.core.parts import under
from zhamen.features.compiled import Words
from zhamen.features.memory import reserve
from zhamen.networks.books.kernels import edge_of_event
from zhamen.networks.books.layout import (
    O_EVENT,
    O_ORDINAL,
    ORIGIN_WORDS,
    ORIGINS_LIMIT,
    RECENT,
    UNDER_WAY_LIMIT,
)
from zhamen.networks.graph.live import TransferGraph

__all__ = ["Book"]

_Bytes = bytes | bytearray | memoryview


class Book:
    """A transfer graph written from events.

    A transfer is in the graph from the moment it is asked for, so that the gate sees what it would do.
    The core's balances are as of before each event; what was asked for and has not arrived yet is in
    ours and not in the core's, and is no difference.
    """

    def __init__(self, graph: TransferGraph) -> None:
        self.graph: Final = graph
        self.under_way: Final = reserve(UNDER_WAY_LIMIT)
        self.origins: Final = reserve(ORIGINS_LIMIT)
        self.recent: Final = reserve(RECENT)
        self._find: Final = edge_of_event()

    def check_room(self) -> None:
        """Refuse an event before anything is changed by it.

        Raises
        ------
        StateFull
            The graph has no room for another posting.
        """
        if self.graph.memory.full:
            raise StateFull(
                f"the transfer graph has used its budget, {self.graph.size.bytes:,} bytes; the event was not"
                " taken. Give the machine more memory, or begin a new journal"
            )

    def find(self, event: int, accounts: Iterable[int], *, as_debtor: bool) -> int | None:
        """Give the edge of an event, of the first account that has one; all by identity, -1 for none.

        An older edge than the newest four million is found only among the newest 4,096 of an account.
        """
        graph = self.graph
        for account in accounts:
            asked = np.array([account, as_debtor], np.int64)
            books = _words(self.origins), _words(self.recent)
            edge = self._find(graph.log, graph.slots, *books, _words(asked), event)
            if edge >= 0:
                return edge + graph.first_edge
        return None

    def ordinal_of(self, edge: int) -> int:
        """Give which event an edge came of, counted from 1.

        Raises
        ------
        NotFoundError
            There is no such edge any more.
        """
        return int(self.origins[self.graph.position(edge) * ORIGIN_WORDS + O_ORDINAL]) >> 1

    def is_under_way(self, edge: int) -> bool:
        """Tell whether nothing was told yet of what became of a transfer: it arrived, or it did not.

        Raises
        ------
        NotFoundError
            There is no such edge any more.
        """
        return bool(self.origins[self.graph.position(edge) * ORIGIN_WORDS + O_ORDINAL] & 1)

    def edge_of(self, ordinal: int) -> int | None:
        """Give the edge that an event moved money by; None when there is none, or none any more."""
        edges = self.graph.watermark - self.graph.first_edge
        ordinals = self.origins[O_ORDINAL : edges * ORIGIN_WORDS : ORIGIN_WORDS]
        # Several edges of one event stand together, its own last; the array is not copied.
        low, high = 0, edges
        while low < high:
            middle = (low + high) >> 1
            if int(ordinals[middle]) >> 1 > ordinal:
                high = middle
            else:
                low = middle + 1
        found = low > 0 and int(ordinals[low - 1]) >> 1 == ordinal
        return low - 1 + self.graph.first_edge if found else None

    def moved_to(self, graph: TransferGraph) -> "Book":
        """Give the book of a graph that is this one's without its oldest edges."""
        book, accounts = Book(graph), graph.accounts
        first, last = self.graph.position(graph.first_edge), self.graph.watermark - self.graph.first_edge
        kept = self.origins[first * ORIGIN_WORDS : last * ORIGIN_WORDS]
        book.origins[: len(kept)] = kept
        book.under_way[:accounts] = self.under_way[:accounts]
        book.recent[:] = np.maximum(0, self.recent - first)
        return book

    def parts(self) -> Iterator[tuple[str, memoryview]]:
        """Give all of it as named bytes, without a copy."""
        for name, part in self.graph.parts():
            yield f"graph/{name}", part
        edges = self.graph.watermark - self.graph.first_edge
        yield "origins", self.origins[: edges * ORIGIN_WORDS].view(np.uint8).data
        yield "under_way", self.under_way[: self.graph.accounts].view(np.uint8).data

    @classmethod
    def restore(cls, parts: Mapping[str, _Bytes]) -> "Book":
        """Give the book that `parts` were taken from.

        Raises
        ------
        JournalDamaged
            A part is missing or cut short.
        """
        book = cls(TransferGraph.restore(under("graph/", parts).items()))
        graph = book.graph
        edges = graph.watermark - graph.first_edge
        for name, words, size in (
            ("origins", book.origins, edges * ORIGIN_WORDS),
            ("under_way", book.under_way, graph.accounts),
        ):
            data = parts.get(name, b"")
            if len(data) != size * words.itemsize:
                raise JournalDamaged(f"part {name!r} of a snapshot is cut short; recover from an older one")
            words[:size] = np.frombuffer(data, np.int64)
        events = book.origins[O_EVENT : edges * ORIGIN_WORDS : ORIGIN_WORDS]
        (known,) = np.nonzero(events >= 0)
        book.recent[events[known] & (RECENT - 1)] = known + 1
        return book


def _words(array: object) -> Words:
    return cast("Words", array)

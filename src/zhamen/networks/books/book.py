"""The book that the graph is kept from: what each event moved, and which event each edge came of."""

from collections.abc import Iterator, Mapping
from typing import Final, cast

import numpy as np

from zhamen.core.errors import JournalDamaged, StateFull
from zhamen.core.identifiers import identity
from zhamen.core.parts import under
from zhamen.features.compiled import Words
from zhamen.features.memory import reserve
from zhamen.networks.books.kernels import arrive_all, move_all, origin_of
from zhamen.networks.books.layout import (
    MOVEMENT_WORDS,
    O_ORDINAL,
    ORIGIN_WORDS,
    ORIGINS_LIMIT,
    UNDER_WAY_LIMIT,
)
from zhamen.networks.books.reading import elsewhere
from zhamen.networks.graph.kinds import EdgeKind
from zhamen.networks.graph.layout import A_KIND, ACCOUNT_WORDS, E_SIDES, EDGE_WORDS, IN_AMOUNT, KIND_BITS
from zhamen.networks.graph.live import TransferGraph
from zhamen.networks.graph.postings import Posting

__all__ = ["Book"]

_KIND_MASK: Final = (1 << KIND_BITS) - 1
_MOST_LOOKED_AT: Final = 2**31 - 1
_Bytes = bytes | bytearray | memoryview


class Book:
    """A transfer graph written from events.

    A transfer is in the graph from the moment it is asked for, so that the gate sees what it would do.
    The core's balances are as of before each event; what was asked for and has not arrived yet is in
    ours and not in the core's, and is no difference.
    """

    def __init__(self, graph: TransferGraph) -> None:
        self.graph: Final = graph
        self._under_way: Final = reserve(UNDER_WAY_LIMIT)
        self._origins: Final = reserve(ORIGINS_LIMIT)
        self._move: Final = move_all()
        self._find: Final = origin_of()
        self._arrive: Final = arrive_all()
        self._given: Final = np.empty(MOVEMENT_WORDS, np.int64)
        self._asked: Final = np.empty(3, np.int64)

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

    def take(self, movement: list[int]) -> int | None:
        """Post a movement and give the number of its edge; None when its accounts can hold no more."""
        given, graph = self._given, self.graph
        given[:] = movement
        moved = self._move(
            graph.log, graph.slots, _words(self._under_way), _words(self._origins), _words(given), 1
        )
        graph.publish()
        return int(given[IN_AMOUNT]) + graph.first_edge if moved else None

    def find(self, event: str, account: str, *, as_debtor: bool) -> int | None:
        """Give the edge of an account, ours or elsewhere, that came of an event."""
        graph, asked, wanted = self.graph, self._asked, identity(event)
        for make in (identity, elsewhere):
            asked[:] = make(account), as_debtor, wanted
            edge = self._find(graph.log, graph.slots, _words(self._origins), _words(asked), _MOST_LOOKED_AT)
            if edge >= 0:
                return edge + graph.first_edge
        return None

    def settle(self, edge: int) -> None:
        """Note that a transfer arrived."""
        graph = self.graph
        at = graph.position(edge)
        self._arrive(graph.log, graph.slots, _words(self._under_way), _words(self._origins), at)

    def take_back(self, edge: int, at: int, origin: tuple[int, int]) -> int | None:
        """Post that a transfer did not happen, or came back; `origin` is the event's identity and ordinal.

        Only the first time: None when all of it was taken back before.
        """
        self.settle(edge)
        graph = self.graph
        original = graph.edge(edge)
        if original.reversed or original.kind is EdgeKind.REVERSAL:
            return None
        number = graph.append(
            Posting(posted_at=at, kind=EdgeKind.REVERSAL, amount_minor=original.amount_minor, original=edge)
        )
        place = graph.position(number) * ORIGIN_WORDS
        self._origins[place : place + ORIGIN_WORDS] = (origin[0], origin[1] << 1)
        return number

    def sides_of(self, edge: int) -> tuple[int, int]:
        """Give the debtor and the creditor of an edge, by number."""
        memory = self.graph.memory
        at = memory.regions.at["log"] + (edge - self.graph.first_edge) * EDGE_WORDS + E_SIDES
        sides = int(memory.words[at])
        return sides >> 32, sides & 0xFFFFFFFF

    def kinds_of(self, accounts: tuple[int, int]) -> tuple[int, int]:
        """Give the kinds of two accounts, as `AccountKind` numbers them."""
        memory = self.graph.memory
        at, words = memory.regions.at["accounts"] + A_KIND, memory.words
        first, second = accounts
        return (
            int(words[at + first * ACCOUNT_WORDS]) & _KIND_MASK,
            int(words[at + second * ACCOUNT_WORDS]) & _KIND_MASK,
        )

    def ordinal_of(self, edge: int) -> int:
        """Give which event an edge came of, counted from 1.

        Raises
        ------
        NotFoundError
            There is no such edge any more.
        """
        return int(self._origins[self.graph.position(edge) * ORIGIN_WORDS + O_ORDINAL]) >> 1

    def edge_of(self, ordinal: int) -> int | None:
        """Give the edge that an event moved money by; None when there is none, or none any more."""
        edges = self.graph.watermark - self.graph.first_edge
        ordinals = self._origins[O_ORDINAL : edges * ORIGIN_WORDS : ORIGIN_WORDS]
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

    def parts(self) -> Iterator[tuple[str, memoryview]]:
        """Give all of it as named bytes, without a copy."""
        for name, part in self.graph.parts():
            yield f"graph/{name}", part
        edges = self.graph.watermark - self.graph.first_edge
        yield "origins", self._origins[: edges * ORIGIN_WORDS].view(np.uint8).data
        yield "under_way", self._under_way[: self.graph.accounts].view(np.uint8).data

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
            ("origins", book._origins, edges * ORIGIN_WORDS),
            ("under_way", book._under_way, graph.accounts),
        ):
            data = parts.get(name, b"")
            if len(data) != size * words.itemsize:
                raise JournalDamaged(f"part {name!r} of a snapshot is cut short; recover from an older one")
            words[:size] = np.frombuffer(data, np.int64)
        return book


def _words(array: object) -> Words:
    return cast("Words", array)

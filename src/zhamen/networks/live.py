"""The networks of a gate: one event after the other goes in, what they tell of it comes out."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, cast

import msgspec
import numpy as np
import numpy.typing as npt

from zhamen.core.errors import JournalDamaged, StateFull
from zhamen.core.identifiers import identity
from zhamen.core.instants import Micros
from zhamen.core.parts import under
from zhamen.events.batch import Batch
from zhamen.networks.books.book import Book
from zhamen.networks.cases import OpenCases
from zhamen.networks.graph.live import TransferGraph
from zhamen.networks.intake.columns import ColumnWords
from zhamen.networks.intake.fields import FIELDS_READ, elsewhere
from zhamen.networks.intake.layout import (
    ALL_TAKEN,
    CROWDED,
    E_AT,
    EVENT_WORDS,
    NEW_NIGHT,
    REPORT,
    VALUE_WORDS,
)
from zhamen.networks.intake.reports import Reports
from zhamen.networks.intake.step import Step
from zhamen.networks.intake.words import RowWords
from zhamen.networks.leaving import Leaving, oldest_kept
from zhamen.networks.links.live import Links
from zhamen.networks.names import NETWORK_NAMES
from zhamen.networks.taint import LiveTaint
from zhamen.networks.typologies.live import Typologies

__all__ = ["NETWORK_FORMAT", "Networks"]

NETWORK_FORMAT: Final = 3
"""Raised whenever the same events come to give another state or other values."""

_CHUNK: Final = 1024
"""Events made ready at a time; other threads wait for so many."""


class Networks:
    """All that is known of who paid whom: the transfer graph, and what follows from it.

    That is the stolen money of open cases, the patterns of mules, accounts that belong together, and the
    mule score.

    A function of the events alone, in the order they came: the same events give the same values and the
    same state, whatever was decided. `advance` is for the gate's thread; `graph` may be asked from any.

    Parameters
    ----------
    budget_bytes
        What each of graph, typologies and links may come to; all of the machine's memory when not given.

    Examples
    --------
    >>> networks = Networks(budget_bytes=1 << 20)
    >>> def event(**given: object) -> list[object]:
    ...     return [given.get(name) for name in Networks.fields]
    >>> def transfer(event_id: str, debtor: str, creditor: str, amount: int) -> list[float]:
    ...     return networks.advance(event(type="transfer", event_id=event_id, occurred_at=0,
    ...         amount_minor=amount, debtor_account_id=debtor, creditor_account_id=creditor))
    >>> _ = transfer("T1", "victim", "mule", 500)
    >>> networks.advance(event(type="fraud_reported", event_id="F1", occurred_at=60, label="confirmed_fraud",
    ...     creditor_account_id="mule", transfer_event_id="T1"))[0]
    nan
    >>> transfer("T2", "mule", "other", 200)[:2]
    [500.0, 0.0]
    >>> transfer("T3", "mule", "other", 100)[:2]
    [300.0, 200.0]
    """

    fields: Final = FIELDS_READ
    """The flat fields that an event's row must give, in order."""
    names: Final = tuple(NETWORK_NAMES)
    """What `advance` gives, in order."""

    def __init__(self, budget_bytes: int | None = None) -> None:
        book = Book(TransferGraph(budget_bytes))
        typologies = Typologies(book.graph, budget_bytes=budget_bytes)
        self._join(book, typologies, Links(budget_bytes=budget_bytes), OpenCases(book.graph))

    def _join(
        self, book: Book, typologies: Typologies, links: Links, cases: OpenCases, events: int = 0
    ) -> None:
        self._row, self._columns = RowWords(), ColumnWords()
        self._told = np.empty(VALUE_WORDS)
        self._shown = cast("memoryview[float]", self._told.data)
        self.links = links
        self._go_on(book, typologies, cases, events)

    def _go_on(self, book: Book, typologies: Typologies, cases: OpenCases, events: int) -> None:
        """Take events into these from now on."""
        self._book, self.typologies, self._cases = book, typologies, cases
        self._reports = Reports(book, cases)
        self._step = Step(book, typologies, self.links, events)
        self._step.follow(cases.taint)
        self._leaving: Leaving | None = None

    @property
    def events(self) -> int:
        """How many events were taken."""
        return self._step.events

    @property
    def graph(self) -> TransferGraph:
        """Every movement of money."""
        return self._book.graph

    @property
    def taint(self) -> LiveTaint:
        """Where the stolen money of reported transfers lies."""
        return self._cases.taint

    @property
    def reported(self) -> tuple[int, ...]:
        """The edges whose money is followed, in order of their reports."""
        return self._cases.edges

    @property
    def cases_ended_early(self) -> int:
        """How many reports are followed no more, or never were, for want of room; of this process."""
        return self._cases.ended_early

    def reported_by(self, seq: int) -> int | None:
        """Give the edge that the report at this place in the journal is about; None when none is followed."""
        return self._cases.reported_by(seq)

    def older_cases(self, edges: Iterable[int], watermark: int, withheld: Iterable[int] = ()) -> LiveTaint:
        """Give what cases reported before these edges hold, as of a watermark; see `OpenCases.older_than`."""
        return self._cases.older_than(edges, watermark, withheld)

    def is_under_way(self, edge: int) -> bool:
        """Tell whether no event told yet what became of a transfer.

        Raises
        ------
        NotFoundError
            There is no such edge any more.
        """
        return self._book.is_under_way(edge)

    def advance(self, row: Sequence[Any]) -> list[float]:
        """Take one event and give what networks tell of it, in the order of `names`; NaN is missing.

        Raises
        ------
        InputError
            An instant more than 570 years from 1970. The event was not taken.
        StateFull
            The budget is used up. The event was not taken.
        """
        self.take(row)
        return self._told.tolist()

    def take(self, row: Sequence[Any]) -> "memoryview[float]":
        """Do what `advance` does; what it gives stands there until the next event."""
        self._take(self._row.write(row), self._told)
        return self._shown

    def advance_batch(self, batch: Batch) -> npt.NDArray[np.float64]:
        """Take many events in their order, with the same values as one by one: a row each.

        Raises
        ------
        InputError
            No instant, or one more than 570 years from 1970. No event of its chunk was taken.
        StateFull
            The budget is used up. The events before were taken: `events` says how many.
        """
        values = np.empty((batch.size, VALUE_WORDS))
        for start in range(0, batch.size, _CHUNK):
            words = self._columns.write(batch[start : start + _CHUNK])
            self._take(words.reshape(-1), values[start : start + _CHUNK].reshape(-1))
        return values

    def _take(self, words: npt.NDArray[np.int64], out: npt.NDArray[np.float64]) -> None:
        """Take events by their words, with what the step leaves to be done between two of them."""
        left = len(words) // EVENT_WORDS
        while left:
            some = left if self._leaving is None else min(left, self._before_change(self._leaving))
            taken, stop = self._step.take(words, out, some)
            if stop != ALL_TAKEN:
                self._do(stop, words[: taken * EVENT_WORDS], words[taken * EVENT_WORDS :])
            left -= taken
            if left:
                words, out = words[taken * EVENT_WORDS :], out[taken * VALUE_WORDS :]

    def _do(self, stop: int, taken: npt.NDArray[np.int64], left: npt.NDArray[np.int64]) -> None:
        """Do what the step stopped for, between the events that are taken and those that are left."""
        if stop == REPORT:
            self._reports.take(taken[-EVENT_WORDS:].tolist(), self.events)
            self._step.follow(self.taint)
        elif stop == CROWDED:
            self._cases.make_room()
            self._step.follow(self.taint)
        elif stop == NEW_NIGHT:
            now = int(left[E_AT])
            self.links.rebuild(now)
            self._let_go(now)
        else:
            for part in (self._book, self.typologies, self.links):
                part.check_room()
            raise StateFull("networks have no room for another event; it was not taken")

    def _let_go(self, now: Micros) -> None:
        """Begin to let edges go that are over-age and that nothing needs any more."""
        needed = min((self.typologies.oldest_needed, *self.reported))
        edge = None if self._leaving is not None else oldest_kept(self.graph, now, needed)
        if edge is not None:
            self._leaving = Leaving.begin(self.graph, edge, self.events)

    def _before_change(self, leaving: Leaving) -> int:
        """Give how many events may be taken before the graph changes; change it when it is due."""
        if self.events + 1 == leaving.due:
            kept = leaving.finish()
            book, typologies = self._book.moved_to(kept), self.typologies.moved_to(kept)
            self._go_on(book, typologies, self._cases.moved_to(kept), self.events)
            return _CHUNK
        return leaving.due - 1 - self.events

    def accounts_of(self, account: str) -> list[int]:
        """Give the numbers that an account has in the graph: as one of ours, and as one elsewhere."""
        found = self.graph.find_accounts([identity(account), elsewhere(account)])
        return [int(number) for number in found if number >= 0]

    def seq_of(self, edge: int) -> int:
        """Give which event an edge came of, counted from 1: its place in the journal.

        Raises
        ------
        NotFoundError
            There is no such edge any more.
        """
        return self._book.ordinal_of(edge)

    def edge_of(self, seq: int) -> int | None:
        """Give the edge of the event at this place in the journal; None when there is none (any more)."""
        return self._book.edge_of(seq)

    def parts(self) -> Iterator[tuple[str, memoryview]]:
        """Give the state as named bytes, without a copy; good until the next event."""
        yield "events", memoryview(str(self.events).encode())
        yield "cases", memoryview(self._cases.written())
        leaving = None if self._leaving is None else (self._leaving.edge, self._leaving.due)
        yield "leaving", memoryview(msgspec.json.encode(leaving))
        for room, of in (("book", self._book), ("typologies", self.typologies), ("links", self.links)):
            for name, part in of.parts():
                yield f"{room}/{name}", part

    @classmethod
    def restore(cls, parts: Mapping[str, memoryview]) -> "Networks":
        """Give the networks that `parts` were taken from; they go on exactly as those do.

        Raises
        ------
        JournalDamaged
            A part is missing or cut short.
        """
        networks = cls.__new__(cls)
        book = Book.restore(under("book/", parts))
        typologies = Typologies.restore(book.graph, under("typologies/", parts).items())
        links = Links.restore(under("links/", parts).items())
        try:
            events, cases = int(bytes(parts["events"])), OpenCases.restore(book.graph, bytes(parts["cases"]))
            leaving = msgspec.json.decode(parts["leaving"], type=tuple[int, int] | None)
        except (KeyError, ValueError, msgspec.DecodeError):
            raise JournalDamaged("a snapshot of networks is not whole; recover from an older one") from None
        networks._join(book, typologies, links, cases, events)
        if leaving is not None:
            networks._leaving = Leaving(book.graph, *leaving)
        return networks

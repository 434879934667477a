"""The networks of a gate: one event after the other goes in, what they tell of it comes out."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

import msgspec
import numpy as np

from zhamen.core.errors import JournalDamaged
from zhamen.core.identifiers import identity
from zhamen.networks.books.book import Book
from zhamen.networks.books.reading import FIELDS_READ, F, elsewhere, movement_of
from zhamen.networks.cases import OpenCases
from zhamen.networks.graph.kinds import EdgeKind
from zhamen.networks.graph.live import TransferGraph
from zhamen.networks.names import NETWORK_NAMES
from zhamen.networks.taint import LiveTaint

__all__ = ["NETWORK_FORMAT", "Networks"]

NETWORK_FORMAT: Final = 1
"""Raised whenever the same events come to give another state or other values."""

_PAYMENTS: Final = ("transfer", "cash_withdrawal")
_TRANSFERS: Final = (EdgeKind.TRANSFER, EdgeKind.EXIT, EdgeKind.ENTRY)
_LOOKED_AT: Final = 10_000
"""Of an account's newest receipts, how many are looked through for one that is reported without its id."""
_Row = Sequence[Any]
Values = list[float | None]


class Networks:
    """All that is known of who paid whom: the transfer graph, and the open cases of stolen money.

    A function of the events alone, in the order they came: the same events give the same values and the
    same state, whatever was decided. `advance` is for the gate's thread; `graph` may be asked from any.

    Parameters
    ----------
    budget_bytes
        What the transfer graph may come to; all of the machine's memory when not given.

    Examples
    --------
    >>> networks = Networks(budget_bytes=1 << 20)
    >>> def event(**given: object) -> list[object]:
    ...     return [given.get(name) for name in Networks.fields]
    >>> def transfer(event_id: str, debtor: str, creditor: str, amount: int) -> list[float | None]:
    ...     return networks.advance(event(type="transfer", event_id=event_id, occurred_at=0,
    ...         amount_minor=amount, debtor_account_id=debtor, creditor_account_id=creditor))
    >>> _ = transfer("T1", "victim", "mule", 500)
    >>> networks.advance(event(type="fraud_reported", event_id="F1", occurred_at=60, label="confirmed_fraud",
    ...     creditor_account_id="mule", transfer_event_id="T1"))[0] is None
    True
    >>> transfer("T2", "mule", "other", 200)[:2]
    [500.0, 0.0]
    >>> transfer("T3", "mule", "other", 100)[:2]
    [300.0, 200.0]
    """

    fields: Final = FIELDS_READ
    """The flat fields that an event's row must give, in order."""
    names: Final = tuple(NETWORK_NAMES)
    """What `advance` gives, in order."""

    def __init__(self, budget_bytes: int | None = None, *, book: Book | None = None) -> None:
        self._book = Book(TransferGraph(budget_bytes)) if book is None else book
        self._cases = OpenCases(self.graph)
        self.events = 0
        """How many events were taken."""
        self._nothing: Final[Values] = [None] * len(self.names)
        self._others: Final[dict[str, Callable[[_Row], None]]] = {
            "transfer_settled": self._settle,
            "fraud_reported": self._report,
        }

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

    def advance(self, row: _Row) -> Values:
        """Take one event and give what networks tell of it; None is missing.

        Raises
        ------
        StateFull
            The budget is used up. The event was not taken.
        """
        self._book.check_room()
        self.events += 1
        kind = row[F.TYPE]
        movement = movement_of(row, self.events)
        values = self._tainted(movement) if kind in _PAYMENTS and movement else self._nothing
        if movement:
            self._book.take(movement)
            if self._cases:
                self.taint.follow()
        elif kind in self._others:
            self._others[kind](row)
        return values

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
        yield from self._book.parts()

    @classmethod
    def restore(cls, parts: Mapping[str, memoryview]) -> "Networks":
        """Give the networks that `parts` were taken from; they go on exactly as those do.

        Raises
        ------
        JournalDamaged
            A part is missing or cut short.
        """
        networks = cls(book=Book.restore(parts))
        try:
            networks.events = int(bytes(parts["events"]))
            networks._cases = OpenCases.restore(networks.graph, bytes(parts["cases"]))
        except (KeyError, ValueError, msgspec.DecodeError):
            raise JournalDamaged("a snapshot of networks is not whole; recover from an older one") from None
        return networks

    def _tainted(self, movement: list[int]) -> Values:
        """Give what stolen money lies on either side before the movement."""
        sides = movement[2:4]
        if not self._cases:
            return [None if side < 0 else 0.0 for side in sides]
        accounts = self.graph.find_accounts(sides)
        amounts = self.taint.tainted_amounts(np.maximum(accounts, 0)).tolist()
        return [
            None if side < 0 else float(amount) if account >= 0 else 0.0
            for side, account, amount in zip(sides, accounts, amounts, strict=True)
        ]

    def _settle(self, row: _Row) -> None:
        edge = self._book.find(row[F.TRANSFER], row[F.DEBTOR], as_debtor=True)
        if edge is None:
            return
        if row[F.SETTLEMENT] == "settled":
            self._book.settle(edge)
            return
        origin = identity(row[F.EVENT_ID]), self.events
        if self._book.take_back(edge, row[F.OCCURRED_AT], origin) is not None and self._cases:
            self.taint.follow()

    def _report(self, row: _Row) -> None:
        edge = self._reported_edge(row)
        if edge is None:
            return
        if row[F.LABEL] == "confirmed_fraud":
            self._cases.report(edge, row[F.OCCURRED_AT])
        elif row[F.LABEL] == "false_positive":
            self._cases.withdraw(edge)

    def _reported_edge(self, row: _Row) -> int | None:
        """Find what a report is about: the transfer it names, or the newest that fits its two accounts."""
        if row[F.TRANSFER] is not None:
            return self._book.find(row[F.TRANSFER], row[F.CREDITOR], as_debtor=False)
        if row[F.DEBTOR] is None:
            return None
        payers = self.accounts_of(row[F.DEBTOR])
        found = [self._newest(row, payers, account) for account in self.accounts_of(row[F.CREDITOR])]
        return max((edge for edge in found if edge is not None), default=None)

    def _newest(self, row: _Row, payers: Sequence[int], account: int) -> int | None:
        """Find the newest transfer to an account by one of some payers, of the amount if one is told."""
        received = self.graph.edges_of(account, as_debtor=False, limit=_LOOKED_AT)[::-1]
        debtors = self.graph.far_ends(received - self.graph.first_edge, forward=False)
        for number in received[np.isin(debtors, payers)].tolist():
            edge = self.graph.edge(number)
            if row[F.AMOUNT] in (None, edge.amount_minor) and edge.kind in _TRANSFERS and not edge.reversed:
                return int(number)
        return None

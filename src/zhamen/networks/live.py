"""The networks of a gate: one event after the other goes in, what they tell of it comes out."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from math import nan
from typing import Any, Final

import msgspec
import numpy as np

from zhamen.core.errors import JournalDamaged
from zhamen.core.identifiers import identity
from zhamen.core.instants import Micros
from zhamen.core.parts import under
from zhamen.networks.books.book import Book
from zhamen.networks.books.reading import FIELDS_READ, F, elsewhere, movement_of
from zhamen.networks.cases import OpenCases
from zhamen.networks.graph.kinds import AccountKind, EdgeKind
from zhamen.networks.graph.layout import IN_CREDITOR, IN_DEBTOR
from zhamen.networks.graph.live import TransferGraph
from zhamen.networks.links.cluster import NO_CLUSTER
from zhamen.networks.links.live import Links
from zhamen.networks.links.telling import tell
from zhamen.networks.mule.accounts import is_scored
from zhamen.networks.mule.fitted import INBOUND, OUTBOUND
from zhamen.networks.names import NETWORK_NAMES
from zhamen.networks.taint import LiveTaint
from zhamen.networks.typologies.live import Typologies

__all__ = ["NETWORK_FORMAT", "Networks"]

NETWORK_FORMAT: Final = 1
"""Raised whenever the same events come to give another state or other values."""

_PAYMENTS: Final = ("transfer", "cash_withdrawal")
_TRANSFERS: Final = (EdgeKind.TRANSFER, EdgeKind.EXIT, EdgeKind.ENTRY)
_LOOKED_AT: Final = 10_000
"""Of an account's newest receipts, how many are looked through for one that is reported without its id."""
_Row = Sequence[Any]
Values = list[float]
"""In the order of `NETWORK_NAMES`; NaN is missing."""

_NOTHING: Final[Values] = [nan] * len(NETWORK_NAMES)
_SCORED: Final = tuple(NETWORK_NAMES)[:-2]
_IS_SCORED: Final = frozenset(int(kind) for kind in AccountKind if is_scored(kind))
_OUTBOUND: Final = OUTBOUND.reader(_SCORED)
_INBOUND: Final = INBOUND.reader(_SCORED)


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
        self._join(book, Typologies(book.graph, budget_bytes=budget_bytes), Links(budget_bytes=budget_bytes))

    def _join(self, book: Book, typologies: Typologies, links: Links) -> None:
        self._book, self.typologies, self.links = book, typologies, links
        self._cases = OpenCases(self.graph)
        self.events = 0
        """How many events were taken."""
        self._others: dict[str, Callable[[_Row], None]] = {
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
        """Take one event and give what networks tell of it; NaN is missing.

        Raises
        ------
        StateFull
            The budget is used up. The event was not taken.
        """
        for part in (self._book, self.typologies, self.links):
            part.check_room()
        self.events += 1
        tell(self.links, row)
        kind = row[F.TYPE]
        movement = movement_of(row, self.events)
        if movement is None:
            if kind in self._others:
                self._others[kind](row)
            return _NOTHING
        values = self._tainted(movement) if kind in _PAYMENTS else []
        edge = self._book.take(movement)
        if edge is None:
            return _NOTHING
        sides = self._book.sides_of(edge)
        self._follow(row, sides)
        return self._told(movement, values, sides) if values else _NOTHING

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
        networks._join(book, typologies, Links.restore(under("links/", parts).items()))
        try:
            networks.events = int(bytes(parts["events"]))
            networks._cases = OpenCases.restore(networks.graph, bytes(parts["cases"]))
        except (KeyError, ValueError, msgspec.DecodeError):
            raise JournalDamaged("a snapshot of networks is not whole; recover from an older one") from None
        return networks

    def _tainted(self, movement: list[int]) -> Values:
        """Give what stolen money lies on either side before the movement."""
        sides = movement[IN_DEBTOR : IN_CREDITOR + 1]
        if not self._cases:
            return [nan if side < 0 else 0.0 for side in sides]
        accounts = self.graph.find_accounts(sides)
        amounts = self.taint.tainted_amounts(np.maximum(accounts, 0)).tolist()
        return [
            nan if side < 0 else float(amount) if account >= 0 else 0.0
            for side, account, amount in zip(sides, accounts, amounts, strict=True)
        ]

    def _follow(self, row: _Row, sides: tuple[int, int]) -> None:
        """Let all that follows the graph take the newest edge in."""
        debtor, creditor = sides
        if row[F.TYPE] == "account_credited":
            openings: tuple[tuple[int, Micros | None], ...] = ((creditor, row[F.OPENED]),)
        else:
            openings = ((debtor, row[F.DEBTOR_OPENED]), (creditor, row[F.CREDITOR_OPENED]))
        for account, opened_at in openings:
            if account and opened_at is not None and not self.typologies.knows_opening(account):
                self.typologies.opened(account, opened_at)
        self.typologies.follow()
        if self._cases:
            self.taint.follow()

    def _told(self, movement: list[int], tainted: Values, sides: tuple[int, int]) -> Values:
        """Give all that is told of a payment that was just taken in, in the order of `names`."""
        row = tainted + self.typologies.values()
        for side in movement[IN_DEBTOR : IN_CREDITOR + 1]:
            row += self.links.values(side) if side >= 0 else NO_CLUSTER
        debtor, creditor = self._book.kinds_of(sides)
        row.append(_OUTBOUND(row) if debtor in _IS_SCORED else nan)
        row.append(_INBOUND(row) if sides[1] and creditor in _IS_SCORED else nan)
        return row

    def _settle(self, row: _Row) -> None:
        edge = self._book.find(row[F.TRANSFER], row[F.DEBTOR], as_debtor=True)
        if edge is None:
            return
        if row[F.SETTLEMENT] == "settled":
            self._book.settle(edge)
            return
        origin = identity(row[F.EVENT_ID]), self.events
        if self._book.take_back(edge, row[F.OCCURRED_AT], origin) is not None:
            self.typologies.follow()
            if self._cases:
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

"""A report of fraud: which transfer it is about, and that its money is followed, or no more."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from zhamen.networks.books.book import Book
from zhamen.networks.cases import OpenCases
from zhamen.networks.graph.kinds import EdgeKind
from zhamen.networks.intake.layout import (
    CONFIRMED,
    E_AMOUNT,
    E_AT,
    E_CREDITOR,
    E_CREDITOR_ELSEWHERE,
    E_DEBTOR,
    E_DEBTOR_ELSEWHERE,
    E_LABEL,
    E_TRANSFER,
)

__all__ = ["Reports"]

_TRANSFERS: Final = (EdgeKind.TRANSFER, EdgeKind.EXIT, EdgeKind.ENTRY)
_LOOKED_AT: Final = 10_000
"""Of an account's newest receipts, how many are looked through for one that is reported without its id."""


class Reports:
    """Tells open cases of reports, by the words of their events."""

    def __init__(self, book: Book, cases: OpenCases) -> None:
        self._book: Final = book
        self._cases: Final = cases

    def take(self, event: Sequence[int], number: int) -> None:
        """Take a report that changes something; nothing when no transfer is found that it is about.

        `number` says which event it is, counted from 1.
        """
        edge = self._edge(event)
        if edge is None:
            return
        if event[E_LABEL] == CONFIRMED:
            self._cases.report(edge, event[E_AT], number)
        else:
            self._cases.withdraw(edge)

    def _edge(self, event: Sequence[int]) -> int | None:
        """Find what a report is about: the transfer it names, or the newest that fits its two accounts."""
        creditors = event[E_CREDITOR], event[E_CREDITOR_ELSEWHERE]
        if event[E_TRANSFER] >= 0:
            return self._book.find(event[E_TRANSFER], creditors, as_debtor=False)
        payers = self._accounts((event[E_DEBTOR], event[E_DEBTOR_ELSEWHERE]))
        found = [self._newest(payers, account, event[E_AMOUNT]) for account in self._accounts(creditors)]
        return max((edge for edge in found if edge is not None), default=None)

    def _accounts(self, identities: Sequence[int]) -> list[int]:
        return [int(number) for number in self._book.graph.find_accounts(identities) if number >= 0]

    def _newest(self, payers: Sequence[int], account: int, amount_minor: int) -> int | None:
        """Find the newest transfer to an account by one of some payers, of the amount if one is told."""
        graph = self._book.graph
        received = graph.edges_of(account, as_debtor=False, limit=_LOOKED_AT)[::-1]
        debtors = graph.far_ends(received - graph.first_edge, forward=False)
        for number in received[np.isin(debtors, payers)].tolist():
            edge = graph.edge(number)
            if amount_minor in (0, edge.amount_minor) and edge.kind in _TRANSFERS and not edge.reversed:
                return int(number)
        return None

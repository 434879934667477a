"""What a view of the journal is given, and what it has to do with it."""

from collections.abc import Sequence
from typing import Protocol

from msgspec import Struct
from sqlalchemy import Connection

from zhamen.events.model import AnyEvent
from zhamen.gate.decision import Decision

__all__ = ["Projected", "View"]


class Projected(Struct, frozen=True, kw_only=True):
    """An entry of the journal, decoded, with what the views of accounts know of it.

    ``unit`` is the path of the organisation that it belongs to: of the home outlet of the account on
    the customer's side if that is known by then, else of the event's outlet, else the head office.
    ``account`` is the number of the account that acts: the debtor's, or the only one there is;
    ``creditor`` that of the account that is paid, added as payee or reported. ``customer`` is the number
    of the customer who owns ``account``, as far as an event has told. Numbers are counted in the order of
    first appearance, so that they are the same after a rebuild, and tell nothing outside.
    """

    seq: int
    event: AnyEvent
    decision: Decision
    unit: str
    account: int | None = None
    creditor: int | None = None
    customer: int | None = None


class View(Protocol):
    """Rows that follow from the journal's entries in their order and, if it has any, its own source rows.

    The rows may depend on neither how the entries were cut into batches nor on the clock. Both methods
    run in a transaction that also notes how far the views have come, so each entry counts once.
    """

    def clear(self, connection: Connection) -> None:
        """Delete all rows that follow from the journal."""

    def apply(self, connection: Connection, batch: Sequence[Projected]) -> None:
        """Take in the next entries, in order, without a gap to those before."""

"""Where views of the journal are kept, and how far they have come."""

from collections.abc import Sequence
from typing import Protocol

from msgspec import Struct

from zhamen.ports.journal import GENESIS, Entry

__all__ = ["Projections", "Standing"]


class Standing(Struct, frozen=True, kw_only=True):
    """The newest entry that the views have taken in; ``seq`` 0 when there is none.

    ``chain`` is that entry's, so that the views can tell whether they belong to a journal.
    ``version`` says by which form of the views the rows were made.
    """

    seq: int = 0
    chain: bytes = GENESIS
    version: int = 0


class Projections(Protocol):
    """Views of one journal, changed in one transaction with their standing."""

    @property
    def version(self) -> int:
        """The form in which these views make rows; another standing's rows have to be made anew."""

    def standing(self) -> Standing:
        """Say how far the views have come.

        Raises
        ------
        StoreUnavailable
            The store does not answer; so do all methods.
        """

    def apply(self, entries: Sequence[Entry]) -> bool:
        """Take in the next entries, all or none; durable when this returns.

        Returns False, and has done nothing, when the first does not follow the standing: somebody else
        was quicker.
        """

    def clear(self) -> None:
        """Delete all rows; the standing is before the first entry."""

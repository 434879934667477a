"""Which entries of a journal name the same things."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from msgspec import Struct

from zhamen.core.instants import Micros

__all__ = ["Related", "RelatedEntries"]


class Related(Struct, frozen=True):
    """An entry; ``newest_at`` is the newest event time of all entries up to it."""

    seq: int
    newest_at: Micros


class RelatedEntries(Protocol):
    """Entries by the things that their events name: kinds as in `features.roles.ENTITIES`."""

    def related(self, named: Iterable[tuple[str, str]], until: int, limit: int) -> Sequence[Related]:
        """Give the newest `limit` entries up to `until` that name any of some things, in order.

        Raises
        ------
        StoreUnavailable
            The store does not answer.
        """

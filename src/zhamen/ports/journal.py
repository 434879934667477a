"""Where events and decisions are kept, durably and in order."""

from collections.abc import Iterator, Sequence
from typing import Protocol

from msgspec import Struct

__all__ = ["Entry", "Journal"]


class Entry(Struct, frozen=True, kw_only=True):
    """One event and its decision.

    ``digest`` is of the event's canonical content, without ``received_at``; ``event`` and
    ``decision`` are JSON.
    """

    seq: int
    event_id: str
    digest: bytes
    event: bytes
    decision: bytes


class Journal(Protocol):
    """An append-only log; one process holds it at a time."""

    def append(self, entries: Sequence[Entry]) -> None:
        """Write `entries` all or none; they are durable when this returns.

        Raises
        ------
        JournalUnavailable
            Nothing was written (disk full, device error).
        """

    def find(self, event_id: str) -> Entry | None:
        """Give the entry of an event id."""

    def read(self, after: int = 0) -> Iterator[Entry]:
        """Iterate over the entries with ``seq`` above `after`, in order."""

    @property
    def last_seq(self) -> int:
        """The highest ``seq`` written; 0 when empty."""

    def close(self) -> None:
        """Let go of the journal."""

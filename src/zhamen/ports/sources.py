"""Where many events come from, what was refused on the way, and where a run is recorded."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from msgspec import Struct

from zhamen.events.batch import Batch
from zhamen.events.model import AnyEvent

__all__ = ["EventSource", "Layout", "Reject", "Rejects"]


class Reject(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One row that did not become an event.

    ``row`` counts from 1: lines of a JSON lines file, records of a table without its header,
    transactions of a message. ``code`` is stable: ``malformed``, ``invalid_value``, ``invalid_event``,
    ``too_large`` or ``currency``. ``raw`` is the row as it came, cut when very long: the reject file
    is as confidential as the input.
    """

    row: int
    code: str
    message: str
    path: str = ""
    raw: str = ""


class Rejects(Protocol):
    """Takes what was refused."""

    @property
    def count(self) -> int:
        """How many so far."""

    def add(self, reject: Reject) -> None:
        """Keep one."""


@dataclass(frozen=True)
class Layout:
    """What a reader of batches wants: which flat fields, on which clock, in which currency.

    ``currency`` None takes amounts of any currency as they come.
    """

    fields: tuple[str, ...]
    utc_offset_minutes: int = 0
    currency: str | None = None


class EventSource(Protocol):
    """A finite series of events in arrival order, checked like at the door; it can be read again."""

    @property
    def total(self) -> int | None:
        """How many rows there are, when that is known without reading them."""

    def batches(self, layout: Layout, rejects: Rejects) -> Iterator[Batch]:
        """Give the events as columns, in bounded memory.

        Raises
        ------
        UnreadableFile
            The source as a whole is not what it should be.
        TooLarge
            The source as a whole is beyond a limit.
        """

    def events(self, rejects: Rejects) -> Iterator[AnyEvent]:
        """Give the events one by one."""

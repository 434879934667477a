"""What is due and when: money under way and stories that sleep until their next act."""

from collections.abc import Generator, Iterator
from heapq import heappop, heappush
from typing import Final, Protocol

from zhamen.core.instants import Micros
from zhamen.events.model import AnyEvent
from zhamen.simulate.clock import Now

__all__ = ["Agenda", "Entry", "Script", "Step", "Telling"]

Step = AnyEvent | Micros
"""What a story yields: an event that happens now, or the instant until which it sleeps."""

Script = Generator[Step, None, None]
"""A story of its own, told act by act."""

NEVER: Final = 1 << 62


class Entry(Protocol):
    """Something that can be due."""

    def wake(self, agenda: "Agenda") -> Iterator[AnyEvent]:
        """Do what is due; give the events that it causes."""


class Telling:
    """A script on the agenda: it runs until it sleeps, then it is entered again."""

    __slots__ = ("script",)

    def __init__(self, script: Script) -> None:
        self.script = script

    def wake(self, agenda: "Agenda") -> Iterator[AnyEvent]:
        """Run the script up to its next sleep."""
        for step in self.script:
            if isinstance(step, int):
                agenda.enter(max(step, agenda.now.at), self)
                return
            yield step


class Agenda:
    """Entries by the instant at which they are due; ties in the order of entering."""

    def __init__(self, now: Now) -> None:
        self.now = now
        self._heap: list[tuple[Micros, int, Entry]] = []
        self._entered = 0

    def __len__(self) -> int:
        return len(self._heap)

    @property
    def due(self) -> Micros:
        """When the next entry is due."""
        return self._heap[0][0] if self._heap else NEVER

    def enter(self, at: Micros, entry: Entry) -> None:
        """Wake `entry` at `at`."""
        self._entered += 1
        heappush(self._heap, (at, self._entered, entry))

    def tell(self, script: Script, at: Micros | None = None) -> None:
        """Begin a script at `at`, or now."""
        self.enter(self.now.at if at is None else at, Telling(script))

    def until(self, at: Micros) -> Iterator[AnyEvent]:
        """Do all that is due up to and including `at`, in order; the clock goes along."""
        heap = self._heap
        while heap and heap[0][0] <= at:
            due, _, entry = heappop(heap)
            self.now.at = due
            yield from entry.wake(self)

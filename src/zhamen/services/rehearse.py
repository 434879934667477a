"""A stream of events sent through a decision service at the pace it can keep, on the stream's own clock."""

from datetime import UTC, datetime
from queue import SimpleQueue
from threading import Semaphore
from time import perf_counter
from typing import Final

import msgspec

from zhamen.core.errors import ZhamenError
from zhamen.events.model import AnyEvent
from zhamen.gate.decision import Decision
from zhamen.services.decide import Answer, DecisionService

__all__ = ["Rehearsal"]

_OUTSTANDING: Final = 256
_DECISION: Final = msgspec.json.Decoder(Decision)


class Rehearsal:
    """Plays events to a service as if each came the moment it happened."""

    def __init__(self) -> None:
        self._now = datetime(1970, 1, 1, tzinfo=UTC)
        self._room = Semaphore(_OUTSTANDING)
        self._failures: list[ZhamenError] = []

    def clock(self) -> datetime:
        """Give the time of the last event played; the service's clock."""
        return self._now

    def play(self, service: DecisionService, event: AnyEvent) -> None:
        """Send an event on; wait only when too many are under way.

        Raises
        ------
        ZhamenError
            What an event before this one was refused with.
        """
        self._room.acquire()
        self._now = event.occurred_at
        service.submit(event, trace_id=event.event_id, with_features=False, reply=self._answered)
        self._check()

    def settle(self) -> None:
        """Wait until all that was played is on disk."""
        for _ in range(_OUTSTANDING):
            self._room.acquire()
        for _ in range(_OUTSTANDING):
            self._room.release()
        self._check()

    def decide(self, service: DecisionService, event: AnyEvent) -> tuple[Decision, float]:
        """Send an event and wait until its decision is on disk; also give the seconds that took."""
        answers: SimpleQueue[Answer | ZhamenError] = SimpleQueue()
        self._now = event.occurred_at
        began = perf_counter()
        service.submit(event, trace_id=event.event_id, with_features=False, reply=answers.put)
        answer = answers.get()
        took = perf_counter() - began
        if isinstance(answer, ZhamenError):
            raise answer
        return _DECISION.decode(answer.decision_json), took

    def _answered(self, answer: Answer | ZhamenError) -> None:
        if isinstance(answer, ZhamenError):
            self._failures.append(answer)
        self._room.release()

    def _check(self) -> None:
        if self._failures:
            raise self._failures[0]

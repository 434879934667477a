"""An event of our own goes through the gate's one door, and is waited for."""

import threading
from typing import Final

from zhamen.core.errors import DecisionLate, ZhamenError
from zhamen.events.model import AnyEvent
from zhamen.services.decide import Answer, DecisionService

__all__ = ["submit_and_wait"]

_PATIENCE: Final = 30.0


def submit_and_wait(service: DecisionService, event: AnyEvent, *, seconds: float = _PATIENCE) -> Answer:
    """Bring an event in and give its answer once it is durable; from any thread but the committer's.

    Raises
    ------
    DecisionLate
        It was not durable within `seconds`; to ask again is safe.
    ZhamenError
        What `DecisionService.submit` raises, or why it could not be made durable.
    """
    done = threading.Event()
    answers: list[Answer | ZhamenError] = []

    def take(answer: Answer | ZhamenError) -> None:
        answers.append(answer)
        done.set()

    service.submit(event, trace_id=event.event_id, with_features=False, reply=take)
    if not done.wait(seconds):
        raise DecisionLate(f"event {event.event_id} was not durable within {seconds:g} seconds; try again")
    (answer,) = answers
    if isinstance(answer, ZhamenError):
        raise answer
    return answer

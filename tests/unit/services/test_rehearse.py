"""A rehearsal sends a stream through the service, on the stream's own clock."""

from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from zhamen.core.errors import EventIdReused, JournalUnavailable
from zhamen.services.decide import DecisionService
from zhamen.services.rehearse import Rehearsal
from zhamen.testing.events import make_events, make_transfer
from zhamen.testing.gate import TallyGate
from zhamen.testing.journal import MemoryJournal


@pytest.fixture
def rehearsal() -> Rehearsal:
    return Rehearsal()


@pytest.fixture
def service(rehearsal: Rehearsal) -> Iterator[DecisionService]:
    running = DecisionService(
        TallyGate(),
        MemoryJournal(),
        clock=rehearsal.clock,
        deliver=lambda answers: answers(),
        max_waiting=512,
    )
    running.start()
    yield running
    running.drain()


def test_everything_played_is_on_disk_once_settled(rehearsal: Rehearsal, service: DecisionService) -> None:
    events = sorted(make_events(700), key=lambda event: event.occurred_at)
    for event in events:
        rehearsal.play(service, event)
    rehearsal.settle()
    assert all(service.find(event.event_id) is not None for event in events)


def test_an_event_is_decided_at_its_own_time(rehearsal: Rehearsal, service: DecisionService) -> None:
    event = make_transfer(1)
    decision, took = rehearsal.decide(service, event)
    assert decision.decided_at == event.occurred_at
    assert took > 0


def test_what_is_refused_is_raised(rehearsal: Rehearsal, service: DecisionService) -> None:
    rehearsal.decide(service, make_transfer(1))
    with pytest.raises(EventIdReused):
        rehearsal.decide(service, replace(make_transfer(1), amount_minor=7))


def test_a_refusal_that_comes_later_stops_the_stream(rehearsal: Rehearsal, service: DecisionService) -> None:
    rehearsal._answered(JournalUnavailable("the disk is full"))
    rehearsal._room.acquire()
    with pytest.raises(JournalUnavailable, match="full"):
        rehearsal.play(service, make_transfer(1))

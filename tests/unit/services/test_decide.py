"""The decision service: order, idempotency, durability before the answer, failure and drain."""

import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest

from zhamen.core.errors import (
    EventIdReused,
    InvalidEvent,
    JournalUnavailable,
    Overloaded,
    UnavailableError,
    ZhamenError,
)
from zhamen.events.model import Event
from zhamen.gate.decision import Decision
from zhamen.ports.journal import Entry
from zhamen.services.decide import Answer, DecisionService
from zhamen.testing import NOON, MemoryJournal, SetClock, TallyGate, make_transfer


class SlowJournal(MemoryJournal):
    """Writes a group when it is let, and remembers the groups."""

    def __init__(self) -> None:
        super().__init__()
        self.may_write = threading.Event()
        self.may_write.set()
        self.writing = threading.Event()
        self.groups: list[int] = []

    def append(self, entries: Sequence[Entry]) -> None:
        self.writing.set()
        assert self.may_write.wait(10)
        super().append(entries)
        self.groups.append(len(entries))


class Desk:
    """A service and the answers it gave."""

    def __init__(self, journal: MemoryJournal, gate: TallyGate | None = None, max_waiting: int = 100) -> None:
        self.journal = journal
        self.clock = SetClock()
        self.deliveries = 0
        self.answers: list[Answer | ZhamenError] = []
        self.deliver: Callable[[Callable[[], None]], None] = self.at_once
        self.service = DecisionService(
            gate or TallyGate(), journal, clock=self.clock, deliver=self._deliver, max_waiting=max_waiting
        )
        self.service.start()

    def _deliver(self, answers: Callable[[], None]) -> None:
        self.deliveries += 1
        self.deliver(answers)

    @staticmethod
    def at_once(answers: Callable[[], None]) -> None:
        answers()

    def submit(self, event: Any, *, with_features: bool = False) -> None:
        self.service.submit(
            event, trace_id=f"of-{event.event_id}", with_features=with_features, reply=self.answers.append
        )

    def decisions(self) -> list[Decision]:
        self.service.drain()
        given = [answer.decision_json for answer in self.answers if isinstance(answer, Answer)]
        return [msgspec.json.decode(one, type=Decision) for one in given]


@pytest.fixture
def journal() -> Iterator[SlowJournal]:
    slow = SlowJournal()
    yield slow
    slow.may_write.set()


def until(claim: Callable[[], bool]) -> None:
    """Wait for something that another thread brings about."""
    for _ in range(1000):
        if claim():
            return
        threading.Event().wait(0.01)
    raise AssertionError("it did not come about within ten seconds")


def test_events_are_decided_and_written_in_the_order_they_came(journal: SlowJournal) -> None:
    desk = Desk(journal)
    for number in range(50):
        desk.submit(make_transfer(number))
    assert [decision.event_id for decision in desk.decisions()] == [f"T{number}" for number in range(50)]
    assert [entry.event_id for entry in journal.read()] == [f"T{number}" for number in range(50)]
    assert [entry.seq for entry in journal.read()] == list(range(1, 51))


def test_the_answer_is_what_the_journal_holds(journal: SlowJournal) -> None:
    desk = Desk(journal)
    desk.submit(make_transfer(1), with_features=True)
    desk.service.drain()
    entry = journal.find("T1")
    assert entry is not None
    assert desk.answers == [Answer(1, entry.decision, False)]
    assert msgspec.json.decode(entry.decision, type=Decision).features is not None
    assert desk.service.find("T1") == Answer(1, entry.decision, False, entry.event)
    assert desk.service.find("T2") is None


def test_nothing_is_answered_or_found_before_it_is_on_disk(journal: SlowJournal) -> None:
    desk = Desk(journal)
    journal.may_write.clear()
    desk.submit(make_transfer(1))
    assert journal.writing.wait(10)
    assert desk.answers == []
    assert desk.service.find("T1") is None
    assert desk.service.waiting == 1
    journal.may_write.set()
    until(lambda: len(desk.answers) == 1)
    assert desk.service.waiting == 0


def test_all_that_comes_while_a_group_is_written_is_the_next_group_and_one_delivery(
    journal: SlowJournal,
) -> None:
    desk = Desk(journal)
    journal.may_write.clear()
    desk.submit(make_transfer(0))
    assert journal.writing.wait(10)
    for number in range(1, 31):
        desk.submit(make_transfer(number))
    journal.may_write.set()
    desk.service.drain()
    assert journal.groups == [1, 30]
    assert desk.deliveries == 2
    assert desk.service.timings.largest_group == 30


def test_the_same_event_gets_the_first_decision_again(journal: SlowJournal) -> None:
    desk = Desk(journal)
    desk.submit(make_transfer(1))
    until(lambda: len(desk.answers) == 1)
    desk.clock.now += timedelta(hours=3)
    desk.submit(make_transfer(1))
    first, again = desk.answers
    assert isinstance(first, Answer)
    assert again == Answer(first.seq, first.decision_json, True)
    assert journal.last_seq == 1


def test_the_same_event_waits_for_the_same_write(journal: SlowJournal) -> None:
    desk = Desk(journal)
    journal.may_write.clear()
    for _ in range(3):
        desk.submit(make_transfer(1))
    assert desk.answers == []
    assert desk.service.waiting == 3
    journal.may_write.set()
    desk.service.drain()
    assert [isinstance(answer, Answer) and answer.duplicate for answer in desk.answers] == [False, True, True]
    assert len({answer.decision_json for answer in desk.answers if isinstance(answer, Answer)}) == 1
    assert journal.last_seq == 1


def test_another_event_under_the_same_id_is_refused_whether_written_or_waiting(journal: SlowJournal) -> None:
    desk = Desk(journal)
    other = msgspec.structs.replace(make_transfer(1), amount_minor=7)
    journal.may_write.clear()
    desk.submit(make_transfer(1))
    with pytest.raises(EventIdReused, match=r"T1.*entry 1.*new id"):
        desk.submit(other)
    journal.may_write.set()
    until(lambda: len(desk.answers) == 1)
    with pytest.raises(EventIdReused):
        desk.submit(other)
    desk.submit(make_transfer(8))
    assert [d.reasons[0].evidence["count"] for d in desk.decisions()] == [1, 2], (
        "the refused one did not count"
    )


def test_when_it_was_received_does_not_make_another_event(journal: SlowJournal) -> None:
    desk = Desk(journal)
    desk.submit(make_transfer(1))
    desk.submit(msgspec.structs.replace(make_transfer(1), received_at=NOON + timedelta(minutes=2)))
    desk.service.drain()
    assert journal.last_seq == 1
    assert len(desk.answers) == 2


def test_what_the_door_refuses_changes_nothing(journal: SlowJournal) -> None:
    desk = Desk(journal)
    before = desk.service._live.chain
    for event in (
        msgspec.structs.replace(make_transfer(1), currency="EUR"),
        msgspec.structs.replace(make_transfer(1), occurred_at=NOON + timedelta(hours=1)),
    ):
        with pytest.raises(InvalidEvent):
            desk.submit(event)
    assert desk.service._live.chain == before
    desk.submit(make_transfer(1))
    assert [decision.event_id for decision in desk.decisions()] == ["T1"]
    assert desk.service.timings.refused == 2


def test_more_than_may_wait_are_refused_at_once(journal: SlowJournal) -> None:
    desk = Desk(journal, max_waiting=2)
    journal.may_write.clear()
    desk.submit(make_transfer(1))
    desk.submit(make_transfer(2))
    for number in (2, 3):
        with pytest.raises(Overloaded) as caught:
            desk.submit(make_transfer(number))
        assert caught.value.retry_after > 0
    journal.may_write.set()
    until(lambda: len(desk.answers) == 2)
    desk.submit(make_transfer(3))
    desk.service.drain()
    assert journal.last_seq == 3


def test_a_clock_that_goes_back_is_not_followed_and_events_keep_their_time(journal: SlowJournal) -> None:
    desk = Desk(journal)
    desk.submit(make_transfer(1))
    desk.clock.now = NOON - timedelta(hours=5)
    desk.submit(make_transfer(2))
    desk.clock.now = NOON + timedelta(seconds=1)
    desk.submit(make_transfer(3))
    assert [d.decided_at for d in desk.decisions()] == [NOON, NOON, NOON + timedelta(seconds=1)]
    events = [msgspec.json.decode(entry.event) for entry in journal.read()]
    assert [event["occurred_at"] for event in events] == [
        make_transfer(number).occurred_at.isoformat().replace("+00:00", "Z") for number in (1, 2, 3)
    ]


def test_a_clock_that_goes_back_over_a_restart_is_not_followed_either(journal: SlowJournal) -> None:
    first = Desk(journal)
    first.submit(make_transfer(1))
    first.service.drain()
    second = Desk(journal)
    second.clock.now = NOON - timedelta(days=2)
    second.submit(make_transfer(2))
    assert [decision.decided_at for decision in second.decisions()] == [NOON]


def test_a_journal_that_fails_refuses_all_who_wait_and_takes_their_events_back(journal: SlowJournal) -> None:
    desk = Desk(journal)
    desk.submit(make_transfer(0))
    until(lambda: len(desk.answers) == 1)
    journal.may_write.clear()
    for number in (7, 14, 21, 14):
        desk.submit(make_transfer(number))
    journal.full = True
    journal.may_write.set()
    until(lambda: len(desk.answers) == 5)
    assert all(isinstance(answer, JournalUnavailable) for answer in desk.answers[1:])
    assert not desk.service.ready
    with pytest.raises(JournalUnavailable, match="cannot be written"):
        desk.submit(make_transfer(28))
    assert desk.service.find("T0") is not None
    assert desk.service.find("T7") is None

    journal.full = False
    until(lambda: desk.service.ready)
    desk.submit(make_transfer(21))
    (first, last) = desk.decisions()
    assert (first.reasons[0].evidence["count"], last.reasons[0].evidence["count"]) == (1, 2)
    assert [entry.event_id for entry in journal.read()] == ["T0", "T21"]


def test_what_is_on_disk_is_answered_though_the_next_group_fails_before_its_delivery(
    journal: SlowJournal,
) -> None:
    desk = Desk(journal)
    held: list[Callable[[], None]] = []
    desk.deliver = held.append
    desk.submit(make_transfer(7))
    until(lambda: len(held) == 1)
    desk.submit(make_transfer(7))
    assert desk.service.waiting == 2
    journal.full = True
    desk.submit(make_transfer(14))
    until(lambda: len(held) == 2)
    for answers in held:
        answers()
    first, again, refused = desk.answers
    assert isinstance(first, Answer)
    assert isinstance(again, Answer)
    assert (first.duplicate, again.duplicate) == (False, True)
    assert isinstance(refused, JournalUnavailable)
    assert desk.service.waiting == 0


def test_answers_that_nobody_takes_do_not_wait_for_ever(journal: SlowJournal) -> None:
    desk = Desk(journal)

    def closed(_: Callable[[], None]) -> None:
        raise RuntimeError("the loop is closed")

    desk.deliver = closed
    desk.submit(make_transfer(7))
    until(lambda: desk.service.waiting == 0)
    desk.deliver = Desk.at_once
    desk.submit(make_transfer(7))
    desk.service.drain()
    (again,) = desk.answers
    assert isinstance(again, Answer)
    assert again.duplicate


def test_a_journal_that_stays_full_lets_the_service_stop(journal: SlowJournal) -> None:
    desk = Desk(journal)
    journal.full = True
    desk.submit(make_transfer(1))
    until(lambda: len(desk.answers) == 1)
    desk.service.drain()
    with pytest.raises(UnavailableError, match="stopping"):
        desk.submit(make_transfer(2))


class FailingGate(TallyGate):
    """Breaks on one event, after it has advanced."""

    def decide(
        self,
        event: Event,
        *,
        trace_id: str,
        decided_at: datetime,
        with_features: bool = False,
        again: Decision | None = None,
    ) -> Decision:
        decision = super().decide(
            event, trace_id=trace_id, decided_at=decided_at, with_features=with_features, again=again
        )
        if event.event_id == "T14":
            raise ArithmeticError("a mistake of ours")
        return decision


def test_a_gate_that_breaks_is_built_anew_and_what_was_decided_before_is_answered(
    journal: SlowJournal,
) -> None:
    desk = Desk(journal, FailingGate())
    desk.submit(make_transfer(7))
    with pytest.raises(ArithmeticError):
        desk.submit(make_transfer(14))
    until(lambda: desk.service.ready)
    desk.submit(make_transfer(21))
    assert [decision.reasons[0].evidence["count"] for decision in desk.decisions()] == [1, 2]


def test_draining_answers_what_waits_and_takes_no_more(journal: SlowJournal) -> None:
    desk = Desk(journal)
    journal.may_write.clear()
    desk.submit(make_transfer(1))
    drained = threading.Thread(target=desk.service.drain)
    drained.start()
    until(lambda: not desk.service.ready)
    with pytest.raises(UnavailableError, match="stopping"):
        desk.submit(make_transfer(2))
    journal.may_write.set()
    drained.join(10)
    assert [isinstance(answer, Answer) for answer in desk.answers] == [True]
    desk.service.drain()


def test_before_it_has_recovered_it_takes_nothing() -> None:
    service = DecisionService(
        TallyGate(), MemoryJournal(), clock=SetClock(), deliver=lambda answers: answers(), max_waiting=1
    )
    assert not service.ready
    with pytest.raises(UnavailableError, match="recovered"):
        service.submit(make_transfer(1), trace_id="t", with_features=False, reply=lambda _: None)
    service.drain()


def test_an_answer_that_cannot_be_given_does_not_keep_the_others_from_theirs(journal: SlowJournal) -> None:
    desk = Desk(journal)

    def gone(_: object) -> None:
        raise ConnectionError("the caller has gone")

    journal.may_write.clear()
    desk.service.submit(make_transfer(1), trace_id="t", with_features=False, reply=gone)
    desk.submit(make_transfer(2))
    journal.may_write.set()
    desk.service.drain()
    assert len(desk.answers) == 1


def test_events_from_many_threads_are_each_answered_once(journal: SlowJournal) -> None:
    desk = Desk(journal, max_waiting=10_000)

    def send(first: int) -> None:
        for number in range(first, first + 200):
            desk.submit(make_transfer(number))

    threads = [threading.Thread(target=send, args=(1000 * at,)) for at in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({decision.event_id for decision in desk.decisions()}) == 800
    assert len(desk.answers) == journal.last_seq == 800


def test_the_stages_are_timed(journal: SlowJournal) -> None:
    desk = Desk(journal)
    for number in range(10):
        desk.submit(make_transfer(number))
    desk.service.drain()
    timings = desk.service.timings
    assert (timings.taken, timings.durable) == (10, 10)
    assert timings.groups == len(journal.groups)
    assert min(timings.admit_seconds, timings.gate_seconds, timings.record_seconds) > 0
    assert timings.journal_seconds > 0

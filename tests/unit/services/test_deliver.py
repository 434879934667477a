"""Messages arrive signed, at least once, and are given up in the end; labels go through the one door."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import replace

from zhamen.cases.disposition import Disposition
from zhamen.cases.labels import Telling
from zhamen.core.errors import CaseNotFound, UnavailableError
from zhamen.events.door import content_digest
from zhamen.events.model import FraudReported, Transfer
from zhamen.events.parts import Account
from zhamen.gate.decision import ListedHit, Outcome
from zhamen.ports.journal import GENESIS, Entry
from zhamen.ports.outbox import Message, OutboxCounts
from zhamen.records.feedback import Feedback, FeedbackOutcome
from zhamen.services.decide import DecisionService
from zhamen.services.deliver import MOST_ATTEMPTS, LabelSender, OutboxWorker, WebhookSender, wait_before
from zhamen.services.report_labels import submit_and_wait
from zhamen.testing import NOON, MemoryJournal, SetClock, TallyGate, decide_as

GUIDE = Path(__file__).parents[3] / "docs/how-to/receive-webhooks.md"


class Box:
    """An outbox in a list."""

    def __init__(self, *messages: Message) -> None:
        self.messages = {message.id: message for message in messages}

    def ready(self, at: datetime, kinds: Sequence[str], limit: int = 20) -> Sequence[Message]:
        found = [m for m in self.messages.values() if m.next_at and m.next_at <= at and m.kind in kinds]
        return found[:limit]

    def delivered(self, message: int, at: datetime) -> None:
        self._note(message, delivered_at=at, next_at=None)

    def postponed(self, message: int, at: datetime, error: str, next_at: datetime | None) -> None:
        self._note(message, next_at=next_at, error=error, failed_at=None if next_at else at)

    def list_failed(self, *, after: int = 0, limit: int = 100, scope: Any = None) -> Sequence[Message]:
        assert scope is None
        return [m for m in self.messages.values() if m.failed_at and m.id > after][:limit]

    def replay(self, message: int, at: datetime, *, by: str) -> Message:
        raise CaseNotFound(f"{message} {at} {by}")

    def count(self, scope: Any = None) -> OutboxCounts:
        assert scope is None
        return OutboxCounts(0, 0)

    def _note(self, message: int, **changes: Any) -> None:
        known = self.messages[message]
        self.messages[message] = replace(known, attempts=known.attempts + 1, **changes)


class Answers:
    """A receiver that gives one answer after the other; 0 is none."""

    def __init__(self, *statuses: int) -> None:
        self.statuses = list(statuses)
        self.got: list[tuple[bytes, dict[str, str]]] = []

    def post(self, body: bytes, headers: Mapping[str, str]) -> int:
        self.got.append((body, dict(headers)))
        status = self.statuses.pop(0)
        if not status:
            raise UnavailableError("the receiver does not answer")
        return status


def message(number: int = 7, body: bytes = b'{"a":1}') -> Message:
    return Message(id=number, kind="webhook", body=body, made_at=NOON, next_at=NOON)


def test_the_receiver_of_the_guide_takes_what_is_sent_and_nothing_else() -> None:
    receiver = Answers(200)
    WebhookSender(receiver, b"secret").send(message(), NOON)
    ((body, headers),) = receiver.got
    code = GUIDE.read_text().split("```python\n")[1].split("```")[0]
    names: dict[str, Any] = {}
    exec(code, names)  # noqa: S102  # the guide's own example
    genuine = names["is_genuine"]
    now = NOON.timestamp()
    assert genuine(headers, body, b"secret", now)
    assert genuine(headers, body, b"secret", now + 299)
    assert not genuine(headers, body, b"another", now)
    assert not genuine(headers, body + b" ", b"secret", now)
    assert not genuine(headers, body, b"secret", now + 301)
    assert not genuine(headers | {"Zhamen-Message-Id": "8"}, body, b"secret", now)
    later = headers | {"Zhamen-Timestamp": str(int(now) + 600)}
    assert not genuine(later, body, b"secret", now + 600)


def test_a_message_is_tried_until_it_arrives_with_the_same_id_and_body() -> None:
    box, clock, receiver = Box(message()), SetClock(), Answers(500, 0, 301, 204)
    worker = OutboxWorker(box, {"webhook": WebhookSender(receiver, b"s").send}, clock)
    for attempt in range(1, 4):
        assert worker.deliver() == 0
        assert worker.deliver() == 0
        clock.now += wait_before(attempt)
    assert worker.deliver() == 1
    assert box.messages[7].delivered_at == clock.now
    assert len({body for body, _ in receiver.got}) == 1
    assert {headers["Zhamen-Message-Id"] for _, headers in receiver.got} == {"7"}


def test_a_message_is_given_up_after_the_last_attempt() -> None:
    box, clock, receiver = Box(message()), SetClock(), Answers(*([0] * MOST_ATTEMPTS))
    worker = OutboxWorker(box, {"webhook": WebhookSender(receiver, b"s").send}, clock)
    for _ in range(MOST_ATTEMPTS):
        worker.deliver()
        clock.now += timedelta(days=1)
    (failed,) = box.list_failed()
    assert (failed.attempts, failed.error) == (MOST_ATTEMPTS, "the receiver does not answer")
    assert worker.deliver() == 0
    assert len(receiver.got) == MOST_ATTEMPTS


def test_one_that_fails_keeps_no_other_back() -> None:
    box, receiver = Box(message(1), message(2)), Answers(500, 200)
    worker = OutboxWorker(box, {"webhook": WebhookSender(receiver, b"s").send}, SetClock())
    assert worker.deliver() == 1


PAID = Transfer(
    event_id="T1",
    occurred_at=NOON,
    debtor_account=Account(id="A"),
    creditor_account=Account(id="B"),
    amount_minor=700,
    currency="CNY",
)


class Given:
    """A store of feedback that remembers, and is asked nothing."""

    def __init__(self) -> None:
        self.given: list[Feedback] = []

    def give(self, feedback: Feedback, ours: Any = ()) -> bool:
        assert not ours
        self.given.append(feedback)
        return True

    def effects(self, by: Any, since: datetime, until: datetime, *, scope: Any = None) -> Any:
        raise NotImplementedError(f"{by} {since} {until}")

    def find(self, feedback: str, scope: Any) -> Any:
        raise NotImplementedError(f"{feedback} {scope}")

    def list_feedback(self, scope: Any, *, limit: int = 100) -> Any:
        raise NotImplementedError(f"{scope} {limit}")

    def correct(self, feedback: Feedback, actor: Any, at: datetime) -> None:
        raise NotImplementedError(f"{feedback} {actor} {at}")


def label(**changes: Any) -> Message:
    given: dict[str, Any] = {"alert": 1, "label": Disposition.CONFIRMED_FRAUD, **changes}
    telling = Telling(id="zhamen-label-3-1", at=NOON, **given)
    return Message(id=1, kind="label", body=msgspec.json.encode(telling), made_at=NOON, next_at=NOON)


def journal_of(decision: Any) -> MemoryJournal:
    journal = MemoryJournal()
    entry = Entry(
        seq=1,
        event_id="T1",
        digest=content_digest(PAID),
        chain=GENESIS,
        event=msgspec.json.encode(PAID),
        decision=msgspec.json.encode(decision),
    )
    journal.append([entry])
    return journal


def test_a_label_is_reported_once_however_often_it_is_sent() -> None:
    journal = journal_of(decide_as(PAID))
    gate_journal = MemoryJournal()
    service = DecisionService(
        TallyGate(), gate_journal, clock=SetClock(), deliver=lambda answers: answers(), max_waiting=9
    )
    service.start()
    try:
        sender = LabelSender(journal, lambda event: void(submit_and_wait(service, event)), Given())
        for _ in range(3):
            sender.send(label(), NOON)
    finally:
        service.drain()
    assert gate_journal.last_seq == 1
    entry = gate_journal.at(1)
    assert entry is not None
    event = msgspec.json.decode(entry.event, type=FraudReported)
    assert (event.event_id, event.transfer_event_id, event.label) == (
        "zhamen-label-3-1",
        "T1",
        "confirmed_fraud",
    )


HIT = ListedHit(
    name="black",
    field="creditor_account_id",
    form="exact",
    masked="",
    list="black",
    level=90,
    confidence=99,
    category="case_account",
    source="police",
    record_id=4,
    grade_level=90,
)


def told(decision: Any, *messages: Message) -> list[Feedback]:
    """Give what is told of closed cases about the payment T1."""
    given = Given()
    sender = LabelSender(journal_of(decision), lambda _: None, given)
    for each in messages:
        sender.send(each, NOON)
    return given.given


def test_records_that_warned_are_told_what_came_of_it() -> None:
    given = told(replace(decide_as(PAID), list_hits=(HIT,)), label(stopped=True), label())
    assert [one.outcome for one in given] == [FeedbackOutcome.STOPPED, FeedbackOutcome.CONTINUED]
    assert {(one.id, one.source, one.category, one.fraud) for one in given} == {
        ("T1", "police", "case_account", True)
    }
    cleared = label(label=Disposition.FALSE_POSITIVE), label(label=Disposition.FALSE_POSITIVE, withdrawn=True)
    false_alarm, taken_back = told(replace(decide_as(PAID), list_hits=(HIT,)), *cleared)
    assert (false_alarm.outcome, false_alarm.fraud) == (FeedbackOutcome.FALSE_ALARM, False)
    assert (taken_back.outcome, taken_back.fraud) == (FeedbackOutcome.CONTINUED, None)


def test_a_miss_that_is_taken_back_is_no_miss_and_loses_nothing() -> None:
    taken_back = label(label=Disposition.FALSE_POSITIVE, withdrawn=True)
    missed, after = told(decide_as(PAID, Outcome.ALLOW), label(), taken_back)
    assert (missed.outcome, missed.lost_minor) == (FeedbackOutcome.MISSED, 700)
    assert (after.outcome, after.fraud, after.lost_minor) == (FeedbackOutcome.CONTINUED, None, 0)


def test_what_came_of_a_warning_is_told_under_the_unit_of_its_case() -> None:
    of_unit, of_earlier_version = told(decide_as(PAID), label(unit="HQ/R1/B01"), label())
    assert (of_unit.unit, of_earlier_version.unit) == ("HQ/R1/B01", "head")


def test_a_fraud_that_was_let_through_unasked_was_missed_and_its_money_is_lost() -> None:
    let_through = decide_as(PAID, Outcome.ALLOW)
    (unknown,) = told(let_through, label(scam_kind="fake_police"))
    (known,) = told(replace(let_through, list_hits=(HIT,)), label())
    assert {(one.outcome, one.lost_minor) for one in (unknown, known)} == {(FeedbackOutcome.MISSED, 700)}
    assert [(one.source, one.category) for one in (unknown, known)] == [
        ("", "fraud.fake_police"),
        ("police", "case_account"),
    ]


def test_what_went_out_in_spite_of_a_warning_is_lost_and_what_stayed_is_not() -> None:
    continued, stopped = told(decide_as(PAID), label(), label(stopped=True))
    assert [(one.outcome, one.lost_minor) for one in (continued, stopped)] == [
        (FeedbackOutcome.CONTINUED, 700),
        (FeedbackOutcome.STOPPED, 0),
    ]


def test_a_reported_payment_is_told_of_as_the_payment_itself() -> None:
    journal = journal_of(decide_as(PAID, Outcome.ALLOW))
    report = FraudReported(
        event_id="F1",
        occurred_at=NOON,
        transfer_event_id="T1",
        creditor_account=Account(id="B"),
        label="confirmed_fraud",
    )
    entry = Entry(
        seq=2,
        event_id="F1",
        digest=content_digest(report),
        chain=GENESIS,
        event=msgspec.json.encode(report),
        decision=msgspec.json.encode(decide_as(report, Outcome.ALLOW)),
    )
    journal.append([entry])
    given = Given()
    LabelSender(journal, lambda _: None, given).send(label(alert=2), NOON)
    assert [(one.id, one.outcome, one.lost_minor) for one in given.given] == [
        ("T1", FeedbackOutcome.MISSED, 700)
    ]


def test_a_suspects_own_payment_loses_nothing_and_is_no_miss() -> None:
    assert not told(decide_as(PAID, Outcome.ALLOW), label(account_only=True))
    (warned,) = told(decide_as(PAID), label(account_only=True))
    assert (warned.outcome, warned.lost_minor) == (FeedbackOutcome.CONTINUED, 0)


def test_a_payment_that_nobody_was_warned_of_and_was_none_gives_no_feedback() -> None:
    cleared = Telling(id="zhamen-label-3-1", alert=1, label=Disposition.FALSE_POSITIVE, at=NOON)
    message = Message(id=1, kind="label", body=msgspec.json.encode(cleared), made_at=NOON, next_at=NOON)
    assert not told(decide_as(PAID, Outcome.ALLOW), message)
    assert [one.outcome for one in told(decide_as(PAID), message)] == [FeedbackOutcome.FALSE_ALARM]


def void(_: object) -> None:
    return None

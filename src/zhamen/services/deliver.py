"""Messages leave the outbox: payments to the payment system, labels to the gate."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

import msgspec

from zhamen.cases.labels import Telling, telling_event
from zhamen.core.errors import JournalUnavailable, UnavailableError, ZhamenError
from zhamen.events.model import AnyEvent, FraudReported
from zhamen.gate.decision import Decision
from zhamen.ports.feedback import FeedbackStore
from zhamen.ports.journal import Entry, JournalRead
from zhamen.ports.outbox import Message, Outbox
from zhamen.ports.receiver import Receiver
from zhamen.services.rounds import Rounds
from zhamen.services.signing import MESSAGE_ID, SIGNATURE, TIMESTAMP, sign
from zhamen.services.tell_feedback import feedback_of

__all__ = ["MOST_ATTEMPTS", "LabelSender", "OutboxWorker", "WebhookSender", "wait_before"]

MOST_ATTEMPTS: Final = 14
"""After so many a message is given up: about ten hours after the first."""
_FIRST_WAIT: Final = timedelta(seconds=2)
_LONGEST_WAIT: Final = timedelta(hours=2)
_EVERY: Final = 0.5
_OK: Final = range(200, 300)
_log = logging.getLogger(__name__)

Send = Callable[[Message, datetime], None]
"""Delivers a message, or raises why it cannot."""


def wait_before(attempt: int) -> timedelta:
    """Give how long to wait after so many attempts that failed.

    >>> [str(wait_before(n)) for n in (1, 2, 5, 13)]
    ['0:00:02', '0:00:04', '0:00:32', '2:00:00']
    """
    return min(_FIRST_WAIT * (1 << (attempt - 1)), _LONGEST_WAIT)


class WebhookSender:
    """Signs messages and posts them to the payment system."""

    def __init__(self, receiver: Receiver, secret: bytes) -> None:
        self._receiver = receiver
        self._secret = secret

    def send(self, message: Message, now: datetime) -> None:
        """Post a message.

        Raises
        ------
        UnavailableError
            There was no answer, or another than 2xx.
        """
        number, timestamp = str(message.id), int(now.timestamp())
        status = self._receiver.post(
            message.body,
            {
                "Content-Type": "application/json",
                MESSAGE_ID: number,
                TIMESTAMP: str(timestamp),
                SIGNATURE: sign(self._secret, number, timestamp, message.body),
            },
        )
        if status not in _OK:
            raise UnavailableError(f"the receiver answered {status}")


class LabelSender:
    """Reports to the gate what a closed case has taught, and tells the records that warned what came of it.

    Parameters
    ----------
    report
        Brings an event through the gate's door, and returns when its decision is durable.
    """

    def __init__(
        self, journal: JournalRead, report: Callable[[FraudReported], None], feedback: FeedbackStore
    ) -> None:
        self._journal = journal
        self._report = report
        self._feedback = feedback

    def send(self, message: Message, now: datetime) -> None:  # noqa: ARG002  # the shape of a sender
        """Report one payment or account.

        Raises
        ------
        JournalUnavailable
            The journal does not have the entry that the alert was made from.
        ZhamenError
            What the door, the journal or the store of feedback says.
        """
        telling = msgspec.json.decode(message.body, type=Telling)
        entry = self._journal.at(telling.alert)
        if entry is None:
            raise JournalUnavailable(
                f"the journal has no entry {telling.alert}; give the one it was made from"
            )
        event = msgspec.json.decode(entry.event, type=AnyEvent)
        report = telling_event(telling, event)
        if report is not None:
            self._report(report)
        payment = self._payment_of(event, entry)
        feedback = feedback_of(telling, *payment) if payment else None
        if feedback is not None:
            self._feedback.give(feedback)

    def _payment_of(self, event: AnyEvent, entry: Entry) -> tuple[AnyEvent, Decision] | None:
        """Give the payment that an alert is about and its decision: its own, or the one that was reported."""
        if isinstance(event, FraudReported):
            found = self._journal.find(event.transfer_event_id or "")
            if found is None:
                return None
            entry, event = found, msgspec.json.decode(found.event, type=AnyEvent)
        return event, msgspec.json.decode(entry.decision, type=Decision)


class OutboxWorker:
    """Empties the outbox on a thread of its own.

    Parameters
    ----------
    senders
        By kind of message. Messages of a kind without a sender wait.

    Notes
    -----
    A message is sent at least once; its id is the same each time. It is tried again after 2, 4, 8 … seconds,
    two hours at most, and given up after 14 attempts; `Outbox.replay` brings it back.
    """

    def __init__(
        self,
        outbox: Outbox,
        senders: dict[str, Send],
        clock: Callable[[], datetime],
        *,
        every_seconds: float = _EVERY,
    ) -> None:
        self._outbox = outbox
        self._senders = senders
        self._clock = clock
        self._rounds = Rounds(
            "zhamen-outbox", self.deliver, every_seconds, trouble="the outbox cannot be emptied"
        )

    def start(self) -> None:
        """Begin to deliver."""
        self._rounds.start()

    def stop(self) -> None:
        """Finish the message under way and end."""
        self._rounds.stop()

    def deliver(self) -> int:
        """Try every message whose time has come, once; give how many arrived."""
        arrived = 0
        for message in self._outbox.ready(self._clock(), tuple(self._senders)):
            if self._rounds.stopping:
                break
            arrived += self._try(message, self._senders[message.kind])
        return arrived

    def _try(self, message: Message, send: Send) -> bool:
        try:
            send(message, self._clock())
        except ZhamenError as error:
            attempts = message.attempts + 1
            now = self._clock()
            again = None if attempts >= MOST_ATTEMPTS else now + wait_before(attempts)
            if again is None:
                _log.error("message %d is given up after %d attempts: %s", message.id, attempts, error)
            self._outbox.postponed(message.id, now, str(error), again)
            return False
        self._outbox.delivered(message.id, self._clock())
        return True

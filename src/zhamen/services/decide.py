"""One way in: an event is decided, made durable, and only then answered."""

import logging
import threading
from collections.abc import Callable
from datetime import datetime
from time import perf_counter
from typing import Final

from msgspec import Struct

from zhamen.core.errors import EventIdReused, JournalUnavailable, Overloaded, UnavailableError, ZhamenError
from zhamen.events.door import admit, content_digest
from zhamen.events.model import AnyEvent
from zhamen.networks.live import Networks
from zhamen.ports.journal import Entry, Journal
from zhamen.services.commit import Committer, Waiting
from zhamen.services.live import GateLike, Live
from zhamen.services.recover import Progress, Recovered, recover
from zhamen.services.snapshot import Snapshotting
from zhamen.services.timings import Timings

__all__ = ["Answer", "DecisionService", "Reply"]

_FIRST_PAUSE: Final = 0.1
_LONGEST_PAUSE: Final = 5.0
_log = logging.getLogger(__name__)


class Answer(Struct, frozen=True):
    """A durable decision as JSON and its place in the journal; `duplicate` if it was made before."""

    seq: int
    decision_json: bytes
    duplicate: bool
    event_json: bytes = b""
    """Of a decision that was looked up."""


Reply = Callable[[Answer | ZhamenError], None]


class _InFlight(Waiting):
    """An entry on its way to the disk and all who wait for it; the first brought the event."""

    __slots__ = ("entry", "replies")

    def __init__(self, entry: Entry, since: float, reply: Reply) -> None:
        super().__init__(since)
        self.entry = entry
        self.replies = [reply]


class DecisionService:
    """Decides events in the order they come and answers when they are on disk.

    Parameters
    ----------
    gate
        Gives pack and feature plan; its state is not used, for what counts is the journal.
    clock
        Our time, aware UTC.
    deliver
        Called once per group, on the committer's thread, with a function that gives the answers;
        ``loop.call_soon_threadsafe`` in a server.
    max_waiting
        How many answers may be outstanding.
    snapshotting
        Where and how often the state is written down; without it a recovery replays the whole journal.

    Notes
    -----
    Any thread may call any method. When the journal cannot be written, all who wait get
    JournalUnavailable and the state goes back to what is on disk; events are taken again as soon as
    the journal takes them.
    """

    def __init__(
        self,
        gate: GateLike,
        journal: Journal,
        *,
        clock: Callable[[], datetime],
        deliver: Callable[[Callable[[], None]], None],
        max_waiting: int,
        snapshotting: Snapshotting | None = None,
    ) -> None:
        self._gate = gate
        self._journal = journal
        self._clock = clock
        self._deliver = deliver
        self._max_waiting = max_waiting
        self._snapshotting = snapshotting
        self._committer: Committer[_InFlight] = Committer(self._write, self._on_durable, self._on_failure)
        self._live = Live(gate)
        self._sound = False
        self._lock = threading.Lock()
        self._in_flight: dict[str, _InFlight] = {}
        self._durable = 0
        self._replies = 0
        self._stopping = threading.Event()
        self._refusal: UnavailableError | None = UnavailableError(
            "the state is not recovered yet; try again later"
        )
        self.timings = Timings()

    @property
    def ready(self) -> bool:
        """Whether events are taken."""
        return self._refusal is None

    @property
    def state(self) -> object:
        """The live features, to be looked at and not touched."""
        return self._live.gate.state

    @property
    def networks(self) -> Networks | None:
        """Who paid whom up to the last decision, for any thread to ask; others after a recovery."""
        return self._live.gate.networks

    @property
    def last_seq(self) -> int:
        """The place of the newest decision in the journal."""
        return self._live.seq

    @property
    def since_snapshot(self) -> int:
        """How many decisions a recovery would replay; all of them without snapshots."""
        return self._live.seq - (0 if self._snapshotting is None else self._snapshotting.seq)

    @property
    def refusal(self) -> UnavailableError | None:
        """Why no events are taken; None when they are."""
        return self._refusal

    @property
    def waiting(self) -> int:
        """How many answers are outstanding."""
        return self._replies

    def start(self, progress: Progress | None = None) -> Recovered:
        """Recover the state and begin to take events.

        Raises
        ------
        FeaturesDiffer, JournalDamaged, JournalUnavailable
            The state cannot be recovered; see `recover`.
        """
        recovered = self._recover(progress)
        self._journal.begin_pack(f"{self._gate.pack.name} {self._gate.pack.version}", self._gate.pack.hash)
        self._stand_on(recovered)
        self._committer.start()
        return recovered

    def submit(self, event: AnyEvent, *, trace_id: str, with_features: bool, reply: Reply) -> None:
        """Decide a decoded event; `reply` gets the answer once it is durable.

        The same event again gets the first decision, after the same write if that is still to come.
        `reply` is called before this returns when the decision is on disk already, and through
        ``deliver`` otherwise.

        Raises
        ------
        EventIdReused
            The id was used for another event.
        InvalidEvent
            The event does not fit our clock or the pack's currency.
        Overloaded
            As many answers are outstanding as may be.
        UnavailableError
            No events are taken now: ``refusal`` says why.
        """
        digest = content_digest(event)
        with self._lock:
            self._check_taking()
            earlier = self._in_flight.get(event.event_id)
            recorded = earlier.entry if earlier is not None else self._recorded(event.event_id)
            if recorded is None:
                self._take(event, digest, trace_id, with_features, reply)
                return
            self._check_same(recorded, digest)
            self.timings.duplicates += 1
            if earlier is not None:
                earlier.replies.append(reply)
                self._replies += 1
                return
        reply(Answer(recorded.seq, recorded.decision, True))

    def find(self, event_id: str) -> Answer | None:
        """Give the durable decision of an event."""
        entry = self._recorded(event_id)
        return None if entry is None else Answer(entry.seq, entry.decision, False, entry.event)

    def snapshot(self) -> None:
        """Ask for a snapshot of the state; it is begun after the group under way."""
        self._committer.put(self._snapshot)

    def drain(self) -> None:
        """Take no more events, write and answer those that wait, and write a last snapshot.

        The journal stays open.
        """
        with self._lock:
            sound = self._refusal is None
            self._refusal = UnavailableError("the gate is stopping; ask another one")
            self._stopping.set()
        self._committer.stop()
        if self._snapshotting is not None:
            self._snapshotting.look(self.timings, wait=True)
            if sound and self._sound:
                self._snapshotting.take(self._live, self.timings)
                self._snapshotting.look(self.timings, wait=True)

    def _check_taking(self) -> None:
        if self._refusal is not None:
            raise type(self._refusal)(str(self._refusal), retry_after=self._refusal.retry_after)
        if self._replies >= self._max_waiting:
            self.timings.overloaded += 1
            raise Overloaded(f"{self._replies} decisions are waiting for the disk; try again in a second")

    def _recorded(self, event_id: str) -> Entry | None:
        return self._journal.find(event_id) if event_id in self._live.seen else None

    def _check_same(self, recorded: Entry, digest: bytes) -> None:
        if recorded.digest != digest:
            self.timings.refused += 1
            raise EventIdReused(
                f"event id {recorded.event_id} was used for another event (entry {recorded.seq});"
                " send a new event under a new id"
            )

    def _take(self, event: AnyEvent, digest: bytes, trace_id: str, with_features: bool, reply: Reply) -> None:
        timings, live, started = self.timings, self._live, perf_counter()
        now = live.instant(self._clock())
        try:
            event = admit(event, received_at=now, currency=live.gate.pack.currency)
            admitted = perf_counter()
            decision = live.gate.decide(event, trace_id=trace_id, decided_at=now, with_features=with_features)
            decided = perf_counter()
            entry = live.record(event, digest, decision)
        except ZhamenError:
            timings.refused += 1
            raise
        except Exception as error:
            self._distrust(error)
            raise
        recorded = perf_counter()
        timings.taken += 1
        timings.admit_seconds += admitted - started
        timings.gate_seconds += decided - admitted
        timings.record_seconds += recorded - decided
        waiting = _InFlight(entry, recorded, reply)
        self._in_flight[event.event_id] = waiting
        self._replies += 1
        self._committer.put(waiting)

    def _distrust(self, error: Exception) -> None:
        _log.critical("the gate failed on an event; its state is built anew", exc_info=error)
        self._refuse("the gate failed and its state is being built anew; try again later")
        self._committer.put(self._come_back)

    def _refuse(self, message: str) -> None:
        self._sound = False
        self._refusal = JournalUnavailable(message)

    def _write(self, group: list[_InFlight]) -> None:
        self._journal.append([flight.entry for flight in group])

    def _on_durable(self, group: list[_InFlight], started: float) -> None:
        written = perf_counter()
        timings = self.timings
        self._durable = group[-1].entry.seq
        timings.groups += 1
        timings.durable += len(group)
        timings.largest_group = max(timings.largest_group, len(group))
        timings.journal_seconds += written - started
        timings.waiting_seconds += sum(started - flight.since for flight in group)
        if not self._hand_over(lambda: self._answer(group)):
            self._land(group)
        if self._snapshotting is not None:
            self._snapshotting.look(timings)
            if self._snapshotting.due(group[-1].entry.seq):
                self._snapshot()

    def _snapshot(self) -> None:
        with self._lock:
            if self._snapshotting is not None and self._sound:
                self._snapshotting.take(self._live, self.timings)

    def _on_failure(self, group: list[_InFlight], error: Exception) -> None:  # noqa: ARG002  # all fail
        _log.critical("the journal cannot be written: %s", error)
        self.timings.journal_failures += 1
        refusal = JournalUnavailable(
            f"the journal cannot be written ({error}); nothing was decided, try again"
        )
        with self._lock:
            self._refuse(str(refusal))
            flights = [each for each in self._in_flight.values() if each.entry.seq > self._durable]
            self._committer.discard()
        self._land(flights)
        self._hand_over(lambda: _refuse(flights, refusal))
        self._come_back()

    def _hand_over(self, answers: Callable[[], None]) -> bool:
        try:
            self._deliver(answers)
        except Exception:
            _log.exception("answers could not be delivered; asking again gives them")
            return False
        return True

    def _answer(self, group: list[_InFlight]) -> None:
        """Answer where events come from, so that neither side waits for the other's lock."""
        self._land(group)
        for flight in group:
            entry = flight.entry
            for at, reply in enumerate(flight.replies):
                _give(reply, Answer(entry.seq, entry.decision, at > 0))

    def _land(self, flights: list[_InFlight]) -> None:
        with self._lock:
            for flight in flights:
                del self._in_flight[flight.entry.event_id]
            self._replies -= sum(len(flight.replies) for flight in flights)

    def _come_back(self) -> None:
        recovered, pause = None, _FIRST_PAUSE
        while not self._stopping.wait(pause):
            try:
                recovered = recovered or self._recover()
                self._journal.probe()
            except JournalUnavailable:
                pause = min(2 * pause, _LONGEST_PAUSE)
            except ZhamenError as error:
                _log.critical("the state cannot be recovered: %s", error)
                return
            else:
                self._stand_on(recovered)
                _log.warning("events are taken again from entry %d on", recovered.live.seq + 1)
                return

    def _recover(self, progress: Progress | None = None) -> Recovered:
        store = None if self._snapshotting is None else self._snapshotting.store
        return recover(self._gate, self._journal, store, progress)

    def _stand_on(self, recovered: Recovered) -> None:
        with self._lock:
            self._live = recovered.live
            self._sound = True
            if not self._stopping.is_set():
                self._refusal = None
        if self._snapshotting is not None:
            self._snapshotting.stand_at(recovered.live.seq - recovered.replayed)


def _refuse(flights: list[_InFlight], refusal: ZhamenError) -> None:
    for flight in flights:
        for reply in flight.replies:
            _give(reply, refusal)


def _give(reply: Reply, answer: Answer | ZhamenError) -> None:
    try:
        reply(answer)
    except Exception:
        _log.exception("one answer could not be given")

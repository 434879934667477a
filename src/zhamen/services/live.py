"""The live state of a gate: its features, what it has seen, and where in the journal it stands."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, Protocol, Self

import msgspec

from zhamen.core.parts import under
from zhamen.events.model import AnyEvent, Event
from zhamen.gate.decision import Decision
from zhamen.networks.live import Networks
from zhamen.ports.journal import GENESIS, Entry, link
from zhamen.ports.snapshots import About, Parts
from zhamen.services.seen import Seen

__all__ = ["GateLike", "Live", "PackLike"]

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_DECISION: Final = msgspec.json.Decoder(Decision)
_EVENT: Final = msgspec.json.Decoder(AnyEvent)
_ENCODER: Final = msgspec.json.Encoder()


class PackLike(Protocol):
    """What a decision is made with."""

    @property
    def name(self) -> str:
        """What people call it."""

    @property
    def version(self) -> str:
        """Which one of that name."""

    @property
    def hash(self) -> str:
        """Of its whole content."""

    @property
    def currency(self) -> str:
        """The one it counts in."""


class GateLike(Protocol):
    """What decides; made from a pack and what it learned of events, which advances with every event."""

    def renewed(self, parts: Mapping[str, memoryview] | None = None) -> Self:
        """Give the same gate as it was when `parts` were taken; as before the first event without them."""

    def parts(self) -> Iterable[tuple[str, memoryview]]:
        """Give what was learned of events as named memory, without a copy; good until the next event."""

    @property
    def fingerprint(self) -> str:
        """Of all that shapes what ``parts`` gives."""

    @property
    def pack(self) -> PackLike:
        """What it decides with."""

    @property
    def state(self) -> Any:
        """The features."""

    @property
    def networks(self) -> Networks | None:
        """Who paid whom, where the pack asks for it."""

    def decide(
        self,
        event: Event,
        *,
        trace_id: str,
        decided_at: datetime,
        with_features: bool = False,
        again: Decision | None = None,
    ) -> Decision:
        """Decide an event and advance; a ZhamenError means that nothing was advanced.

        ``again`` is the decision that was made of it before, from what the lists said then.
        """


@dataclass(slots=True)
class Live:
    """A gate and all else that decides what the next entry will be.

    Two that went through the same entries are the same to the bit, whether they decided them,
    replayed them, or came from a snapshot.
    """

    gate: GateLike
    seen: Seen = field(default_factory=Seen)
    seq: int = 0
    chain: bytes = GENESIS
    decided_at: datetime = _EPOCH

    def instant(self, now: datetime) -> datetime:
        """Give the time to decide at: `now`, but never before the last decision, if the clock went back."""
        return max(now, self.decided_at)

    def record(self, event: AnyEvent, digest: bytes, decision: Decision) -> Entry:
        """Take the decision of an event in, and give the entry to write."""
        event_json, decision_json = _ENCODER.encode(event), _ENCODER.encode(decision)
        entry = Entry(
            seq=self.seq + 1,
            event_id=event.event_id,
            digest=digest,
            chain=link(self.chain, event_json, decision_json),
            event=event_json,
            decision=decision_json,
        )
        self._stand_at(entry, decision.decided_at)
        return entry

    def replay(self, entry: Entry) -> bool:
        """Take a written entry in; tell whether the gate decides it as it was decided then.

        With another pack than it was decided with there is nothing to compare, and the answer is True.
        """
        recorded = _DECISION.decode(entry.decision)
        decision = self.gate.decide(
            _EVENT.decode(entry.event),
            trace_id=recorded.trace_id,
            decided_at=recorded.decided_at,
            with_features=recorded.features is not None,
            again=recorded,
        )
        self._stand_at(entry, recorded.decided_at)
        return recorded.pack_hash != self.gate.pack.hash or _ENCODER.encode(decision) == entry.decision

    def about(self) -> About:
        """Say which state this is."""
        return About(
            seq=self.seq,
            chain=self.chain,
            decided_at=self.decided_at,
            pack_hash=self.gate.pack.hash,
            fingerprint=self.gate.fingerprint,
        )

    def parts(self) -> Parts:
        """Give the state as named memory, without a copy; good until the next event."""
        return [*self.gate.parts(), *((f"seen/{name}", part) for name, part in self.seen.parts())]

    @classmethod
    def empty(cls, gate: GateLike) -> Self:
        """Make the state before the first event, with the pack of `gate`."""
        return cls(gate.renewed())

    @classmethod
    def restore(cls, gate: GateLike, about: About, parts: Mapping[str, memoryview]) -> Self:
        """Make the state that `parts` came from, with the pack of `gate`.

        Raises
        ------
        UnreadableFile
            The parts are not those of such a state.
        """
        seen = Seen.restore(under("seen/", parts))
        return cls(gate.renewed(parts), seen, about.seq, about.chain, about.decided_at)

    def _stand_at(self, entry: Entry, decided_at: datetime) -> None:
        self.seen.add(entry.event_id)
        self.seq, self.chain, self.decided_at = entry.seq, entry.chain, decided_at

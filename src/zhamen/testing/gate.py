"""A gate small enough to see through, for tests of what stands around a gate."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Self

import numpy as np

from zhamen.core.identifiers import identity
from zhamen.core.parts import under
from zhamen.events.model import Event
from zhamen.gate.decision import Bilingual, Decision, Outcome, Reason

__all__ = ["TallyGate", "TallyPack", "TallyPlan", "TallyState"]

_SLOTS: Final = 1 << 12
_REASON: Final = Bilingual("账户此前的笔数与金额", "what the account did before")


@dataclass(frozen=True)
class TallyPack:
    """A pack without rules."""

    name: str = "tally"
    version: str = "1"
    hash: str = "0" * 64
    currency: str = "CNY"


@dataclass(frozen=True)
class TallyPlan:
    """A plan without features; another fingerprint stands for other features."""

    fingerprint: str = "tally"


class TallyState:
    """How often and how much, by the account that pays or is concerned."""

    def __init__(self, plan: TallyPlan) -> None:
        self.plan = plan
        self.counts = np.zeros(_SLOTS, np.int64)
        self.sums = np.zeros(_SLOTS, np.int64)

    def parts(self) -> Iterator[tuple[str, memoryview]]:
        """Give the state as named memory."""
        yield "counts", self.counts.data
        yield "sums", self.sums.data

    @classmethod
    def restore(cls, plan: TallyPlan, parts: Iterable[tuple[str, memoryview]]) -> "TallyState":
        """Make the state that `parts` came from."""
        state, named = cls(plan), dict(parts)
        state.counts = np.frombuffer(named["counts"], np.int64).copy()
        state.sums = np.frombuffer(named["sums"], np.int64).copy()
        return state


class TallyGate:
    """Decides by what an account did before, so that an event lost, doubled or moved shows in the next.

    >>> TallyGate().pack.name
    'tally'
    """

    def __init__(self, pack: TallyPack | None = None, state: TallyState | None = None) -> None:
        self.pack = pack or TallyPack()
        self.state = state or TallyState(TallyPlan())

    networks = None
    """It has none."""

    @property
    def fingerprint(self) -> str:
        """Of its plan."""
        return self.state.plan.fingerprint

    def parts(self) -> Iterator[tuple[str, memoryview]]:
        """Give the state as named memory."""
        for name, part in self.state.parts():
            yield f"features/{name}", part

    def renewed(self, parts: Mapping[str, memoryview] | None = None) -> Self:
        """Give the same gate with the state of `parts`, or a new one."""
        plan = self.state.plan
        state = (
            TallyState(plan) if parts is None else TallyState.restore(plan, under("features/", parts).items())
        )
        return type(self)(self.pack, state)

    def decide(
        self,
        event: Event,
        *,
        trace_id: str,
        decided_at: datetime,
        with_features: bool = False,
        again: Decision | None = None,  # noqa: ARG002  # it has no lists
    ) -> Decision:
        """Decide by the number of events of the account so far, this one included."""
        account = getattr(event, "debtor_account", None) or getattr(event, "account", None)
        slot = identity(account.id if account is not None else "") % _SLOTS
        self.state.counts[slot] += 1
        self.state.sums[slot] += getattr(event, "amount_minor", None) or 0
        count, total = int(self.state.counts[slot]), int(self.state.sums[slot])
        reason = Reason(
            code="TALLY-001",
            typology="other",
            text=_REASON,
            audience=("analyst",),
            evidence={"count": count, "sum": total},
        )
        return Decision(
            event_id=event.event_id,
            trace_id=trace_id,
            outcome=tuple(Outcome)[count % len(Outcome)],
            score=total % 101,
            scores={},
            reasons=(reason,),
            features={"count": float(count), "sum": float(total)} if with_features else None,
            pack=f"{self.pack.name} {self.pack.version}",
            pack_hash=self.pack.hash,
            decided_at=decided_at,
        )

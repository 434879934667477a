"""The day that passes behind the demo's console leaves what waits to who looks at it."""

import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import pytest

from zhamen.cli.demo_console import Sitting, _pass_a_day
from zhamen.events.model import AnyEvent, TransferSettled
from zhamen.gate.decision import Outcome
from zhamen.services.decide import Answer
from zhamen.testing import decide_as, make_transfer


@dataclass
class Seen:
    """A gate that gives every transfer one outcome, and a bank that is told what was stopped."""

    outcome: Outcome
    events: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    def submit(self, event: AnyEvent, *, reply: Any, **_: object) -> None:
        self.events.append(event.event_id)
        reply(Answer(len(self.events), msgspec.json.encode(decide_as(event, self.outcome)), duplicate=False))

    def stopped(self, event_id: str) -> bool:
        self.told.append(event_id)
        return True


def day() -> list[AnyEvent]:
    transfer = make_transfer(1)
    settled = TransferSettled(
        event_id="S1",
        occurred_at=transfer.occurred_at,
        transfer_event_id=transfer.event_id,
        debtor_account=transfer.debtor_account,
        creditor_account=transfer.creditor_account,
        amount_minor=transfer.amount_minor,
        currency="CNY",
        settlement="declined",
    )
    return [transfer, settled]


@pytest.mark.parametrize(
    ("outcome", "passed"),
    [
        (Outcome.HOLD, ["T1"]),
        (Outcome.DELAY, ["T1"]),
        (Outcome.DECLINE, ["T1", "S1"]),
        (Outcome.ALLOW, ["T1", "S1"]),
    ],
)
def test_what_waits_is_not_ended_by_the_simulated_payment_system(outcome: Outcome, passed: list[str]) -> None:
    seen: Any = Seen(outcome)
    _pass_a_day(Sitting(seen, iter(day()), Path(), 0), seen, threading.Event())
    assert seen.events == passed
    assert seen.told == ([] if outcome is Outcome.ALLOW else ["T1"])

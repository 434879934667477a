"""A bank with a shelf of cases, driven by payments between named accounts."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

import pytest
from msgspec.structs import replace

from zhamen.cases.acts import Act, ActKind, Detail
from zhamen.cases.case import Case
from zhamen.cases.ties import Place
from zhamen.events.model import AnyEvent, CashWithdrawal, FraudReported, Transfer, TransferSettled
from zhamen.events.parts import Account, Device
from zhamen.gate.decision import Decision, Outcome
from zhamen.organisation.scope import Scope
from zhamen.testing import NOON, Accounts, MemoryCasework, decide_as

HEAD = Scope("HQ")


@dataclass
class Desk:
    """Takes payments at one-minute steps and gives the case that each came into."""

    work: MemoryCasework = field(default_factory=MemoryCasework)
    accounts: Accounts = field(default_factory=Accounts)
    now: datetime = NOON
    seq: int = 0

    def pay(
        self,
        debtor: str,
        creditor: str,
        outcome: Outcome = Outcome.CHALLENGE,
        *,
        typology: str = "victim",
        amount: int = 1_000_00,
        score: int = 60,
        unit: str = "HQ/R1/B01",
        device: str = "",
        kind: Literal["person", "enterprise", "merchant", "internal"] = "person",
    ) -> Case:
        event = Transfer(
            event_id=f"T{self.seq + 1}",
            occurred_at=self.now,
            device=Device(id=device) if device else None,
            debtor_account=Account(id=debtor),
            creditor_account=Account(id=creditor, kind=kind),
            amount_minor=amount,
            currency="CNY",
        )
        return self.enter(event, decide_as(event, outcome, score=score, typology=typology), unit)

    def report(self, payment: str, debtor: str, creditor: str, amount: int = 1_000_00, **more: Any) -> Case:
        event = FraudReported(
            event_id=f"F{self.seq + 1}",
            occurred_at=self.now,
            transfer_event_id=payment,
            debtor_account=Account(id=debtor),
            creditor_account=Account(id=creditor),
            amount_minor=amount,
            currency="CNY",
            **{"label": "confirmed_fraud"} | more,
        )
        return self.enter(event, replace(decide_as(event, Outcome.ALLOW), reasons=()))

    def withdraw(self, debtor: str) -> Case:
        event = CashWithdrawal(
            event_id=f"W{self.seq + 1}",
            occurred_at=self.now,
            debtor_account=Account(id=debtor),
            amount_minor=500_00,
            currency="CNY",
        )
        return self.enter(event, decide_as(event, typology="mule"))

    def settle(
        self, payment: str, settlement: Literal["settled", "cancelled", "returned", "declined"]
    ) -> None:
        event = TransferSettled(
            event_id=f"S{self.seq + 1}",
            occurred_at=self.now,
            transfer_event_id=payment,
            debtor_account=Account(id="A"),
            creditor_account=Account(id="B"),
            amount_minor=1,
            currency="CNY",
            settlement=settlement,
        )
        self.put(event, decide_as(event, Outcome.ALLOW))

    def enter(self, event: AnyEvent, decision: Decision, unit: str = "HQ/R1/B01") -> Case:
        self.put(event, decision, unit)
        return self.case(self.work.shelf.alerts[self.seq].case)

    def put(self, event: AnyEvent, decision: Decision, unit: str = "HQ/R1/B01") -> None:
        self.seq += 1
        self.work.enter(self.seq, event, decision, Place(unit, *self.accounts.of(event)))
        self.now += timedelta(minutes=1)

    def act(self, case: int, kind: ActKind, by: str = "li", *, payment: int = 0, **detail: Any) -> Case:
        """Do something to a case, or to a payment, and give the case after it."""
        made = Act(
            case=case,
            payment=payment,
            kind=kind,
            by=by,
            unit="HQ",
            at=self.now,
            reason=detail.pop("reason", "because"),
            detail=Detail(**detail),
        )
        return self.work.perform(HEAD, made, self.work.policy).case

    def case(self, number: int) -> Case:
        return self.work.get_case(HEAD, number)


@pytest.fixture
def bank() -> Desk:
    return Desk()

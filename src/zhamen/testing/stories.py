"""Events with decisions that a test chooses, and stories of many of them."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Final

import msgspec

from zhamen.events.door import content_digest
from zhamen.events.model import AnyEvent, CashWithdrawal, FraudReported, Transfer, TransferSettled
from zhamen.events.parts import Account, Device
from zhamen.gate.decision import Advice, Bilingual, Decision, Outcome, Reason
from zhamen.ports.journal import GENESIS, Entry
from zhamen.testing.clock import NOON

__all__ = ["Accounts", "Entered", "decide_as", "enter_as", "make_story"]

Entered = tuple[int, AnyEvent, Decision]
"""An entry of a journal: its place, the event, the decision."""
_OUTCOMES: Final = (Outcome.ALLOW, Outcome.CHALLENGE, Outcome.DELAY, Outcome.HOLD, Outcome.DECLINE)
_WORDS: Final = Bilingual("请核实", "Please check")


class Accounts:
    """Numbers accounts in the order of first appearance, as the views do.

    >>> accounts = Accounts()
    >>> accounts.number("A"), accounts.number("B"), accounts.number("A")
    (1, 2, 1)
    """

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def number(self, account: str) -> int:
        """Give the number of an account."""
        return self._numbers.setdefault(account, len(self._numbers) + 1)

    def of(self, event: AnyEvent) -> tuple[int | None, int | None]:
        """Give the numbers of the account that acts and of the one that is paid."""
        acting = getattr(event, "debtor_account", None) or getattr(event, "account", None)
        paid = getattr(event, "creditor_account", None)
        numbers = [None if one is None else self.number(one.id) for one in (acting, paid)]
        return numbers[0], numbers[1]


def enter_as(seq: int, event: AnyEvent, decision: Decision) -> Entry:
    """Make the entry of a journal, chained to no other."""
    return Entry(
        seq=seq,
        event_id=event.event_id,
        digest=content_digest(event),
        chain=GENESIS,
        event=msgspec.json.encode(event),
        decision=msgspec.json.encode(decision),
    )


def decide_as(
    event: AnyEvent,
    outcome: Outcome = Outcome.HOLD,
    *,
    score: int = 60,
    typology: str = "victim",
    pack_hash: str = "0" * 64,
) -> Decision:
    """Make a decision with one reason."""
    at = event.received_at or event.occurred_at
    reason = Reason(code="TEST-001", typology=typology, text=_WORDS, audience=("analyst",), weight=score)
    return Decision(
        event_id=event.event_id,
        trace_id=f"trace-{event.event_id}",
        outcome=outcome,
        score=score,
        scores={},
        reasons=(reason,),
        advice=Advice(_WORDS, _WORDS),
        delay_until=at + timedelta(hours=24) if outcome is Outcome.DELAY else None,
        pack="test 2026.1.1",
        pack_hash=pack_hash,
        decided_at=at,
    )


def make_story(count: int, seed: int = 1, *, accounts: int = 12) -> Iterator[Entered]:
    """Make entries among a few accounts: payments with all outcomes, cash, settlements, reports.

    >>> [decision.outcome.value for _, _, decision in make_story(3)]
    ['hold', 'delay', 'allow']
    """
    dice, paid = Random(seed), list[Transfer]()  # noqa: S311  # a story, not a secret
    for seq in range(1, count + 1):
        at = NOON + timedelta(minutes=seq * dice.choice((1, 1, 7)))
        event = _event(dice, seq, at, paid, accounts)
        moves = isinstance(event, Transfer | CashWithdrawal)
        outcome = dice.choice(_OUTCOMES) if moves else Outcome.ALLOW
        typology = dice.choice(("victim", "mule", "mule", "gambling", "ato"))
        yield seq, event, decide_as(event, outcome, score=dice.randrange(0, 101, 5), typology=typology)


def _event(dice: Random, seq: int, at: datetime, paid: list[Transfer], accounts: int) -> AnyEvent:
    debtor, creditor = (Account(id=f"6222-{number}") for number in dice.sample(range(accounts), 2))
    kind = dice.random()
    if paid and kind < 0.2:
        earlier = dice.choice(paid)
        return TransferSettled(
            event_id=f"S{seq}",
            occurred_at=at,
            transfer_event_id=earlier.event_id,
            debtor_account=earlier.debtor_account,
            creditor_account=earlier.creditor_account,
            amount_minor=earlier.amount_minor,
            currency="CNY",
            settlement=dice.choice(("settled", "cancelled", "returned", "declined")),
        )
    if paid and kind < 0.3:
        earlier = dice.choice(paid)
        return FraudReported(
            event_id=f"F{seq}",
            occurred_at=at,
            creditor_account=earlier.creditor_account,
            debtor_account=earlier.debtor_account,
            transfer_event_id=earlier.event_id,
            amount_minor=earlier.amount_minor,
            currency="CNY",
            label=dice.choice(("confirmed_fraud", "suspicious", "false_positive")),
            scam_kind=dice.choice(("task", None)),
        )
    device = Device(id=f"device-{dice.randrange(accounts)}") if dice.random() < 0.3 else None
    amount = dice.choice((100, 980_000, 6_000_000, dice.randrange(1, 60_000_000)))
    if kind < 0.4:
        return CashWithdrawal(
            event_id=f"W{seq}", occurred_at=at, debtor_account=debtor, amount_minor=amount, currency="CNY"
        )
    paid.append(
        Transfer(
            event_id=f"T{seq}",
            occurred_at=at,
            channel="mobile",
            device=device,
            debtor_account=debtor,
            creditor_account=creditor,
            amount_minor=amount,
            currency="CNY",
        )
    )
    return paid[-1]

"""Events and journal entries with boring contents."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from random import Random
from typing import Final

import msgspec

from zhamen.events.door import admit, content_digest
from zhamen.events.model import AnyEvent, CashWithdrawal, FraudReported, Login, PayeeAdded, Transfer
from zhamen.events.parts import Account, Device
from zhamen.ports.journal import GENESIS, Entry, link
from zhamen.testing.clock import NOON
from zhamen.testing.gate import TallyGate

__all__ = ["make_entries", "make_events", "make_transfer"]

_Make = Callable[[Random, str, datetime], AnyEvent]


def make_transfer(number: int) -> Transfer:
    """Make the transfer T`number`: from one of 7 accounts to one of 3, a second after the one before.

    >>> make_transfer(8).event_id, make_transfer(8).debtor_account.id
    ('T8', 'debtor-1')
    """
    return Transfer(
        event_id=f"T{number}",
        occurred_at=NOON + timedelta(seconds=number % 240),
        debtor_account=Account(id=f"debtor-{number % 7}"),
        creditor_account=Account(id=f"creditor-{number % 3}"),
        amount_minor=100 + number,
        currency="CNY",
    )


def make_events(count: int, seed: int = 1) -> list[AnyEvent]:
    """Make `count` events of many kinds: in order but for ties and one late event in twenty.

    >>> [type(event).__name__ for event in make_events(3)]
    ['Login', 'Transfer', 'Transfer']
    """
    return list(islice(_events(Random(seed)), count))  # noqa: S311  # a story, not a secret


def _events(dice: Random) -> Iterator[AnyEvent]:
    now, number = NOON, 0
    while True:
        number += 1
        now += timedelta(seconds=dice.choice((0, 1, 20, 400)))
        late = timedelta(hours=dice.uniform(0, 60)) if dice.random() < 0.05 else timedelta(0)
        (make,) = dice.choices(_KINDS, _SHARES)
        yield make(dice, f"E{number}", now - late)


def _account(dice: Random) -> Account:
    return Account(id=f"account-{dice.randrange(60)}", opened_at=NOON - timedelta(days=dice.randrange(400)))


def _transfer(dice: Random, event_id: str, at: datetime) -> Transfer:
    return Transfer(
        event_id=event_id,
        occurred_at=at,
        channel=dice.choice(("mobile", "online", "counter", None)),
        device=Device(id=f"device-{dice.randrange(20)}"),
        debtor_account=_account(dice),
        creditor_account=_account(dice),
        amount_minor=dice.choice((100, 98_00, 5_000_00, 49_999_00, dice.randrange(1, 10**7))),
        currency="CNY",
    )


def _cash(dice: Random, event_id: str, at: datetime) -> CashWithdrawal:
    return CashWithdrawal(
        event_id=event_id,
        occurred_at=at,
        channel="atm",
        debtor_account=_account(dice),
        amount_minor=dice.randrange(100_00, 20_000_00, 100_00),
        currency="CNY",
    )


def _login(dice: Random, event_id: str, at: datetime) -> Login:
    device = Device(id=f"device-{dice.randrange(20)}")
    return Login(event_id=event_id, occurred_at=at, device=device, account=_account(dice))


def _payee(dice: Random, event_id: str, at: datetime) -> PayeeAdded:
    return PayeeAdded(
        event_id=event_id, occurred_at=at, account=_account(dice), creditor_account=_account(dice)
    )


def _report(dice: Random, event_id: str, at: datetime) -> FraudReported:
    return FraudReported(
        event_id=event_id, occurred_at=at, creditor_account=_account(dice), label="confirmed_fraud"
    )


_KINDS: Final[tuple[_Make, ...]] = (_transfer, _cash, _login, _payee, _report)
_SHARES: Final = (70, 8, 15, 6, 1)


def make_entries(count: int, *, after: Entry | None = None) -> list[Entry]:
    """Make `count` entries that follow from `after`, decided by a gate that saw nothing before them."""
    gate, entries = TallyGate(), []
    seq, chain = (0, GENESIS) if after is None else (after.seq, after.chain)
    for number in range(seq + 1, seq + count + 1):
        event = admit(make_transfer(number), received_at=NOON, currency="CNY")
        decision = msgspec.json.encode(gate.decide(event, trace_id=f"trace-{number}", decided_at=NOON))
        content = msgspec.json.encode(event)
        chain = link(chain, content, decision)
        entry = Entry(
            seq=number,
            event_id=event.event_id,
            digest=content_digest(event),
            chain=chain,
            event=content,
            decision=decision,
        )
        entries.append(entry)
    return entries

"""Entries of a small bank's days: payments with every outcome, and what became of them."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from random import Random
from typing import Final, get_args

import msgspec

from zhamen.events.door import content_digest
from zhamen.events.model import (
    AccountOpened,
    AnyEvent,
    CashWithdrawal,
    FraudReported,
    Login,
    Transfer,
    TransferSettled,
)
from zhamen.events.parts import Account, Channel, Device, Party
from zhamen.gate.decision import Bilingual, Decision, Outcome, Reason
from zhamen.organisation.history import History, Version
from zhamen.organisation.units import Level, Organisation, Unit
from zhamen.ports.journal import GENESIS, Entry, link
from zhamen.testing.clock import NOON

__all__ = ["SMALL_BANK", "make_decided"]

SMALL_BANK: Final = History(
    [
        Version(
            number=1,
            made_at=0,
            made_by="",
            organisation=Organisation(
                [
                    Unit(code="HQ", level=Level.HEAD_OFFICE, zh="总行", en="Head Office"),
                    *[
                        Unit(code=code, level=Level.BRANCH, parent="HQ", zh=code, en=code)
                        for code in ("B01", "B02")
                    ],
                    *[
                        Unit(code=code, level=Level.OUTLET, parent=code[:3], zh=code, en=code)
                        for code in ("B01-001", "B01-002", "B02-001")
                    ],
                ]
            ),
        )
    ]
)
"""The organisation in which `make_decided` happens."""
_RULES: Final = (
    ("VICTIM-001", "victim", 40),
    ("MULE-001", "mule", 35),
    ("ATO-003", "ato", 35),
    ("M-9", "mule", 0),
)
_CHANNELS: Final = (*get_args(Channel), None)
_OUTLETS: Final = ("B01-001", "B01-002", "B02-001", "nowhere", None, None)
_ACCOUNTS: Final = 12
_HOMES: Final = {10: "B01-002", 11: "B02-001"}
"""The home outlets of accounts whose events tell them."""


def make_decided(count: int, seed: int = 1) -> list[Entry]:
    """Make `count` entries over some days; with the same seed, a longer list begins as a shorter one does.

    >>> entries = make_decided(3)
    >>> [entry.seq for entry in entries], make_decided(9)[:3] == entries
    ([1, 2, 3], True)
    """
    return list(islice(_entries(Random(seed)), count))  # noqa: S311  # a story, not a secret


def _entries(dice: Random) -> Iterator[Entry]:
    chain, now = GENESIS, NOON
    payments: _Payments = []
    for seq in _count():
        now += timedelta(minutes=dice.choice((0, 1, 30, 300)))
        (make,) = dice.choices(_KINDS, _SHARES)
        event = make(dice, f"E{seq}", now, payments)
        decision = _decide(dice, event, f"trace-{seq}", now)
        if isinstance(event, Transfer | CashWithdrawal):
            payments.append(event)
        content, answer = msgspec.json.encode(event), msgspec.json.encode(decision)
        chain = link(chain, content, answer)
        yield Entry(
            seq=seq,
            event_id=event.event_id,
            digest=content_digest(event),
            chain=chain,
            event=content,
            decision=answer,
        )


def _count() -> Iterator[int]:
    number = 0
    while True:
        yield (number := number + 1)


def _decide(dice: Random, event: AnyEvent, trace_id: str, at: datetime) -> Decision:
    paying = isinstance(event, Transfer | CashWithdrawal)
    outcome = dice.choice(tuple(Outcome)) if paying and dice.random() < 0.5 else Outcome.ALLOW
    hits = dice.sample(_RULES, dice.randrange(3)) if outcome is not Outcome.ALLOW else []
    return Decision(
        event_id=event.event_id,
        trace_id=trace_id,
        outcome=outcome,
        score=sum(weight for _, _, weight in hits),
        scores={},
        reasons=tuple(
            Reason(
                code=code, typology=typology, text=Bilingual(code, code), audience=("analyst",), weight=weight
            )
            for code, typology, weight in hits
        ),
        pack="test 1",
        pack_hash="0" * 64,
        decided_at=at,
    )


_Payments = list[Transfer | CashWithdrawal]
_Make = Callable[[Random, str, datetime, _Payments], AnyEvent]


def _party(number: int) -> Party | None:
    return (
        None
        if number % 4 == 0
        else Party(id=f"customer-{number // 2}", name=f"客户{number // 2}", kind="person")
    )


def _account(number: int) -> Account:
    opened_at = NOON - timedelta(days=number)
    return Account(id=f"account-{number}", kind="person", opened_at=opened_at, outlet=_HOMES.get(number))


def _transfer(dice: Random, event_id: str, at: datetime, _: _Payments) -> AnyEvent:
    debtor, creditor = dice.sample(range(_ACCOUNTS), 2)
    return Transfer(
        event_id=event_id,
        occurred_at=at - timedelta(hours=dice.choice((0, 0, 0, 30))),
        channel=dice.choice(_CHANNELS),
        outlet=dice.choice(_OUTLETS),
        device=dice.choice((None, Device(id=f"device-{debtor}", ip="192.0.2.7"))),
        debtor_account=_account(debtor),
        creditor_account=_account(creditor),
        debtor=_party(debtor),
        creditor=_party(creditor),
        amount_minor=dice.choice((100, 5_000_00, dice.randrange(1, 10**7))),
        currency="CNY",
        customer_side=dice.choice((None, "debtor", "creditor")),
    )


def _cash(dice: Random, event_id: str, at: datetime, _: _Payments) -> AnyEvent:
    debtor = dice.randrange(_ACCOUNTS)
    return CashWithdrawal(
        event_id=event_id,
        occurred_at=at,
        channel="atm",
        outlet=dice.choice(_OUTLETS),
        debtor_account=_account(debtor),
        debtor=_party(debtor),
        amount_minor=dice.randrange(100_00, 20_000_00, 100_00),
        currency="CNY",
    )


def _login(dice: Random, event_id: str, at: datetime, _: _Payments) -> AnyEvent:
    owner = dice.randrange(_ACCOUNTS)
    return Login(event_id=event_id, occurred_at=at, account=_account(owner), customer=_party(owner))


def _opening(dice: Random, event_id: str, at: datetime, _: _Payments) -> AnyEvent:
    owner = dice.randrange(_ACCOUNTS)
    return AccountOpened(
        event_id=event_id,
        occurred_at=at,
        outlet=dice.choice(_OUTLETS),
        account=_account(owner),
        customer=_party(owner),
    )


def _settlement(dice: Random, event_id: str, at: datetime, payments: _Payments) -> AnyEvent:
    paid = [each for each in payments[-20:] if isinstance(each, Transfer)]
    of = dice.choice(paid) if paid else None
    return TransferSettled(
        event_id=event_id,
        occurred_at=at,
        transfer_event_id="E-unknown" if of is None or dice.random() < 0.05 else of.event_id,
        debtor_account=_account(0) if of is None else of.debtor_account,
        creditor_account=_account(1) if of is None else of.creditor_account,
        amount_minor=1 if of is None else of.amount_minor,
        currency="CNY",
        settlement=dice.choice(("settled", "settled", "cancelled", "returned", "declined")),
    )


def _report(dice: Random, event_id: str, at: datetime, payments: _Payments) -> AnyEvent:
    of = dice.choice(payments[-20:]) if payments else None
    return FraudReported(
        event_id=event_id,
        occurred_at=at,
        creditor_account=of.creditor_account if isinstance(of, Transfer) else _account(1),
        debtor_account=None if of is None else of.debtor_account,
        transfer_event_id=None if of is None or dice.random() < 0.1 else of.event_id,
        label=dice.choice(("confirmed_fraud", "suspicious", "false_positive")),
        scam_kind=dice.choice((None, "fake_police", "romance")),
    )


_KINDS: Final[tuple[_Make, ...]] = (_transfer, _cash, _login, _opening, _settlement, _report)
_SHARES: Final = (45, 8, 8, 4, 25, 10)

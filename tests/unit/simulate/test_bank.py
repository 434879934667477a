"""The synthetic bank: seeded, in order, true to the fen, with its scams and its innocent look-alikes."""

import hashlib
import tracemalloc
from collections import Counter
from collections.abc import Iterable
from itertools import islice

import msgspec
import pytest

from zhamen.core.errors import InputError
from zhamen.events.model import (
    AccountOpened,
    AnyEvent,
    CashWithdrawal,
    FraudReported,
    Transfer,
    TransferSettled,
)
from zhamen.simulate import Adversaries, Bank, BankConfig, Role, Truth
from zhamen.simulate.scams import SCAMS

SMALL = BankConfig(customers=3_000, days=12, seed=3, intensity=100.0)


def digest(events: Iterable[AnyEvent]) -> str:
    hasher = hashlib.blake2b()
    for event in events:
        hasher.update(msgspec.json.encode(event))
    return hasher.hexdigest()


@pytest.fixture(scope="module")
def lived() -> tuple[Bank, list[AnyEvent], list[Truth]]:
    bank = Bank(SMALL)
    events = list(bank.events())
    return bank, events, bank.truth.take()


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others() -> None:
    tiny = BankConfig(customers=300, days=2, seed=5, intensity=50.0)
    other = BankConfig(customers=300, days=2, seed=6, intensity=50.0)
    assert digest(Bank(tiny).events()) == digest(Bank(tiny).events())
    assert digest(Bank(tiny).events()) != digest(Bank(other).events())


def test_events_come_in_order_within_the_period_each_with_its_own_id(
    lived: tuple[Bank, list[AnyEvent], list[Truth]],
) -> None:
    bank, events, _ = lived
    times = [event.occurred_at for event in events]
    assert times == sorted(times)
    assert len({event.event_id for event in events}) == len(events)
    assert bank.world.calendar.start <= int(times[0].timestamp() * 1e6)
    assert int(times[-1].timestamp() * 1e6) < bank.world.calendar.end


def test_every_event_passes_the_door_unchanged(lived: tuple[Bank, list[AnyEvent], list[Truth]]) -> None:
    decoder = msgspec.json.Decoder(AnyEvent)
    assert all(decoder.decode(msgspec.json.encode(event)) == event for event in lived[1])


def test_money_is_neither_made_nor_lost() -> None:
    bank = Bank(SMALL)
    events = bank.events()
    balances, under_way = bank.world.accounts.balances, bank._teller.under_way
    whole = sum(balances)
    for _ in range(40):
        list(islice(events, 500))
        assert sum(balances) + sum(payment.amount for payment in under_way.values()) == whole


def test_nobody_pays_more_than_there_is(lived: tuple[Bank, list[AnyEvent], list[Truth]]) -> None:
    for event in lived[1]:
        if isinstance(event, Transfer | CashWithdrawal) and event.debtor_account.balance_minor is not None:
            assert event.amount_minor <= event.debtor_account.balance_minor


def test_every_kind_of_scam_is_played_and_followed_through_its_ring(
    lived: tuple[Bank, list[AnyEvent], list[Truth]],
) -> None:
    bank, events, truths = lived
    by_role = Counter(truth.role for truth in truths)
    assert {truth.scam_kind for truth in truths if truth.role is Role.VICTIM} == set(SCAMS)
    assert min(by_role[role] for role in (Role.MULE, Role.CASH_OUT, Role.GAMBLER, Role.OPERATOR)) > 0
    assert max(truth.layer for truth in truths) >= 2
    paid = {e.event_id: e for e in events if isinstance(e, Transfer)}
    victims = [truth for truth in truths if truth.role is Role.VICTIM]
    assert all(paid[truth.event_id].creditor_account.id in bank.truth.mules for truth in victims)
    assert any(isinstance(event, FraudReported) for event in events)


def test_look_alikes_are_innocent_and_come_in_every_sort(
    lived: tuple[Bank, list[AnyEvent], list[Truth]],
) -> None:
    like = {truth.looks_like for truth in lived[2] if truth.role is Role.INNOCENT}
    assert {"payroll", "busy_shop", "school_fees", "sweep", "new_phone"} <= like
    assert not any(truth.illicit for truth in lived[2] if truth.looks_like)


def test_every_transfer_settles_once(lived: tuple[Bank, list[AnyEvent], list[Truth]]) -> None:
    settled = Counter(e.transfer_event_id for e in lived[1] if isinstance(e, TransferSettled))
    assert set(settled.values()) == {1}


def test_some_accounts_are_opened_together_in_company() -> None:
    events = Bank(BankConfig(customers=1_200, days=25, seed=3, intensity=20.0)).events()
    opened = [event for event in events if isinstance(event, AccountOpened)]
    assert opened
    assert len({event.account.id for event in opened}) == len(opened)


def test_a_stopped_payment_gives_the_money_back_and_turns_the_story() -> None:
    calm, stopping = Bank(SMALL), Bank(SMALL)
    before = sum(1 for _ in calm.events())
    lost = sum(truth.amount_minor for truth in calm.truth.take() if truth.role is Role.VICTIM)
    stopped = 0
    for event in stopping.events():
        truth = stopping.truth.get(event.event_id)
        if truth is not None and truth.role is Role.VICTIM:
            assert stopping.stopped(event.event_id)
            stopped += truth.amount_minor
    assert before
    assert lost
    roles = Counter(truth.role for truth in stopping.truth.take())
    assert stopped
    assert roles[Role.MULE] < roles[Role.VICTIM] * 10
    assert not stopping.stopped("no such event")


def test_a_stream_that_nobody_stops_is_the_open_one() -> None:
    tiny = BankConfig(customers=300, days=1, seed=9, intensity=50.0)
    bank = Bank(tiny)
    asked = []
    for event in bank.events():
        asked.append(event)
        assert not bank.stopped("T-unknown")
    assert digest(asked) == digest(Bank(tiny).events())


def test_memory_does_not_grow_with_the_days() -> None:
    bank = Bank(BankConfig(customers=400, days=30, seed=2))
    events = bank.events()
    sizes = []
    tracemalloc.start()
    try:
        for _ in range(6):
            list(islice(events, 4_000))
            bank.truth.take()
            sizes.append(tracemalloc.get_traced_memory()[0])
    finally:
        tracemalloc.stop()
    assert sizes[-1] < sizes[1] * 1.5


def test_a_wrong_configuration_says_which_field() -> None:
    with pytest.raises(InputError, match="days"):
        BankConfig(days=0)
    with pytest.raises(InputError, match="adversary"):
        BankConfig(adversaries=Adversaries(fast=0, slow=0, mixing=0))

"""Cash: machines, the counter visits of the old, and takings paid in."""

import numpy as np

from zhamen.simulate.accounts import Internal
from zhamen.simulate.clock import IN_OFFICE, SECOND, SHOPPING, Today, moments
from zhamen.simulate.dice import Dice, lot
from zhamen.simulate.orders import Act, Note, Orders, Way, orders
from zhamen.simulate.people import Segment
from zhamen.simulate.world import World

__all__ = ["CashMachines", "Counters", "Deposits"]


class CashMachines:
    """Round sums, mostly below 3,000 yuan."""

    def __init__(self, world: World) -> None:
        self.people, self.cash = world.people, world.internal(Internal.CASH)

    def __call__(self, today: Today, dice: Dice) -> list[Orders]:
        """Plan the withdrawals at machines."""
        people = self.people
        rate = np.array([0.008, 0.015, 0.03, 0.02, 0.02])[np.minimum(people.segment[: people.persons], 4)]
        who = np.flatnonzero(dice.random(people.persons) < rate * people.activity[: people.persons])
        hundreds = np.clip(np.rint(dice.lognormal(2.1, 0.8, len(who))), 1, 50)
        return [
            orders(
                Act.WITHDRAWAL, at=today.midnight + moments(dice, SHOPPING, len(who)), debtor=who,
                creditor=self.cash, amount=hundreds * 10_000, way=Way.ATM,
                delay=dice.integers(20 * SECOND, 60 * SECOND, len(who)),
            )
        ]  # fmt: skip


class Counters:
    """The old fetch most of their pension at the counter, in the days after it came."""

    def __init__(self, world: World) -> None:
        self.people, self.cash = world.people, world.internal(Internal.CASH)

    def __call__(self, today: Today, dice: Dice) -> list[Orders]:
        """Plan the withdrawals at counters."""
        old = self.people.of(Segment.ELDERLY)
        fetching = old[(lot(old, 71, 10) < 4) & (15 + lot(old, 72, 8) == today.date.day)]
        others = old[dice.random(len(old)) < 0.004]
        who = np.union1d(fetching, others)
        share = dice.uniform(0.4, 0.95, len(who))
        amount = np.maximum(self.people.income[who] * share // 10_000, 1) * 10_000
        return [
            orders(
                Act.WITHDRAWAL, at=today.midnight + moments(dice, IN_OFFICE, len(who)), debtor=who,
                creditor=self.cash, amount=amount, way=Way.COUNTER,
                delay=dice.integers(30 * SECOND, 59 * SECOND, len(who)),
            )
        ]  # fmt: skip


class Deposits:
    """Traders and shops pay in their cash; others now and then."""

    def __init__(self, world: World) -> None:
        self.people, self.cash = world.people, world.internal(Internal.CASH)

    def __call__(self, today: Today, dice: Dice) -> list[Orders]:
        """Plan the cash that is paid in."""
        people = self.people
        busy = np.isin(people.segment, (Segment.TRADER, Segment.SHOP))
        rate = np.where(busy, 0.06, 0.004) * (people.activity > 0)
        who = np.flatnonzero(dice.random(len(people)) < rate)
        yuan = np.maximum(np.rint(dice.lognormal(7.2, 0.9, len(who)) / 100), 1)
        return [
            orders(
                Act.CREDIT, at=today.midnight + moments(dice, IN_OFFICE, len(who)), debtor=self.cash,
                creditor=who, amount=yuan * 10_000, way=Way.COUNTER, note=Note.CASH,
            )
        ]  # fmt: skip

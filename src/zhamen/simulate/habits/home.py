"""Home: rents, mortgages, bills, and money between one's own accounts."""

import numpy as np

from zhamen.simulate.accounts import Internal
from zhamen.simulate.clock import HOUR, IN_THE_APP, MINUTE, Today, moments
from zhamen.simulate.dice import Dice, lot
from zhamen.simulate.orders import Act, Note, Orders, Way, orders, with_logins
from zhamen.simulate.people import NOBODY, Segment
from zhamen.simulate.world import World

__all__ = ["Bills", "Mortgages", "OwnTransfers", "Rents"]


class Rents:
    """Tenants pay the same landlord on the same day of each month."""

    def __init__(self, world: World) -> None:
        people, rng = world.people, np.arange(world.people.persons)
        odds = np.array([0, 30, 65, 20, 2])[np.minimum(people.segment[rng], 4)]
        tenant = lot(rng, 31, 100) < odds
        self.people, self.tenants = people, rng[tenant]
        self.landlords = world.contacts[self.tenants, 5]
        self.day = 1 + lot(self.tenants, 32, 10)

    def __call__(self, today: Today, dice: Dice) -> list[Orders]:
        """Plan the rents of a day."""
        due = (self.day == today.date.day) & (self.people.activity[self.tenants] > 0)
        tenants, landlords = self.tenants[due], self.landlords[due]
        rent = (15 + lot(tenants, 33, 16)) * self.people.income[tenants] // 100 // 10_000 * 10_000
        at = today.midnight + moments(dice, IN_THE_APP, len(tenants))
        made = orders(
            Act.TRANSFER,
            at=at,
            debtor=tenants,
            creditor=landlords,
            amount=np.maximum(rent, 30_000),
            note=Note.RENT,
        )
        return with_logins(made, dice)


class Mortgages:
    """One worker in four pays off a mortgage, on the 20th, early in the morning."""

    def __init__(self, world: World) -> None:
        self.people = world.people
        self.lender = world.internal(Internal.MORTGAGES)

    def __call__(self, today: Today, dice: Dice) -> list[Orders]:
        """Plan the instalments of a day."""
        if today.date.day != 20:
            return []
        workers = self.people.of(Segment.WORKER)
        owing = workers[lot(workers, 41, 4) == 0]
        at = today.midnight + 2 * HOUR + dice.integers(0, 2 * HOUR, len(owing))
        amount = self.people.income[owing] * 3 // 10
        return [
            orders(
                Act.TRANSFER, at=at, debtor=owing, creditor=self.lender, amount=amount,
                way=Way.ONLINE, note=Note.MORTGAGE
            )
        ]  # fmt: skip


class Bills:
    """Water, power, gas, telephone: each person on a day of the own, once a month."""

    def __init__(self, world: World) -> None:
        self.people, self.utilities = world.people, world.outsiders.utilities

    def __call__(self, today: Today, dice: Dice) -> list[Orders]:
        """Plan the bills of a day."""
        lively = np.flatnonzero(self.people.activity[: self.people.persons] > 0)
        due = lively[lot(lively, 51, 30) == today.date.toordinal() % 30]
        size = len(due)
        return [
            orders(
                Act.TRANSFER, at=today.midnight + moments(dice, IN_THE_APP, size), debtor=due,
                creditor=self.utilities[dice.integers(0, len(self.utilities), size)],
                amount=(dice.lognormal(4.6, 0.5, size) * 100).astype(np.int64), note=Note.BILLS,
            )
        ]  # fmt: skip


class OwnTransfers:
    """People move money between their own accounts, here and elsewhere; not at night."""

    def __init__(self, world: World) -> None:
        self.world = world

    def __call__(self, today: Today, dice: Dice) -> list[Orders]:
        """Plan the own transfers of a day."""
        people, world = self.world.people, self.world
        who = np.flatnonzero(dice.random(people.persons) < 0.05 * people.activity[: people.persons])
        near, far = world.second[who], world.elsewhere[who]
        other = np.where((far != NOBODY) & ((near == NOBODY) | (dice.random(len(who)) < 0.6)), far, near)
        who, other = who[other != NOBODY], other[other != NOBODY]
        outward = dice.random(len(who)) < 0.6
        inbound = ~outward & (other >= world.first_internal)
        amount = np.rint(
            np.maximum(people.income[who], 100_000) * dice.lognormal(-2.0, 0.9, len(who)) / 10_000
        )
        made = orders(
            Act.TRANSFER,
            at=today.midnight + moments(dice, IN_THE_APP, len(who)) % (23 * HOUR + 30 * MINUTE),
            debtor=np.where(outward, who, other),
            creditor=np.where(outward, other, who),
            amount=np.maximum(amount, 1) * 10_000,
            way=np.where(inbound, Way.PEER_BANK, Way.MOBILE),
            note=Note.OWN,
        )
        return [*with_logins(made[~inbound], dice), made[inbound]]

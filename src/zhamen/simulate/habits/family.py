"""Family and friends: students' allowances, help for the old, couples, red packets, money among friends."""

import numpy as np

from zhamen.simulate.clock import HOUR, IN_THE_APP, Today, moments
from zhamen.simulate.dice import Dice, lot
from zhamen.simulate.orders import Act, Note, Orders, Way, orders, with_logins
from zhamen.simulate.people import NOBODY, Segment
from zhamen.simulate.world import World

__all__ = ["Friends", "Support"]

_LUCKY = np.array([520, 666, 888, 1000, 2000, 5000, 6600, 8800, 10_000, 18_800, 20_000])
"""Red packets in fen: 5.20, 6.66, 8.88, 66, 88, 188 yuan and round ones."""


class Support:
    """Parents pay students, children pay the old, and couples share: once a month each."""

    def __init__(self, world: World) -> None:
        people = world.people
        kept = np.flatnonzero(people.supporter != NOBODY)
        self.people, self.kept, self.payer = people, kept, people.supporter[kept]
        self.day = 1 + lot(kept, 61, 28)

    def __call__(self, today: Today, dice: Dice) -> list[Orders]:
        """Plan the support paid on a day."""
        activity = self.people.activity
        due = (self.day == today.date.day) & (activity[self.payer] > 0) & (activity[self.kept] > 0)
        kept, payer = self.kept[due], self.payer[due]
        young = self.people.segment[kept] == Segment.STUDENT
        hundreds = np.where(young, 12 + lot(kept, 62, 14), 3 + lot(kept, 63, 20))
        made = orders(
            Act.TRANSFER, at=today.midnight + moments(dice, IN_THE_APP, len(kept)),
            debtor=payer, creditor=kept,
            amount=hundreds * 10_000, note=np.where(young, Note.LIVING, Note.TRANSFER),
        )  # fmt: skip
        return with_logins(made, dice)


class Friends:
    """Red packets and shared bills among acquaintances, some of them at other banks; night owls late."""

    def __init__(self, world: World) -> None:
        self.people, self.contacts, self.ours = world.people, world.contacts, world.first_internal

    def __call__(self, today: Today, dice: Dice) -> list[Orders]:
        """Plan what friends send each other on a day, and what comes in from friends elsewhere."""
        people = self.people
        mean = (
            0.16 * people.activity[: people.persons] * np.where(people.age[: people.persons] > 60, 0.4, 1.0)
        )
        who = np.repeat(np.arange(people.persons), dice.poisson(mean))
        size = len(who)
        friend = self.contacts[who, np.minimum(dice.geometric(0.35, size) - 1, 5)]
        packet = dice.random(size) < 0.45
        lucky = _LUCKY[dice.integers(0, len(_LUCKY), size)]
        share = np.rint(dice.lognormal(5.3, 1.2, size) / 10) * 1000
        at = moments(dice, IN_THE_APP, size) + np.where(people.night_owl[who], 6 * HOUR, 0)
        back = (friend >= self.ours) & (dice.random(size) < 0.5)
        made = orders(
            Act.TRANSFER,
            at=today.midnight + at % (24 * HOUR),
            debtor=np.where(back, friend, who),
            creditor=np.where(back, who, friend),
            amount=np.where(packet, lucky, np.maximum(share, 1000)).astype(np.int64),
            way=np.where(back, Way.PEER_BANK, Way.MOBILE),
            note=np.where(packet, Note.RED_PACKET, Note.TRANSFER),
        )
        return [*with_logins(made[~back], dice), made[back]]

"""Shops: small amounts at meal times and after work, few shops with many customers."""

import numpy as np
import numpy.typing as npt

from zhamen.simulate.clock import HOUR, SHOPPING, Today, moments
from zhamen.simulate.dice import Dice
from zhamen.simulate.orders import Act, Note, Orders, Way, orders
from zhamen.simulate.people import Segment, Whole
from zhamen.simulate.truth import Looks
from zhamen.simulate.world import World

__all__ = ["Shopping"]

_A_DAY = np.array([0.9, 1.0, 0.7, 1.0, 0.35])
"""Purchases a day that pass this bank, by segment."""

_BUSIEST = 3
"""So many shops of each branch are called busy."""


class Shopping:
    """Persons buy at shops of their branch, and on platforms that bank elsewhere."""

    def __init__(self, world: World) -> None:
        self.people = world.people
        self.platforms = world.outsiders.platforms
        self.branch = world.organisation.branch_of[world.people.outlet]
        shops = world.people.of(Segment.SHOP)
        # The first shops of a branch are its busiest, as `_choose` prefers low ranks.
        self.shops = shops[np.argsort(self.branch[shops], kind="stable")]
        branches = np.arange(self.branch.max() + 2)
        self.first = np.searchsorted(self.branch[self.shops], branches)
        self.a_day = _A_DAY[np.minimum(world.people.segment[: world.people.persons], 4)]

    def __call__(self, today: Today, dice: Dice) -> list[Orders]:
        """Plan the purchases of a day."""
        people = self.people
        mean = self.a_day * people.activity[: people.persons] * (1.25 if today.weekend else 1.0)
        who = np.repeat(np.arange(people.persons), dice.poisson(mean))
        size = len(who)
        shop, busy = self._choose(who, dice)
        at = moments(dice, SHOPPING, size) + np.where(people.night_owl[who], 5 * HOUR, 0)
        yuan = dice.lognormal(3.3, 1.0, size) * np.sqrt(np.maximum(people.income[who], 150_000) / 600_000)
        fen = np.where(dice.random(size) < 0.5, np.rint(yuan) * 100, np.rint(yuan * 10) * 10)
        return [
            orders(
                Act.TRANSFER,
                at=today.midnight + at % (24 * HOUR),
                debtor=who,
                creditor=shop,
                amount=np.maximum(fen, 100),
                way=np.where(dice.random(size) < 0.8, Way.MOBILE, Way.POS),
                note=Note.SHOPPING,
                looks=np.where(busy, Looks.BUSY_SHOP, Looks.NOTHING),
            )
        ]

    def _choose(self, who: Whole, dice: Dice) -> tuple[Whole, npt.NDArray[np.bool_]]:
        """Seven in ten buy near home; low ranks are preferred, so that few shops have most customers."""
        size = len(who)
        first, last = self.first[self.branch[who]], self.first[self.branch[who] + 1]
        rank = ((last - first) * dice.random(size) ** 3).astype(np.int64)
        near = (dice.random(size) < 0.7) & (last > first)
        platform = self.platforms[(len(self.platforms) * dice.random(size) ** 3).astype(np.int64)]
        place = np.minimum(first + rank, len(self.shops) - 1)
        return np.where(near, self.shops[place], platform), near & (rank < _BUSIEST)

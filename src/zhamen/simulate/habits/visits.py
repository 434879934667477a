"""Visits to the app just to look."""

import numpy as np

from zhamen.simulate.clock import HOUR, IN_THE_APP, Today, moments
from zhamen.simulate.dice import Dice
from zhamen.simulate.orders import Act, Orders, orders
from zhamen.simulate.world import World

__all__ = ["Visits"]


class Visits:
    """A look at the balance, every third day or so; night owls late."""

    def __init__(self, world: World) -> None:
        self.people = world.people

    def __call__(self, today: Today, dice: Dice) -> list[Orders]:
        """Plan the visits of a day."""
        people = self.people
        mean = 0.3 * people.activity * np.where(people.age > 65, 0.3, 1.0)
        who = np.repeat(np.arange(len(people)), dice.poisson(mean))
        late = np.where(people.night_owl[who], 6 * HOUR, 0)
        at = (moments(dice, IN_THE_APP, len(who)) + late) % (24 * HOUR)
        return [orders(Act.LOGIN, at=today.midnight + at, debtor=who)]

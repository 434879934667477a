"""Schools: fees of one amount from hundreds of payers within a few days."""

import numpy as np

from zhamen.simulate.clock import ON_CAMPUS, Today, moments
from zhamen.simulate.dice import Dice, lot
from zhamen.simulate.orders import Act, Note, Orders, orders, with_logins
from zhamen.simulate.people import NOBODY, Segment
from zhamen.simulate.truth import Looks
from zhamen.simulate.world import World

__all__ = ["Fees"]


class Fees:
    """Each school collects once a month, over three days; parents pay, or the students themselves."""

    def __init__(self, world: World) -> None:
        people = world.people
        schools = people.of(Segment.SCHOOL)
        schools = schools if len(schools) else np.flatnonzero(people.segment == Segment.SCHOOL)
        students = people.of(Segment.STUDENT)
        self.people = people
        self.school = schools[lot(students, 81, len(schools))]
        parent = people.supporter[students]
        self.payer = np.where(parent == NOBODY, students, parent)
        self.first_day = 1 + lot(self.school, 82, 25)

    def __call__(self, today: Today, dice: Dice) -> list[Orders]:
        """Plan the fees paid on a day."""
        due = self.first_day + lot(self.payer, 83, 3) == today.date.day
        payer, school = self.payer[due], self.school[due]
        made = orders(
            Act.TRANSFER, at=today.midnight + moments(dice, ON_CAMPUS, len(payer)),
            debtor=payer, creditor=school,
            amount=(5 + lot(school, 84, 20)) * 10_000, note=Note.FEES, looks=Looks.SCHOOL_FEES,
        )  # fmt: skip
        return with_logins(made[self.people.activity[payer] > 0], dice)

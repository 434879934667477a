"""Income: payrolls of companies here, salaries from elsewhere, pensions."""

import numpy as np

from zhamen.simulate.accounts import Internal
from zhamen.simulate.clock import HOUR, MINUTE, SECOND, Today
from zhamen.simulate.dice import Dice, lot
from zhamen.simulate.orders import Act, Note, Orders, Way, orders
from zhamen.simulate.people import NOBODY, PEER, Segment, Whole
from zhamen.simulate.truth import Looks
from zhamen.simulate.world import World

__all__ = ["Payrolls", "Pensions", "SalariesFromElsewhere"]

_PAYDAYS = np.array([5, 8, 10, 10, 15, 15, 20, 25, 28])
_LARGE = 12
"""From so many employees on, a company uses the bank's payroll service."""


def _payday(employers: Whole) -> Whole:
    return np.asarray(_PAYDAYS[lot(employers, 11, len(_PAYDAYS))])


class Payrolls:
    """Companies here pay their people: the large through the payroll service, the small one by one."""

    def __init__(self, world: World) -> None:
        self.people = world.people
        self.service = world.internal(Internal.PAYROLL)
        self.sizes = np.bincount(np.maximum(world.people.employer, 0), minlength=len(world.people))

    def __call__(self, today: Today, dice: Dice) -> list[Orders]:
        """Plan the payrolls of a day."""
        employer = self.people.employer
        employed = np.flatnonzero((employer >= 0) & (self.people.activity > 0))
        paid = employed[_payday(employer[employed]) == today.date.day]
        large = self.sizes[employer[paid]] >= _LARGE
        return [*self._by_service(paid[large], today, dice), self._one_by_one(paid[~large], today, dice)]

    def _by_service(self, paid: Whole, today: Today, dice: Dice) -> list[Orders]:
        """One debit for all, then a credit each, salary beside."""
        pay = self._pay(paid, dice)
        firms, of = np.unique(self.people.employer[paid], return_inverse=True)
        hour = today.midnight + 9 * HOUR + lot(firms, 12, 180) * MINUTE
        total = np.bincount(of, pay, len(firms)).astype(np.int64)
        return [
            orders(
                Act.TRANSFER, at=hour, debtor=firms, creditor=self.service, amount=total,
                way=Way.ONLINE, note=Note.SALARY, looks=Looks.PAYROLL,
            ),
            orders(
                Act.CREDIT, at=hour[of] + dice.integers(5 * MINUTE, 30 * MINUTE, len(paid)),
                debtor=self.service, creditor=paid, amount=pay, note=Note.SALARY,
            ),
        ]  # fmt: skip

    def _one_by_one(self, paid: Whole, today: Today, dice: Dice) -> Orders:
        """Give the salaries that a firm pays one transfer each, within minutes."""
        firms = self.people.employer[paid]
        hour = today.midnight + 10 * HOUR + lot(firms, 13, 360) * MINUTE
        return orders(
            Act.TRANSFER, at=hour + dice.integers(0, 20 * MINUTE, len(paid)), debtor=firms, creditor=paid,
            amount=self._pay(paid, dice), way=Way.ONLINE, note=Note.SALARY, looks=Looks.PAYROLL,
        )  # fmt: skip

    def _pay(self, paid: Whole, dice: Dice) -> Whole:
        pay = self.people.income[paid] * dice.normal(1.0, 0.04, len(paid))
        return np.asarray(np.maximum(pay, 100_000).astype(np.int64))


class SalariesFromElsewhere:
    """Employers at other banks pay people here."""

    def __init__(self, world: World) -> None:
        self.people = world.people
        self.employers = world.outsiders.employers

    def __call__(self, today: Today, dice: Dice) -> list[Orders]:
        """Plan the salaries that come in on a day."""
        employed = np.flatnonzero((self.people.employer == PEER) & (self.people.activity > 0))
        payer = self.employers[lot(employed, 21, len(self.employers))]
        due = _payday(payer) == today.date.day
        paid, payer = employed[due], payer[due]
        pay = self.people.income[paid] * dice.normal(1.0, 0.04, len(paid))
        at = today.midnight + 9 * HOUR + lot(payer, 22, 420) * MINUTE + dice.integers(0, HOUR, len(paid))
        return [
            orders(
                Act.TRANSFER, at=at, debtor=payer, creditor=paid, amount=np.maximum(pay, 100_000),
                way=Way.PEER_BANK, note=Note.SALARY,
            )
        ]  # fmt: skip


class Pensions:
    """The social insurance fund pays the elderly on the 15th."""

    def __init__(self, world: World) -> None:
        self.people = world.people
        self.fund = int(world.outsiders.pension[0])

    def __call__(self, today: Today, dice: Dice) -> list[Orders]:
        """Plan the pensions of a day."""
        if today.date.day != 15:
            return []
        paid = self.people.of(Segment.ELDERLY)
        paid = paid[self.people.employer[paid] == NOBODY]
        return [
            orders(
                Act.TRANSFER, at=today.midnight + 6 * HOUR + dice.integers(SECOND, 2 * HOUR, len(paid)),
                debtor=self.fund, creditor=paid, amount=self.people.income[paid], way=Way.PEER_BANK,
                note=Note.PENSION,
            )
        ]  # fmt: skip

"""Businesses: what comes in from customers elsewhere, what goes to suppliers, groups that sweep."""

import numpy as np

from zhamen.simulate.clock import HOUR, IN_OFFICE, MINUTE, Today, moments
from zhamen.simulate.dice import Dice
from zhamen.simulate.orders import ALL, Act, Note, Orders, Way, orders
from zhamen.simulate.people import Segment
from zhamen.simulate.truth import Looks
from zhamen.simulate.world import World

__all__ = ["Suppliers", "Sweeps", "Takings"]

_GROUP = 5
"""A parent and four subsidiaries."""


class Takings:
    """Companies are paid by firms at other banks, in proportion to what they turn over and pay out."""

    def __init__(self, world: World) -> None:
        self.people, self.firms = world.people, world.outsiders.firms
        self.staff = np.bincount(np.maximum(world.people.employer, 0), minlength=len(world.people))

    def __call__(self, today: Today, dice: Dice) -> list[Orders]:
        """Plan what comes in on a working day."""
        if today.weekend:
            return []
        companies = self.people.of(Segment.COMPANY)
        who = np.repeat(companies, dice.poisson(0.5 * self.people.activity[companies]))
        size = len(who)
        monthly = self.people.income[who] + 900_000 * self.staff[who]
        amount = np.rint(monthly * dice.lognormal(-2.3, 0.7, size) / 10_000) * 10_000
        return [
            orders(
                Act.TRANSFER, at=today.midnight + moments(dice, IN_OFFICE, size),
                debtor=self.firms[dice.integers(0, len(self.firms), size)], creditor=who,
                amount=np.maximum(amount, 50_000), way=Way.PEER_BANK, note=Note.GOODS,
            )
        ]  # fmt: skip


class Suppliers:
    """Shops and companies pay suppliers; each has a few that it pays again and again."""

    def __init__(self, world: World) -> None:
        self.people, self.firms = world.people, world.outsiders.firms
        self.companies = world.people.of(Segment.COMPANY)

    def __call__(self, today: Today, dice: Dice) -> list[Orders]:
        """Plan the payments for goods on a working day."""
        if today.weekend:
            return []
        buyers = self.people.of(Segment.SHOP, Segment.COMPANY)
        who = np.repeat(buyers, dice.poisson(0.35 * self.people.activity[buyers]))
        size = len(who)
        turn = who + dice.integers(0, 4, size) * 7919
        here = dice.random(size) < 0.5
        supplier = np.where(
            here, self.companies[turn % len(self.companies)], self.firms[turn % len(self.firms)]
        )
        share = dice.uniform(20, 250, size).astype(np.int64)
        kept = supplier != who
        return [
            orders(
                Act.TRANSFER, at=today.midnight + moments(dice, IN_OFFICE, size),
                debtor=who, creditor=supplier,
                amount=-share, way=Way.ONLINE, note=Note.GOODS,
            )[kept]
        ]  # fmt: skip


class Sweeps:
    """Subsidiaries of a group send all they have to the parent each working day at five."""

    def __init__(self, world: World) -> None:
        companies = world.people.of(Segment.COMPANY)
        groups = max(1, len(companies) // 60)
        members = companies[-groups * _GROUP :]
        self.parents = members[:groups]
        self.subsidiaries = members[groups:]

    def __call__(self, today: Today, dice: Dice) -> list[Orders]:
        """Plan the sweeps of a working day."""
        if today.weekend:
            return []
        size = len(self.subsidiaries)
        return [
            orders(
                Act.TRANSFER, at=today.midnight + 17 * HOUR + dice.integers(0, 2 * MINUTE, size),
                debtor=self.subsidiaries, creditor=self.parents[np.arange(size) % len(self.parents)],
                amount=ALL, way=Way.ONLINE, note=Note.SWEEP, looks=Looks.SWEEP,
            )
        ]  # fmt: skip

"""The bank's customers: persons of all ages, shops, companies and schools, as columns."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

import numpy as np
import numpy.typing as npt

from zhamen.events.parts import Party
from zhamen.simulate.dice import Dice
from zhamen.simulate.names import firm_names, person_names, shop_names
from zhamen.simulate.organisation import Organisation

__all__ = ["NOBODY", "PEER", "People", "Segment", "settle_people"]

NOBODY: Final = -1
PEER: Final = -2
"""As an employer: one that banks elsewhere."""

_PERSONS: Final = 0.92


class Segment(IntEnum):
    """What sort of customer."""

    STUDENT = 0
    WORKER = 1
    MIGRANT = 2
    TRADER = 3
    ELDERLY = 4
    SHOP = 5
    COMPANY = 6
    SCHOOL = 7


_SHARES: Final = (0.08, 0.47, 0.15, 0.08, 0.22)
_AGES: Final = ((18, 24), (23, 60), (19, 56), (25, 60), (60, 89))
_INCOMES: Final = (0, 700_000, 520_000, 600_000, 330_000)
"""Median monthly income by segment, in fen."""

Whole = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class People:
    """Customers by index: persons first, then businesses. Columns have one row a customer."""

    persons: int
    segment: Whole
    age: Whole
    income: Whole
    """A month, fen; what a business turns over for businesses."""
    outlet: Whole
    """Home outlet."""
    activity: npt.NDArray[np.float64]
    """How lively, 1 being usual; 0 is dormant or not yet a customer."""
    night_owl: npt.NDArray[np.bool_]
    employer: Whole
    """Index of a company, `PEER` or `NOBODY`."""
    supporter: Whole
    """The parent of a student, the child of an elderly person, the spouse of the others."""
    parties: list[Party]

    def __len__(self) -> int:
        return len(self.parties)

    def of(self, *segments: Segment) -> Whole:
        """Give the indices of the customers of `segments` who are lively."""
        return np.flatnonzero(np.isin(self.segment, segments) & (self.activity > 0))


def settle_people(customers: int, organisation: Organisation, dice: Dice) -> People:
    """Draw the customers of a bank."""
    persons = round(customers * _PERSONS)
    segment = np.concatenate([_person_segments(persons, dice), _business_segments(customers - persons, dice)])
    age = np.zeros(customers, np.int64)
    income = np.zeros(customers, np.int64)
    for kind, (youngest, oldest) in enumerate(_AGES):
        these = np.flatnonzero(segment == kind)
        age[these] = youngest + (oldest - youngest) * dice.beta(1.6, 2.0, len(these))
        income[these] = _INCOMES[kind] * dice.lognormal(0, 0.45, len(these))
    business = slice(persons, customers)
    income[business] = 3_000_000 * dice.lognormal(0, 1.0, customers - persons)
    dormant = dice.random(customers) < np.where(np.arange(customers) < persons, 0.05, 0.02)
    activity = np.where(dormant, 0.0, dice.lognormal(-0.18, 0.6, customers))
    return People(
        persons=persons,
        segment=segment,
        age=age,
        income=income,
        outlet=dice.choice(len(organisation.outlets), customers, p=organisation.crowd),
        activity=activity,
        night_owl=dice.random(customers) < 0.06,
        employer=_employers(segment, activity, dice),
        supporter=_supporters(segment, age, dice),
        parties=_parties(segment, age, dice),
    )


def _person_segments(size: int, dice: Dice) -> Whole:
    return dice.choice(len(_SHARES), size, p=_SHARES)


def _business_segments(size: int, dice: Dice) -> Whole:
    segments = dice.choice([Segment.SHOP, Segment.COMPANY], size, p=[0.62, 0.38])
    segments[: 1 + size // 60] = Segment.SCHOOL
    segments[1 + size // 60 : 4 + size // 30] = Segment.COMPANY
    return segments


def _employers(segment: Whole, activity: npt.NDArray[np.float64], dice: Dice) -> Whole:
    """Four in ten of those who earn work for a company of this bank; companies are of Zipf sizes."""
    employer = np.full(len(segment), NOBODY)
    workers = np.flatnonzero(np.isin(segment, (Segment.WORKER, Segment.MIGRANT)))
    companies = np.flatnonzero((segment == Segment.COMPANY) & (activity > 0))
    sizes = 1 / np.arange(1, len(companies) + 1) ** 0.8
    ours = dice.choice(companies, len(workers), p=sizes / sizes.sum())
    employer[workers] = np.where(dice.random(len(workers)) < 0.4, ours, PEER)
    return employer


def _supporters(segment: Whole, age: Whole, dice: Dice) -> Whole:
    supporter = np.full(len(segment), NOBODY)
    parents = np.flatnonzero((age >= 40) & (age < 60))
    for young_or_old in (Segment.STUDENT, Segment.ELDERLY):
        these = np.flatnonzero(segment == young_or_old)
        supporter[these] = np.where(
            dice.random(len(these)) < 0.7, dice.choice(parents, len(these)), supporter[these]
        )
    adults = np.flatnonzero(np.isin(segment, (Segment.WORKER, Segment.MIGRANT, Segment.TRADER)))
    couples = dice.permutation(adults)[: len(adults) * 6 // 10 // 2 * 2].reshape(-1, 2)
    supporter[couples[:, 0]], supporter[couples[:, 1]] = couples[:, 1], couples[:, 0]
    return supporter


def _parties(segment: Whole, age: Whole, dice: Dice) -> list[Party]:
    size = len(segment)
    person = person_names(dice, size)
    shop, firm = shop_names(dice, size), firm_names(dice, size)
    parties = []
    for at, (kind, years) in enumerate(zip(segment.tolist(), age.tolist(), strict=True)):
        if kind < Segment.SHOP:
            parties.append(Party(id=f"C{at:07d}", name=person[at], kind="person", age=years, country="CN"))
        else:
            name = shop[at] if kind == Segment.SHOP else firm[at]
            if kind == Segment.SCHOOL:
                name = f"第{at % 90 + 1}中学"
            parties.append(Party(id=f"C{at:07d}", name=name, kind="enterprise", country="CN"))
    return parties

"""How a world comes into being: accounts over years, accounts elsewhere, devices, acquaintances."""

from typing import Final

import numpy as np

from zhamen.core.instants import from_micros
from zhamen.events.parts import Agent, Device, Party
from zhamen.simulate.accounts import AccountKind, Accounts, Internal
from zhamen.simulate.clock import DAY, Calendar
from zhamen.simulate.config import LEAD_DAYS, BankConfig
from zhamen.simulate.dice import Dice, stream
from zhamen.simulate.names import PEERS, firm_names, person_names
from zhamen.simulate.organisation import found_organisation
from zhamen.simulate.people import NOBODY, People, Segment, Whole, settle_people
from zhamen.simulate.world import Outsiders, World

__all__ = ["found_world"]

_NEWCOMERS: Final = 0.02
"""The share of persons who are not yet customers when the period begins."""

_KINDS: Final[tuple[AccountKind, ...]] = (
    *("person",) * 5,
    "merchant",
    "enterprise",
    "enterprise",
)
"""Account kinds by segment."""


def found_world(config: BankConfig) -> World:
    """Build the world of a configuration."""
    seed = config.seed
    calendar = Calendar(config.start, config.days)
    organisation = found_organisation(stream(seed, "organisation"))
    people = settle_people(config.customers, organisation, stream(seed, "people"))
    accounts = Accounts()
    dice = stream(seed, "accounts")
    opened = _opening_instants(people, calendar, dice)
    _open_first(accounts, people, opened, dice)
    second = _open_second(accounts, people, opened, calendar, dice)
    for account, owner in enumerate(accounts.owners):
        accounts.homes[account] = organisation.outlets[people.outlet[owner]].code
    first_internal = len(accounts)
    for which in Internal:
        accounts.add_outside(f"88860000{which:011d}", "internal", None, None)
    outsiders = _meet_outsiders(accounts, len(people), stream(seed, "outsiders"))
    return World(
        calendar=calendar,
        organisation=organisation,
        people=people,
        accounts=accounts,
        devices=_hand_out_devices(opened, calendar, stream(seed, "devices")),
        sessions=[None] * len(people),
        outsiders=outsiders,
        first_internal=first_internal,
        second=second,
        elsewhere=_open_elsewhere(accounts, people, stream(seed, "elsewhere")),
        contacts=_make_contacts(people, outsiders, stream(seed, "contacts")),
        newcomers=_choose_newcomers(people, accounts, stream(seed, "newcomers")),
    )


def _opening_instants(people: People, calendar: Calendar, dice: Dice) -> Whole:
    size = len(people)
    years = np.minimum(
        dice.lognormal(1.6, 0.8, size), np.where(people.age > 0, np.maximum(people.age - 16, 0.2), 25)
    )
    latest = calendar.today(-LEAD_DAYS).midnight
    return latest - (years * 365 * DAY).astype(np.int64) - dice.integers(0, DAY, size)


def _open_first(accounts: Accounts, people: People, opened: Whole, dice: Dice) -> None:
    size = len(people)
    months = dice.lognormal(0.6, np.where(people.age > 0, 1.1, 0.6), size)
    money = np.where(people.income > 0, people.income, 120_000) * months
    money = np.where(people.segment == Segment.ELDERLY, money * 3, money)
    money = np.where(people.activity == 0, dice.lognormal(6.5, 1.0, size), money).astype(np.int64)
    rows = zip(people.segment.tolist(), people.outlet.tolist(), opened.tolist(), money.tolist(), strict=True)
    for owner, (segment, outlet, at, balance) in enumerate(rows):
        account = accounts.add(
            f"8886{outlet:04d}{owner:010d}1", _KINDS[segment], owner, people.parties[owner]
        )
        accounts.tiers[account] = 1 if segment < Segment.SHOP else None
        accounts.opened[account] = from_micros(at)
        accounts.balances[account] = balance


def _open_second(accounts: Accounts, people: People, opened: Whole, calendar: Calendar, dice: Dice) -> Whole:
    second = np.full(len(people), NOBODY)
    tier = dice.choice([1, 2, 3, 0], len(people), p=[0.04, 0.26, 0.10, 0.60])
    part = dice.random(len(people))
    at = opened + ((calendar.today(-LEAD_DAYS).midnight - opened) * part).astype(np.int64)
    for owner in np.flatnonzero((tier > 0) & (people.activity > 0)).tolist():
        number = f"8886{people.outlet[owner]:04d}{owner:010d}2"
        account = accounts.add(number, accounts.kinds[owner], owner, people.parties[owner])
        accounts.opened[account] = from_micros(int(at[owner]))
        accounts.tiers[account] = int(tier[owner]) if owner < people.persons else None
        accounts.balances[account] = int(200_000 * part[owner])
        second[owner] = account
    return second


def _meet_outsiders(accounts: Accounts, customers: int, dice: Dice) -> Outsiders:
    """Half as many persons elsewhere as customers here, and a tenth as many firms."""
    agents = [Agent(id=code, name=name) for name, code in PEERS]

    def meet(names: list[str], kind: AccountKind, first_agent: int, last_agent: int) -> Whole:
        first = len(accounts)
        for name, agent in zip(
            names, dice.integers(first_agent, last_agent, len(names)).tolist(), strict=True
        ):
            party = Party(name=name, kind="person" if kind == "person" else "enterprise", country="CN")
            accounts.add_outside(f"77{agent:02d}{len(accounts):014d}", kind, party, agents[agent])
        return np.arange(first, len(accounts))

    banks, payments = len(PEERS) - 2, len(PEERS)
    return Outsiders(
        platforms=meet([f"网购平台{n}" for n in range(1, 25)], "merchant", banks, payments),
        utilities=meet(["水务集团", "供电公司", "燃气公司", "通信公司", "物业公司"], "merchant", 0, banks),
        pension=meet(["社会保险基金"], "enterprise", 0, banks),
        employers=meet(firm_names(dice, 20 + customers // 100), "enterprise", 0, banks),
        firms=meet(firm_names(dice, 20 + customers // 20), "enterprise", 0, banks),
        persons=meet(person_names(dice, 100 + customers // 2), "person", 0, banks),
    )


def _open_elsewhere(accounts: Accounts, people: People, dice: Dice) -> Whole:
    """Every third person has an account of the same name at another bank."""
    elsewhere = np.full(len(people), NOBODY)
    agents = [Agent(id=code, name=name) for name, code in PEERS[:-2]]
    chosen = np.flatnonzero(dice.random(people.persons) < 0.33).tolist()
    for owner, agent in zip(chosen, dice.integers(0, len(agents), len(chosen)).tolist(), strict=True):
        number = f"77{agent:02d}{len(accounts):014d}"
        elsewhere[owner] = accounts.add_outside(number, "person", people.parties[owner], agents[agent])
    return elsewhere


def _hand_out_devices(opened: Whole, calendar: Calendar, dice: Dice) -> list[Device]:
    """One telephone each, first used up to three years ago, behind a shared address of a carrier."""
    size = len(opened)
    latest = calendar.today(-LEAD_DAYS).midnight
    first_seen = np.maximum(opened, latest - dice.integers(0, 3 * 365 * DAY, size)).tolist()
    address = dice.integers(0, 1 << 22, size).tolist()
    return [
        Device(
            id=f"D{owner:07d}",
            ip=f"100.{64 + (ip >> 16)}.{ip >> 8 & 255}.{ip & 255}",
            ip_country="CN",
            first_seen_at=from_micros(seen),
        )
        for owner, (ip, seen) in enumerate(zip(address, first_seen, strict=True))
    ]


def _make_contacts(people: People, outsiders: Outsiders, dice: Dice) -> Whole:
    """Mostly neighbours of the same outlet, some popular ones, and three in ten at other banks."""
    persons = people.persons
    by_outlet = np.argsort(people.outlet[:persons], kind="stable")
    place = np.argsort(by_outlet, kind="stable")
    shape = (persons, 6)
    near = by_outlet[(place[:, None] + dice.geometric(0.02, shape)) % persons]
    popular = by_outlet[(persons * dice.random(shape) ** 4).astype(np.int64)]
    known = np.where(dice.random(shape) < 0.8, near, popular)
    popular_outside = (len(outsiders.persons) * dice.random(shape) ** 2).astype(np.int64)
    return np.where(dice.random(shape) < 0.3, outsiders.persons[popular_outside], known)


def _choose_newcomers(people: People, accounts: Accounts, dice: Dice) -> list[int]:
    """Close the accounts of some young people and migrants again: they will open in the period."""
    candidates = np.flatnonzero(np.isin(people.segment, (Segment.STUDENT, Segment.MIGRANT, Segment.WORKER)))
    count = max(8, round(people.persons * _NEWCOMERS))
    chosen = dice.choice(candidates, count, replace=False)
    people.activity[chosen] = 0.0
    for account in chosen.tolist():
        accounts.balances[account] = 0
    return [int(customer) for customer in chosen]

"""Payments of a synthetic bank as the mule score sees them: values of each side, and the truth.

Every payment is posted, followed and linked one by one, in the order of time, as the gate does it.
The synthetic bank lets no two customers share anything, so `Town` adds what innocent people share:
homes with one network and one address, tablets, offices. Without it a cluster would be proof.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from zhamen.core.identifiers import identity
from zhamen.events.flat import flat_reader
from zhamen.events.model import CashWithdrawal, Transfer
from zhamen.networks.intake.fields import FIELDS_READ, F
from zhamen.networks.links.kinds import LinkKind
from zhamen.networks.live import Networks
from zhamen.simulate import Bank, BankConfig, Role, Truth

__all__ = ["CREDITOR", "DEBTOR", "NAMES", "ROLES", "Days", "Town", "live_through"]

DEBTOR, CREDITOR = 0, 1
ROLES: Final = ("debtor_account", "creditor_account")
NAMES: Final = Networks.names

_BUDGET: Final = 1 << 28
_SCORED: Final = ("person", "enterprise")
_Whole = npt.NDArray[np.int64]
_Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Town:
    """Who lives and works where, by customer; drawn once for each bank."""

    customers: int
    seed: int

    def things_of(self, customer: str) -> list[tuple[LinkKind, int]]:
        """Give what a customer shares: a home of 2.6 persons, for one in five its tablet, an office of 30."""
        drawn = identity(customer, self.seed)
        home = drawn % max(1, self.customers * 10 // 26)
        things = [(LinkKind.IP, identity(f"home {home}")), (LinkKind.ADDRESS, identity(f"home {home}"))]
        if drawn >> 20 & 1023 < 205:
            things.append((LinkKind.DEVICE, identity(f"tablet {home}")))
        if drawn >> 30 & 1023 < 400:
            things.append((LinkKind.IP, identity(f"office {(drawn >> 40) % max(1, self.customers // 75)}")))
        return things


@dataclass(frozen=True)
class Days:
    """Transfers and withdrawals in order of time; arrays of one length."""

    at: _Whole
    accounts: tuple[_Whole, _Whole]
    """Of debtor and creditor, the identity; -1 for cash."""
    scored: tuple[_Flags, _Flags]
    """For each side, whether it is an account of ours, of a person or an enterprise."""
    amount: _Whole
    truth: tuple[Truth | None, ...]
    values: npt.NDArray[np.float32]
    """With the columns of `NAMES`."""
    mules: Mapping[int, str]
    """Every account that a ring or a gambling den used, and which."""
    reported_at: Mapping[int, int]
    """When an account was first reported."""

    def illicit(self, side: int) -> _Flags:
        """Whether each payment is one in which the account of a ring does a mule's work on this side."""
        wanted = ((Role.MULE, Role.CASH_OUT), (Role.VICTIM, Role.MULE, Role.PROBE))[side]
        work = np.array([each is not None and each.role in wanted for each in self.truth])
        return work & self.of_ring(side)

    def of_ring(self, side: int) -> _Flags:
        """Whether the account on this side is a mule ring's."""
        rings = {account for account, name in self.mules.items() if name.startswith("ring")}
        return np.array([account in rings for account in self.accounts[side].tolist()])

    def of_nobody(self, side: int) -> _Flags:
        """Whether the account on this side is neither a ring's nor a den's."""
        return np.array([account not in self.mules for account in self.accounts[side].tolist()])


class _Desk:
    """Networks of one bank, whose customers share what those of the town do."""

    def __init__(self, town: Town) -> None:
        self.town, self.known = town, set[str]()
        self.networks = Networks(_BUDGET)
        self.reported_at: dict[int, int] = {}

    def take(self, row: tuple[Any, ...]) -> list[float]:
        """Take an event; give all that is told of it."""
        self._settle_in(row)
        if row[F.TYPE] == "fraud_reported" and row[F.LABEL] == "confirmed_fraud":
            self.reported_at.setdefault(identity(row[F.CREDITOR]), row[F.OCCURRED_AT])
        return self.networks.advance(row)

    def _settle_in(self, row: tuple[Any, ...]) -> None:
        """Let the links know what a customer shares, when an account is first seen at work."""
        account = row[F.ACCOUNT] if row[F.DEBTOR] is None else row[F.DEBTOR]
        customer = row[F.CUSTOMER] if row[F.DEBTOR] is None else row[F.DEBTOR_PARTY]
        if account is not None and customer is not None and account not in self.known:
            self.known.add(account)
            things = self.town.things_of(customer)
            self.networks.links.note_all(identity(account), things, row[F.OCCURRED_AT])


def live_through(config: BankConfig) -> Days:
    """Take every event of a bank and keep what was told of each payment."""
    bank, desk = Bank(config), _Desk(Town(config.customers, config.seed))
    read = flat_reader(FIELDS_READ)
    truths: dict[str, Truth] = {}
    rows: list[tuple[Any, ...]] = []
    values: list[npt.NDArray[np.float32]] = []
    for event in bank.events():
        row = read(event)
        told = desk.take(row)
        if isinstance(event, Transfer | CashWithdrawal):
            rows.append(row)
            values.append(np.array(told, np.float32))
            truths.update((truth.event_id, truth) for truth in bank.truth.take())
    truths.update((truth.event_id, truth) for truth in bank.truth.take())
    return Days(
        at=np.array([row[F.OCCURRED_AT] for row in rows]),
        accounts=(_identities(rows, F.DEBTOR), _identities(rows, F.CREDITOR)),
        scored=(
            np.array([row[F.DEBTOR_KIND] in _SCORED and row[F.SIDE] != "creditor" for row in rows]),
            np.array([row[F.CREDITOR_KIND] in _SCORED and row[F.SIDE] != "debtor" for row in rows]),
        ),
        amount=np.array([row[F.AMOUNT] for row in rows]),
        truth=tuple(truths.get(row[F.EVENT_ID]) for row in rows),
        values=np.array(values),
        mules={identity(account): ring for account, ring in bank.truth.mules.items()},
        reported_at=desk.reported_at,
    )


def _identities(rows: list[tuple[Any, ...]], field: int) -> _Whole:
    return np.array([-1 if row[field] is None else identity(row[field]) for row in rows])

"""Every account that money can stand on: customers', the bank's own, and those at other banks."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from typing import Literal

from zhamen.events.parts import Account, Agent, Party
from zhamen.simulate.people import NOBODY

__all__ = ["AccountKind", "Accounts", "Internal"]

AccountKind = Literal["person", "enterprise", "merchant", "internal"]


class Internal(IntEnum):
    """The bank's own accounts, counted from the first of them."""

    CASH = 0
    PAYROLL = 1
    LENDING = 2
    TERM_DEPOSITS = 3
    MORTGAGES = 4
    INTEREST = 5


@dataclass(slots=True)
class Accounts:
    """Accounts by index, in columns (lists, as they are read one by one).

    Customer ``c``'s first account has index ``c``. Accounts that are the bank's own or at other
    banks are `outside`: they may stand below zero, and their balance is never shown. The sum of
    all balances and of money under way never changes.
    """

    ids: list[str] = field(default_factory=list)
    kinds: list[AccountKind] = field(default_factory=list)
    tiers: list[int | None] = field(default_factory=list)
    opened: list[datetime | None] = field(default_factory=list)
    owners: list[int] = field(default_factory=list)
    """Index of the customer, `NOBODY` for the bank's own and those at other banks."""
    parties: list[Party | None] = field(default_factory=list)
    agents: list[Agent | None] = field(default_factory=list)
    """The other bank; None is ours."""
    homes: list[str | None] = field(default_factory=list)
    """The code of the home outlet; None of outside accounts."""
    balances: list[int] = field(default_factory=list)
    outside: list[Account | None] = field(default_factory=list)
    """The unchanging picture of an outside account; None for customers' accounts."""

    def __len__(self) -> int:
        return len(self.ids)

    def add(self, number: str, kind: AccountKind, owner: int, party: Party | None) -> int:
        """Add a customer's account, without money and not yet opened; give its index."""
        return self._append(number, kind, owner, party, None)

    def add_outside(self, number: str, kind: AccountKind, party: Party | None, agent: Agent | None) -> int:
        """Add an account of the bank itself (no agent) or at another bank; give its index."""
        at = self._append(number, kind, NOBODY, party, agent)
        self.outside[at] = Account(id=number, kind=kind)
        return at

    def _append(
        self, number: str, kind: AccountKind, owner: int, party: Party | None, agent: Agent | None
    ) -> int:
        self.ids.append(number)
        self.kinds.append(kind)
        self.tiers.append(None)
        self.opened.append(None)
        self.owners.append(owner)
        self.parties.append(party)
        self.agents.append(agent)
        self.homes.append(None)
        self.balances.append(0)
        self.outside.append(None)
        return len(self.ids) - 1

    def show(self, account: int) -> Account:
        """Give an account as known now."""
        known = self.outside[account]
        if known is not None:
            return known
        return Account(
            id=self.ids[account],
            kind=self.kinds[account],
            tier=self.tiers[account],
            opened_at=self.opened[account],
            balance_minor=self.balances[account],
            outlet=self.homes[account],
        )

    def covers(self, account: int, amount_minor: int) -> bool:
        """Whether the account can pay `amount_minor`."""
        return self.outside[account] is not None or self.balances[account] >= amount_minor

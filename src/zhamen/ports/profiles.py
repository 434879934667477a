"""All that the journal tells of one account and one customer."""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from zhamen.organisation.scope import Scope
from zhamen.ports.decisions import AccountShown, DecisionPage

__all__ = [
    "AccountProfile",
    "Activity",
    "Counterparty",
    "CustomerActivity",
    "CustomerProfile",
    "Month",
    "Profiles",
    "Usual",
]


class AccountProfile(Struct, frozen=True, kw_only=True):
    """An account; ``identifier`` is for those who may see it, all others are shown ``masked``.

    ``unit`` is that of its home outlet and empty while unknown, as for an account at another bank, whose
    code is then in ``agent``. ``alerts`` counts its payments that were challenged or worse, ``reports`` the
    frauds confirmed with it as creditor.
    """

    number: int
    identifier: str
    masked: str
    kind: str
    tier: int | None
    opened_at: datetime | None
    agent: str
    unit: str
    customer: int | None
    alerts: int
    reports: int


class CustomerProfile(Struct, frozen=True, kw_only=True):
    """A customer, with the accounts that events have told of."""

    number: int
    identifier: str
    masked: str
    name: str
    kind: str
    unit: str
    accounts: tuple[AccountShown, ...]


class Counterparty(Struct, frozen=True, kw_only=True):
    """Whom an account pays, or is paid by: how often, and how much in minor units."""

    account: AccountShown
    payments: int
    amount_minor: int


class Usual(Struct, frozen=True, kw_only=True):
    """How an account usually pays: what a payment is held against. Amounts in minor units.

    ``hours`` counts payments by local hour, ``channels`` by channel. All is 0 or empty without payments.
    """

    payments: int
    median_minor: int
    ninth_decile_minor: int
    largest_minor: int
    payees: int
    hours: tuple[int, ...]
    channels: dict[str, int]


class Activity(Struct, frozen=True, kw_only=True):
    """What went through an account lately, in its newest entries.

    ``entries`` says how many were looked at, ``since`` is the oldest of them. What was not allowed to
    leave is not counted as sent.
    """

    entries: int
    since: datetime | None
    sent: int
    sent_minor: int
    received: int
    received_minor: int
    payees: tuple[Counterparty, ...]
    payers: tuple[Counterparty, ...]
    usual: Usual


class Month(Struct, frozen=True):
    """What a customer paid to others and received from others in a local month, written as ``2026-11``."""

    month: str
    sent: int
    sent_minor: int
    received: int
    received_minor: int


class CustomerActivity(Struct, frozen=True, kw_only=True):
    """What went through all accounts of a customer lately, in their newest entries.

    As of one account in `Activity`; what was moved between accounts of the customer is not counted.
    """

    entries: int
    since: datetime | None
    sent: int
    sent_minor: int
    received: int
    received_minor: int
    months: tuple[Month, ...]


class Profiles(Protocol):
    """Accounts and customers within somebody's scope.

    An account is within a scope when its home is; one without a home when an entry within the scope names
    it. A customer is so likewise, by home or accounts. Only entries within the scope are shown or counted.
    """

    def account(self, scope: Scope, number: int) -> AccountProfile:
        """Give an account.

        Raises
        ------
        NotFoundError
            There is none of this number within the scope; so do all methods that take one.
        StoreUnavailable
            The store does not answer.
        """

    def find_number(self, scope: Scope, number: int) -> AccountProfile | None:
        """Give the account of a number; None when there is none within the scope."""

    def find_account(self, scope: Scope, identifier: str) -> AccountProfile | None:
        """Give the account of an identifier; None when there is none within the scope."""

    def find_accounts(self, scope: Scope, identifiers: Iterable[str]) -> dict[str, AccountProfile]:
        """Give the accounts of some identifiers, of those within the scope."""

    def activity(self, scope: Scope, number: int, *, before: int | None = None) -> Activity:
        """Sum up the newest entries of an account, of those before an entry."""

    def entries(
        self, scope: Scope, number: int, *, before: int | None = None, limit: int = 50
    ) -> DecisionPage:
        """Give the entries of an account, the newest first."""

    def customer(self, scope: Scope, number: int) -> CustomerProfile:
        """Give a customer."""

    def customer_activity(self, scope: Scope, number: int) -> CustomerActivity:
        """Sum up the newest entries of a customer's accounts."""

    def customer_entries(
        self, scope: Scope, number: int, *, before: int | None = None, limit: int = 50
    ) -> DecisionPage:
        """Give the entries of a customer's accounts, the newest first."""

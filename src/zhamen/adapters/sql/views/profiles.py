"""Accounts and customers as the views know them, and what went through an account lately."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Engine, func, select

from zhamen.adapters.sql.engine import reading
from zhamen.adapters.sql.schema_views import accounts, customers, decisions, mentions, units
from zhamen.adapters.sql.scoping import within
from zhamen.adapters.sql.views.codes import TYPES, channel_at
from zhamen.adapters.sql.views.customer_sides import entries_of, entries_of_customer, summed_up
from zhamen.adapters.sql.views.search import SqlDecisionSearch, shown
from zhamen.adapters.sql.views.terms import block_of, term
from zhamen.adapters.sql.views.writing import chunks
from zhamen.core.errors import NotFoundError
from zhamen.core.identifiers import mask
from zhamen.core.instants import from_micros
from zhamen.gate.decision import Outcome
from zhamen.organisation.scope import Scope
from zhamen.ports.decisions import AccountShown, DecisionPage, Wanted
from zhamen.ports.profiles import (
    AccountProfile,
    Activity,
    Counterparty,
    CustomerActivity,
    CustomerProfile,
    Usual,
)

__all__ = ["SqlProfiles"]

_LOOKED_AT: Final = 2_000
_SHOWN: Final = 10
_HOUR: Final = 3_600_000_000
_PAYMENTS: Final = (TYPES["transfer"], TYPES["cash_withdrawal"])
_STOPPING: Final = Outcome.DELAY.severity
_d: Final = decisions.c


class SqlProfiles:
    """Accounts and customers in SQLite or PostgreSQL; see the port `Profiles`."""

    def __init__(self, engine: Engine, *, utc_offset_minutes: int) -> None:
        self._engine = engine
        self._offset = utc_offset_minutes * 60_000_000
        self._search = SqlDecisionSearch(engine)

    def account(self, scope: Scope, number: int) -> AccountProfile:
        """Give an account."""
        found = self.find_number(scope, number)
        if found is None:
            raise NotFoundError(f"there is no account {number} here; see that its number is right")
        return found

    def find_number(self, scope: Scope, number: int) -> AccountProfile | None:
        """Give the account of a number; None when there is none within the scope."""
        with reading(self._engine) as connection:
            return _account(connection, scope, accounts.c.number == number)

    def find_account(self, scope: Scope, identifier: str) -> AccountProfile | None:
        """Give the account of an identifier; None when there is none within the scope."""
        with reading(self._engine) as connection:
            return _account(connection, scope, accounts.c.identifier == identifier)

    def find_accounts(self, scope: Scope, identifiers: Iterable[str]) -> dict[str, AccountProfile]:
        """Give the accounts of some identifiers, of those within the scope."""
        with reading(self._engine) as connection:
            rows = [
                row
                for part in chunks(sorted(set(identifiers)))
                for row in connection.execute(select(accounts).where(accounts.c.identifier.in_(part)))
            ]
            named = _named(connection, scope, [row.identifier for row in rows if not row.unit])
        seen = [row for row in rows if row.identifier in named or (row.unit and scope.covers(row.unit))]
        return {row.identifier: _profile(row) for row in seen}

    def activity(self, scope: Scope, number: int, *, before: int | None = None) -> Activity:
        """Sum up the newest entries of an account, of those before an entry."""
        about = self.account(scope, number)
        with reading(self._engine) as connection:
            rows = _newest(connection, scope, about.identifier, before)
            payments = [row for row in rows if row.type in _PAYMENTS]
            sent = [row for row in payments if row.account == number and row.outcome < _STOPPING]
            received = [row for row in payments if row.creditor == number and row.outcome < _STOPPING]
            return Activity(
                entries=len(rows),
                since=from_micros(min(row.occurred_at for row in rows)) if rows else None,
                sent=len(sent),
                sent_minor=sum(row.amount_minor for row in sent),
                received=len(received),
                received_minor=sum(row.amount_minor for row in received),
                payees=_parties(connection, sent, lambda row: row.creditor),
                payers=_parties(connection, received, lambda row: row.account),
                usual=self._usual(sent),
            )

    def entries(
        self, scope: Scope, number: int, *, before: int | None = None, limit: int = 50
    ) -> DecisionPage:
        """Give the entries of an account, the newest first."""
        wanted = Wanted(account=self.account(scope, number).identifier)
        return self._search.search(scope, wanted, before=before, limit=limit)

    def customer(self, scope: Scope, number: int) -> CustomerProfile:
        """Give a customer."""
        with reading(self._engine) as connection:
            row = connection.execute(select(customers).where(customers.c.number == number)).one_or_none()
            owned = select(accounts.c.number, accounts.c.identifier).where(accounts.c.customer == number)
            held = connection.execute(owned.order_by(accounts.c.number)).all()
            if row is None or not (
                scope.covers(row.unit)
                if row.unit
                else any(_account(connection, scope, accounts.c.number == each.number) for each in held)
            ):
                raise NotFoundError(f"there is no customer {number} here; see that the number is right")
        return CustomerProfile(
            number=number,
            identifier=row.identifier,
            masked=mask(row.identifier),
            name=row.name,
            kind=row.kind,
            unit=row.unit,
            accounts=tuple(AccountShown(each.number, mask(each.identifier)) for each in held),
        )

    def customer_activity(self, scope: Scope, number: int) -> CustomerActivity:
        """Sum up the newest entries of a customer's accounts."""
        own = {each.number for each in self.customer(scope, number).accounts}
        with reading(self._engine) as connection:
            wanted = entries_of_customer(connection, scope, number)
            rows = connection.execute(wanted.limit(_LOOKED_AT)).all()
        return summed_up(rows, own, timedelta(microseconds=self._offset))

    def customer_entries(
        self, scope: Scope, number: int, *, before: int | None = None, limit: int = 50
    ) -> DecisionPage:
        """Give the entries of a customer's accounts, the newest first."""
        self.customer(scope, number)
        with reading(self._engine) as connection:
            wanted = entries_of_customer(connection, scope, number, before=before)
            found = connection.execute(wanted.limit(limit + 1)).all()
            more = found[limit - 1].seq if len(found) > limit else None
            return DecisionPage(shown(connection, found[:limit]), more)

    def _usual(self, sent: Sequence[Any]) -> Usual:
        amounts = sorted(row.amount_minor for row in sent)
        hours = Counter((row.occurred_at + self._offset) // _HOUR % 24 for row in sent)
        return Usual(
            payments=len(amounts),
            median_minor=_quantile(amounts, 0.5),
            ninth_decile_minor=_quantile(amounts, 0.9),
            largest_minor=amounts[-1] if amounts else 0,
            payees=len({row.creditor for row in sent if row.creditor}),
            hours=tuple(hours[hour] for hour in range(24)),
            channels=dict(Counter(channel_at(row.channel) for row in sent).most_common()),
        )


def _account(connection: Connection, scope: Scope, which: ColumnElement[bool]) -> AccountProfile | None:
    row = connection.execute(select(accounts).where(which)).one_or_none()
    if row is None or not (
        scope.covers(row.unit) if row.unit else _newest(connection, scope, row.identifier, None, limit=1)
    ):
        return None
    return _profile(row)


def _profile(row: Any) -> AccountProfile:
    return AccountProfile(
        number=row.number,
        identifier=row.identifier,
        masked=mask(row.identifier),
        kind=row.kind,
        tier=row.tier or None,
        opened_at=None if row.opened_at is None else from_micros(row.opened_at),
        agent=row.agent,
        unit=row.unit,
        customer=row.customer or None,
        alerts=row.alerts,
        reports=row.reports,
    )


def _named(connection: Connection, scope: Scope, identifiers: Sequence[str]) -> set[str]:
    """Give those of some accounts that an entry within a scope names."""
    blocks = range(block_of(connection.scalar(select(func.max(_d.seq))) or 1) + 1)
    terms = {term("account", identifier): identifier for identifier in identifiers}
    question = select(mentions.c.term).distinct().join(decisions, _d.seq == mentions.c.seq)
    question = question.join(units, units.c.number == _d.unit)
    question = question.where(within(units.c.path, scope), mentions.c.block.in_(blocks))
    return {
        terms[found]
        for part in chunks(sorted(terms))
        for found in connection.scalars(question.where(mentions.c.term.in_(part)))
    }


def _newest(
    connection: Connection, scope: Scope, identifier: str, before: int | None, *, limit: int = _LOOKED_AT
) -> Sequence[Any]:
    """Give the newest entries of an account within a scope."""
    wanted = entries_of(connection, scope, [term("account", identifier)], before)
    return connection.execute(wanted.limit(limit)).all()


def _parties(
    connection: Connection, payments: Iterable[Any], other: Callable[[Any], int]
) -> tuple[Counterparty, ...]:
    """Give whom most went to, or came from."""
    counts: Counter[int] = Counter()
    sums: Counter[int] = Counter()
    for row in payments:
        if other(row):
            counts[other(row)] += 1
            sums[other(row)] += row.amount_minor
    first = [number for number, _ in sorted(sums.items(), key=lambda each: (-each[1], each[0]))[:_SHOWN]]
    named = select(accounts.c.number, accounts.c.identifier).where(accounts.c.number.in_(first))
    shown = {row.number: AccountShown(row.number, mask(row.identifier)) for row in connection.execute(named)}
    return tuple(
        Counterparty(account=shown[number], payments=counts[number], amount_minor=sums[number])
        for number in first
    )


def _quantile(ordered: Sequence[int], share: float) -> int:
    """Give the value that `share` of the values do not exceed; 0 when there are none."""
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)] if ordered else 0

"""Who is who in the journal: accounts and customers get numbers, owners and a home in the organisation."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, Table, bindparam, func, select, update

from zhamen.adapters.sql.schema_views import accounts, customers
from zhamen.adapters.sql.views.view import Projected
from zhamen.adapters.sql.views.writing import chunks, empty, insert_rows
from zhamen.core.instants import from_micros, to_micros
from zhamen.events.model import AccountOpened, AnyEvent, FraudReported
from zhamen.events.parts import Account, Agent, Party
from zhamen.gate.decision import Decision, Outcome
from zhamen.organisation.history import History

__all__ = ["Accounts", "Decoded"]

Decoded = tuple[int, AnyEvent, Decision]
"""The number of an entry, its event, its decision."""

_REMEMBERED: Final = 200_000
_ALERTING: Final = Outcome.CHALLENGE.severity


class _Side(NamedTuple):
    """One account of an event, and what the event tells of it."""

    account: Account
    party: Party | None
    agent: Agent | None


@dataclass(slots=True)
class _Account:
    """A row of accounts, as far as it is written or will be."""

    number: int
    identifier: str
    customer: int
    unit: str
    opened_here: int
    kind: str
    tier: int
    opened_at: datetime | None
    agent: str
    first_seq: int
    alerts: int = 0
    reports: int = 0


@dataclass(slots=True)
class _Customer:
    """A row of customers."""

    number: int
    identifier: str
    name: str
    kind: str
    unit: str
    first_seq: int


class Accounts:
    """Gives every entry the numbers of its accounts and its customer, and its unit.

    Parameters
    ----------
    history
        Gives the organisation as it was and is; an entry is filed under the tree of its time.

    Notes
    -----
    What was looked up is remembered, up to 200,000 accounts and as many customers; `forget` has to be
    called when a transaction did not come to its end, or somebody else wrote.
    """

    def __init__(self, history: Callable[[], History]) -> None:
        self._history = history
        self._bank = History(())
        self._accounts: dict[str, _Account] = {}
        self._customers: dict[str, _Customer] = {}
        self._homes: dict[int, _Customer] = {}
        self._changed: dict[str, _Account] = {}
        self._moved: dict[str, _Customer] = {}
        self._counts: tuple[int, int] | None = None

    def forget(self) -> None:
        """Look everything up again."""
        self._accounts.clear()
        self._customers.clear()
        self._homes.clear()
        self._counts = None

    def clear(self, connection: Connection) -> None:
        """Delete all rows."""
        self.forget()
        empty(connection, accounts)
        empty(connection, customers)

    def resolve(self, connection: Connection, decoded: Sequence[Decoded]) -> list[Projected]:
        """Give each entry its numbers and its unit, and write down what is new."""
        self._bank = self._history()
        self._changed.clear()
        self._moved.clear()
        sides = [_sides(event) for _, event, _ in decoded]
        self._look_up(connection, sides)
        known = self._counts or (0, 0)
        batch = [
            self._place(seq, event, decision, *pair)
            for (seq, event, decision), pair in zip(decoded, sides, strict=True)
        ]
        self._write(connection, known)
        return batch

    def _place(
        self, seq: int, event: AnyEvent, decision: Decision, acting: _Side | None, paid: _Side | None
    ) -> Projected:
        account = None if acting is None else self._learn(seq, acting)
        creditor = None if paid is None else self._learn(seq, paid)
        ours = creditor if getattr(event, "customer_side", None) == "creditor" else account
        bank = self._bank.at(to_micros(decision.decided_at))
        here = bank.path_of_outlet(event.outlet)
        for row, side in ((account, acting), (creditor, paid)):
            if row is not None and side is not None and side.account.outlet is not None:
                self._settle_home(row, bank.path_of_outlet(side.account.outlet), sure=True)
        if event.outlet is not None and ours is not None:
            self._settle_home(ours, here, sure=isinstance(event, AccountOpened) and not ours.opened_here)
        if decision.outcome.severity >= _ALERTING and account is not None:
            account.alerts += 1
            self._changed[account.identifier] = account
        if isinstance(event, FraudReported) and creditor is not None and event.label == "confirmed_fraud":
            creditor.reports += 1
            self._changed[creditor.identifier] = creditor
        return Projected(
            seq=seq,
            event=event,
            decision=decision,
            unit=ours.unit if ours is not None and ours.unit else here,
            account=None if account is None else account.number,
            creditor=None if creditor is None else creditor.number,
            customer=None if account is None else account.customer or None,
        )

    def _learn(self, seq: int, side: _Side) -> _Account:
        told = side.account
        row = self._accounts.get(told.id)
        if row is None:
            row = self._number_account(told.id, seq)
        opened_at = told.opened_at
        agent = "" if side.agent is None else side.agent.id
        if (
            (told.kind is not None and told.kind != row.kind)
            or (told.tier is not None and told.tier != row.tier)
            or (opened_at is not None and opened_at != row.opened_at)
            or (agent and agent != row.agent)
        ):
            row.kind, row.tier = told.kind or row.kind, told.tier or row.tier
            row.opened_at, row.agent = opened_at or row.opened_at, agent or row.agent
            self._changed[told.id] = row
        if side.party is not None and side.party.id is not None:
            self._learn_owner(seq, row, side.party, side.party.id)
        return row

    def _learn_owner(self, seq: int, row: _Account, party: Party, identifier: str) -> None:
        owner = self._customers.get(identifier)
        if owner is None:
            owner = self._number_customer(identifier, seq)
        name, kind = party.name or owner.name, party.kind or owner.kind
        if (name, kind) != (owner.name, owner.kind):
            owner.name, owner.kind = name, kind
            self._moved[identifier] = owner
        if row.customer != owner.number:
            row.customer = owner.number
            self._changed[row.identifier] = row
        if row.unit and not owner.unit:
            owner.unit = row.unit
            self._moved[identifier] = owner

    def _settle_home(self, row: _Account, unit: str, *, sure: bool) -> None:
        """Take the outlet that keeps or opened an account as its home; until then, the first it came to."""
        if (row.unit and not sure) or (row.unit == unit and row.opened_here):
            return
        row.unit, row.opened_here = unit, int(sure)
        self._changed[row.identifier] = row
        owner = self._homes.get(row.customer)
        if owner is not None and not owner.unit:
            owner.unit = row.unit
            self._moved[owner.identifier] = owner

    def _number_account(self, identifier: str, seq: int) -> _Account:
        held, owners = self._counts or (0, 0)
        row = _Account(held + 1, identifier, 0, "", 0, "", 0, None, "", seq)
        self._counts = (held + 1, owners)
        self._accounts[identifier] = self._changed[identifier] = row
        return row

    def _number_customer(self, identifier: str, seq: int) -> _Customer:
        held, owners = self._counts or (0, 0)
        row = _Customer(owners + 1, identifier, "", "", "", seq)
        self._counts = (held, owners + 1)
        self._customers[identifier] = self._homes[row.number] = self._moved[identifier] = row
        return row

    def _look_up(self, connection: Connection, sides: Sequence[tuple[_Side | None, _Side | None]]) -> None:
        if max(len(self._accounts), len(self._customers)) > _REMEMBERED:
            self.forget()
        if self._counts is None:
            self._counts = _highest(connection)
        named = [side for pair in sides for side in pair if side is not None]
        missing = {side.account.id for side in named} - self._accounts.keys()
        found = _rows(connection, accounts, accounts.c.identifier, sorted(missing))
        for row in found:
            opened_at = None if row.opened_at is None else from_micros(row.opened_at)
            self._accounts[row.identifier] = _Account(**{**row._mapping, "opened_at": opened_at})
        told = {side.party.id for side in named if side.party is not None and side.party.id is not None}
        for row in _rows(
            connection, customers, customers.c.identifier, sorted(told - self._customers.keys())
        ):
            self._remember(row)
        owners = {
            self._accounts[side.account.id].customer for side in named if side.account.id in self._accounts
        }
        for row in _rows(
            connection, customers, customers.c.number, sorted(owners - self._homes.keys() - {0})
        ):
            self._remember(row)

    def _remember(self, row: Any) -> None:
        owner = _Customer(*row)
        self._customers[owner.identifier] = self._homes[owner.number] = owner

    def _write(self, connection: Connection, known: tuple[int, int]) -> None:
        rows = sorted((_values(row) for row in self._changed.values()), key=itemgetter(0))
        owners = sorted((_values(row) for row in self._moved.values()), key=itemgetter(0))
        for table, changed, before in ((accounts, rows, known[0]), (customers, owners, known[1])):
            insert_rows(connection, table, [row for row in changed if row[0] > before])
            _rewrite(connection, table, [row for row in changed if row[0] <= before])


def _sides(event: AnyEvent) -> tuple[_Side | None, _Side | None]:
    """Give the account that acts and the one that is paid, added or reported."""
    acting = getattr(event, "debtor_account", None) or getattr(event, "account", None)
    paid = getattr(event, "creditor_account", None)
    owner = getattr(event, "debtor", None) or getattr(event, "customer", None)
    return (
        None if acting is None else _Side(acting, owner, getattr(event, "debtor_agent", None)),
        None
        if paid is None
        else _Side(paid, getattr(event, "creditor", None), getattr(event, "creditor_agent", None)),
    )


def _rewrite(connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
    """Change rows that are there; a number keeps its identifier."""
    if not rows:
        return
    names = [column.name for column in table.columns]
    values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in names[2:]}
    connection.execute(
        update(table).where(table.c.number == bindparam("new_number")).values(values),
        [{f"new_{name}": value for name, value in zip(names, row, strict=True)} for row in rows],
    )


def _values(row: _Account | _Customer) -> tuple[Any, ...]:
    values = [getattr(row, name) for name in row.__slots__]
    return tuple([to_micros(value) if isinstance(value, datetime) else value for value in values])


def _highest(connection: Connection) -> tuple[int, int]:
    held = connection.scalar(select(func.coalesce(func.max(accounts.c.number), 0)))
    owners = connection.scalar(select(func.coalesce(func.max(customers.c.number), 0)))
    return held or 0, owners or 0


def _rows(connection: Connection, table: Any, column: Any, values: Sequence[Any]) -> Iterable[Any]:
    for part in chunks(values):
        yield from connection.execute(select(table).where(column.in_(part)))

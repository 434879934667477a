"""Where the stolen money of a synthetic bank really is, from the simulator's own script and nothing else.

A ring passes on a share of each receipt, and every payment by which it does so is labelled with the case
it belongs to. So what labelled payments brought to an account and did not take out again is stolen; what
left by cash or to another bank is gone. No trace and no graph has a part in it.

The script is silent on one thing: what a mule who lives on spends. See `Spending`.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Final

import numpy as np
import numpy.typing as npt

from zhamen.core.identifiers import identity
from zhamen.core.instants import Micros, to_micros
from zhamen.events.flat import flat_reader
from zhamen.events.model import AnyEvent, CashWithdrawal, Transfer, TransferSettled
from zhamen.networks.books.reading import FIELDS_READ, elsewhere
from zhamen.networks.graph.columns import columns
from zhamen.networks.live import Networks
from zhamen.simulate import Bank, BankConfig, Role, Truth

__all__ = ["Loot", "Played", "Spending", "Theft", "play"]

_PASSED_ON: Final = (Role.MULE, Role.CASH_OUT)
_BUDGET: Final = 1 << 28
_Change = tuple[Micros, str, int]
"""When, in which account, and by how much."""


class Spending(Enum):
    """Whose money a mule spends who buys something for himself."""

    OWN_FIRST = auto()
    """His own, as far as he has any."""
    STOLEN_FIRST = auto()
    """The stolen money, as far as there is any."""


@dataclass
class Theft:
    """A case: all that one victim paid to one ring."""

    name: str
    ring: str
    seqs: list[int] = field(default_factory=list)
    """Of the victim's payments, by their place among the events."""
    amounts: list[int] = field(default_factory=list)
    first_at: Micros = 0
    last_at: Micros = 0

    @property
    def stolen_minor(self) -> int:
        """What the victim lost."""
        return sum(self.amounts)


class Loot:
    """Stolen money in the accounts of rings, by case, after every payment."""

    def __init__(self, spending: Spending) -> None:
        self.spending: Final = spending
        self.incomplete: Final = set[str]()
        """Cases that pass on more than was seen to come: they began before the days."""
        self._holds: Final = defaultdict[str, dict[str, int]](dict)
        self._spent: Final = defaultdict[tuple[str, str], int](int)
        self._changes: Final = defaultdict[str, list[_Change]](list)
        self._sent: Final = defaultdict[str, list[_Change]](list)

    def take(self, at: Micros, event: Transfer | CashWithdrawal, truth: Truth | None, left: int) -> None:
        """Take a payment; `left` is what its debtor has after it, money under way to him included."""
        debtor = event.debtor_account.id
        if truth is None or truth.case is None or truth.role not in (Role.VICTIM, *_PASSED_ON):
            self._spend(at, debtor, event.amount_minor, left)
            return
        moved = event.amount_minor
        if truth.role in _PASSED_ON:
            moved = self._pass_on(at, debtor, truth.case, moved)
            self._spend(at, debtor, event.amount_minor - moved, left)
        if isinstance(event, Transfer):
            creditor = event.creditor_account.id
            if truth.role is Role.CASH_OUT:
                self._sent[truth.case].append((at, creditor, moved))
            else:
                self._change(at, creditor, truth.case, moved)

    def held(self, case: str, until: Micros) -> dict[str, int]:
        """Give the stolen money of a case in each account, after all that happened up to `until`."""
        return _summed(self._changes[case], until)

    def sent(self, case: str, until: Micros) -> dict[str, int]:
        """Give what of a case was sent to each account at another bank."""
        return _summed(self._sent[case], until)

    def lying(self, until: Micros) -> dict[str, int]:
        """Give the stolen money of all cases in each account, likewise."""
        sums: dict[str, int] = {}
        for case in self._changes:
            for account, amount in self.held(case, until).items():
                sums[account] = sums.get(account, 0) + amount
        return sums

    def spent(self, case: str) -> int:
        """Give how much of a case's money mules have spent for themselves."""
        return sum(amount for (_, of), amount in self._spent.items() if of == case)

    def _pass_on(self, at: Micros, account: str, case: str, amount: int) -> int:
        """Take a ring's payment out of an account and give how much of it is stolen.

        The script does not notice what the mule has spent. Where other cases lie in the account, their
        money makes up for it, and it is theirs that was spent.
        """
        holds = self._holds[account]
        moved = min(amount, holds.get(case, 0))
        missing = min(amount - moved, self._spent[account, case])
        if amount - moved > missing:
            self.incomplete.add(case)
        for other in [name for name in holds if name != case]:
            lent = min(missing, holds[other])
            self._change(at, account, other, -lent)
            self._change(at, account, case, lent)
            self._spent[account, other] += lent
            self._spent[account, case] -= lent
            missing, moved = missing - lent, moved + lent
        self._change(at, account, case, -moved)
        return moved

    def _spend(self, at: Micros, account: str, amount: int, left: int) -> None:
        """Let the mule pay for himself; of several cases, what came first goes first."""
        holds = self._holds.get(account)
        if not holds:
            return
        stolen = sum(holds.values())
        lost = max(0, stolen - left) if self.spending is Spending.OWN_FIRST else min(amount, stolen)
        for case in list(holds):
            part = min(lost, holds[case])
            self._change(at, account, case, -part)
            self._spent[account, case] += part
            lost -= part

    def _change(self, at: Micros, account: str, case: str, amount: int) -> None:
        if not amount:
            return
        holds = self._holds[account]
        holds[case] = holds.get(case, 0) + amount
        if not holds[case]:
            del holds[case]
        self._changes[case].append((at, account, amount))


def _summed(changes: list[_Change], until: Micros) -> dict[str, int]:
    sums: dict[str, int] = {}
    for at, account, amount in changes:
        if at <= until:
            sums[account] = sums.get(account, 0) + amount
    return {account: amount for account, amount in sums.items() if amount > 0}


@dataclass(frozen=True)
class Played:
    """A bank whose days are over: what its gate knows, and what is true."""

    seed: int
    networks: Networks
    thefts: tuple[Theft, ...]
    loots: dict[Spending, Loot]
    rings: frozenset[int]
    """Numbers of the accounts of rings."""
    posted_at: npt.NDArray[np.int64]
    end: Micros

    def watermark(self, until: Micros) -> int:
        """Give the first edge that was posted after `until`."""
        return int(np.searchsorted(self.posted_at, until, side="right")) + self.networks.graph.first_edge

    def truth(self, theft: Theft, until: Micros, spending: Spending) -> dict[int, int]:
        """Give the stolen money of a case in each account, by number."""
        return self._by_number(self.loots[spending].held(theft.name, until))

    def lying(self, until: Micros, spending: Spending) -> dict[int, int]:
        """Give the stolen money of all cases in each account, by number."""
        return self._by_number(self.loots[spending].lying(until))

    def sent(self, theft: Theft, until: Micros, spending: Spending) -> dict[int, int]:
        """Give what of a case was sent to each account at another bank, by number."""
        sent = self.loots[spending].sent(theft.name, until)
        graph = self.networks.graph
        return {graph.account(elsewhere(account)): amount for account, amount in sent.items()}

    def _by_number(self, amounts: dict[str, int]) -> dict[int, int]:
        graph = self.networks.graph
        return {graph.account(identity(account)): amount for account, amount in amounts.items()}


class _Arrivals:
    """Money that is under way to accounts of rings."""

    def __init__(self) -> None:
        self._to: Final = defaultdict[str, int](int)
        self._under_way: Final = dict[str, tuple[str, int]]()

    def take(self, event: AnyEvent) -> None:
        """Note that money sets out or arrives."""
        if isinstance(event, Transfer):
            self._under_way[event.event_id] = event.creditor_account.id, event.amount_minor
            self._to[event.creditor_account.id] += event.amount_minor
        elif isinstance(event, TransferSettled) and event.transfer_event_id in self._under_way:
            account, amount = self._under_way.pop(event.transfer_event_id)
            self._to[account] -= amount

    def to(self, account: str) -> int:
        """Give what is under way to an account."""
        return self._to.get(account, 0)


def play(config: BankConfig) -> Played:
    """Let a bank live through its days, with nobody stopping anything."""
    bank, networks, arrivals = Bank(config), Networks(_BUDGET), _Arrivals()
    read = flat_reader(FIELDS_READ)
    loots = {spending: Loot(spending) for spending in Spending}
    thefts: dict[str, Theft] = {}
    at = 0
    for event in bank.events():
        networks.advance(read(event))
        at = to_micros(event.occurred_at)
        arrivals.take(event)
        if isinstance(event, Transfer | CashWithdrawal):
            truth = bank.truth.get(event.event_id)
            left = (event.debtor_account.balance_minor or 0) - event.amount_minor
            left += arrivals.to(event.debtor_account.id)
            for loot in loots.values():
                loot.take(at, event, truth, left)
            if truth is not None and truth.role is Role.VICTIM and truth.case and truth.ring:
                theft = thefts.setdefault(truth.case, Theft(truth.case, truth.ring, first_at=at))
                theft.seqs.append(networks.events)
                theft.amounts.append(event.amount_minor)
                theft.last_at = at
    return Played(
        seed=config.seed,
        networks=networks,
        thefts=tuple(thefts.values()),
        loots=loots,
        rings=frozenset(_numbers(bank, networks)),
        posted_at=np.asarray(columns(networks.graph).posted_at),
        end=at,
    )


def _numbers(bank: Bank, networks: Networks) -> Iterator[int]:
    for account, name in bank.truth.mules.items():
        number = networks.graph.find_account(identity(account))
        if number is not None and name.startswith("ring"):
            yield number

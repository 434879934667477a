"""A synthetic bank that lives through its days, with its thefts and where their money is."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from benchmarks.freeze_loot import Loot, Spending
from zhamen.core.identifiers import identity
from zhamen.core.instants import Micros, to_micros
from zhamen.events.flat import flat_reader
from zhamen.events.model import AnyEvent, CashWithdrawal, Transfer, TransferSettled
from zhamen.networks.graph.columns import columns
from zhamen.networks.intake.fields import FIELDS_READ, elsewhere
from zhamen.networks.live import Networks
from zhamen.simulate import Bank, BankConfig, Role

__all__ = ["Played", "Theft", "play"]

_BUDGET: Final = 1 << 28


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

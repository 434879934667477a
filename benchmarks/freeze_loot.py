"""Where the stolen money of a synthetic bank really is, from the simulator's own script and nothing else.

A ring passes on a share of each receipt, and every payment by which it does so is labelled with the case
it belongs to. So what labelled payments brought to an account and did not take out again is stolen; what
left by cash or to another bank is gone. No trace and no graph has a part in it.

The script is silent on one thing: what a mule who lives on spends. See `Spending`.
"""

from collections import defaultdict
from enum import Enum, auto
from typing import Final

from zhamen.core.instants import Micros
from zhamen.events.model import CashWithdrawal, Transfer
from zhamen.simulate import Role, Truth

__all__ = ["Loot", "Spending"]

_PASSED_ON: Final = (Role.MULE, Role.CASH_OUT)
_Change = tuple[Micros, str, int]
"""When, in which account, and by how much."""


class Spending(Enum):
    """Whose money a mule spends who buys something for himself."""

    OWN_FIRST = auto()
    """His own, as far as he has any."""
    STOLEN_FIRST = auto()
    """The stolen money, as far as there is any."""


class Loot:
    """Stolen money in the accounts of rings, by case, after every payment."""

    def __init__(self, spending: Spending) -> None:
        self.spending: Final = spending
        self.incomplete: Final = set[str]()
        """Cases that pass on more than was seen to come, as those do that began before the days."""
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
            self._spend(at, debtor, 0, left)
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
        """Let the mule pay for himself; of several cases, what came first goes first.

        Nothing that is not there any more can be stolen money, whoever paid.
        """
        holds = self._holds.get(account)
        if not holds:
            return
        stolen = sum(holds.values())
        lost = max(0, stolen - left)
        if self.spending is Spending.STOLEN_FIRST:
            lost = max(lost, min(amount, stolen))
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

"""What ordinary people and businesses do every day, planned a day at a time for all of them at once.

A habit is made once from the world and called with a day and its dice; it gives orders.
"""

from collections.abc import Callable, Mapping
from typing import Final

from zhamen.simulate.clock import Today
from zhamen.simulate.dice import Dice
from zhamen.simulate.habits.business import Suppliers, Sweeps, Takings
from zhamen.simulate.habits.cash import CashMachines, Counters, Deposits
from zhamen.simulate.habits.family import Friends, Support
from zhamen.simulate.habits.home import Bills, Mortgages, OwnTransfers, Rents
from zhamen.simulate.habits.income import Payrolls, Pensions, SalariesFromElsewhere
from zhamen.simulate.habits.school import Fees
from zhamen.simulate.habits.shopping import Shopping
from zhamen.simulate.habits.visits import Visits
from zhamen.simulate.orders import Orders
from zhamen.simulate.world import World

__all__ = ["HABITS", "Habit"]

Habit = Callable[[Today, Dice], list[Orders]]

HABITS: Final[Mapping[str, Callable[[World], Habit]]] = {
    "shopping": Shopping,
    "payrolls": Payrolls,
    "salaries": SalariesFromElsewhere,
    "pensions": Pensions,
    "rents": Rents,
    "mortgages": Mortgages,
    "bills": Bills,
    "own": OwnTransfers,
    "friends": Friends,
    "support": Support,
    "machines": CashMachines,
    "counters": Counters,
    "deposits": Deposits,
    "suppliers": Suppliers,
    "takings": Takings,
    "sweeps": Sweeps,
    "fees": Fees,
    "visits": Visits,
}
"""Every habit by the name of its stream of dice."""

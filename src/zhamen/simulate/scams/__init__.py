"""How people are talked out of their money: one story a kind, each with the signals it is known by."""

from collections.abc import Callable, Mapping
from typing import Final

from zhamen.simulate.agenda import Script
from zhamen.simulate.scams.fake_loan import fake_loan
from zhamen.simulate.scams.fake_police import fake_police
from zhamen.simulate.scams.fake_refund import fake_refund
from zhamen.simulate.scams.impersonation import impersonation
from zhamen.simulate.scams.romance import romance
from zhamen.simulate.scams.task import task
from zhamen.simulate.scams.victim import Victim

__all__ = ["SCAMS", "Victim"]

SCAMS: Final[Mapping[str, Callable[[Victim], Script]]] = {
    "fake_police": fake_police,
    "task": task,
    "romance": romance,
    "fake_refund": fake_refund,
    "fake_loan": fake_loan,
    "impersonation": impersonation,
}
"""Every story by the name that its rate has in `ScamRates`."""

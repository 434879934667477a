"""The synthetic bank: seeded people, businesses, scams and rings; it gives events and their truth."""

from zhamen.simulate.bank import Bank
from zhamen.simulate.config import Adversaries, BankConfig, LookalikeRates, ScamRates
from zhamen.simulate.truth import Role, Truth, TruthBook

__all__ = [
    "Adversaries",
    "Bank",
    "BankConfig",
    "LookalikeRates",
    "Role",
    "ScamRates",
    "Truth",
    "TruthBook",
]

"""What a synthetic bank is made of, said in one frozen object."""

from dataclasses import dataclass, field, fields
from datetime import date
from typing import Final

from zhamen.core.errors import InputError

__all__ = ["LEAD_DAYS", "Adversaries", "BankConfig", "LookalikeRates", "ScamRates"]

LEAD_DAYS: Final = 30
"""Days before the first event at which scams and rings begin, so that long stories are under way."""

_FEWEST_CUSTOMERS: Final = 200


@dataclass(frozen=True, kw_only=True)
class ScamRates:
    """Victims among the bank's customers, per 10,000 customers and month.

    The defaults add up to 1.5. Public figures count 437,000 solved cases in China in 2023, about
    0.26 per 10,000 people and month; most cases are not solved, and bank customers are the adults.
    """

    fake_police: float = 0.15
    task: float = 0.50
    romance: float = 0.15
    fake_refund: float = 0.25
    fake_loan: float = 0.25
    impersonation: float = 0.20


@dataclass(frozen=True, kw_only=True)
class LookalikeRates:
    """Innocent stories that resemble scams, per 10,000 customers and month."""

    wedding: float = 6.0
    house_purchase: float = 8.0
    car_loan: float = 10.0
    grandchild_gift: float = 15.0
    screen_shared_help: float = 25.0
    travel_abroad: float = 40.0
    new_phone: float = 300.0


@dataclass(frozen=True, kw_only=True)
class Adversaries:
    """How rings move money, as shares of all rings."""

    fast: float = 0.6
    """On within minutes."""
    slow: float = 0.2
    """On after 6 to 48 hours."""
    mixing: float = 0.2
    """Keeps 20 to 50 % of what comes."""


@dataclass(frozen=True, kw_only=True)
class BankConfig:
    """A synthetic bank, its period and its troubles.

    `intensity` multiplies the rates of scams, outside victims and gambling, for demonstrations on
    few customers; it leaves the innocent alone.

    Raises
    ------
    InputError
        A number out of its range; the message names the field.

    Examples
    --------
    >>> BankConfig(customers=50)
    Traceback (most recent call last):
    ...
    zhamen.core.errors.InputError: customers is 50; give at least 200 (at $.customers)
    """

    customers: int = 10_000
    days: int = 7
    start: date = date(2026, 3, 2)
    seed: int = 1
    intensity: float = 1.0
    scams: ScamRates = field(default_factory=ScamRates)
    outside_victims: float = 2.0
    """Victims at other banks who pay this bank's mules, per 10,000 customers and month."""
    gambling_operators: float = 0.3
    """Per 10,000 customers."""
    gamblers: float = 15.0
    """Per 10,000 customers; as many again at other banks."""
    lookalikes: LookalikeRates = field(default_factory=LookalikeRates)
    adversaries: Adversaries = field(default_factory=Adversaries)

    def __post_init__(self) -> None:
        if self.customers < _FEWEST_CUSTOMERS:
            raise InputError(
                f"customers is {self.customers}; give at least {_FEWEST_CUSTOMERS}", path="$.customers"
            )
        if not 1 <= self.days <= 3660:
            raise InputError(f"days is {self.days}; give 1 to 3660", path="$.days")
        if self.seed < 0:
            raise InputError(f"seed is {self.seed}; give 0 or more", path="$.seed")
        _check_shares(self)
        for part in (self.scams, self.lookalikes, self.adversaries):
            _check_shares(part)
        if not any(_numbers(self.adversaries).values()):
            raise InputError("no adversary has a share; give one of them more than 0", path="$.adversaries")


def _numbers(part: object) -> dict[str, float]:
    return {f.name: getattr(part, f.name) for f in fields(part) if f.type in (float, "float")}  # type: ignore[arg-type]


def _check_shares(part: object) -> None:
    for name, value in _numbers(part).items():
        if not 0 <= value < 10_000:
            raise InputError(f"{name} is {value}; give 0 or more, below 10000", path=f"$.{name}")

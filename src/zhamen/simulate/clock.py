"""Local days of the bank (+08:00) and the hours at which people act."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Final

import numpy as np
import numpy.typing as npt

from zhamen.core.instants import Micros, from_micros, to_micros
from zhamen.simulate.dice import Dice

__all__ = [
    "ANY_HOUR",
    "AT_NIGHT",
    "DAY",
    "HOUR",
    "IN_OFFICE",
    "IN_THE_APP",
    "MINUTE",
    "ON_CAMPUS",
    "SECOND",
    "SHOPPING",
    "Calendar",
    "Hours",
    "Now",
    "Today",
    "local_hour",
    "moments",
]

SECOND: Final[Micros] = 1_000_000
MINUTE: Final[Micros] = 60 * SECOND
HOUR: Final[Micros] = 60 * MINUTE
DAY: Final[Micros] = 24 * HOUR

_ZONE: Final = timezone(timedelta(hours=8))
_OFFSET: Final = 8 * HOUR

Hours = npt.NDArray[np.float64]
"""24 cumulative probabilities: how likely an act happens before the end of each local hour."""


def _hours(weights: str) -> Hours:
    each = np.array([float(weight) for weight in weights.split()])
    return np.asarray(np.cumsum(each) / each.sum())


#                            0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23
SHOPPING: Final = _hours("   1 0 0 0 0 0 2 6 7 6 7 10 12 7 6 6 7 10 12 11 9 6 4 2")
IN_THE_APP: Final = _hours(" 2 1 0 0 0 0 1 3 6 9 10 9 9 7 7 7 7 7 7 8 9 9 7 4")
IN_OFFICE: Final = _hours("  0 0 0 0 0 0 0 0 1 9 11 9 3 4 9 10 8 4 0 0 0 0 0 0")
ON_CAMPUS: Final = _hours("  0 0 0 0 0 0 1 4 6 4 4 9 10 4 3 3 4 8 10 8 8 8 4 1")
AT_NIGHT: Final = _hours("   12 10 7 5 3 2 1 1 1 1 1 2 3 2 2 3 3 3 4 6 9 11 13 14")
ANY_HOUR: Final = _hours("   5 4 4 3 3 2 2 3 3 4 4 4 4 4 4 4 4 4 5 5 6 6 6 6")


def moments(dice: Dice, hours: Hours, size: int) -> npt.NDArray[np.int64]:
    """Draw `size` moments of a day, in microseconds since local midnight."""
    hour = np.searchsorted(hours, dice.random(size), side="right")
    return np.minimum(hour, 23) * HOUR + dice.integers(0, HOUR, size)


def local_hour(at: Micros) -> int:
    """Give the local hour, 0 to 23."""
    return (at + _OFFSET) // HOUR % 24


@dataclass(frozen=True, slots=True)
class Today:
    """One local day: `number` counts from the first day of the period."""

    number: int
    date: date
    midnight: Micros

    @property
    def weekend(self) -> bool:
        """Saturday or Sunday."""
        return self.date.weekday() >= 5


@dataclass(frozen=True, slots=True)
class Calendar:
    """The local days of a period."""

    first: date
    days: int

    def today(self, number: int) -> Today:
        """Give day `number`; negative ones lie before the period."""
        day = self.first + timedelta(days=number)
        return Today(number, day, to_micros(datetime(day.year, day.month, day.day, tzinfo=_ZONE)))

    @property
    def start(self) -> Micros:
        """The first midnight of the period."""
        return self.today(0).midnight

    @property
    def end(self) -> Micros:
        """The midnight that ends the period; it does not belong to it."""
        return self.today(self.days).midnight


class Now:
    """The instant the bank has reached; set by the day loop alone."""

    __slots__ = ("at",)

    def __init__(self, at: Micros) -> None:
        self.at = at

    @property
    def instant(self) -> datetime:
        """The same as an aware UTC datetime."""
        return from_micros(self.at)

"""A clock that stands where it is set."""

from datetime import UTC, datetime, timedelta
from typing import Final

__all__ = ["NOON", "SetClock"]

NOON: Final = datetime(2026, 3, 2, 12, tzinfo=UTC)
"""An ordinary Monday."""


class SetClock:
    """Gives `now`, and goes on by `step` each time it is asked.

    >>> clock = SetClock(step=timedelta(seconds=1))
    >>> (clock() - NOON, clock() - NOON)
    (datetime.timedelta(0), datetime.timedelta(seconds=1))
    """

    def __init__(self, now: datetime = NOON, step: timedelta = timedelta(0)) -> None:
        self.now = now
        self.step = step

    def __call__(self) -> datetime:
        """Give the time."""
        now = self.now
        self.now += self.step
        return now

"""Work that is done once a night, in the bank's zone."""

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Final

__all__ = ["Nights"]

_HOUR: Final = 3
"""From when on in the bank's day a night's work is done."""


class Nights:
    """Does something once in every night.

    Parameters
    ----------
    work
        What is done; a night in which it fails is tried again.
    late
        Whether it is done for the night before this process began too.
    """

    def __init__(
        self,
        work: Callable[[], object],
        clock: Callable[[], datetime],
        zone: timezone,
        *,
        late: bool = False,
    ) -> None:
        self._work = work
        self._clock = clock
        self._zone = zone
        self._done = None if late else clock()

    def round(self) -> bool:
        """Do this night's work, unless it is done; say whether it was done now."""
        now = self._clock()
        if self._done is not None and self._done >= _night_before(now, self._zone):
            return False
        self._work()
        self._done = now
        return True


def _night_before(now: datetime, zone: timezone) -> datetime:
    """Give the last time that it was three in the morning.

    Examples
    --------
    >>> china = timezone(timedelta(hours=8))
    >>> _night_before(datetime(2026, 11, 29, 12, tzinfo=china), china).isoformat()
    '2026-11-29T03:00:00+08:00'
    >>> _night_before(datetime(2026, 11, 29, 2, tzinfo=china), china).isoformat()
    '2026-11-28T03:00:00+08:00'
    """
    today = now.astimezone(zone).replace(hour=_HOUR, minute=0, second=0, microsecond=0)
    return today if today <= now else today - timedelta(days=1)

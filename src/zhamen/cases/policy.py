"""What a bank decides once about its cases: when two people are needed, and how long things may wait."""

from datetime import timedelta
from typing import Final

from msgspec import Struct, field

from zhamen.cases.disposition import Disposition

__all__ = ["STANDARD", "CasePolicy"]

_CONFIRM: Final = {Disposition.CONFIRMED_FRAUD: 50_000_00, Disposition.FALSE_POSITIVE: 200_000_00}


class CasePolicy(Struct, frozen=True, kw_only=True):
    """Limits and thresholds of casework; the defaults are starting points.

    ``most_alerts`` and ``quiet`` shape how alerts come together, and the two that make a case urgent its
    clocks: when they change, cases have to be made anew. The others hold from the next act on.
    """

    most_alerts: int = 200
    """A case with so many takes no more; the next alert opens a new one, linked to it."""
    quiet: timedelta = timedelta(days=30)
    """A case without an alert for so long takes no more."""
    urgent_from_minor: int = 20_000_00
    """From this amount on, money that waits makes a case urgent."""
    critical_from_minor: int = 500_000_00
    confirm_from_minor: dict[Disposition, int] = field(default_factory=lambda: dict(_CONFIRM))
    """From which amount on a second person has to confirm that a case is closed so; others need none.

    Counted is the amount of all cases that splits and merges joined with it.
    """
    release_from_minor: int = 50_000_00
    """From this amount on a second person has to confirm that a held payment goes on."""
    two_across_units: bool = True
    """Whether cases of two units are merged by two people."""
    most_extensions: int = 2
    longest_extension: timedelta = timedelta(hours=72)
    longest_snooze: timedelta = timedelta(days=30)


STANDARD: Final = CasePolicy()
"""What zhamen comes with."""

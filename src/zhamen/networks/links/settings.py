"""When two accounts are linked, and when a cluster of linked accounts is a typology."""

from dataclasses import asdict, dataclass
from datetime import timedelta
from math import log
from typing import Any, Final

from zhamen.core.errors import InputError
from zhamen.core.instants import Micros

__all__ = ["UNIT", "LinkSettings"]

UNIT: Final = 2**20
"""A weight of 1, as it is reckoned with: in whole numbers, so that no order of adding matters."""

_MOST: Final = 500


@dataclass(frozen=True, kw_only=True)
class LinkSettings:
    """When accounts are linked, and when a cluster is suspicious (T11).

    The defaults are starting points; an institution tunes them on what its analysts can look at.

    Raises
    ------
    InputError
        A number out of its range; the message names the field.

    Examples
    --------
    >>> settings = LinkSettings()
    >>> round(settings.weight(2) / UNIT, 3), settings.weight(51)
    (0.91, 0)
    """

    threshold: float = 1.0
    """Two accounts are linked when what they share weighs as much. The thing that n accounts have weighs
    1 / ln(1 + n), so one thing alone never reaches 1: a family's tablet is no cluster."""
    most_accounts: int = 50
    """What more accounts have than this says nothing of any: a school's address, a branch's network."""
    kept: timedelta = timedelta(days=90)
    """A link that was not seen for so long is forgotten."""
    window: timedelta = timedelta(days=7)
    """How long an account counts as newly opened, or as new in its cluster."""
    smallest_cluster: int = 4
    reported_from: int = 1
    """So many reported members make a cluster suspicious."""
    opened_from: int = 3
    """Or so many newly opened ones."""

    def __post_init__(self) -> None:
        if not 0.01 <= self.threshold <= 1000:
            raise InputError(f"threshold is {self.threshold}; give 0.01 to 1000", path="$.threshold")
        if not 2 <= self.most_accounts <= _MOST:
            raise InputError(
                f"most_accounts is {self.most_accounts}; give 2 to {_MOST}", path="$.most_accounts"
            )
        for name in ("kept", "window"):
            if not timedelta() < getattr(self, name) <= timedelta(days=3660):
                raise InputError(f"{name} is {getattr(self, name)}; give up to 10 years", path=f"$.{name}")
        for name in ("smallest_cluster", "reported_from", "opened_from"):
            if getattr(self, name) < 1:
                raise InputError(f"{name} is {getattr(self, name)}; give 1 or more", path=f"$.{name}")

    @property
    def needed(self) -> int:
        """The weight at which two accounts are linked, in `UNIT`."""
        return round(self.threshold * UNIT)

    def weight(self, accounts: int) -> int:
        """Give what a thing weighs that so many accounts have, in `UNIT`; 0 when it does not count."""
        if not 2 <= accounts <= self.most_accounts:
            return 0
        return round(UNIT / log(1 + accounts))

    @property
    def kept_micros(self) -> Micros:
        """How long a link is kept."""
        return self.kept // timedelta(microseconds=1)

    @property
    def window_micros(self) -> Micros:
        """How long an account is new."""
        return self.window // timedelta(microseconds=1)

    def plain(self) -> dict[str, Any]:
        """Give all of it as numbers, to be written down."""
        return asdict(self) | {"kept": self.kept_micros, "window": self.window_micros}

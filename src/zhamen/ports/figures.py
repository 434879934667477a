"""What was blocked, saved and lost, in sums by day and month."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final, Literal, Protocol

from msgspec import Struct

from zhamen.gate.decision import Outcome
from zhamen.organisation.scope import Scope

__all__ = ["BROKEN_DOWN", "Dimension", "FigureQuery", "FigureRow", "FigureStore", "Figures"]

Dimension = Literal["total", "month", "day", "channel", "outcome", "scam", "unit"]
BROKEN_DOWN: Final[tuple[Dimension, ...]] = ("channel", "outcome", "scam")
"""What a breakdown has beside the total."""


class FigureQuery(Struct, frozen=True, kw_only=True):
    """Which figures: local days from ``since``, before ``until``; channels, scams and outcomes if named."""

    since: date
    until: date
    channel: str | None = None
    scam: str | None = None
    outcomes: tuple[Outcome, ...] = ()


class Figures(Struct, frozen=True, kw_only=True):
    """Sums over payments, by the day on which they were decided; amounts in minor units of one currency.

    ``payments`` is all that was asked for, every try. ``incidents`` are stopped attempts of one account to
    pay another on one day, however often it tried, and ``saved_minor`` sums the largest amount of each:
    what was attempted, not a net loss. ``released`` were stopped and settled after all, ``cancelled`` taken
    back by the payer after a warning. ``confirmed`` were reported as fraud, ``lost`` are those of them that
    had been paid, ``returned`` those that came back: the net loss is ``lost_minor - returned_minor``.
    ``false_alarms`` were not simply allowed, and reported to be in order.
    """

    payments: int = 0
    amount_minor: int = 0
    incidents: int = 0
    saved_minor: int = 0
    released: int = 0
    released_minor: int = 0
    cancelled: int = 0
    cancelled_minor: int = 0
    confirmed: int = 0
    confirmed_minor: int = 0
    false_alarms: int = 0
    lost: int = 0
    lost_minor: int = 0
    returned: int = 0
    returned_minor: int = 0

    @property
    def net_loss_minor(self) -> int:
        """What was lost and has not come back."""
        return self.lost_minor - self.returned_minor


class FigureRow(Struct, frozen=True):
    """The figures under one value of a dimension, in one currency.

    ``value`` is a day or the first day of a month (ISO 8601), a channel, outcome or scam (empty for none),
    the path of a unit, or empty for the total.
    """

    value: str
    currency: str
    figures: Figures


class FigureStore(Protocol):
    """Figures within somebody's scope."""

    def figures(self, scope: Scope, wanted: FigureQuery, by: Dimension = "total") -> Sequence[FigureRow]:
        """Give figures by a dimension, in the order of its values.

        By unit, there is a row for each unit directly below the scope's, and one for what is filed under
        the scope's own unit, when there is any.

        Raises
        ------
        StoreUnavailable
            The store does not answer.
        """

    def breakdown(self, scope: Scope, wanted: FigureQuery) -> Mapping[Dimension, Sequence[FigureRow]]:
        """Give what `figures` does for ``total`` and each of `BROKEN_DOWN`, with one question.

        Raises
        ------
        StoreUnavailable
            As of `figures`.
        """

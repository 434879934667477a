"""What a feature is: a question about a series, whose definition makes its name.

A *series* gathers events under a key. A *quantity* is what is measured in a series (how much,
which payees), with an optional filter. A *feature* asks for one operation on one quantity over
one window, under a role of the event being decided; or relates such answers (share, ratio, trend).
"""

from dataclasses import dataclass
from enum import StrEnum

from zhamen.core.instants import Micros, width_name
from zhamen.expressions.tree import Expression

__all__ = [
    "Definitions",
    "Feature",
    "Operation",
    "Quantity",
    "Ratio",
    "Series",
    "Share",
    "Trend",
    "WindowFeature",
]


class Operation(StrEnum):
    """What to ask of a window.

    All but ``last`` and ``since_last`` count the event being decided, when its series gathers it
    under the role's key. Nothing in the window gives 0 for count, sum and distinct, and missing
    for the others. ``since_*`` are in microseconds.
    """

    COUNT = "count"
    SUM = "sum"
    MEAN = "mean"
    MIN = "min"
    MAX = "max"
    STD = "std"
    """Of the population (divided by n)."""
    DISTINCT = "distinct"
    FIRST = "first"
    LAST = "last"
    """The value before the event being decided."""
    SINCE_FIRST = "since_first"
    SINCE_LAST = "since_last"
    """Microseconds since the event before the one being decided."""


@dataclass(frozen=True)
class Series:
    """Events of some types under a key.

    ``gathers`` maps an event type to the fields of its key. ``delay`` is how long after it
    happened an event becomes known to the series (a label's delay).
    """

    name: str
    gathers: dict[str, tuple[str, ...]]
    where: Expression | None = None
    delay: Micros = 0


@dataclass(frozen=True)
class Quantity:
    """What is measured in a series: a field (``of``; None measures only that it happened) and a filter.

    An event whose ``of`` is missing, or whose filter is not true, is not in the quantity.
    """

    name: str
    series: str
    of: str | None = None
    where: Expression | None = None


@dataclass(frozen=True)
class WindowFeature:
    """One operation on one quantity over one window, read under one role."""

    role: str
    quantity: str
    operation: Operation
    window: Micros

    @property
    def name(self) -> str:
        """As ``creditor_account_received_sum_1h``."""
        return f"{self.role}_{self.quantity}_{self.operation.value}_{width_name(self.window)}"


@dataclass(frozen=True)
class Ratio:
    """One feature divided by another; missing when either is missing or the divisor is 0."""

    numerator: WindowFeature
    denominator: WindowFeature

    @property
    def name(self) -> str:
        """As ``debtor_account_sent_sum_1h_per_received_sum_1h``."""
        right = self.denominator.name
        if self.numerator.role == self.denominator.role:
            right = right.removeprefix(f"{self.denominator.role}_")
        return f"{self.numerator.name}_per_{right}"


@dataclass(frozen=True)
class Share:
    """The part of a quantity's count or sum that another (filtered) quantity of the series makes up."""

    part: WindowFeature
    whole: WindowFeature

    @property
    def name(self) -> str:
        """As ``debtor_account_night_share_count_30d``."""
        return (
            f"{self.part.role}_{self.part.quantity}_share_"
            f"{self.part.operation.value}_{width_name(self.part.window)}"
        )


@dataclass(frozen=True)
class Trend:
    """The rate of the short window over the rate of the rest of the long one, before it.

    ``(short / short_width) / ((long - short) / (long_width - short_width))``; missing when the
    rest is 0. Counts and sums only.
    """

    short: WindowFeature
    long: WindowFeature

    @property
    def name(self) -> str:
        """As ``debtor_account_sent_sum_trend_1d_30d``."""
        return (
            f"{self.short.role}_{self.short.quantity}_{self.short.operation.value}_trend_"
            f"{width_name(self.short.window)}_{width_name(self.long.window)}"
        )


Feature = WindowFeature | Ratio | Share | Trend


@dataclass(frozen=True)
class Definitions:
    """All that the kernel keeps for one pack: series, quantities and the features asked of them.

    ``allowed_lateness`` is how much later than the newest event an event may come and still be
    answered exactly.
    """

    series: tuple[Series, ...]
    quantities: tuple[Quantity, ...]
    features: tuple[Feature, ...]
    allowed_lateness: Micros
    utc_offset_minutes: int = 0

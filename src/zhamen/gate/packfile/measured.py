"""What can be asked of what a pack measures: which role, operation and window fit which quantity."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from zhamen.core.errors import InputError
from zhamen.events.fields import FIELDS, Kind, Unit
from zhamen.expressions.types import Type
from zhamen.features.definitions import (
    Definitions,
    Feature,
    Operation,
    Quantity,
    Ratio,
    Series,
    Share,
    Trend,
    WindowFeature,
)
from zhamen.features.plan import Plan
from zhamen.features.roles import ROLES
from zhamen.gate.packfile.problems import Path, Problems, nearest

__all__ = ["Measured", "windows_of"]

_OF_THE_FIELD: Final = frozenset("sum mean min max std first last".split())
_OF_TIME: Final = frozenset({Operation.SINCE_FIRST, Operation.SINCE_LAST})


def windows_of(feature: Feature) -> tuple[WindowFeature, ...]:
    """Give the window features that a feature is, or relates."""
    match feature:
        case WindowFeature():
            return (feature,)
        case Ratio(left, right) | Share(left, right) | Trend(left, right):
            return left, right


@dataclass
class Measured:
    """The sound series and quantities of a pack, by name.

    Where some could not be made, a name that is not there is let pass: its own problem is noted
    already. ``asked`` gathers the quantities that features ask about.
    """

    series: Mapping[str, Series]
    quantities: Mapping[str, Quantity]
    problems: Problems
    asked: set[str] = field(default_factory=set)

    def check(self, feature: Feature, path: Path) -> bool:
        """Say whether `feature` can be measured; if not, note why."""
        names = dict.fromkeys(window.quantity for window in windows_of(feature))
        self.asked.update(names)
        unknown = [name for name in names if name not in self.quantities]
        for name in unknown:
            if not self.problems.touch("series", "quantities"):
                at = "share" if isinstance(feature, Share) else "quantity"
                now = nearest(name, self.quantities)
                self.problems.add((*path, at), f"there is no quantity {name}", now)
        return not unknown and self._fits([self.quantities[name] for name in names], feature, path)

    def _fits(self, quantities: list[Quantity], feature: Feature, path: Path) -> bool:
        if len({quantity.series for quantity in quantities}) > 1 and isinstance(feature, Share):
            self.problems.add(
                (*path, "share"), "the two quantities are of different series", "use one series"
            )
            return False
        series = {quantity.series: self.series[quantity.series] for quantity in quantities}
        try:
            Plan(Definitions(tuple(series.values()), tuple(quantities), (feature,), 0))
        except InputError as error:
            self.problems.add(path, str(error).removesuffix(f" (at {error.path})"))
            return False
        return True

    def type_of(self, feature: Feature) -> Type:
        """Give what sort of number a sound feature is."""
        if isinstance(feature, WindowFeature):
            if feature.operation in _OF_TIME:
                return Type(Kind.NUMBER, Unit.TIME)
            of = self.quantities[feature.quantity].of
            if feature.operation in _OF_THE_FIELD and of is not None:
                instant = FIELDS[of].kind is Kind.INSTANT
                return Type(Kind.INSTANT if instant else Kind.NUMBER, FIELDS[of].unit)
        return Type(Kind.NUMBER)

    def known_on(self, feature: Feature) -> frozenset[str]:
        """Give the event types that have a key of every role the feature reads."""
        keys = [FIELDS[name].event_types for window in windows_of(feature) for name in ROLES[window.role]]
        return frozenset.intersection(*keys)

    def check_use(self) -> None:
        """Note the quantities and series that nothing asks about."""
        if not self.problems.touch("quantities", "features"):
            for name in sorted(self.quantities.keys() - self.asked):
                self.problems.add(("quantities", name), "no feature asks about it", "remove it or ask")
        if not self.problems.touch("series", "quantities"):
            used = {quantity.series for quantity in self.quantities.values()}
            for name in sorted(self.series.keys() - used):
                self.problems.add(("series", name), "no quantity measures it", "remove it or measure it")

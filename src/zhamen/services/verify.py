"""Prove that a recorded run had the features that its pack defines."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from zhamen.core.errors import FeaturesDiffer, PackMismatch
from zhamen.features.definitions import Feature, Operation, WindowFeature
from zhamen.features.plan import Plan
from zhamen.ports.recomputation import Comparison, RecordedRun

__all__ = ["TOLERANCE", "Verification", "tolerance_of", "verify"]

TOLERANCE: Final = 1e-9
"""How far two values may be apart, relative to the larger, when they are quotients or roots."""

_EXACT: Final = frozenset(Operation) - {Operation.MEAN, Operation.STD}


@dataclass(frozen=True)
class Verification:
    """What a second computation of a run gave."""

    events: int
    comparisons: tuple[Comparison, ...]

    @property
    def values(self) -> int:
        """How many values were compared."""
        return sum(comparison.rows for comparison in self.comparisons)

    @property
    def differing(self) -> tuple[Comparison, ...]:
        """The features of which some value differs, the worst first."""
        found = [comparison for comparison in self.comparisons if comparison.differences]
        return tuple(sorted(found, key=lambda comparison: -comparison.differences))

    def require_same(self) -> None:
        """Accept only a run without differences.

        Raises
        ------
        FeaturesDiffer
            Names the worst feature and its first differing event.
        """
        if not self.differing:
            return
        worst = self.differing[0]
        first = worst.first[0]
        raise FeaturesDiffer(
            f"{len(self.differing)} of {len(self.comparisons)} features differ; {worst.feature} first at"
            f" seq {first.seq}, recorded {_shown(first.recorded)}, recomputed {_shown(first.recomputed)};"
            " check that the run was recorded from its first event with this version and pack"
        )


def tolerance_of(feature: Feature) -> float:
    """Give how far two values of a feature may be apart: counts, sums, values and times not at all."""
    exact = isinstance(feature, WindowFeature) and feature.operation in _EXACT
    return 0.0 if exact else TOLERANCE


def verify(plan: Plan, run: RecordedRun, tick: Callable[[int], None] = lambda _: None) -> Verification:
    """Compute every feature of a recorded run anew and compare.

    Parameters
    ----------
    plan
        Of the pack that the run was recorded with.
    tick
        Told how many features were compared since the last time.

    Raises
    ------
    PackMismatch
        The run lacks features of the plan.
    """
    lacking = [name for name in plan.names if name not in run.columns]
    if lacking:
        shown = ", ".join(lacking[:3])
        raise PackMismatch(
            f"the run lacks {len(lacking)} of the pack's {len(plan.names)} features ({shown});"
            " give the pack it was recorded with, or record it anew"
        )
    tolerances = {feature.name: tolerance_of(feature) for feature in plan.definitions.features}
    comparisons: list[Comparison] = []
    for comparison in run.compare(plan, tolerances):
        comparisons.append(comparison)
        tick(1)
    return Verification(run.events, tuple(comparisons))


def _shown(value: float | None) -> str:
    return "missing" if value is None else f"{value:.17g}"

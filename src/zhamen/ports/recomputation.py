"""How a recorded run is computed a second time by something that is not the live state."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from zhamen.features.plan import Plan

__all__ = ["Comparison", "Difference", "RecordedRun"]


@dataclass(frozen=True)
class Difference:
    """One feature of one event of which two values are known; None is missing."""

    seq: int
    recorded: float | None
    recomputed: float | None


@dataclass(frozen=True)
class Comparison:
    """One feature over a whole run: how many events, how many differ, and the first of those."""

    feature: str
    rows: int
    differences: int
    first: tuple[Difference, ...] = ()


class RecordedRun(Protocol):
    """Events with the feature values that were given when they were decided."""

    @property
    def events(self) -> int:
        """How many events."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns recorded: ``seq``, flat fields and features."""

    def compare(self, plan: Plan, tolerances: Mapping[str, float]) -> Iterator[Comparison]:
        """Compute the features of `plan` anew and compare them with those recorded, one after the other.

        Parameters
        ----------
        tolerances
            How far two values may be apart, by feature, relative to the larger.
        """

"""One measured scenario."""

from dataclasses import dataclass, field

__all__ = ["Result"]


@dataclass(frozen=True)
class Result:
    """What a scenario gave: a value with its unit, and how many times another tool's figure that is.

    ``id`` is permanent. ``ratio_to`` maps a tool to (ours / theirs) for rates, (theirs / ours) for
    times, measured in the same run, so that above 1 is always better for us.
    """

    id: str
    title: str
    value: float
    unit: str
    ratio_to: dict[str, float] = field(default_factory=dict)
    note: str = ""

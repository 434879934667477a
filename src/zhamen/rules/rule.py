"""What a rule is: a sentence that people read and an expression that machines run."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from zhamen.expressions.tree import Expression

__all__ = ["Rule", "Scorecard"]


@dataclass(frozen=True)
class Rule:
    """One named check.

    ``on`` lists the event types it is asked about. ``weight`` is points for ``scorecard``.
    ``fires`` and ``silent`` are its own examples: values by name, on which it must and must not hit.
    """

    id: str
    typology: str
    zh: str
    en: str
    source: str
    on: tuple[str, ...]
    when: Expression
    weight: int = 0
    scorecard: str | None = None
    fires: Mapping[str, object] = field(default_factory=dict)
    silent: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Scorecard:
    """A sum of weights, cut at 100: the score of one suspicion."""

    id: str
    zh: str
    en: str

"""How a case is closed, and what the gate learns from it."""

from enum import StrEnum
from typing import Final, Literal

__all__ = ["LABELS", "Disposition", "Label"]

Label = Literal["confirmed_fraud", "suspicious", "false_positive"]


class Disposition(StrEnum):
    """How a case is closed."""

    CONFIRMED_FRAUD = "confirmed_fraud"
    SUSPICIOUS = "suspicious"
    """Not proven; it stays in mind."""
    FALSE_POSITIVE = "false_positive"
    """Nothing was wrong."""
    DUPLICATE = "duplicate"
    """Another case, or another bank, deals with it; nothing is learnt."""
    NO_ANSWER = "no_answer"
    """Nobody could be reached and nothing was found; nothing is learnt."""


LABELS: Final[dict[Disposition, Label | None]] = {
    Disposition.CONFIRMED_FRAUD: "confirmed_fraud",
    Disposition.SUSPICIOUS: "suspicious",
    Disposition.FALSE_POSITIVE: "false_positive",
    Disposition.DUPLICATE: None,
    Disposition.NO_ANSWER: None,
}
"""What the gate is told; None when there is nothing to tell."""

"""A score that people can read: each input has bins, each bin a weight, and the weights add up."""

from bisect import bisect_right
from collections.abc import Mapping
from math import exp, isnan
from typing import Final

from msgspec import Struct

from zhamen.core.errors import InputError

__all__ = ["CERTAIN", "Contribution", "Input", "MuleModel", "MuleScore"]

CERTAIN: Final = 30.0
"""Log-odds beyond which a probability is 0 or 1 for all purposes."""


class Input(Struct, frozen=True):
    """One value that the score reads, and what each range of it weighs.

    ``weights[i]`` is for values with i of ``cuts`` at or below them: ``cuts[i - 1] <= value < cuts[i]``.
    """

    name: str
    cuts: tuple[float, ...]
    weights: tuple[float, ...]
    """In log-odds; one more than cuts."""

    def weight(self, value: float) -> float:
        """Give what a value weighs.

        >>> Input("fan_in", (3.0, 8.0), (0.0, 0.5, 2.0)).weight(8.0)
        2.0
        """
        return self.weights[bisect_right(self.cuts, value)]


class Contribution(Struct, frozen=True):
    """What one value added to a score, in log-odds."""

    name: str
    value: float
    weight: float


class MuleScore(Struct, frozen=True):
    """How likely an account is being used as a mule's, and why."""

    probability: float
    contributions: tuple[Contribution, ...]
    """Values that weighed something, what speaks most for a mule first."""


class MuleModel(Struct, frozen=True, kw_only=True):
    """A fitted score of one side of a payment: a logistic regression on bins, monotone in each input.

    It works where mules do what the typologies describe, within their windows. It fails for accounts
    that wait longer than that, keep what came, or share nothing with others of their ring; it then says
    too little, which is the worse way: low is no proof of innocence.

    Raises
    ------
    InputError
        An input whose cuts do not rise, or have not one weight more; or one that is there twice.

    Examples
    --------
    >>> model = MuleModel(intercept=-4.0, inputs=(
    ...     Input("creditor_account_fan_in", (3.0, 8.0), (0.0, 0.5, 2.0)),
    ...     Input("creditor_account_age_days", (30.0,), (1.5, 0.0)),
    ... ))
    >>> score = model.score({"creditor_account_fan_in": 9.0, "creditor_account_age_days": 4.0})
    >>> round(score.probability, 3), [each.weight for each in score.contributions]
    (0.378, [2.0, 1.5])
    >>> round(model.probability({}), 3)
    0.018
    """

    intercept: float
    inputs: tuple[Input, ...]

    def __post_init__(self) -> None:
        for each in self.inputs:
            if len(each.weights) != len(each.cuts) + 1 or list(each.cuts) != sorted(set(each.cuts)):
                raise InputError(f"input {each.name!r} needs rising cuts, and one weight more than cuts")
        if len({each.name for each in self.inputs}) != len(self.inputs):
            raise InputError("an input of a model is there twice")

    @property
    def names(self) -> tuple[str, ...]:
        """The values that it reads."""
        return tuple(each.name for each in self.inputs)

    def probability(self, values: Mapping[str, float | None]) -> float:
        """Give how likely the account is being used as a mule's; what is missing, or NaN, weighs nothing."""
        total = self.intercept
        for each in self.inputs:
            value = values.get(each.name)
            if value is not None and not isnan(value):
                total += each.weight(value)
        return _probability(total)

    def score(self, values: Mapping[str, float | None]) -> MuleScore:
        """Give the same with what each value added."""
        found = [
            Contribution(each.name, value, each.weight(value))
            for each in self.inputs
            if (value := values.get(each.name)) is not None and not isnan(value)
        ]
        weighed = sorted((one for one in found if one.weight), key=lambda one: (-one.weight, one.name))
        return MuleScore(self.probability(values), tuple(weighed))


def _probability(log_odds: float) -> float:
    return 1 / (1 + exp(-max(-CERTAIN, min(CERTAIN, log_odds))))

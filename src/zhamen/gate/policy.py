"""What hits come to: the outcome of each, the bands of scores, the words, and what holds without a gate."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from zhamen.gate.decision import Advice, Audience, MeasureKind, Outcome

__all__ = ["Band", "Consequence", "Hold", "Measure", "Policy", "Unavailable"]


@dataclass(frozen=True)
class Band:
    """From the score ``start`` on, the outcome is at least this."""

    start: int
    outcome: Outcome


@dataclass(frozen=True)
class Measure:
    """An act to propose on the account in the event's field ``<role>_id``, for some hours."""

    kind: MeasureKind
    role: str
    hours: int
    legal_basis: str


@dataclass(frozen=True)
class Consequence:
    """What one rule's hit leads to, and who may hear of it."""

    audience: tuple[Audience, ...]
    outcome: Outcome = Outcome.ALLOW
    measure: Measure | None = None


@dataclass(frozen=True)
class Unavailable:
    """A line of the table for the time without a gate; empty conditions fit every payment."""

    outcome: Outcome
    channels: tuple[str, ...] = ()
    amount_from_minor: int | None = None

    def fits(self, channel: str | None, amount_minor: int) -> bool:
        """Say whether the line is for a payment of this channel and amount."""
        return (not self.channels or channel in self.channels) and (
            self.amount_from_minor is None or amount_minor >= self.amount_from_minor
        )


@dataclass(frozen=True)
class Hold:
    """How long a held payment waits for a person, and what becomes of it when none decides.

    The defaults hold where a pack says nothing: two days, as long as a protective stop, and then the money
    stays where it is.
    """

    hours: int = 48
    at_expiry: Literal["declined", "released"] = "declined"


@dataclass(frozen=True)
class Policy:
    """How findings become an outcome, for all rules of a pack.

    ``unknown`` and ``error`` are the least outcome when a missing value left a rule open, and when
    one failed. ``bands`` are by scorecard, ascending; ``consequences`` by rule id; ``texts`` by
    outcome (``warn``) or outcome and typology (``warn.victim``). The last line of ``unavailable``
    fits everything.
    """

    unknown: Outcome
    error: Outcome
    delay_hours: int
    unavailable: tuple[Unavailable, ...]
    texts: Mapping[str, Advice]
    consequences: Mapping[str, Consequence]
    bands: Mapping[str, tuple[Band, ...]] = field(default_factory=dict)
    hold: Hold | None = None

    def fallback(self, channel: str | None, amount_minor: int) -> Outcome:
        """Give what a channel does with a payment that the gate cannot answer for.

        Examples
        --------
        >>> lines = (Unavailable(Outcome.HOLD, amount_from_minor=5_000_000), Unavailable(Outcome.ALLOW))
        >>> policy = Policy(Outcome.ALLOW, Outcome.CHALLENGE, 24, lines, {}, {})
        >>> policy.fallback("mobile", 5_000_000).value, policy.fallback(None, 4_999_999).value
        ('hold', 'allow')
        """
        return next(line.outcome for line in self.unavailable if line.fits(channel, amount_minor))

    def advice(self, outcome: Outcome, typology: str | None) -> Advice | None:
        """Give the words for an outcome, those of the typology first; None when there are none."""
        return self.texts.get(f"{outcome}.{typology}") or self.texts.get(outcome)

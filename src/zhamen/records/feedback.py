"""What became of warnings: the words for it, and the figures that follow."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

__all__ = ["Effect", "Feedback", "FeedbackOutcome", "effect_of", "together"]


class FeedbackOutcome(StrEnum):
    """What happened."""

    STOPPED = "stopped"
    """Warned, and the payer did not pay."""
    CONTINUED = "continued"
    """Warned, and the payer paid all the same."""
    FALSE_ALARM = "false_alarm"
    """Warned, and there was nothing in it."""
    MISSED = "missed"
    """Not warned, and it was fraud: without these nobody can say how much warnings find."""


class Feedback(Struct, frozen=True, kw_only=True):
    """One intervention, or one fraud that there was none for; ``id`` is the event's or the question's.

    ``fraud`` is the truth where it is known. A payment that was stopped counts as fraud unless the truth
    says otherwise, a false alarm as none.
    """

    id: str
    at: datetime
    by: str
    outcome: FeedbackOutcome
    amount_minor: int
    unit: str = "head"
    channel: str = ""
    source: str = ""
    category: str = ""
    fraud: bool | None = None
    lost_minor: int = 0
    """What was lost and not recovered."""

    @property
    def truth(self) -> bool | None:
        """Whether it was fraud, as far as anybody knows."""
        if self.fraud is not None:
            return self.fraud
        known = {FeedbackOutcome.CONTINUED: None, FeedbackOutcome.FALSE_ALARM: False}
        return known.get(self.outcome, True)


class Effect(Struct, frozen=True, kw_only=True):
    """What warnings achieved.

    ``precision`` is the share of warnings with a known truth that were about fraud; ``recall`` the share
    of known frauds that were warned of; both None when there is nothing to divide by.
    """

    group: str
    warnings: int
    frauds_warned: int
    innocents_warned: int
    frauds_missed: int
    prevented_minor: int
    """Of frauds that were stopped."""
    lost_minor: int
    """Of all frauds, net of what was recovered."""

    @property
    def precision(self) -> float | None:
        """Frauds warned of, by warnings with a known truth."""
        return _share(self.frauds_warned, self.frauds_warned + self.innocents_warned)

    @property
    def recall(self) -> float | None:
        """Frauds warned of, by all known frauds."""
        return _share(self.frauds_warned, self.frauds_warned + self.frauds_missed)


def effect_of(group: str, feedback: Iterable[Feedback]) -> Effect:
    """Give what warnings achieved, reckoned one by one.

    Examples
    --------
    >>> from datetime import UTC
    >>> noon = datetime(2026, 11, 2, 12, tzinfo=UTC)
    >>> told = [Feedback(id=str(n), at=noon, by="li", outcome=outcome, amount_minor=100)
    ...         for n, outcome in enumerate(FeedbackOutcome)]
    >>> effect = effect_of("all", told)
    >>> effect.precision, effect.recall, effect.prevented_minor
    (0.5, 0.5, 100)
    """
    given = list(feedback)
    warned = [one for one in given if one.outcome is not FeedbackOutcome.MISSED]
    frauds = [one for one in given if one.truth]
    return Effect(
        group=group,
        warnings=len(warned),
        frauds_warned=sum(one.truth is True for one in warned),
        innocents_warned=sum(one.truth is False for one in warned),
        frauds_missed=sum(one.outcome is FeedbackOutcome.MISSED for one in frauds),
        prevented_minor=sum(one.amount_minor for one in frauds if one.outcome is FeedbackOutcome.STOPPED),
        lost_minor=sum(one.lost_minor for one in frauds),
    )


def together(group: str, effects: Iterable[Effect]) -> Effect:
    """Give what several groups that share nothing achieved as one.

    Examples
    --------
    >>> part = Effect(group="a", warnings=2, frauds_warned=1, innocents_warned=1, frauds_missed=1,
    ...               prevented_minor=5, lost_minor=7)
    >>> together("all", [part, part]).warnings, together("all", [part, part]).recall
    (4, 0.5)
    """
    given = list(effects)
    return Effect(
        group=group,
        warnings=sum(one.warnings for one in given),
        frauds_warned=sum(one.frauds_warned for one in given),
        innocents_warned=sum(one.innocents_warned for one in given),
        frauds_missed=sum(one.frauds_missed for one in given),
        prevented_minor=sum(one.prevented_minor for one in given),
        lost_minor=sum(one.lost_minor for one in given),
    )


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None

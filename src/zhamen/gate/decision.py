"""What the gate answers: outcome, score, reasons with their audience, measures and advice."""

from datetime import datetime
from enum import StrEnum
from typing import Literal

from msgspec import Struct

__all__ = [
    "Advice",
    "Audience",
    "Bilingual",
    "Decision",
    "Evidence",
    "ListedHit",
    "MeasureKind",
    "Outcome",
    "ProposedMeasure",
    "Reason",
    "RuleError",
]


class Outcome(StrEnum):
    """What happens to the payment, from mildest to most severe.

    >>> Outcome.HOLD.severity > Outcome.WARN.severity
    True
    """

    ALLOW = "allow"
    WARN = "warn"
    CHALLENGE = "challenge"
    DELAY = "delay"
    """Settles later; the payer can cancel meanwhile."""
    HOLD = "hold"
    """A person must release it."""
    DECLINE = "decline"

    @property
    def severity(self) -> int:
        """Its place on the ladder, from 0."""
        return _LADDER.index(self)


_LADDER = tuple(Outcome)

Audience = Literal["customer", "teller", "analyst", "auditor"]
Evidence = float | int | str | bool | None
"""A value that a rule read; None is missing."""
MeasureKind = Literal["protective_stop", "limit", "suspend"]


class Bilingual(Struct, frozen=True):
    """The same words in Chinese and English."""

    zh: str
    en: str


class Reason(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Why: the rule, its sentence, who may hear it, and the values it rests on."""

    code: str
    typology: str
    text: Bilingual
    audience: tuple[Audience, ...]
    weight: int = 0
    evidence: dict[str, Evidence] = {}


class ProposedMeasure(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An act on an account that the decision proposes; a person or the account system carries it out."""

    kind: MeasureKind
    account: str
    reason_code: str
    legal_basis: str
    starts_at: datetime
    expires_at: datetime
    text: Bilingual


class ListedHit(Struct, frozen=True, kw_only=True):
    """An identifier of the event that stands on a list of the pack, and the record behind it.

    ``name`` is the pack's list, ``field`` the event's field, ``form`` how it was found: exactly, or by
    its network, host or a domain above. ``grade_level`` is that of all records on the subject together.
    """

    name: str
    field: str
    form: str
    masked: str
    list: str
    level: int
    confidence: int
    category: str
    source: str
    record_id: int
    grade_level: int


class RuleError(Struct, frozen=True):
    """A rule that could not be evaluated, and why."""

    rule: str
    message: str


class Advice(Struct, frozen=True):
    """What to tell the payer, and what the teller should ask and do."""

    customer: Bilingual
    teller: Bilingual


class Decision(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The gate's answer to one event.

    ``score`` is 0-100, the highest of ``scores`` (by scorecard). ``unknown`` names the rules that
    a missing value left open. ``features`` is there only on request. ``list_hits`` are the records that
    the pack's lists found; None where nothing was screened. ``networks`` is what the pack's rules read of
    networks, by name.
    """

    event_id: str
    trace_id: str
    outcome: Outcome
    score: int
    scores: dict[str, int]
    reasons: tuple[Reason, ...]
    measures: tuple[ProposedMeasure, ...] = ()
    advice: Advice | None = None
    delay_until: datetime | None = None
    list_hits: tuple[ListedHit, ...] | None = None
    networks: dict[str, float | None] | None = None
    unknown: tuple[str, ...] = ()
    errors: tuple[RuleError, ...] = ()
    features: dict[str, float | None] | None = None
    pack: str
    pack_hash: str
    decided_at: datetime

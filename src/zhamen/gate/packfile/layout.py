"""The fields of a pack file: the one declaration that the check and the JSON Schema are made from."""

from typing import Annotated, Any, Final, Literal, get_args

from msgspec import Meta, Struct

from zhamen.events.fields import FIELDS
from zhamen.events.model import EVENT_TYPES
from zhamen.events.parts import Channel
from zhamen.expressions.parse import MAX_LENGTH
from zhamen.features.definitions import Operation
from zhamen.features.roles import ROLES
from zhamen.gate.decision import Audience, MeasureKind, Outcome
from zhamen.gate.listuse import SCREENED
from zhamen.screening.categories import CATEGORIES, GROUPS
from zhamen.screening.entries import ListKind

__all__ = [
    "FEATURE_FORMS",
    "TYPOLOGIES",
    "AdviceEntry",
    "BandEntry",
    "FeatureEntry",
    "HoldEntry",
    "ListEntry",
    "MeasureEntry",
    "PackFile",
    "PolicyEntry",
    "QuantityEntry",
    "RuleEntry",
    "ScorecardEntry",
    "SeriesEntry",
    "UnavailableEntry",
    "Words",
]

Typology = Literal["mule", "victim", "gambling", "ato", "other"]
TYPOLOGIES: Final[tuple[str, ...]] = get_args(Typology)

FEATURE_FORMS: Final = {
    "ratio": ("ratio",),
    "share": ("role", "share", "operation", "window"),
    "trend": ("role", "quantity", "operation", "trend"),
    "window": ("role", "quantity", "operation", "window"),
}
"""The fields that each form of feature needs, beside ``zh``, ``en`` and ``source``."""


def _one_of(names: Any) -> dict[str, Any]:
    return {"enum": sorted(names)}


_END = r"(?!\n)$"
Name = Annotated[
    str,
    Meta(pattern=rf"^[a-z][a-z0-9_]{{0,39}}{_END}", description="a name of a-z, 0-9 and _, up to 40 long"),
]
Version = Annotated[
    str,
    Meta(
        pattern=rf"^[0-9]{{4}}\.[0-9]{{1,2}}\.[0-9]{{1,3}}{_END}",
        description="a version such as 2026.11.0",
    ),
]
Currency = Annotated[
    str, Meta(pattern=rf"^[A-Z]{{3}}{_END}", description="an ISO 4217 currency code such as CNY")
]
Offset = Annotated[
    str,
    Meta(
        pattern=rf"^[+-](0[0-9]|1[0-4]):[0-5][0-9]{_END}",
        description='the local clock\'s offset from UTC in quotes, such as "+08:00"',
    ),
]
Width = Annotated[
    str,
    Meta(
        pattern=rf"^([1-9][0-9]{{0,5}}[smhd]|ever){_END}",
        description="a width such as 30s, 10m, 1h, 30d or ever",
    ),
]
Sentence = Annotated[str, Meta(min_length=1, max_length=1000, description="words for people")]
ExpressionText = Annotated[
    str, Meta(min_length=1, max_length=MAX_LENGTH, description="an expression over fields and features")
]
FieldName = Annotated[str, Meta(description="a field of events", extra_json_schema=_one_of(FIELDS))]
FieldNames = Annotated[tuple[FieldName, ...], Meta(description="a list of fields of events")]
ScreenedField = Annotated[
    str, Meta(description="a field that can be looked up", extra_json_schema=_one_of(SCREENED))
]
Categories = Annotated[
    tuple[Annotated[str, Meta(extra_json_schema=_one_of([*CATEGORIES, *GROUPS]))], ...],
    Meta(description="a list of categories, or of their groups"),
]
EventType = Annotated[str, Meta(description="an event type", extra_json_schema=_one_of(EVENT_TYPES))]
Role = Annotated[str, Meta(description="a role", extra_json_schema=_one_of(ROLES))]
Operations = Annotated[tuple[Operation, ...], Meta(description="a list of operations")]
Widths = Annotated[tuple[Width, ...], Meta(description="a list of widths")]
FeatureName = Annotated[str, Meta(description="the name of a feature defined above")]
RuleId = Annotated[
    str,
    Meta(pattern=rf"^[A-Z]{{2,12}}-[0-9]{{3}}{_END}", description="a rule id such as MULE-001"),
]
Points = Annotated[int, Meta(ge=0, le=100, description="whole points from 0 to 100")]
Score = Annotated[int, Meta(ge=1, le=100, description="a score from 1 to 100")]
Hours = Annotated[int, Meta(ge=1, le=8760, description="whole hours from 1 to 8760")]
Major = Annotated[float, Meta(ge=0, le=1e12, description="an amount in major units")]
AccountRole = Literal["debtor_account", "creditor_account", "account"]
Example = Annotated[
    dict[str, str | int | float | bool],
    Meta(description="a value for each name that the rule reads; names left out are missing"),
]
Channels = Annotated[
    tuple[Channel, ...],
    Meta(min_length=1, description="a list of channels"),
]


class _Entry(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A mapping of the pack file."""


class Words(_Entry, frozen=True, kw_only=True):
    """The same words in Chinese and English."""

    zh: Sentence
    en: Sentence


class SeriesEntry(_Entry, frozen=True, kw_only=True):
    """Which events are gathered, under which key fields by event type."""

    gathers: dict[EventType, FieldName | FieldNames]
    where: ExpressionText | None = None
    delay: Width | None = None


class QuantityEntry(_Entry, frozen=True, kw_only=True):
    """What is measured in a series."""

    series: Name
    of: FieldName | None = None
    where: ExpressionText | None = None


class ListEntry(_Entry, frozen=True, kw_only=True):
    """Which field is looked up in the risk information, and which records count."""

    of: ScreenedField
    list: Annotated[
        tuple[ListKind, ...], Meta(min_length=1, description="a list of white, watch, grey, black")
    ]
    level_from: Points = 0
    categories: Categories = ()
    zh: Sentence
    en: Sentence


class FeatureEntry(_Entry, frozen=True, kw_only=True):
    """One question, or one for each of a list of operations and windows."""

    role: Role | None = None
    quantity: Name | None = None
    share: tuple[Name, Name] | None = None
    trend: tuple[Width, Width] | None = None
    ratio: tuple[FeatureName, FeatureName] | None = None
    operation: Operation | Operations | None = None
    window: Width | Widths | None = None
    zh: Sentence
    en: Sentence
    source: Sentence


class BandEntry(_Entry, frozen=True, kw_only=True, rename={"start": "from"}):
    """The least outcome from a score on."""

    start: Score
    outcome: Outcome


class ScorecardEntry(_Entry, frozen=True, kw_only=True):
    """A sum of the weights of the rules that hit, cut into bands."""

    id: Name
    title: Words
    bands: tuple[BandEntry, ...] = ()


class MeasureEntry(_Entry, frozen=True, kw_only=True):
    """An act on an account to propose when the rule fires."""

    kind: MeasureKind
    role: AccountRole
    hours: Hours
    legal_basis: Sentence


class RuleEntry(_Entry, frozen=True, kw_only=True):
    """A named check with its two examples."""

    id: RuleId
    typology: Typology
    zh: Sentence
    en: Sentence
    when: ExpressionText
    source: Sentence
    fires: Example
    silent: Example
    on: Annotated[tuple[EventType, ...], Meta(min_length=1)] = ("transfer", "cash_withdrawal")
    scorecard: Name | None = None
    weight: Points = 0
    outcome: Outcome | None = None
    measure: MeasureEntry | None = None
    audience: Annotated[tuple[Audience, ...], Meta(min_length=1)] = get_args(Audience)


class UnavailableEntry(_Entry, frozen=True, kw_only=True):
    """What a channel does when the gate cannot answer; a line without conditions fits all."""

    outcome: Outcome
    channel: Channels | None = None
    amount_from: Major | None = None


class AdviceEntry(_Entry, frozen=True, kw_only=True):
    """What to tell the payer, and what the teller should ask and do."""

    customer: Words
    teller: Words


class HoldEntry(_Entry, frozen=True, kw_only=True):
    """How long a held payment waits for a person, and what becomes of it when none decides."""

    hours: Hours = 48
    at_expiry: Literal["declined", "released"] = "declined"


class PolicyEntry(_Entry, frozen=True, kw_only=True):
    """What hits lead to, and the words for it."""

    unavailable: tuple[UnavailableEntry, ...]
    texts: dict[str, AdviceEntry]
    unknown: Outcome = Outcome.ALLOW
    error: Outcome = Outcome.CHALLENGE
    delay_hours: Hours = 24
    hold: HoldEntry | None = None


def _forms() -> list[dict[str, Any]]:
    given = sorted({field for fields in FEATURE_FORMS.values() for field in fields})
    return [
        {
            "required": [*fields],
            "not": {"anyOf": [{"required": [name]} for name in given if name not in fields]},
        }
        for fields in FEATURE_FORMS.values()
    ]


class PackFile(_Entry, frozen=True, kw_only=True):
    """A zhamen policy pack."""

    zhamen_pack: Annotated[Literal[1], Meta(description="1, the version of this format")]
    name: Name
    version: Version
    title: Words
    currency: Currency
    utc_offset: Offset
    allowed_lateness: Width
    series: dict[Name, SeriesEntry]
    quantities: dict[Name, QuantityEntry]
    lists: dict[Name, ListEntry] = {}
    features: tuple[Annotated[FeatureEntry, Meta(extra_json_schema={"oneOf": _forms()})], ...]
    policy: PolicyEntry
    rules: tuple[RuleEntry, ...] = ()
    scorecards: tuple[ScorecardEntry, ...] = ()

"""What networks say of a transfer and of an account, and why, as documents for people and other systems."""

from datetime import datetime
from math import exp

from msgspec import Struct

from zhamen.services.traced import AccountTold

__all__ = [
    "AccountExplained",
    "ClusterTold",
    "ContributionTold",
    "Explained",
    "MemberTold",
    "MovedTold",
    "PatternTold",
    "ScoreTold",
    "TaintTold",
    "TieTold",
    "TransferExplained",
]


class MovedTold(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A transfer of a pattern; None for an account that is nobody's.

    ``seq`` and ``event_id`` are of its event, for those whose part of the bank it is in.
    """

    debtor: AccountTold | None
    creditor: AccountTold | None
    kind: str
    at: datetime
    amount_minor: int
    seq: int | None = None
    event_id: str = ""


class PatternTold(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A typology that a transfer completed, by its number, with its newest transfers in order."""

    typology: int
    zh: str
    en: str
    transfers: tuple[MovedTold, ...]
    more: int = 0
    """How many older ones are not listed."""


class TransferExplained(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The typologies that the transfer of an event completed; none, as a rule."""

    about: str
    currency: str
    event_id: str = ""
    """Of the transfer, which a report or settlement that was asked about is of."""
    patterns: tuple[PatternTold, ...]


class ContributionTold(Struct, frozen=True, kw_only=True):
    """What one value added to a score, in log-odds; ``unit`` as in the catalogue of networks."""

    name: str
    zh: str
    en: str
    unit: str
    value: float
    weight: float

    @property
    def factor(self) -> float:
        """By how much it multiplies the odds."""
        return exp(self.weight)


class ScoreTold(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How likely an account is a mule's: ``inbound`` by the newest transfer it received, ``outbound`` paid.

    Made of what was told of that transfer, and of the cluster as it is now. ``base`` is the probability
    when nothing weighs; contributions come with what speaks most for a mule first.
    """

    side: str
    probability: float
    base: float
    at: datetime
    seq: int | None = None
    event_id: str = ""
    contributions: tuple[ContributionTold, ...]


class TieTold(Struct, frozen=True, kw_only=True):
    """A thing that ties an account to others of its cluster: of which kind, never which.

    ``accounts`` have it, ``in_cluster`` of them are other members.
    """

    kind: str
    zh: str
    en: str
    accounts: int
    in_cluster: int
    seen_at: datetime


class MemberTold(Struct, frozen=True, kw_only=True):
    """Another account of a cluster, with the kinds of things that tie it there."""

    account: AccountTold
    ties: tuple[str, ...]


class ClusterTold(Struct, frozen=True, kw_only=True):
    """The cluster of an account, as of now.

    Of its other accounts those within the reader's part of the bank are named, up to some; ``outside``
    counts the others that moved money, ``unmoved`` those of which no movement is known, ``more`` those not
    looked at.
    """

    size: int
    reported: int
    opened_7d: int
    growth_7d: int
    risk: float
    suspicious: bool
    ties: tuple[TieTold, ...]
    members: tuple[MemberTold, ...]
    outside: int
    unmoved: int
    more: int


class TaintTold(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Stolen money of one open case that lies in an account; the event is the transfer that was reported."""

    amount_minor: int
    at: datetime
    seq: int | None = None
    event_id: str = ""


class AccountExplained(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What networks know of an account as it stands; ``watermark`` says as of which transfer."""

    about: str
    currency: str
    watermark: int
    account: AccountTold
    scores: tuple[ScoreTold, ...] = ()
    cluster: ClusterTold | None = None
    tainted_minor: int = 0
    taints: tuple[TaintTold, ...] = ()


class Explained(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The one of both that was asked for; ``about`` is what, by number."""

    about: str
    transfer: TransferExplained | None = None
    account: AccountExplained | None = None

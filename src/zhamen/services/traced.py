"""What a trace and a freeze plan come to, as documents for people and other systems."""

from datetime import datetime

from msgspec import Struct

__all__ = [
    "AccountTold",
    "FreezeShown",
    "LineShown",
    "PlaceShown",
    "RestShown",
    "ReturnShown",
    "ShareShown",
    "StepShown",
    "TraceShown",
    "TransferShown",
]


class AccountTold(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An account as its reader may see it; one outside the reader's part of the bank is a mask and no more.

    ``number`` is that of its page. ``agent`` is the institution that keeps it, where it is not ours.
    """

    masked: str
    kind: str
    number: int | None = None
    unit: str = ""
    agent: str = ""
    identifier: str = ""
    """In full, for those who may see it and asked for it."""


class PlaceShown(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A place that traced money came to; ``account`` is None for cash, fees and the like.

    ``layer`` and ``row`` are where it stands in the picture; ``again`` says that it stands there once more,
    for money that came back. ``left`` is what did not go on, by what became of it.
    """

    account: AccountTold | None
    ends: str = ""
    layer: int
    row: int
    begins: bool = False
    again: bool = False
    arrived_minor: int
    held_minor: int
    gone_minor: int
    left: dict[str, int]


class TransferShown(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A transfer that carried traced money; ``source`` and ``target`` are places by their order.

    ``share`` is the traced part of it. ``seq`` and ``event_id`` are of its event, for those whose part of
    the bank it is in.
    """

    source: int
    target: int
    kind: str
    at: datetime
    amount_minor: int
    carried_minor: int
    share: float
    seq: int | None = None
    event_id: str = ""


class RestShown(Struct, frozen=True, kw_only=True):
    """What is not shown, summed: places that least came to, and transfers beside the largest.

    ``by_place`` is what went there from each shown place, by its order (backward: what came).
    """

    places: int
    transfers: int
    left: dict[str, int]
    by_place: dict[int, int]


class TraceShown(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where money went, or came from, as of a watermark: the same request at it gives the same again.

    ``about`` is a decision, an account or a case, by number. ``by_fate`` adds up to ``total_minor``, but
    by poison. ``left_out`` counts transfers that it does not begin with, as another one's money is in them.
    """

    about: str
    currency: str
    rule: str
    direction: str
    watermark: int
    seeds: int
    left_out: int = 0
    total_minor: int
    by_fate: dict[str, int]
    truncated: bool
    estimated: bool
    layers: int
    places: tuple[PlaceShown, ...]
    transfers: tuple[TransferShown, ...]
    rest: RestShown | None = None


class StepShown(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One transfer on the way of money; None for an account that is nobody's."""

    debtor: AccountTold | None
    creditor: AccountTold | None
    kind: str
    at: datetime
    amount_minor: int
    carried_minor: int
    hop: int
    seq: int | None = None
    event_id: str = ""


class LineShown(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What to do about the stolen money in one place; see `zhamen.networks.freeze.FreezeLine`.

    ``path`` has every transfer on the ways of its parts; of many, of the largest, and ``parts_left_out``
    counts the others. ``evidence`` are the event ids of the transfers that brought it. ``mule_score`` is
    the highest that the gate told of the account on the way of this money; ``likelihood`` is what the order
    counts with, where something is known.
    """

    account: AccountTold | None
    action: str
    amount_minor: int
    residual_minor: int
    fifo_minor: int
    libr_minor: int
    likelihood: float | None = None
    mule_score: float | None = None
    reports: int = 0
    alerts: int = 0
    held_for_others_minor: int = 0
    minutes_left: float
    urgency: float
    arrived_at: datetime
    hop: int
    path: tuple[StepShown, ...]
    evidence: tuple[str, ...]
    parts_left_out: int = 0


class ShareShown(Struct, frozen=True, kw_only=True):
    """What one victim would get back of a frozen amount."""

    victim: AccountTold | None
    defrauded_minor: int
    returned_minor: int


class ReturnShown(Struct, frozen=True, kw_only=True):
    """Who would get how much of one account's money, once it is frozen; the police decide."""

    account: AccountTold | None
    method: str
    frozen_minor: int
    shares: tuple[ShareShown, ...]
    stays_frozen_minor: int
    notice_until: datetime | None


class FreezeShown(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The freeze plan of a case, what to do first at the top, and the return plan of what it would hold."""

    about: str
    currency: str
    as_of: datetime
    watermark: int
    seeds: int
    left_out: int = 0
    stolen_minor: int
    recovered_minor: int
    hold_minor: int
    lines: tuple[LineShown, ...]
    gone_minor: dict[str, int]
    max_hops: int
    hours: int
    minimum_share: float
    estimated: bool
    truncated: bool
    returns: tuple[ReturnShown, ...]

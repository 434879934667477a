"""What events are made of: accounts, parties, agents, devices and session signals."""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

from zhamen.core.money import MAX_AMOUNT_MINOR

__all__ = [
    "Account",
    "Agent",
    "AmountMinor",
    "BalanceMinor",
    "Channel",
    "Currency",
    "Device",
    "Identifier",
    "Instant",
    "Part",
    "Party",
    "Session",
    "Text",
]

_PRINTABLE = r"^[^\x00-\x1f\x7f-\x9f]*\Z"

Identifier = Annotated[str, Meta(min_length=1, max_length=128, pattern=r"^[!-~]+\Z")]
"""An account, card, device or message identifier: visible ASCII, no spaces."""

Text = Annotated[str, Meta(min_length=1, max_length=280, pattern=_PRINTABLE)]
"""Words for people: any script, no control characters."""

Instant = Annotated[datetime, Meta(tz=True)]
AmountMinor = Annotated[int, Meta(ge=1, le=MAX_AMOUNT_MINOR)]
BalanceMinor = Annotated[int, Meta(ge=-MAX_AMOUNT_MINOR, le=MAX_AMOUNT_MINOR)]
Currency = Annotated[str, Meta(pattern=r"^[A-Z]{3}\Z")]
Channel = Literal["counter", "online", "mobile", "atm", "pos", "phone", "peer_bank"]
_Count = Annotated[int, Meta(ge=0, le=1_000_000)]


class Part(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A piece of an event; a field left out is unknown, never zero."""


class Account(Part, frozen=True):
    """An account or card, as known when the event happened."""

    id: Identifier
    kind: (
        Literal["person", "enterprise", "merchant", "wallet", "payroll", "government", "internal"] | None
    ) = None
    """A wallet holds the money of many (a payment institution's, a platform's); payroll pays salaries out;
    government is the state's, and schools and hospitals that it runs; internal is the institution's own."""
    tier: Annotated[int, Meta(ge=1, le=3)] | None = None
    opened_at: Instant | None = None
    balance_minor: BalanceMinor | None = None
    """Before the event."""
    outlet: Identifier | None = None
    """Where it is kept: its home outlet, by the code of the organisation."""


class Party(Part, frozen=True):
    """A person or enterprise; `id` is the institution's own customer number."""

    id: Identifier | None = None
    name: Text | None = None
    kind: Literal["person", "enterprise"] | None = None
    age: Annotated[int, Meta(ge=0, le=150)] | None = None
    country: Annotated[str, Meta(pattern=r"^[A-Z]{2}\Z")] | None = None
    phone: Identifier | None = None
    """Written the same way every time, or a keyed hash of it: accounts that share one are linked."""
    address: Text | None = None
    """As the phone."""


class Agent(Part, frozen=True):
    """The institution that keeps an account: BIC, CNAPS or other clearing code."""

    id: Identifier
    name: Text | None = None


class Device(Part, frozen=True):
    """What the customer held in the hand."""

    id: Identifier | None = None
    ip: Identifier | None = None
    ip_country: Annotated[str, Meta(pattern=r"^[A-Z]{2}\Z")] | None = None
    first_seen_at: Instant | None = None
    """When this customer first used the device."""


class Session(Part, frozen=True):
    """What was seen while the customer acted."""

    id: Identifier | None = None
    started_at: Instant | None = None
    new_device: bool | None = None
    screen_sharing: bool | None = None
    remote_control: bool | None = None
    active_call: bool | None = None
    call_forwarding: bool | None = None
    emulator: bool | None = None
    proxy: bool | None = None
    pasted_account: bool | None = None
    face_checks: _Count | None = None
    face_check_failures: _Count | None = None
    password_failures: _Count | None = None

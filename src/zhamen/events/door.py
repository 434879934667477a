"""The one door: bytes or a row become a checked event, or an error that says where, why and what now.

Everything behind the door may trust an event. A name that a JSON object gives twice has its last
value, as in RFC 8259's commonest reading; what is decided is what is recorded, so no later reader
can see the other one.
"""

import hashlib
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Final, TypeVar

import msgspec
from msgspec import inspect

from zhamen.core.errors import InvalidEvent, TooLarge
from zhamen.events.explain import refusal, type_of
from zhamen.events.model import AnyEvent, Event

__all__ = [
    "MAX_AHEAD",
    "MAX_BEHIND",
    "MAX_EVENT_BYTES",
    "admit",
    "check_currency",
    "content_digest",
    "convert_event",
    "decode_event",
]

MAX_EVENT_BYTES: Final = 65_536
"""Above the longest event that the types allow, with every character escaped."""
MAX_AHEAD: Final = timedelta(minutes=5)
"""How far ahead of our clock a sender's may be."""
MAX_BEHIND: Final = timedelta(days=400)
"""How old an event may be when it arrives."""

_DECODER: Final = msgspec.json.Decoder(AnyEvent)
_OFFSET: Final = re.compile(rb'[+-]\d\d:?\d\d"')
_S = TypeVar("_S", bound=msgspec.Struct)
_BYTE_ORDER_MARKS: Final = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


def decode_event(raw: bytes) -> AnyEvent:
    """Read one event from JSON and check all of it.

    Instants come out in UTC whatever zone they were written in.

    Parameters
    ----------
    raw
        One JSON object in UTF-8 without byte order mark, at most `MAX_EVENT_BYTES`.

    Raises
    ------
    InvalidEvent
        Not JSON, or not an event: ``path`` says where (``$.debtor_account.id``).
    TooLarge
        More bytes or deeper nesting than any event has.

    Notes
    -----
    About 3 µs for a transfer. Whole numbers beyond 64 bits, fractions, NaN and Infinity are refused.

    Examples
    --------
    >>> event = decode_event(b'{"type": "login", "event_id": "L1", "account": {"id": "A"},'
    ...                      b' "occurred_at": "2026-11-24T08:00:00+08:00"}')
    >>> event.occurred_at.isoformat()
    '2026-11-24T00:00:00+00:00'
    >>> decode_event(b'{"type": "login", "event_id": "L 1"}')
    Traceback (most recent call last):
    ...
    zhamen.core.errors.InvalidEvent: a character that is not allowed here; write 1 to 128 visible ASCII characters without spaces (at $.event_id)
    """  # noqa: E501  # an example shows the whole sentence
    if len(raw) > MAX_EVENT_BYTES:
        raise TooLarge(f"the event has {len(raw)} bytes; an event has at most {MAX_EVENT_BYTES}", path="$")
    try:
        event = _DECODER.decode(raw)
    except msgspec.ValidationError as error:
        raise refusal(str(error), type_of(raw)) from None
    except RecursionError:
        raise TooLarge("the event is nested too deeply; an event has two levels", path="$") from None
    except UnicodeDecodeError as error:
        raise InvalidEvent(f"byte {error.start} is not UTF-8; send UTF-8", path="$") from None
    except msgspec.DecodeError as error:
        raise InvalidEvent(_not_json(raw, error), path="$") from None
    return _in_utc(event) if _OFFSET.search(raw) else event


def convert_event(row: Mapping[str, object]) -> AnyEvent:
    """Check one event given as plain values (text, whole numbers, flags, aware instants, mappings).

    Raises
    ------
    InvalidEvent
        As `decode_event` does.

    Examples
    --------
    >>> convert_event({"type": "login", "event_id": "L1"})
    Traceback (most recent call last):
    ...
    zhamen.core.errors.InvalidEvent: the field 'account' is missing; write an object with the fields id, kind, tier, opened_at, balance_minor, outlet (at $)
    """  # noqa: E501  # an example shows the whole sentence
    try:
        event: AnyEvent = msgspec.convert(row, AnyEvent)
    except msgspec.ValidationError as error:
        kind = row.get("type")
        raise refusal(str(error), kind if isinstance(kind, str) else None) from None
    return _in_utc(event)


def admit(event: AnyEvent, *, received_at: datetime, currency: str) -> AnyEvent:
    """Let a decoded event in: it bears the time of its arrival and fits our clock and currency.

    Parameters
    ----------
    received_at
        Our clock, aware UTC; replaces what the sender may have written there.
    currency
        The pack's; amounts of another are refused, for sums of two currencies mean nothing.

    Raises
    ------
    InvalidEvent
        More than `MAX_AHEAD` in the future or `MAX_BEHIND` in the past, or another currency.
    """
    ahead = event.occurred_at - received_at
    if ahead > MAX_AHEAD:
        raise InvalidEvent(
            f"the event lies {ahead} in the future (limit {MAX_AHEAD}); check the sender's clock and zone",
            path="$.occurred_at",
        )
    if -ahead > MAX_BEHIND:
        raise InvalidEvent(
            f"the event is {-ahead} old (limit {MAX_BEHIND}); replay old events from a file",
            path="$.occurred_at",
        )
    check_currency(event, currency)
    return msgspec.structs.replace(event, received_at=received_at)


def check_currency(event: Event, currency: str) -> None:
    """Refuse an amount of another currency than the pack's.

    Raises
    ------
    InvalidEvent
        The event has an amount in another currency, or in none.
    """
    given = getattr(event, "currency", currency)
    if given != currency and (given is not None or getattr(event, "amount_minor", None) is not None):
        raise InvalidEvent(
            f"the amount is in {given or 'no currency'} and the policy pack in {currency};"
            " convert it, or send it to a gate whose pack has that currency",
            path="$.currency",
        )


def content_digest(event: Event) -> bytes:
    """Give 16 bytes that are the same for the same content, whenever it arrives.

    The order of fields, the zone that instants were written in and ``received_at`` do not count.

    Notes
    -----
    BLAKE2b-128 (RFC 7693) of the event as JSON with sorted names; about 2 µs.
    """
    content = msgspec.json.encode(msgspec.structs.replace(event, received_at=None), order="sorted")
    return hashlib.blake2b(content, digest_size=16).digest()


def _in_utc(event: AnyEvent) -> AnyEvent:
    try:
        return _moved(event)
    except OverflowError:
        raise InvalidEvent("an instant lies outside the years 1 to 9999; correct it", path="$") from None


def _moved(struct: _S) -> _S:
    changed: dict[str, object] = {}
    instants, parts = _timed(type(struct))
    for name in instants:
        value = getattr(struct, name)
        if value is not None and value.tzinfo is not UTC:
            changed[name] = value.astimezone(UTC)
    for name in parts:
        part = getattr(struct, name)
        if part is not None and (moved := _moved(part)) is not part:
            changed[name] = moved
    return msgspec.structs.replace(struct, **changed) if changed else struct


@cache
def _timed(kind: type[msgspec.Struct]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Give the fields of a type that are instants, and those that are structs with instants in them."""
    instants, parts = [], []
    for field in inspect.type_info(kind).fields:  # type: ignore[attr-defined]  # a struct's has fields
        for hint in getattr(field.type, "types", (field.type,)):
            if isinstance(hint, inspect.DateTimeType):
                instants.append(field.name)
            elif isinstance(hint, inspect.StructType) and any(_timed(hint.cls)):
                parts.append(field.name)
    return tuple(instants), tuple(parts)


def _not_json(raw: bytes, error: msgspec.DecodeError) -> str:
    if raw.startswith(_BYTE_ORDER_MARKS):
        return "the event starts with a byte order mark; send UTF-8 without it"
    if not raw.strip():
        return "the event is empty; send one JSON object"
    cause = str(error).removeprefix("JSON is malformed: ")
    return f"not JSON: {cause}; send one JSON object (NaN and Infinity are not JSON)"

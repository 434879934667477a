"""What comes in by the door, and what each kind of wrong input is told."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import msgspec
import msgspec.inspect
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from zhamen.core.errors import InvalidEvent, TooLarge
from zhamen.events.door import (
    MAX_AHEAD,
    MAX_BEHIND,
    MAX_EVENT_BYTES,
    admit,
    content_digest,
    convert_event,
    decode_event,
)
from zhamen.events.model import EVENT_TYPES, Event, FraudReported, Login, Transfer
from zhamen.events.parts import Account

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
PLAIN: dict[str, object] = {
    "type": "transfer",
    "event_id": "T1",
    "occurred_at": "2026-03-02T12:00:00Z",
    "debtor_account": {"id": "A"},
    "creditor_account": {"id": "B"},
    "amount_minor": 1230,
    "currency": "CNY",
}


def wire(**changes: object) -> bytes:
    return json.dumps({**PLAIN, **changes}).encode()


def without(name: str) -> bytes:
    return json.dumps({key: value for key, value in PLAIN.items() if key != name}).encode()


def raw_amount(text: str) -> bytes:
    return wire(amount_minor="@").replace(b'"@"', text.encode())


WRONG = [
    (wire(amount_minor=0), "$.amount_minor", "expected a whole number >= 1", "12.30 CNY is 1230"),
    (wire(amount_minor=-5), "$.amount_minor", ">= 1", "from 1 to"),
    (wire(amount_minor=12.3), "$.amount_minor", "a number with a fraction", "minor units"),
    (wire(amount_minor=10**15), "$.amount_minor", "<= 100000000000000", "minor units"),
    (wire(amount_minor=10**25), "$.amount_minor", "<= 100000000000000", "minor units"),
    (wire(amount_minor="12"), "$.amount_minor", "got text", "a whole number"),
    (wire(amount_minor=True), "$.amount_minor", "got true or false", "a whole number"),
    (raw_amount("1e400"), "$.amount_minor", "out of range", "a whole number"),
    (raw_amount("1e3"), "$.amount_minor", "a number with a fraction", "a whole number"),
    (raw_amount("NaN"), "$", "not JSON", "NaN and Infinity"),
    (raw_amount("Infinity"), "$", "not JSON", "NaN and Infinity"),
    (wire(currency="yuan"), "$.currency", "not allowed", "ISO 4217"),
    (wire(currency="CNY\n"), "$.currency", "not allowed", "ISO 4217"),
    (wire(channel="mobil"), "$.channel", "not one of the known words", "mobile"),
    (wire(event_id="T 1"), "$.event_id", "not allowed", "visible ASCII"),
    (wire(event_id=""), "$.event_id", "length >= 1", "visible ASCII"),
    (wire(event_id="x" * 129), "$.event_id", "length <= 128", "visible ASCII"),
    (wire(remittance_info="a\x00b"), "$.remittance_info", "not allowed", "control characters"),
    (wire(remittance_info="\x85"), "$.remittance_info", "not allowed", "control characters"),
    (wire(debtor={"nam": "Li"}), "$.debtor", "no field 'nam'", "did you mean 'name'?"),
    (wire(debtor={"name": 5}), "$.debtor.name", "got a whole number", "1 to 280"),
    (wire(debtor="Li"), "$.debtor", "expected an object", "id, name, kind"),
    (wire(debtor={"country": "cn"}), "$.debtor.country", "not allowed", "ISO 3166"),
    (wire(session={"new_device": 1}), "$.session.new_device", "got a whole number", "true or false"),
    (wire(occurred_at="2026-03-02T12:00:00"), "$.occurred_at", "has no zone", "RFC 3339"),
    (wire(occurred_at="2026-03-02"), "$.occurred_at", "RFC3339", "with its zone"),
    (wire(occurred_at=1772452800), "$.occurred_at", "got a whole number", "RFC 3339"),
    (wire(amout_minor=1), "$", "no field 'amout_minor'", "did you mean 'amount_minor'?"),
    (without("currency"), "$", "'currency' is missing", "ISO 4217"),
    (without("debtor_account"), "$", "'debtor_account' is missing", "an object with the fields id"),
    (without("type"), "$.type", "does not say its type", "transfer"),
    (wire(type="tranfer"), "$.type", "no event type 'tranfer'", "did you mean 'transfer'?"),
    (wire(type=7), "$.type", "does not say its type", "transfer"),
    (wire()[:-1] + b',"type":"login"}', "$.type", "given twice", "once"),
    (b"[]", "$.type", "got a list", "one JSON object"),
    (b"null", "$.type", "got null", "one JSON object"),
    (b"", "$", "is empty", "one JSON object"),
    (b"{", "$", "not JSON", "one JSON object"),
    (wire() + b"{}", "$", "trailing characters", "one JSON object"),
    (b"\xef\xbb\xbf" + wire(), "$", "byte order mark", "without it"),
    (json.dumps(PLAIN).encode("utf-16"), "$", "byte order mark", "without it"),
    (wire(debtor={"name": "@"}).replace(b"@", b"\xff"), "$", "is not UTF-8", "send UTF-8"),
    (
        wire(debtor_account={"id": "A", "opened_at": "0001-01-01T00:00:00+09:00"}),
        "$",
        "outside the years",
        "correct it",
    ),
]


@pytest.mark.parametrize(("raw", "path", "cause", "way_out"), WRONG)
def test_wrong_input_is_told_where_why_and_what_now(raw: bytes, path: str, cause: str, way_out: str) -> None:
    with pytest.raises(InvalidEvent) as refused:
        decode_event(raw)
    assert refused.value.path == path
    assert cause in str(refused.value)
    assert way_out in str(refused.value)


def test_deep_nesting_is_too_large_and_not_a_crash() -> None:
    with pytest.raises(TooLarge):
        decode_event(b'{"type":' + b"[" * 60_000)


def test_more_bytes_than_an_event_can_have_are_refused_unread() -> None:
    with pytest.raises(TooLarge, match="at most"):
        decode_event(b" " * (MAX_EVENT_BYTES + 1))


def test_the_longest_event_fits_the_limit() -> None:
    identifier, text = "x" * 128, "\U0001f600" * 280
    longest: dict[str, object] = {"type": "transfer"}

    def fill(struct: type[msgspec.Struct]) -> dict[str, object]:
        filled: dict[str, object] = {}
        for field in msgspec.structs.fields(struct):
            annotation = str(field.type)
            nested = [kind for kind in _parts(field.type) if issubclass(kind, msgspec.Struct)]
            if nested:
                filled[field.name] = fill(nested[0])
            elif "max_length=280" in annotation:
                filled[field.name] = text
            elif "max_length=128" in annotation:
                filled[field.name] = identifier
        return filled

    longest |= {"occurred_at": "2026-03-02T12:00:00.123456Z", "amount_minor": 10**14, "currency": "CNY"}
    raw = json.dumps(fill(Transfer) | longest).encode()
    assert len(raw) < MAX_EVENT_BYTES
    assert decode_event(raw).event_id == identifier


def _parts(hint: object) -> list[type]:
    if isinstance(hint, type):
        return [hint]
    return [part for arm in getattr(hint, "__args__", ()) for part in _parts(arm) if isinstance(part, type)]


def test_a_name_given_twice_has_its_last_value() -> None:
    event = decode_event(wire()[:-1] + b',"amount_minor":77}')
    assert isinstance(event, Transfer)
    assert event.amount_minor == 77


def test_a_refusal_does_not_repeat_account_data() -> None:
    with pytest.raises(InvalidEvent) as refused:
        decode_event(wire(debtor_account={"id": "6222 0202"}))
    assert "6222" not in str(refused.value)


def test_a_long_unknown_name_is_cut() -> None:
    with pytest.raises(InvalidEvent) as refused:
        decode_event(wire(**{"y" * 5_000: 1}))
    assert len(str(refused.value)) < 800


def test_instants_come_out_in_utc() -> None:
    event = decode_event(
        wire(
            occurred_at="2026-03-02T20:00:00+08:00",
            debtor_account={"id": "A", "opened_at": "2020-01-01T08:00:00+08:00"},
        )
    )
    assert isinstance(event, Transfer)
    assert event.occurred_at == NOON
    assert event.occurred_at.tzinfo is UTC
    assert event.debtor_account.opened_at == datetime(2020, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("kind", EVENT_TYPES.values(), ids=list(EVENT_TYPES))
def test_every_instant_of_every_event_comes_out_in_utc(kind: type[Event]) -> None:
    event = decode_event(msgspec.json.encode(_everywhere(msgspec.inspect.type_info(kind))))
    times = list(_instants_in(event))
    assert len(times) > 1
    assert all(time.tzinfo is UTC and time == NOON for time in times)


def _everywhere(hint: Any) -> Any:
    """Give a value of a type, with every instant there is, each written in the time of China."""
    match hint:
        case msgspec.inspect.StructType(cls=cls, fields=fields):
            config = cls.__struct_config__
            tag = {config.tag_field: config.tag} if config.tag else {}
            wanted = [field for field in fields if field.required or _has_instants(field.type)]
            return tag | {field.encode_name: _everywhere(field.type) for field in wanted}
        case msgspec.inspect.UnionType(types=types):
            return _everywhere(max(types, key=_has_instants))
        case msgspec.inspect.DateTimeType():
            return NOON.astimezone(timezone(timedelta(hours=8)))
        case msgspec.inspect.LiteralType(values=values):
            return values[0]
        case msgspec.inspect.BoolType():
            return True
        case msgspec.inspect.IntType():
            return 1
    return "CNY"


def _has_instants(hint: Any) -> bool:
    parts = [field.type for field in getattr(hint, "fields", ())] + list(getattr(hint, "types", ()))
    return isinstance(hint, msgspec.inspect.DateTimeType) or any(map(_has_instants, parts))


def _instants_in(value: Any) -> Iterator[datetime]:
    if isinstance(value, datetime):
        yield value
    for name in getattr(value, "__struct_fields__", ()):
        yield from _instants_in(getattr(value, name))


def test_a_row_of_plain_values_is_checked_by_the_same_types() -> None:
    event = convert_event({**PLAIN, "occurred_at": NOON})
    assert event == decode_event(wire())
    with pytest.raises(InvalidEvent) as refused:
        convert_event({**PLAIN, "amount_minor": -1})
    assert refused.value.path == "$.amount_minor"


def transfer(occurred_at: datetime = NOON, currency: str = "CNY") -> Transfer:
    return Transfer(
        event_id="T1",
        occurred_at=occurred_at,
        debtor_account=Account(id="A"),
        creditor_account=Account(id="B"),
        amount_minor=1,
        currency=currency,
    )


def test_admitting_sets_the_time_of_arrival() -> None:
    claimed = msgspec.structs.replace(transfer(), received_at=NOON - timedelta(days=9))
    assert admit(claimed, received_at=NOON, currency="CNY").received_at == NOON


@pytest.mark.parametrize("skew", [MAX_AHEAD, -MAX_BEHIND])
def test_clock_skew_at_the_limit_is_admitted(skew: timedelta) -> None:
    assert admit(transfer(NOON + skew), received_at=NOON, currency="CNY").occurred_at == NOON + skew


@pytest.mark.parametrize(
    "skew", [MAX_AHEAD + timedelta(microseconds=1), -MAX_BEHIND - timedelta(microseconds=1)]
)
def test_clock_skew_beyond_the_limit_is_refused(skew: timedelta) -> None:
    with pytest.raises(InvalidEvent) as refused:
        admit(transfer(NOON + skew), received_at=NOON, currency="CNY")
    assert refused.value.path == "$.occurred_at"


def test_another_currency_than_the_packs_is_refused() -> None:
    with pytest.raises(InvalidEvent, match="amount is in USD and the policy pack in CNY"):
        admit(transfer(currency="USD"), received_at=NOON, currency="CNY")


def test_a_report_without_amount_needs_no_currency_and_one_with_amount_does() -> None:
    report = FraudReported(
        event_id="F1", occurred_at=NOON, creditor_account=Account(id="B"), label="suspicious"
    )
    assert admit(report, received_at=NOON, currency="CNY").received_at == NOON
    with pytest.raises(InvalidEvent, match="no currency"):
        admit(msgspec.structs.replace(report, amount_minor=5), received_at=NOON, currency="CNY")


def test_an_event_without_money_has_no_currency_to_check() -> None:
    login = Login(event_id="L1", occurred_at=NOON, account=Account(id="A"))
    assert admit(login, received_at=NOON, currency="CNY").received_at == NOON


def test_the_digest_is_of_the_content_not_of_its_spelling_or_arrival() -> None:
    plain = decode_event(wire())
    reordered = decode_event(json.dumps(dict(reversed(PLAIN.items()))).encode())
    elsewhere = decode_event(wire(occurred_at="2026-03-02T20:00:00+08:00", debtor=None))
    received = admit(plain, received_at=NOON, currency="CNY")
    assert {content_digest(event) for event in (plain, reordered, elsewhere, received)} == {
        content_digest(plain)
    }
    assert len(content_digest(plain)) == 16


@given(
    st.dictionaries(
        st.sampled_from(sorted(PLAIN)),
        st.one_of(st.none(), st.integers(), st.text(max_size=5), st.booleans()),
        min_size=1,
    )
)
def test_other_content_has_another_digest(changes: dict[str, object]) -> None:
    try:
        changed = decode_event(wire(**changes))
    except InvalidEvent:
        return
    assert (content_digest(changed) == content_digest(decode_event(wire()))) == (
        changed == decode_event(wire())
    )


JUNK = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text()),
    lambda inner: st.one_of(st.lists(inner), st.dictionaries(st.text(), inner)),
    max_leaves=8,
)
SPOTS = [*PLAIN, "debtor", "device", "session", "received_at", "channel", "nonsense"]


def outcome(raw: bytes) -> str:
    """Give where the event was refused, or ``$`` when it was let in; any other error passes."""
    try:
        decode_event(raw)
    except (InvalidEvent, TooLarge) as refused:
        return refused.path
    return "$"


@given(st.binary(max_size=300))
@example(b"\xef\xbb\xbf")
@example(b'{"type":"transfer","event_id":"\\ud800"}')
@settings(max_examples=300)
def test_any_bytes_give_an_event_or_a_refusal(raw: bytes) -> None:
    assert outcome(raw).startswith("$")


@given(st.dictionaries(st.sampled_from(SPOTS), JUNK), st.sampled_from([*EVENT_TYPES]))
@settings(max_examples=300)
def test_an_event_with_junk_in_it_gives_an_event_or_a_refusal(junk: dict[str, object], kind: str) -> None:
    raw = json.dumps({**PLAIN, "type": kind, **junk}).encode()
    assert outcome(raw).startswith("$")


@given(st.integers(0, 400), st.binary(min_size=1, max_size=3))
@settings(max_examples=300)
def test_an_event_with_changed_bytes_gives_an_event_or_a_refusal(at: int, change: bytes) -> None:
    raw = wire()
    at %= len(raw)
    assert outcome(raw[:at] + change + raw[at + 1 :]).startswith("$")

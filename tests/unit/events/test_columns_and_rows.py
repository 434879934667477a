"""The flat fields of events: which there are, and that a row and a column say the same."""

from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import inspect, json

from zhamen.core.errors import InputError
from zhamen.core.instants import from_micros, to_micros
from zhamen.events.batch import Batch, Numbers, Texts
from zhamen.events.door import decode_event
from zhamen.events.fields import FIELDS, Kind, Unit
from zhamen.events.flat import flat_reader
from zhamen.events.model import EVENT_TYPES, Event, Login
from zhamen.events.parts import Account


def _valid(declared: inspect.Type) -> st.SearchStrategy[object]:
    """Draw what a declared type allows."""
    match declared:
        case inspect.UnionType(types=arms):
            return st.one_of(*(_valid(arm) for arm in arms))
        case inspect.NoneType():
            return st.none()
        case inspect.BoolType():
            return st.booleans()
        case inspect.IntType(ge=low, le=high):
            return st.integers(low, high)
        case inspect.LiteralType(values=values):
            return st.sampled_from(values)
        case inspect.DateTimeType():
            return st.integers(-(10**15), 10**16).map(from_micros)
        case inspect.StrType(pattern=pattern, max_length=longest):
            return st.from_regex(pattern or ".*", fullmatch=True).filter(
                lambda text: longest is None or 1 <= len(text) <= longest
            )
        case inspect.StructType(cls=cls, fields=fields):
            return st.builds(cls, **{field.name: _valid(field.type) for field in fields})
    raise AssertionError(declared)


EVENTS: st.SearchStrategy[Any] = st.sampled_from(list(EVENT_TYPES.values())).flatmap(
    lambda struct: _valid(inspect.type_info(struct))
)


@given(st.lists(EVENTS, max_size=3), st.integers(-720, 840))
@settings(max_examples=40, deadline=None)
def test_a_row_and_the_columns_say_the_same(events: list[Event], offset: int) -> None:
    names = list(FIELDS)
    rows = [flat_reader(names, offset)(event) for event in events]
    batch = Batch.of(events, names, offset)
    assert batch.size == len(events)
    for at, name in enumerate(names):
        if FIELDS[name].kind is Kind.TEXT:
            texts = batch.texts(name)
            column: list[object] = [None if code < 0 else texts.values[code] for code in texts.codes]
            assert len(set(texts.values)) == len(texts.values)
        else:
            numbers = batch.numbers(name)
            column = [int(v) if k else None for v, k in zip(numbers.values, numbers.known, strict=True)]
        assert column == [row[at] for row in rows]


@given(EVENTS)
@settings(max_examples=60, deadline=None)
def test_every_event_comes_back_from_the_wire_the_same(event: Event) -> None:
    assert decode_event(json.encode(event)) == event


def test_the_catalogue_follows_from_the_types() -> None:
    assert FIELDS["amount_minor"].unit is Unit.MONEY
    assert FIELDS["debtor_account_opened_at"].unit is Unit.TIME
    assert FIELDS["debtor_account_opened_at"].path == ("debtor_account", "opened_at")
    assert FIELDS["session_screen_sharing"].kind is Kind.FLAG
    assert FIELDS["channel"].choices[0] == "counter"
    assert FIELDS["label"].event_types == {"fraud_reported"}
    assert FIELDS["type"].choices == tuple(EVENT_TYPES)


def test_local_hour_and_weekday_are_on_the_packs_clock() -> None:
    login = Login(
        event_id="L1", occurred_at=datetime(2026, 3, 1, 23, 30, tzinfo=UTC), account=Account(id="A")
    )
    read = flat_reader(["local_hour", "local_weekday"], 60)
    assert read(login) == (0, 0)
    assert flat_reader(["local_hour", "local_weekday"], 0)(login) == (23, 6)


def test_an_instant_before_1970_still_has_an_hour_and_a_weekday() -> None:
    old = datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)
    login = Login(event_id="L1", occurred_at=old, account=Account(id="A"))
    assert flat_reader(["occurred_at", "local_hour", "local_weekday"])(login) == (to_micros(old), 23, 2)


def test_a_name_that_is_no_field_is_refused() -> None:
    with pytest.raises(InputError, match="no field 'amount'"):
        flat_reader(["amount"])


def test_a_column_that_is_not_there_is_all_missing_and_slices_with_the_rest() -> None:
    batch = Batch(3, {"channel": Texts(np.array([0, -1, 0], np.int32), ("atm",))})
    part = batch[1:]
    assert part.size == 2
    assert part.texts("channel").codes.tolist() == [-1, 0]
    assert not part.numbers("amount_minor").known.any()
    assert part.texts("outlet").codes.tolist() == [-1, -1]


def test_a_column_of_the_other_kind_is_refused() -> None:
    batch = Batch(
        1,
        {
            "channel": Texts(np.array([0], np.int32), ("atm",)),
            "amount_minor": Numbers(np.array([5]), np.array([True])),
        },
    )
    with pytest.raises(InputError, match="holds text"):
        batch.numbers("channel")
    with pytest.raises(InputError, match="holds numbers"):
        batch.texts("amount_minor")

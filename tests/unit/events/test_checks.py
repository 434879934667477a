"""Columns are judged by the types of the events: every field's declared type is understood."""

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import inspect

from zhamen.core.errors import InvalidEvent
from zhamen.events.batch import Batch, Column, Numbers, Texts
from zhamen.events.checks import as_events_have_them, passes
from zhamen.events.columns import cell, chosen, local_hours, local_weekdays, missing, with_values, woven
from zhamen.events.door import convert_event
from zhamen.events.fields import FIELDS, Kind
from zhamen.events.model import EVENT_TYPES

LOGIN: dict[str, object] = {"type": "login", "event_id": "L1", "occurred_at": 10**15, "account_id": "A"}


def column(name: str, value: object) -> Column:
    return with_values(missing(name, 1), [0], [value])


def batch(**fields: object) -> Batch:
    return Batch(1, {name: column(name, value) for name, value in fields.items()})


def leaves(struct: type[msgspec.Struct], path: str = "") -> dict[str, str]:
    found: dict[str, str] = {}
    for field in inspect.type_info(struct).fields:  # type: ignore[attr-defined]
        declared = field.type
        arms = declared.types if isinstance(declared, inspect.UnionType) else (declared,)
        (bare,) = (arm for arm in arms if not isinstance(arm, inspect.NoneType))
        name = f"{path}{field.name}"
        found |= leaves(bare.cls, f"{name}_") if isinstance(bare, inspect.StructType) else {name: repr(bare)}
    return found


def test_a_field_has_one_type_in_all_events_that_have_it() -> None:
    declared: dict[str, set[str]] = {}
    for struct in EVENT_TYPES.values():
        for name, bare in leaves(struct).items():
            declared.setdefault(name, set()).add(bare)
    assert [name for name, types in declared.items() if len(types) > 1] == []


@pytest.mark.parametrize(
    ("change", "right"),
    [
        ({}, True),
        ({"event_id": "L 1"}, False),
        ({"event_id": "x" * 129}, False),
        ({"event_id": None}, False),
        ({"account_id": None}, False),
        ({"channel": "mobile"}, True),
        ({"channel": "mobil"}, False),
        ({"customer_name": "李"}, True),
        ({"customer_name": "a\x00"}, False),
        ({"customer_age": 151}, False),
        ({"customer_age": 150}, True),
        ({"customer_country": "cn"}, False),
        ({"occurred_at": 10**18}, False),
        ({"type": "logon"}, False),
    ],
)
def test_a_row_passes_as_the_door_would_let_it_in(change: dict[str, object], right: bool) -> None:
    fields = LOGIN | change
    assert passes(batch(**fields)).tolist() == [right]


def test_a_part_that_is_there_needs_what_it_requires() -> None:
    transfer = {
        "type": "transfer",
        "event_id": "T",
        "occurred_at": 10**15,
        "debtor_account_id": "A",
        "creditor_account_id": "B",
        "amount_minor": 5,
        "currency": "CNY",
    }
    assert passes(batch(**transfer)).all()
    assert not passes(batch(**transfer, debtor_agent_name="Bank")).any()
    assert passes(batch(**transfer, debtor_agent_name="Bank", debtor_agent_id="ICBKCNBJ")).all()


@given(st.text(max_size=4), st.text(max_size=4))
def test_patterns_are_checked_together_as_one_by_one(one: str, other: str) -> None:
    values = tuple({one, other})
    texts = Texts(np.arange(len(values), dtype=np.int32), values)
    rows = len(values)
    login: dict[str, Column] = {
        name: chosen(column(name, value), np.zeros(rows, np.int64)) for name, value in LOGIN.items()
    }
    for name, path in (("event_id", ("event_id",)), ("customer_name", ("customer", "name"))):
        verdicts = passes(Batch(rows, login | {name: texts}))
        for value, verdict in zip(values, verdicts, strict=True):
            nested: dict[str, object] = {
                "type": "login",
                "event_id": "L1",
                "occurred_at": "2026-03-02T12:00:00Z",
                "account": {"id": "A"},
            }
            nested |= {path[0]: value if len(path) == 1 else {path[1]: value}}
            try:
                convert_event(nested)
            except InvalidEvent:
                assert not verdict
            else:
                assert verdict


def test_foreign_fields_are_blanked_and_defaults_filled_in() -> None:
    kinds = Texts(np.array([0, 1], np.int32), ("login", "transfer"))
    columns: dict[str, Column] = {
        "type": kinds,
        "amount_minor": Numbers(np.array([5, 6]), np.array([True, True])),
    }
    fitted = as_events_have_them(columns, kinds)
    assert [cell(fitted["amount_minor"], row) for row in (0, 1)] == [None, 6]
    assert [cell(fitted["succeeded"], row) for row in (0, 1)] == [1, None]


VALUES = st.lists(st.none() | st.sampled_from(["a", "b", "c"]), max_size=6)


def texts(values: list[str | None]) -> Texts:
    laid_out = with_values(missing("channel", len(values)), list(range(len(values))), values)
    assert isinstance(laid_out, Texts)
    return laid_out


@given(VALUES, VALUES, st.data())
def test_weaving_puts_each_row_in_its_place(
    mine: list[str | None], theirs: list[str | None], data: st.DataObject
) -> None:
    before = sorted(
        data.draw(st.lists(st.integers(0, len(mine)), min_size=len(theirs), max_size=len(theirs)))
    )
    expected: list[str | None] = []
    for at in range(len(mine) + 1):
        expected += [value for value, place in zip(theirs, before, strict=True) if place == at]
        expected += mine[at : at + 1]
    joined = woven(
        Batch(len(mine), {"channel": texts(mine)}),
        Batch(len(theirs), {"channel": texts(theirs)}),
        np.array(before, np.int64),
    )
    found = joined.texts("channel")
    assert [cell(found, row) for row in range(joined.size)] == expected
    assert len(set(found.values)) == len(found.values)


@given(st.lists(st.integers(-(10**15), 10**16), min_size=1), st.integers(-720, 840))
def test_hours_and_weekdays_of_columns_are_those_of_rows(times: list[int], offset: int) -> None:
    occurred_at = Numbers(np.array(times), np.ones(len(times), np.bool_))
    local = [(time + offset * 60_000_000) // 3_600_000_000 for time in times]
    assert local_hours(occurred_at, offset).values.tolist() == [hour % 24 for hour in local]
    assert local_weekdays(occurred_at, offset).values.tolist() == [(hour // 24 + 3) % 7 for hour in local]


def test_every_field_can_be_missing() -> None:
    for name, field in FIELDS.items():
        assert isinstance(missing(name, 2), Texts if field.kind is Kind.TEXT else Numbers)
        assert cell(missing(name, 2), 1) is None

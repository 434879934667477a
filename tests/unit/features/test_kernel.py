"""Random features of random events: the kernel gives what the oracle gives, to the last bit."""

import math
from collections.abc import Mapping, Sequence
from itertools import accumulate

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from zhamen.core.errors import InputError
from zhamen.core.instants import EVER
from zhamen.events.batch import Batch, Column, Numbers, Texts
from zhamen.events.fields import FIELDS, Kind
from zhamen.expressions.parse import parse
from zhamen.expressions.types import EVENT_SCOPE
from zhamen.features.definitions import (
    Definitions,
    Feature,
    Operation,
    Quantity,
    Ratio,
    Series,
    Share,
    Trend,
    WindowFeature,
)
from zhamen.features.plan import Plan
from zhamen.features.state import FeatureState
from zhamen.testing.oracle import Oracle

Row = Mapping[str, object]

SECOND = 1_000_000
BUDGET = 1 << 22
WIDTHS = tuple(seconds * SECOND for seconds in (1, 2, 5, 10, 30))
ROLES_OF = {
    "out": ("account", "debtor_account", "creditor_account"),
    "in": ("debtor_account", "creditor_account"),
    "pairs": ("pair", "reverse_pair"),
    "labels": ("creditor_account", "debtor_account"),
}
MEASURED = (
    None,
    "amount_minor",
    "amount_minor",
    "creditor_account_id",
    "succeeded",
    "debtor_account_opened_at",
)

delays = st.sampled_from((0, 0, 3 * SECOND, 20 * SECOND))
wheres = st.sampled_from(
    [
        None,
        None,
        parse('channel == "mobile"', EVENT_SCOPE),
        parse("session_new_device or local_hour < 6", EVENT_SCOPE),
        parse("amount_minor < money(1)", EVENT_SCOPE),
    ]
)


@st.composite
def series_lists(draw: st.DrawFn) -> tuple[Series, ...]:
    debtor, creditor = ("debtor_account_id",), ("creditor_account_id",)
    login = ("account_id",)
    out: dict[str, tuple[str, ...]] = {"transfer": debtor, "cash_withdrawal": debtor, "login": login}
    return (
        Series("out", out, draw(wheres)),
        Series("in", {"transfer": creditor}, None, draw(delays)),
        Series("pairs", {"transfer": debtor + creditor}, draw(wheres)),
        Series("labels", {"fraud_reported": creditor}, None, draw(delays)),
    )


@st.composite
def window_features(draw: st.DrawFn, quantities: Sequence[Quantity]) -> WindowFeature:
    quantity = draw(st.sampled_from(quantities))
    role = draw(st.sampled_from(ROLES_OF[quantity.series]))
    width = draw(st.sampled_from((*WIDTHS, EVER)))
    return WindowFeature(role, quantity.name, draw(st.sampled_from(list(Operation))), width)


@st.composite
def definition_sets(draw: st.DrawFn) -> Definitions:
    quantities = tuple(
        Quantity(
            f"q{at}", draw(st.sampled_from(list(ROLES_OF))), draw(st.sampled_from(MEASURED)), draw(wheres)
        )
        for at in range(draw(st.integers(1, 5)))
    )
    windows = draw(st.lists(window_features(quantities), min_size=1, max_size=16))
    features: list[Feature] = [*windows, Ratio(windows[0], windows[-1])]
    role = ROLES_OF[quantities[0].series][0]
    for operation in (Operation.COUNT, Operation.SUM):
        one, two = (WindowFeature(role, quantities[0].name, operation, width) for width in WIDTHS[1:3])
        other = WindowFeature(role, quantities[-1].name, operation, WIDTHS[2])
        features += [Trend(one, two), Share(two, other)]
    by_name = {feature.name: feature for feature in features}
    lateness = draw(st.sampled_from((0, 4, 15))) * SECOND
    return with_meaning(Definitions(draw(series_lists()), quantities, tuple(by_name.values()), lateness))


def with_meaning(definitions: Definitions) -> Definitions:
    """Leave out the features that a plan refuses."""
    kept: list[Feature] = []
    for feature in definitions.features:
        only = Definitions(
            definitions.series, definitions.quantities, (feature,), definitions.allowed_lateness
        )
        try:
            Plan(only)
        except InputError:
            continue
        kept.append(feature)
    return Definitions(definitions.series, definitions.quantities, tuple(kept), definitions.allowed_lateness)


halves = st.sampled_from((0, 0, 1, 1, 2, 3, 4, 8, 20, 60, -1, -2, -3, -10, -40)).map(
    lambda half: half * SECOND // 2
)
accounts = st.sampled_from(("A", "A", "B", "C", None))
amounts = st.one_of(
    st.none(),
    st.integers(-3, 5),
    st.integers(-300, 300),
    st.sampled_from((10**14, -(10**14), 2**55, -(2**55))),
)
flags = st.sampled_from((None, True, False))
events = st.fixed_dictionaries(
    {
        "type": st.sampled_from(
            ("transfer",) * 5 + ("cash_withdrawal", "login", "fraud_reported", "profile_changed")
        ),
        "account_id": accounts,
        "debtor_account_id": accounts,
        "creditor_account_id": accounts,
        "amount_minor": amounts,
        "channel": st.sampled_from((None, "mobile", "counter")),
        "session_new_device": flags,
        "succeeded": flags,
        "debtor_account_opened_at": st.sampled_from((None, 0, -5, 7, 10**15)),
        "local_hour": st.integers(0, 23),
    }
)


@st.composite
def event_streams(draw: st.DrawFn, at_least: int = 1) -> list[Row]:
    stream = draw(st.lists(st.tuples(halves, events), min_size=at_least, max_size=40))
    times = accumulate(step for step, _ in stream)
    return [{"occurred_at": time, **event} for time, (_, event) in zip(times, stream, strict=True)]


def everything(lateness: int) -> Definitions:
    """Ask every operation that has a meaning of every kind of quantity, over short, long and no widths."""
    series = (
        Series("out", {"transfer": ("debtor_account_id",), "login": ("account_id",)}),
        Series("in", {"transfer": ("creditor_account_id",)}, None, 3 * SECOND),
    )
    mobile = parse('channel == "mobile"', EVENT_SCOPE)
    quantities = (
        Quantity("sent", "out", "amount_minor"),
        Quantity("mobile", "out", "amount_minor", mobile),
        Quantity("payees", "out", "creditor_account_id"),
        Quantity("received", "in", "amount_minor"),
        Quantity("payers", "in", "debtor_account_id"),
    )
    asked = tuple(
        WindowFeature("debtor_account", quantity.name, operation, width)
        for quantity in quantities
        for operation in Operation
        for width in (2 * SECOND, 10 * SECOND, EVER)
    )
    return with_meaning(Definitions(series, quantities, asked, lateness))


EVERYTHING = {seconds: everything(seconds * SECOND) for seconds in (0, 5, 30)}


def flat(plan: Plan, event: Row) -> tuple[object, ...]:
    return tuple(event.get(name) for name in plan.fields)


def batch_of(plan: Plan, stream: Sequence[Row]) -> Batch:
    columns: dict[str, Column] = {}
    for name in plan.fields:
        values = [event.get(name) for event in stream]
        if FIELDS[name].kind is Kind.TEXT:
            texts = list(dict.fromkeys(value for value in values if isinstance(value, str)))
            codes = [texts.index(value) if isinstance(value, str) else -1 for value in values]
            columns[name] = Texts(np.array(codes, np.int32), tuple(texts))
        else:
            numbers = np.array([value if isinstance(value, int) else 0 for value in values], np.int64)
            columns[name] = Numbers(numbers, np.array([value is not None for value in values]))
    return Batch(len(stream), columns)


def listed(values: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> list[list[float | None]]:
    return [[None if math.isnan(value) else value for value in row] for row in values.tolist()]


def bytes_of(state: FeatureState) -> dict[str, bytes]:
    return {name: bytes(data) for name, data in state.parts()}


@settings(deadline=None)
@given(definition_sets(), event_streams())
def test_every_value_is_what_the_oracle_gives(definitions: Definitions, stream: list[Row]) -> None:
    plan, oracle = Plan(definitions), Oracle(definitions)
    state = FeatureState(plan, budget_bytes=BUDGET)
    for event in stream:
        assert dict(zip(plan.names, state.advance(flat(plan, event)), strict=True)) == dict(
            zip(plan.names, oracle.advance(event), strict=True)
        )


@settings(deadline=None)
@given(st.sampled_from(sorted(EVERYTHING)), event_streams(at_least=15))
def test_every_operation_at_once_is_what_the_oracle_gives(lateness: int, stream: list[Row]) -> None:
    plan, oracle = Plan(EVERYTHING[lateness]), Oracle(EVERYTHING[lateness])
    state = FeatureState(plan, budget_bytes=BUDGET)
    for one in stream:
        event = {**one, "debtor_account_id": "A"}
        got = dict(zip(plan.names, state.advance(flat(plan, event)), strict=True))
        assert got == dict(zip(plan.names, oracle.advance(event), strict=True))


@settings(deadline=None)
@given(definition_sets(), event_streams(), st.lists(st.integers(1, 12), min_size=1, max_size=5))
def test_batches_of_any_size_give_the_values_and_the_state_of_one_by_one(
    definitions: Definitions, stream: list[Row], sizes: list[int]
) -> None:
    plan = Plan(definitions)
    one_by_one, in_batches = (FeatureState(plan, budget_bytes=BUDGET) for _ in range(2))
    expected = [one_by_one.advance(flat(plan, event)) for event in stream]
    values: list[list[float | None]] = []
    while len(values) < len(stream):
        size = sizes[len(values) % len(sizes)]
        chunk = stream[len(values) : len(values) + size]
        values += listed(in_batches.advance_batch(batch_of(plan, chunk)).values)
    assert values == expected
    assert bytes_of(in_batches) == bytes_of(one_by_one)


@settings(deadline=None)
@given(definition_sets(), event_streams(), st.data())
def test_a_restored_state_goes_on_as_the_one_it_was_taken_from(
    definitions: Definitions, stream: list[Row], data: st.DataObject
) -> None:
    plan = Plan(definitions)
    state = FeatureState(plan, budget_bytes=BUDGET)
    middle = data.draw(st.integers(0, len(stream)))
    for event in stream[:middle]:
        state.advance(flat(plan, event))
    restored = FeatureState.restore(plan, bytes_of(state).items(), budget_bytes=2 * BUDGET)
    for event in stream[middle:]:
        assert restored.advance(flat(plan, event)) == state.advance(flat(plan, event))
    assert bytes_of(restored) == bytes_of(state)


@settings(deadline=None)
@given(definition_sets(), event_streams(), event_streams())
def test_what_comes_later_changes_no_value_that_was_given(
    definitions: Definitions, stream: list[Row], later: list[Row]
) -> None:
    plan = Plan(definitions)
    alone, followed = (FeatureState(plan, budget_bytes=BUDGET) for _ in range(2))
    values = alone.advance_batch(batch_of(plan, stream)).values
    both = followed.advance_batch(batch_of(plan, [*stream, *later])).values
    assert np.array_equal(values, both[: len(stream)], equal_nan=True)

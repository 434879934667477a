"""Features in SQL, on random definitions and events, are what the oracle and the live state give."""

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import accumulate

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhamen.adapters.duck.feature_sql import FeatureSql
from zhamen.core.errors import InputError
from zhamen.core.instants import EVER
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
SQL_TYPES = {Kind.TEXT: "VARCHAR", Kind.FLAG: "BOOLEAN", Kind.WHOLE: "BIGINT", Kind.INSTANT: "BIGINT"}

DEBTOR, CREDITOR = ("debtor_account_id",), ("creditor_account_id",)
QUANTITIES = (
    Quantity("sent", "out", "amount_minor"),
    Quantity("sent_mobile", "out", "amount_minor", parse('channel == "mobile"', EVENT_SCOPE)),
    Quantity("payees", "out", "creditor_account_id"),
    Quantity("good_logins", "out", "succeeded"),
    Quantity("payers", "in", "debtor_account_id"),
    Quantity("received", "in", "amount_minor", parse("amount_minor > 0 or local_hour < 6", EVENT_SCOPE)),
    Quantity("paid", "pairs", "amount_minor"),
    Quantity("meetings", "pairs"),
    Quantity("reports", "labels", "amount_minor"),
)
ROLES_OF = {
    "out": ("debtor_account", "creditor_account", "account"),
    "in": ("creditor_account", "debtor_account"),
    "pairs": ("pair", "reverse_pair"),
    "labels": ("creditor_account", "debtor_account"),
}
WIDTHS = tuple(seconds * SECOND for seconds in (1, 3, 10))


def series(delay: int) -> tuple[Series, ...]:
    return (
        Series("out", {"transfer": DEBTOR, "cash_withdrawal": DEBTOR, "login": ("account_id",)}),
        Series("in", {"transfer": CREDITOR}, parse('channel != "counter"', EVENT_SCOPE)),
        Series("pairs", {"transfer": DEBTOR + CREDITOR}),
        Series("labels", {"fraud_reported": CREDITOR}, None, delay),
    )


def every_feature(definitions: Definitions) -> tuple[Feature, ...]:
    """Give every operation that a plan allows, on every quantity, role and window."""
    features: list[Feature] = [
        WindowFeature(role, quantity.name, operation, width)
        for quantity in QUANTITIES
        for role in ROLES_OF[quantity.series]
        for operation in Operation
        for width in (*WIDTHS, EVER)
    ]
    sums = [WindowFeature("debtor_account", "sent", Operation.SUM, width) for width in WIDTHS]
    part = WindowFeature("debtor_account", "sent_mobile", Operation.COUNT, WIDTHS[1])
    whole = WindowFeature("debtor_account", "sent", Operation.COUNT, WIDTHS[1])
    other = WindowFeature("creditor_account", "received", Operation.SUM, WIDTHS[2])
    relations: list[Feature] = [Trend(sums[0], sums[2]), Share(part, whole), Ratio(sums[1], other)]
    allowed = [feature for feature in features if is_allowed(replace(definitions, features=(feature,)))]
    return (*allowed, *relations)


def is_allowed(definitions: Definitions) -> bool:
    try:
        Plan(definitions)
    except InputError:
        return False
    return True


BARE = [
    Definitions(series(delay), QUANTITIES, (), lateness)
    for delay, lateness in ((0, 0), (3 * SECOND, 4 * SECOND), (20 * SECOND, 60 * SECOND))
]
FEATURES = every_feature(BARE[0])

steps = st.sampled_from((0, 0, 1, 1, 2, 3, 8, 20, -1, -2, -3, -10, -40)).map(lambda half: half * SECOND // 2)
accounts = st.sampled_from(("A", "A", "B", None))
amounts = st.none() | st.integers(-3, 5) | st.sampled_from((10**14, -(10**14), 2**55))
events = st.fixed_dictionaries(
    {
        "type": st.sampled_from(("transfer",) * 5 + ("cash_withdrawal", "login", "fraud_reported")),
        "account_id": accounts,
        "debtor_account_id": accounts,
        "creditor_account_id": accounts,
        "amount_minor": amounts,
        "channel": st.sampled_from((None, "mobile", "counter")),
        "succeeded": st.sampled_from((None, True, False)),
        "local_hour": st.integers(0, 23),
    }
)


@st.composite
def streams(draw: st.DrawFn) -> list[Row]:
    stream = draw(st.lists(st.tuples(steps, events), min_size=1, max_size=30))
    times = accumulate(step for step, _ in stream)
    return [{"occurred_at": time, **event} for time, (_, event) in zip(times, stream, strict=True)]


def in_sql(plan: Plan, stream: Sequence[Row]) -> list[tuple[float | None, ...]]:
    sql = FeatureSql(plan)
    columns = ", ".join(f'"{name}" {SQL_TYPES[FIELDS[name].kind]}' for name in plan.fields)
    rows = [(7 + seq, *(event.get(name) for name in plan.fields)) for seq, event in enumerate(stream)]
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.execute(f"CREATE TABLE recorded (seq BIGINT, {columns})")
        marks = ", ".join("?" * (1 + len(plan.fields)))
        connection.executemany(f"INSERT INTO recorded VALUES ({marks})", rows)  # noqa: S608
        for statement in sql.statements("recorded", plan.fields):
            connection.execute(statement)
        found = connection.execute(f"SELECT * FROM ({sql.select(plan.names)}) ORDER BY seq").fetchall()  # noqa: S608
    return [row[1:] for row in found]


def agree(left: float | None, right: float | None) -> bool:
    if left is None or right is None:
        return left is right
    return math.isclose(left, right, rel_tol=1e-12)


def check(definitions: Definitions, stream: list[Row]) -> None:
    plan, oracle = Plan(definitions), Oracle(definitions)
    state = FeatureState(plan, budget_bytes=1 << 24)
    for event, values in zip(stream, in_sql(plan, stream), strict=True):
        live = state.advance([event.get(name) for name in plan.fields])
        for name, ours, theirs, kept in zip(plan.names, values, oracle.advance(event), live, strict=True):
            assert agree(ours, theirs), f"{name}: {ours} in SQL, {theirs} by the oracle"
            assert agree(ours, kept), f"{name}: {ours} in SQL, {kept} live"


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(range(len(BARE))),
    st.lists(st.sampled_from(range(len(FEATURES))), min_size=1, max_size=8, unique=True),
    streams(),
)
def test_every_value_is_what_the_oracle_and_the_live_state_give(
    bare: int, chosen: list[int], stream: list[Row]
) -> None:
    features = tuple(FEATURES[number] for number in chosen)
    check(replace(BARE[bare], features=features), stream)


@pytest.mark.slow
@pytest.mark.parametrize("bare", range(len(BARE)))
def test_all_features_at_once_over_a_longer_stream(bare: int) -> None:
    dice = random.Random(bare)  # noqa: S311
    time = 0
    stream: list[Row] = []
    for _ in range(80):
        time += dice.choice((0, 0, 1, 1, 2, 3, 8, -1, -2, -6)) * SECOND // 2
        event: dict[str, str | None] = {
            "type": dice.choice(["transfer"] * 4 + ["cash_withdrawal", "login", "fraud_reported"])
        }
        for name in ("account_id", "debtor_account_id", "creditor_account_id"):
            event[name] = dice.choice(("A", "B", "C", None))
        stream.append(
            {
                **event,
                "occurred_at": time,
                "amount_minor": dice.choice((None, 1, 5, -3, dice.randrange(10**6))),
                "channel": dice.choice((None, "mobile", "counter")),
                "succeeded": dice.choice((None, True, False)),
                "local_hour": dice.randrange(24),
            }
        )
    check(replace(BARE[bare], features=FEATURES), stream)

"""A plan refuses what cannot be kept, and says which feature or series is at fault."""

from dataclasses import replace

import pytest

from zhamen.core.errors import InputError
from zhamen.core.instants import EVER
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

HOUR, DAY = 3_600_000_000, 86_400_000_000
OUT = Series("out", {"transfer": ("debtor_account_id",)})
SENT = Quantity("sent", "out", "amount_minor")
NIGHT = Quantity("night", "out", "amount_minor", parse("local_hour < 6", EVENT_SCOPE))
PAYEES = Quantity("payees", "out", "creditor_account_id")
TIMES = Quantity("times", "out")
OPENED = Quantity("opened", "out", "debtor_account_opened_at")


def asks(
    quantity: str, operation: Operation, window: int = HOUR, role: str = "debtor_account"
) -> WindowFeature:
    return WindowFeature(role, quantity, operation, window)


def define(*features: Feature, series: tuple[Series, ...] = (OUT,)) -> Definitions:
    return Definitions(series, (SENT, NIGHT, PAYEES, TIMES, OPENED), features, 0)


SUM_1H, SUM_1D = asks("sent", Operation.SUM), asks("sent", Operation.SUM, DAY)


def test_names_come_in_the_order_of_the_definitions_and_helpers_behind_them() -> None:
    trend = Trend(SUM_1H, SUM_1D)
    plan = Plan(define(trend, SUM_1D))
    assert plan.names == ("debtor_account_sent_sum_trend_1h_1d", "debtor_account_sent_sum_1d")
    assert list(plan.columns) == [*plan.names, "debtor_account_sent_sum_1h"]


def test_fields_are_those_that_the_features_asked_for_need() -> None:
    assert Plan(define(asks("night", Operation.COUNT))).fields == (
        "occurred_at",
        "type",
        "amount_minor",
        "debtor_account_id",
        "local_hour",
    )


@pytest.mark.parametrize(
    ("feature", "complaint"),
    [
        (asks("spent", Operation.SUM), "no quantity 'spent'"),
        (asks("sent", Operation.SUM, role="payer"), "no role 'payer'"),
        (asks("sent", Operation.SUM, role="device"), "role device names device"),
        (asks("sent", Operation.MAX, EVER), "max cannot be kept for ever"),
        (asks("payees", Operation.SUM), "sum of creditor_account_id has no meaning"),
        (asks("times", Operation.DISTINCT), "distinct of no field has no meaning"),
        (asks("opened", Operation.STD), "std of debtor_account_opened_at has no meaning"),
        (Share(asks("night", Operation.MAX), asks("sent", Operation.MAX)), "use count or sum"),
        (Share(asks("night", Operation.SUM, DAY), SUM_1H), "the same window"),
        (Share(asks("night", Operation.COUNT), SUM_1H), "the same role and operation"),
        (Trend(SUM_1D, SUM_1H), "shorter than its second"),
        (Trend(SUM_1H, asks("night", Operation.SUM, DAY)), "the same quantity"),
        (Ratio(SUM_1H, asks("spent", Operation.SUM)), "no quantity 'spent'"),
    ],
)
def test_a_feature_without_meaning_is_refused_by_name(feature: Feature, complaint: str) -> None:
    with pytest.raises(InputError, match=complaint) as refused:
        Plan(define(feature))
    assert refused.value.path == f"features.{feature.name}"


@pytest.mark.parametrize(
    ("series", "complaint"),
    [
        (replace(OUT, gathers={"payment": ("debtor_account_id",)}), "no event type 'payment'"),
        (replace(OUT, gathers={"transfer": ("amount_minor",)}), "'amount_minor' is not a key field"),
        (replace(OUT, gathers={"login": ("debtor_account_id",)}), "a login has no debtor_account_id"),
        (replace(OUT, gathers={}), "gathers no event type"),
        (replace(OUT, gathers={**OUT.gathers, "login": ("device_id",)}), "one kind of key"),
        (replace(OUT, delay=-1), "delay cannot be negative"),
    ],
)
def test_a_series_without_meaning_is_refused_by_name(series: Series, complaint: str) -> None:
    with pytest.raises(InputError, match=complaint) as refused:
        Plan(define(SUM_1H, series=(series,)))
    assert refused.value.path == "series.out"


def test_a_name_defined_twice_is_refused() -> None:
    with pytest.raises(InputError, match="defined twice"):
        Plan(define(SUM_1H, SUM_1H))


def test_more_quantities_than_a_record_has_bits_are_refused() -> None:
    quantities = tuple(Quantity(f"q{at}", "out", "creditor_account_id") for at in range(40))
    features = tuple(asks(quantity.name, Operation.DISTINCT) for quantity in quantities)
    with pytest.raises(InputError, match="split it"):
        Plan(Definitions((OUT,), quantities, features, 0))


def test_the_fingerprint_changes_with_what_shapes_the_state_and_with_nothing_else() -> None:
    definitions = define(SUM_1H)
    fingerprint = Plan(definitions).fingerprint
    unused = Series("in", {"transfer": ("creditor_account_id",)})
    assert Plan(replace(definitions, series=(OUT, unused))).fingerprint == fingerprint
    for other in (
        define(SUM_1D),
        define(asks("night", Operation.SUM)),
        replace(definitions, allowed_lateness=1),
        replace(definitions, utc_offset_minutes=60),
        define(SUM_1H, series=(replace(OUT, delay=1),)),
        define(SUM_1H, series=(replace(OUT, where=NIGHT.where),)),
    ):
        assert Plan(other).fingerprint != fingerprint

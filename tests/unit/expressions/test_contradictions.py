"""Dead conditions are seen, living ones are left alone."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhamen.expressions.contradictions import contradictions
from zhamen.expressions.parse import parse
from zhamen.expressions.scalar import compile_row
from zhamen.expressions.types import EVENT_SCOPE, PLAIN

SCOPE = {**EVENT_SCOPE, "ratio": PLAIN}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("local_hour > 22 and local_hour < 6", "local_hour > 22 and local_hour < 6 never hold together"),
        ("local_hour > 23", "local_hour > 23 never holds: local_hour is 0 to 23"),
        ("local_hour > 22 and local_hour < 23", "never hold together"),
        ("1 < ratio < 1", "ratio > 1 and ratio < 1 never hold together"),
        ("ratio == 1 and ratio == 2", "never hold together"),
        ("ratio == 1 and ratio != 1", "never hold together"),
        ("ratio > 2 and ratio in (1, 2)", "never hold together"),
        ("not ratio > 2 and not ratio <= 2", "never hold together"),
        ('channel == "atm" and channel == "mobile"', "never hold together"),
        ('channel in ("atm", "pos") and channel not in ("atm", "pos", "phone")', "never hold together"),
        ("session_proxy and not session_proxy", "session_proxy and not session_proxy never hold together"),
        ("ratio > 2 and (ratio < 1 or ratio < 0)", "ratio > 2 and ratio < 1 never hold together"),
        ("amount_minor > money(5) and amount_minor < money(4)", "amount_minor > 500 and amount_minor < 400"),
    ],
)
def test_a_dead_condition_is_told(text: str, said: str) -> None:
    assert said in contradictions(parse(text, SCOPE))[0]


@pytest.mark.parametrize(
    "text",
    [
        "local_hour > 22 or local_hour < 6",
        "1 <= ratio <= 1",
        "ratio != 1 and ratio != 2",
        "ratio > 1 and amount_minor < money(1)",
        'channel == "atm" or channel == "mobile"',
        "not (local_hour > 22 and local_hour < 6)",
        "otherwise(ratio, 3) > 2 and ratio < 1",
        "session_proxy and not session_emulator",
    ],
)
def test_a_living_condition_is_left_alone(text: str) -> None:
    assert contradictions(parse(text, SCOPE)) == []


def test_a_dead_branch_is_told_beside_a_living_one() -> None:
    told = contradictions(parse("ratio > 5 or (ratio > 2 and ratio < 1)", SCOPE))
    assert told == ["ratio > 2 and ratio < 1 never hold together"]


ATOMS = st.sampled_from(
    [
        *(f"local_weekday {sign} {day}" for sign in ("<", "<=", ">", "==", "!=") for day in (0, 3, 6)),
        "local_weekday in (1, 2)",
        "local_weekday not in (0, 1, 2)",
        "session_proxy",
        'channel == "atm"',
        'channel in ("atm", "pos")',
    ]
)
CONDITIONS = ATOMS | st.builds("(not {})".format, ATOMS)


@settings(max_examples=200, deadline=None)
@given(st.lists(CONDITIONS, min_size=1, max_size=4).map(" and ".join))
def test_a_condition_that_some_event_meets_is_never_called_dead(text: str) -> None:
    expression = parse(text, SCOPE)
    rule = compile_row([expression], ["local_weekday", "session_proxy", "channel"])
    met = any(rule(row)[0] for row in itertools.product(range(7), (False, True), ("atm", "pos", "phone")))
    assert not (met and contradictions(expression))

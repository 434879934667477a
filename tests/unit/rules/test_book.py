"""Rules on one row and on columns find the same."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhamen.core.errors import InputError
from zhamen.events.batch import Column, Numbers, Texts
from zhamen.expressions.parse import parse
from zhamen.expressions.types import EVENT_SCOPE
from zhamen.rules.book import Findings, Rulebook
from zhamen.rules.rule import Rule

NAMES = ("type", "amount_minor", "channel", "session_new_device", "debtor_age", "creditor_age")
TYPES = ("transfer", "cash_withdrawal", "login")
TEXTS = (
    "amount_minor >= money(100)",
    'channel == "mobile" and session_new_device',
    "debtor_age / creditor_age > 1 or amount_minor < money(1)",
    'not session_new_device or channel in ("atm", "pos")',
    "known(debtor_age) and otherwise(creditor_age, 0) == 0",
)


def rule(number: int, text: str, on: tuple[str, ...]) -> Rule:
    return Rule(
        id=f"OTHER-{number:03}",
        typology="other",
        zh="规则",
        en="a rule",
        source="test",
        on=on,
        when=parse(text, EVENT_SCOPE),
    )


RULES = [rule(number, text, TYPES[: 1 + number % 3]) for number, text in enumerate(TEXTS)]
BOOK = Rulebook(RULES, NAMES)

ROWS = st.lists(
    st.tuples(
        st.sampled_from(TYPES),
        st.none() | st.integers(1, 20_000),
        st.none() | st.sampled_from(("mobile", "atm", "counter")),
        st.none() | st.booleans(),
        st.none() | st.integers(0, 3),
        st.none() | st.integers(0, 3),
    ),
    min_size=1,
    max_size=20,
)


def columns(rows: list[tuple[Any, ...]]) -> dict[str, Column]:
    made: dict[str, Column] = {}
    for at, name in enumerate(NAMES):
        values = [row[at] for row in rows]
        if name in ("type", "channel"):
            texts = tuple(sorted({value for value in values if value is not None}))
            made[name] = Texts(
                np.array([-1 if v is None else texts.index(v) for v in values], np.int32), texts
            )
        else:
            known = np.array([value is not None for value in values])
            made[name] = Numbers(np.array([int(value or 0) for value in values], np.int64), known)
    return made


@given(ROWS)
def test_columns_find_what_rows_find(rows: list[tuple[Any, ...]]) -> None:
    table = BOOK.run_columns(columns(rows), len(rows))
    for at, row in enumerate(rows):
        found = BOOK.run(row[0], row)
        assert tuple(np.flatnonzero(table.hits[at])) == found.hits
        assert tuple(np.flatnonzero(table.unknown[at])) == found.unknown
        assert found.failed == ()
    assert not table.failed.any()


def test_a_type_that_no_rule_is_asked_about_finds_nothing() -> None:
    assert not BOOK.asks("fraud_reported")
    assert BOOK.run("fraud_reported", ("fraud_reported",) + (None,) * 5) == Findings()


def test_an_event_without_a_type_is_not_asked_about() -> None:
    columns_without = columns([("transfer", 20_000, None, None, None, None)])
    columns_without["type"] = Texts(np.array([-1], np.int32), ("transfer",))
    table = BOOK.run_columns(columns_without, 1)
    assert not table.hits.any()
    assert not table.unknown.any()


def test_columns_without_types_are_refused() -> None:
    with pytest.raises(InputError, match="no column type"):
        BOOK.run_columns({}, 1)

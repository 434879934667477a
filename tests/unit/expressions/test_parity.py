"""One expression, three executors, one value."""

import math
from collections.abc import Sequence

import duckdb
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from zhamen.core.errors import InvalidExpression
from zhamen.events.batch import Column, Numbers, Texts
from zhamen.events.fields import Kind
from zhamen.expressions.columns import evaluate
from zhamen.expressions.parse import parse
from zhamen.expressions.scalar import compile_row
from zhamen.expressions.sql import to_sql
from zhamen.expressions.tree import Expression
from zhamen.expressions.types import FLAG, INSTANT, PLAIN, TEXT, Type

CHANNELS = ("atm", "counter", "mobile")
SCOPE = {
    "whole": Type(Kind.WHOLE),
    "other": Type(Kind.WHOLE),
    "number": PLAIN,
    "second": PLAIN,
    "flag": FLAG,
    "mark": FLAG,
    "channel": Type(Kind.TEXT, choices=CHANNELS),
    "payee": TEXT,
    "payer": TEXT,
    "then": INSTANT,
    "now": INSTANT,
}
NAMES = tuple(SCOPE)
SQL_TYPES = {
    Kind.WHOLE: "BIGINT",
    Kind.NUMBER: "DOUBLE",
    Kind.FLAG: "BOOLEAN",
    Kind.TEXT: "VARCHAR",
    Kind.INSTANT: "BIGINT",
}
Row = tuple[object, ...]


def as_column(kind: Kind, values: Sequence[object]) -> Column:
    if kind is Kind.TEXT:
        texts = tuple(dict.fromkeys(str(value) for value in values if value is not None))
        codes = [-1 if value is None else texts.index(str(value)) for value in values]
        return Texts(np.array(codes, np.int32), texts)
    known = np.array([value is not None for value in values], np.bool_)
    filled = [0 if value is None else value for value in values]
    if kind is Kind.NUMBER:
        return Numbers(np.array(filled, np.float64), known)
    return Numbers(np.array(filled, np.int64), known)


def from_column(kind: Kind, column: Column) -> list[object]:
    if isinstance(column, Texts):
        return [None if code < 0 else column.values[code] for code in column.codes]
    values = column.values.astype(bool) if kind is Kind.FLAG else column.values
    return [v if k else None for v, k in zip(values.tolist(), column.known.tolist(), strict=True)]


def by_row(expression: Expression, rows: Sequence[Row]) -> list[object]:
    function = compile_row([expression], NAMES)
    return [function(row)[0] for row in rows]


def by_column(expression: Expression, rows: Sequence[Row]) -> list[object]:
    columns = {
        name: as_column(SCOPE[name].kind, values)
        for name, values in zip(NAMES, zip(*rows, strict=True), strict=True)
    }
    return from_column(expression.kind, evaluate(expression, columns, len(rows)))


@pytest.fixture(scope="module")
def connection() -> duckdb.DuckDBPyConnection:
    made = duckdb.connect(config={"threads": 1})
    columns = ", ".join(f'"{name}" {SQL_TYPES[kind.kind]}' for name, kind in SCOPE.items())
    made.execute(f"CREATE TABLE tape (place INTEGER, {columns})")
    return made


def by_sql(
    connection: duckdb.DuckDBPyConnection, expression: Expression, rows: Sequence[Row]
) -> list[object]:
    connection.execute("DELETE FROM tape")
    marks = ", ".join("?" * (len(NAMES) + 1))
    filled = [(place, *row) for place, row in enumerate(rows)]
    connection.executemany(f"INSERT INTO tape VALUES ({marks})", filled)  # noqa: S608
    sql = to_sql(expression).sql("duckdb")
    found = connection.execute(f"SELECT {sql} FROM tape ORDER BY place").fetchall()  # noqa: S608
    return [value for (value,) in found]


def same(left: Sequence[object], right: Sequence[object], tolerance: float = 0.0) -> bool:
    def agree(a: object, b: object) -> bool:
        if isinstance(a, float) and isinstance(b, float) and math.isclose(a, b, rel_tol=tolerance):
            return True
        return a == b and type(a) is type(b)

    return all(agree(a, b) for a, b in zip(left, right, strict=True))


WHOLES = st.integers(-5, 5) | st.sampled_from([10**14, -(10**14), 2**53 + 1, 2**62 + 1, -(2**62) - 1])
NUMBERS = st.sampled_from(
    [0.0, -0.0, 1.0, -1.0, 0.5, 2.5, -2.5, 0.1, 3.0, 1e-300, 5e-324, 1e300, -1e300, 1.7e308, 1e15]
) | st.floats(-10, 10)
INSTANTS = st.integers(0, 4) | st.sampled_from([1_795_000_000_000_000, 253_402_300_799_999_999])
VALUES = {
    Kind.WHOLE: WHOLES,
    Kind.NUMBER: NUMBERS,
    Kind.FLAG: st.booleans(),
    Kind.INSTANT: INSTANTS,
}
TEXTS = st.sampled_from(["A", "B", "é", "闸门", "a'b"])
ROWS = st.lists(
    st.tuples(
        *(
            st.none() | (st.sampled_from(CHANNELS) if name == "channel" else VALUES.get(kind.kind, TEXTS))
            for name, kind in SCOPE.items()
        )
    ),
    min_size=1,
    max_size=6,
)

LITERALS = st.sampled_from(["0", "1", "2", "-3", "0.5", "2.5", "1e15", "1e-9", "100"])


def numbers(inner: st.SearchStrategy[str], flags: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    operators = st.sampled_from(["+", "-", "*", "/"])
    functions = st.sampled_from(["abs", "floor", "round", "sqrt"])
    return st.one_of(
        st.builds("({} {} {})".format, inner, operators, inner),
        st.builds("-{}".format, inner),
        st.builds("{}({})".format, functions, inner),
        st.builds("{}({}, {})".format, st.sampled_from(["min", "max"]), inner, inner),
        st.builds("otherwise({}, {})".format, inner, inner),
        st.builds("({} if {} else {})".format, inner, flags, inner),
        st.sampled_from(["(now - then) / seconds(1)", "(then - now) / hours(2)"]),
    )


def conditions(number: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    texts = st.sampled_from(["payee", "payer", 'otherwise(payee, "A")', "(payee if flag else payer)"])
    return st.one_of(
        st.sampled_from(["flag", "mark", "True", "False"]),
        st.builds("{} {} {}".format, number, st.sampled_from(["<", "<=", ">", ">=", "==", "!="]), number),
        st.builds("{} < {} <= {}".format, number, number, number),
        st.builds("{} in (0, 1, 2.5, -3)".format, number),
        st.builds("{} {} {}".format, texts, st.sampled_from(["==", "!="]), texts),
        st.builds("{} {} ('A', '闸门')".format, texts, st.sampled_from(["in", "not in"])),
        st.builds("channel == {!r}".format, st.sampled_from(CHANNELS)),
        st.builds("known({})".format, number),
        st.sampled_from(["known(payee)", "known(flag)", "otherwise(flag, False)", "then < now"]),
    )


def nested(flags: st.SearchStrategy[str], number: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.builds("({} and {})".format, flags, flags),
        st.builds("({} or {})".format, flags, flags),
        st.builds("({} and {} and {})".format, flags, flags, flags),
        st.builds("(not {})".format, flags),
        st.builds("({} if {} else {})".format, flags, flags, flags),
        conditions(number),
    )


LEAVES = st.sampled_from(["whole", "other", "number", "second"]) | LITERALS
SIMPLE = st.sampled_from(["flag", "mark", "number > 1", "known(second)"])
NUMERIC = st.recursive(LEAVES, lambda inner: numbers(inner, SIMPLE), max_leaves=8)
FLAGS = st.recursive(conditions(NUMERIC), lambda inner: nested(inner, NUMERIC), max_leaves=6)


def parsed(text: str) -> Expression | None:
    try:
        return parse(text, SCOPE)
    except InvalidExpression:
        return None  # two constants compared, a division by a constant 0


EXPRESSIONS = (FLAGS | NUMERIC).map(parsed).filter(lambda expression: expression is not None)


@settings(max_examples=300, deadline=None)
@given(EXPRESSIONS, ROWS)
def test_row_column_and_sql_give_the_same(
    connection: duckdb.DuckDBPyConnection, expression: Expression, rows: list[Row]
) -> None:
    values = by_row(expression, rows)
    assert same(values, by_column(expression, rows)), "row and columns"
    assert same(values, by_sql(connection, expression, rows)), "row and SQL"


def values_of(connection: duckdb.DuckDBPyConnection, text: str, **given: object) -> object:
    """Give the value on one row, on which all three executors agree."""
    expression = parse(text, SCOPE)
    row = tuple(given.get(name) for name in NAMES)
    (value,) = by_row(expression, [row])
    assert same([value], by_column(expression, [row]))
    assert same([value], by_sql(connection, expression, [row]))
    return value


@pytest.mark.parametrize(
    ("left", "right", "both", "either"),
    [
        (True, None, None, True),
        (False, None, False, None),
        (None, None, None, None),
        (True, False, False, True),
        (True, True, True, True),
    ],
)
def test_and_and_or_are_three_valued(
    connection: duckdb.DuckDBPyConnection, left: object, right: object, both: object, either: object
) -> None:
    assert values_of(connection, "flag and mark", flag=left, mark=right) is both
    assert values_of(connection, "mark and flag", flag=left, mark=right) is both
    assert values_of(connection, "flag or mark", flag=left, mark=right) is either
    assert values_of(connection, "mark or flag", flag=left, mark=right) is either


@pytest.mark.parametrize(
    ("text", "number", "second"),
    [
        ("number / second", 1.0, 0.0),
        ("number / second", 0.0, 0.0),
        ("number / (second - second)", 1.0, 5.0),
        ("number * second", 1e200, 1e200),
        ("number * second > 1", 1e200, 1e200),
        ("number * second - number * second > 1", 1e200, 1e200),
        ("1 / (number * second)", 1e200, 1e200),
        ("min(number * second, 1)", 1e200, 1e200),
        ("floor(number * second)", 1e200, 1e200),
        ("round(number * second)", 1e200, 1e200),
        ("sqrt(number * second)", 1e200, 1e200),
        ("sqrt(number)", -1.0, 0.0),
        ("log1p(number)", -1.0, 0.0),
        ("log1p(number)", -7.0, 0.0),
        ("number / second", 1.0, None),
        ("number < second", 1.0, None),
        ("number in (1, 2)", None, 0.0),
        ("(1 if number > 2 else 2)", None, 0.0),
        ("max(number, second)", 1.0, None),
        ("not number > 1", None, 0.0),
    ],
)
def test_what_has_no_value_is_missing(
    connection: duckdb.DuckDBPyConnection, text: str, number: object, second: object
) -> None:
    assert values_of(connection, text, number=number, second=second) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("known(number / second)", False),
        ("otherwise(number / second, 7)", 7.0),
        ("otherwise(number / second > 1, True)", True),
        ("(1 if mark else number / second)", 1.0),
        ("round(2.5 * second + 0.5 + number)", 2.0),
        ("round(2.5 + second)", 2.0),
        ("floor(second - 0.5)", -1.0),
    ],
)
def test_values_on_one_row(connection: duckdb.DuckDBPyConnection, text: str, value: object) -> None:
    assert values_of(connection, text, number=1.0, second=0.0, mark=True) == value


def test_whole_numbers_beyond_2_to_the_53_compare_as_float64(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    assert values_of(connection, "whole == other", whole=2**53, other=2**53 + 1) is True
    assert values_of(connection, "whole == other", whole=2**53 - 1, other=2**53) is False


@settings(max_examples=50, deadline=None)
@given(st.floats(-0.999, 1e12) | st.floats(-1e-12, 1e-12))
@example(1e-300)
def test_logarithms_agree_to_twelve_digits(connection: duckdb.DuckDBPyConnection, number: float) -> None:
    expression = parse("log1p(number)", SCOPE)
    row = tuple(number if name == "number" else None for name in NAMES)
    exact = [math.log1p(number)]
    for values in (
        by_row(expression, [row]),
        by_column(expression, [row]),
        by_sql(connection, expression, [row]),
    ):
        assert same(exact, values, tolerance=1e-12)

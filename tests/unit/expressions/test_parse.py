"""What the language takes, what it refuses, and what it says then."""

import re
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from zhamen.core.errors import InvalidExpression
from zhamen.events.fields import Kind, Unit
from zhamen.expressions.check import FUNCTIONS
from zhamen.expressions.parse import MAX_LENGTH, parse
from zhamen.expressions.tree import Compare, Constant, Name
from zhamen.expressions.types import EVENT_SCOPE, PLAIN, Type

SCOPE = {
    **EVENT_SCOPE,
    "ratio": PLAIN,
    "share": PLAIN,
    "sum_1d": Type(Kind.NUMBER, Unit.MONEY),
    "since": Type(Kind.NUMBER, Unit.TIME),
}


def refusal(text: str, expects: Kind | None = None) -> str:
    with pytest.raises(InvalidExpression) as caught:
        parse(text, SCOPE, expects=expects)
    assert re.fullmatch(r"column \d+", caught.value.path)
    return str(caught.value)


class TestWhatIsTaken:
    @pytest.mark.parametrize(
        "text",
        [
            'amount_minor >= money(5000) and channel == "mobile"',
            "sum_1d / amount_minor >= 0.9",
            "occurred_at - creditor_account_opened_at < days(30)",
            "1 <= local_hour < 5",
            'channel in ("mobile", "online") or not session_new_device',
            'channel not in ["atm"]',
            "local_weekday in {5, 6}",
            "otherwise(session_face_checks, 0) >= 3 and known(device_id)",
            "(ratio if session_proxy else share) > 0.5",
            "debtor_account_id != creditor_account_id",
            "max(amount_minor, sum_1d, 0) > money(12.5)",
            "round(log1p(sqrt(abs(-ratio)))) > floor(+1.5)",
            "since < hours(2) or since > minutes(90) * 2",
            "occurred_at > creditor_account_opened_at + days(1)",
            "sum_1d > 0 and sum_1d - 0 > 0",
            "  local_hour >= 23\n  or local_hour < 6\n",
            "True",
        ],
    )
    def test_a_condition_gives_a_flag(self, text: str) -> None:
        assert parse(text, SCOPE, expects=Kind.FLAG).kind is Kind.FLAG

    @pytest.mark.parametrize(
        ("text", "kind", "unit"),
        [
            ("amount_minor", Kind.WHOLE, Unit.MONEY),
            ("amount_minor * 2", Kind.NUMBER, Unit.MONEY),
            ("amount_minor / sum_1d", Kind.NUMBER, Unit.NONE),
            ("since / hours(1)", Kind.NUMBER, Unit.NONE),
            ("occurred_at - occurred_at", Kind.NUMBER, Unit.TIME),
            ("occurred_at - hours(1)", Kind.INSTANT, Unit.TIME),
            ('otherwise(channel, "counter")', Kind.TEXT, Unit.NONE),
            ("min(0, amount_minor)", Kind.NUMBER, Unit.MONEY),
        ],
    )
    def test_the_type_follows_from_the_parts(self, text: str, kind: Kind, unit: Unit) -> None:
        expression = parse(text, SCOPE)
        assert (expression.kind, expression.unit) == (kind, unit)

    def test_names_are_sorted_and_stand_once(self) -> None:
        assert parse("share + ratio > ratio", SCOPE).names == ("ratio", "share")

    @pytest.mark.parametrize(
        ("text", "value"),
        [("money(5000)", 500_000), ("money(0.29)", 29), ("hours(0.5)", 1_800_000_000), ("60 * -2", -120)],
    )
    def test_constants_are_folded(self, text: str, value: float) -> None:
        tree = parse(text, SCOPE).tree
        assert isinstance(tree, Constant)
        assert tree.value == value

    def test_a_chain_becomes_pairs(self) -> None:
        tree = parse("0 < ratio < 1", SCOPE).tree
        ratio = Name("ratio", PLAIN)
        assert tree.operands == (  # type: ignore[union-attr]
            Compare("<", Constant(0.0, PLAIN), ratio),
            Compare("<", ratio, Constant(1.0, PLAIN)),
        )

    def test_a_whole_number_is_a_number(self) -> None:
        assert parse("local_hour", SCOPE, expects=Kind.NUMBER).kind is Kind.WHOLE


class TestWhatIsSaid:
    def test_the_nearest_name_is_offered(self) -> None:
        assert refusal("amount_minr > 0") == (
            "there is no 'amount_minr'; did you mean 'amount_minor'? (at column 1)"
        )

    def test_the_nearest_choice_is_offered(self) -> None:
        said = refusal('ratio > 1 and channel == "moblie"')
        assert said.startswith("'moblie' is none of counter, online, mobile")
        assert said.endswith("did you mean 'mobile'? (at column 26)")

    def test_a_plain_number_is_no_money(self) -> None:
        assert "write money(5000)" in refusal("amount_minor > 5000")

    def test_a_plain_number_is_no_time(self) -> None:
        assert "write seconds(), minutes(), hours() or days()" in refusal("since < 3600")

    def test_the_column_counts_characters_not_bytes(self) -> None:
        assert refusal('remittance_info == "贷款" and nothing').endswith("(at column 29)")

    def test_the_column_is_that_of_the_text_as_given(self) -> None:
        assert refusal("\n   nothing").endswith("(at column 5)")

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("", "empty"),
            ("ratio", "true or false is needed here"),
            ("ratio and share > 1", "a condition is needed"),
            ("session_proxy == True", "write `x` or `not x`"),
            ("1 < 2", "always the same"),
            ("ratio / 0 > 1", "divides by zero"),
            ("amount_minor * sum_1d > 0", "no meaning"),
            ("1 / since > 2", "no meaning"),
            ('channel < "mobile"', "texts have no order"),
            ('channel + "x" == "x"', "use numbers"),
            ("channel == type", "is none of"),
            ("money(ratio) > amount_minor", "written out"),
            ("money(0.001) > amount_minor", "whole number of cents"),
            ("sqrt(amount_minor) > 1", "divide by money(1)"),
            ("ratio in ()", "needs a list of constants"),
            ("ratio in share", "needs a list of constants"),
            ("ratio in (share, 1)", "only constants"),
            ("1 < ratio in (1, 2)", "cannot be chained"),
            ("min(ratio) > 1", "two or more"),
            ("known() or ratio > 1", "one argument"),
            ("otherwise(ratio) > 1", "the value and its default"),
            ("otherwise(x=ratio) > 1", "plain arguments"),
            ("max(*ratio) > 1", "plain arguments"),
            ("sqr(ratio) > 1", "did you mean 'sqrt'?"),
            ("occurred_at > 0", "an instant and a plain number"),
            ("session_proxy if ratio else True", "a condition is needed"),
        ],
    )
    def test_a_mistake_is_named(self, text: str, said: str) -> None:
        assert said in refusal(text, Kind.FLAG)

    def test_every_function_is_explained(self) -> None:
        page = (Path(__file__).parents[3] / "docs/explanation/expressions.md").read_text("utf-8")
        assert [name for name in FUNCTIONS if f"`{name}(" not in page] == []


HOSTILE = [
    "__import__('os').system('id')",
    "().__class__.__bases__",
    "ratio.real > 1",
    "ratio[0] > 1",
    "(lambda: 1)() > ratio",
    "[ratio for ratio in (1, 2)]",
    "(ratio := 1) > 0",
    'f"{ratio}" == channel',
    'b"mobile" == channel',
    "1j > ratio",
    "... == ratio",
    "None == ratio",
    "ratio is 1",
    "ratio ** 9 ** 9 > 1",
    "9 ** 9 ** 9 > ratio",
    "ratio % 2 == 1",
    "ratio // 2 == 1",
    "ratio << 2 > 1",
    "~ratio > 1",
    "ratio & 1 > 1",
    "ratio @ share > 1",
    "{1: 2} == ratio",
    "await ratio",
    "yield",
    "ratio > 1e999",
    "ratio > 1" + "0" * 16,
    "ratio > 0x" + "f" * 3000,
    'remittance_info == "' + "a" * 281 + '"',
    "ratio > 1\x00",
    "ratio > 1 \x0c",
    'remittance_info == "\u202eabc"',
    'remittance_info == "\ud800"',
    'remittance_info == "\\x00"',
    'remittance_info == "\\u202e"',
    "ratio > 1 # and share > 1",
    "ratio > 1) or (share > 1",
    "ratio > 1; share > 1",
    "ratio > 1\nimport os",
    "ｒatio > 1",
    "1or ratio > 1",
    '"\\d" == remittance_info',
    "(" * 1000,
    "not " * 900 + "session_proxy",
    "-" * 3900 + "ratio > 1",
    "ratio" + " + ratio" * 400 + " > 1",
    "+".join(["abs("] * 400),
    "ratio > 1 " + " " * MAX_LENGTH,
    "a" * 3_999,
]


class TestWhatIsRefused:
    @pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text[:30]))
    def test_hostile_text_is_refused(self, text: str) -> None:
        assert refusal(text)

    def test_a_chain_in_a_chain_cannot_blow_the_tree_up(self) -> None:
        text = "ratio"
        for _ in range(22):
            text = f"(1 if 0 < {text} < 9 else 2)"
        assert "too large" in refusal(f"{text} > 1")

    def test_functions_in_functions_cannot_blow_the_sql_up(self) -> None:
        text = "ratio"
        for _ in range(20):
            text = f"min(0.5 + {text}, 2)"
        assert "too large" in refusal(f"{text} > 1")


WORDS = [
    *list(SCOPE)[:25],
    *FUNCTIONS,
    *"ratio since and or not in is if else lambda ( ) [ ] , : := . * ** + - / % < <= == != True None".split(),
    *'1 0 1e9 1e400 1_0 0x1f "mobile" \'a\' f"{x}" """ # \\ ， ＝ \x00'.split(" "),
    "\n",
]

GOOD = [
    'amount_minor >= money(5000) and channel == "mobile"',
    "(ratio if session_proxy else share) > 0.5 or otherwise(since, 0) < hours(2)",
    "not (1 <= local_hour < 5) and local_weekday in (5, 6)",
]


@st.composite
def mutated(draw: st.DrawFn) -> str:
    text = draw(st.sampled_from(GOOD))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        stop = min(len(text), start + draw(st.integers(0, 8)))
        text = text[:start] + draw(st.sampled_from([*WORDS, ""]) | st.characters()) + text[stop:]
    return text


@settings(max_examples=500, deadline=1_000)
@given(
    st.text(max_size=200)
    | st.lists(st.sampled_from(WORDS), max_size=40).map(" ".join)
    | st.lists(st.sampled_from(WORDS), max_size=40).map("".join)
    | mutated()
)
@example("\ufeffratio > 1")
@example("ratio > 1\\\n")
def test_any_text_parses_or_is_refused_with_a_column(text: str) -> None:
    try:
        assert parse(text, SCOPE).text == text
    except InvalidExpression as error:
        assert re.fullmatch(r"column \d+", error.path)  # noqa: PT017  # both ends are right

"""What each executor promises besides giving the same values."""

import numpy as np
import pytest

from zhamen.core.errors import InvalidExpression
from zhamen.events.batch import Numbers, Texts
from zhamen.events.fields import Kind
from zhamen.expressions.columns import evaluate
from zhamen.expressions.emit import GLOBALS
from zhamen.expressions.parse import parse
from zhamen.expressions.scalar import compile_row
from zhamen.expressions.types import EVENT_SCOPE, PLAIN, Type

SCOPE = {**EVENT_SCOPE, "ratio": PLAIN, "share": PLAIN}


class TestRows:
    def test_all_expressions_are_answered_in_order_from_one_row(self) -> None:
        texts = ["ratio > 1", "share > 1", "ratio + share", 'channel == "atm"', "known(share)"]
        rules = compile_row([parse(text, SCOPE) for text in texts], ["share", "channel", "ratio"])
        assert rules((None, "atm", 2.0)) == (True, None, None, True, False)

    def test_a_row_may_be_longer_than_the_names(self) -> None:
        assert compile_row([parse("ratio > 1", SCOPE)], ["ratio"])((2, "more")) == (True,)

    def test_a_name_that_the_row_lacks_is_said_at_once(self) -> None:
        with pytest.raises(InvalidExpression, match="the row has no ratio"):
            compile_row([parse("ratio > 1", SCOPE)], ["share"])

    def test_no_expressions_give_nothing(self) -> None:
        assert compile_row([], [])(()) == ()

    def test_a_text_is_never_run(self) -> None:
        text = "__import__(\\'os\\').abort()"
        rule = compile_row([parse(f"remittance_info == '{text}'", SCOPE)], ["remittance_info"])
        assert rule((text.replace("\\", ""),)) == (True,)

    def test_the_function_reaches_nothing_but_arithmetic(self) -> None:
        assert GLOBALS["__builtins__"] == {}
        assert set(GLOBALS) == {"__builtins__", "abs", "min", "max", "round", "sqrt", "log1p"}

    def test_integers_too_large_for_a_float_raise_for_the_caller_to_catch(self) -> None:
        with pytest.raises(OverflowError):
            compile_row([parse("ratio > 1", SCOPE)], ["ratio"])((10**400,))


class TestColumns:
    def test_a_column_that_is_not_there_is_missing(self) -> None:
        flags = evaluate(parse("ratio > 1 or known(share)", SCOPE), {}, 2)
        assert isinstance(flags, Numbers)
        assert flags.known.tolist() == [False, False]

    def test_nan_and_infinity_are_missing(self) -> None:
        ratio = Numbers(np.array([1.0, np.nan, np.inf]), np.array([True, True, True]))
        known = evaluate(parse("known(ratio)", SCOPE), {"ratio": ratio}, 3)
        assert isinstance(known, Numbers)
        assert known.values.tolist() == [1, 0, 0]

    def test_a_constant_fills_the_column(self) -> None:
        flags = evaluate(parse("True", SCOPE), {}, 3)
        assert isinstance(flags, Numbers)
        assert flags.values.tolist() == [1, 1, 1]

    def test_no_rows_give_no_values(self) -> None:
        ratio = Numbers(np.zeros(0), np.zeros(0, np.bool_))
        flags = evaluate(parse("ratio / ratio > 1", SCOPE), {"ratio": ratio}, 0)
        assert isinstance(flags, Numbers)
        assert flags.values.shape == flags.known.shape == (0,)

    def test_the_columns_given_are_left_as_they_are(self) -> None:
        ratio = Numbers(np.array([1.0, np.nan]), np.array([True, True]))
        evaluate(parse("otherwise(ratio, 2) > 1", SCOPE), {"ratio": ratio}, 2)
        assert ratio.known.tolist() == [True, True]

    def test_texts_of_two_dictionaries_compare_by_what_they_say(self) -> None:
        payee = Texts(np.array([0, 1, 2, -1], np.int32), ("A", "B", "C"))
        payer = Texts(np.array([1, 0, 0, 0], np.int32), ("C", "A"))
        same = evaluate(
            parse("debtor_account_id == creditor_account_id", SCOPE),
            {"debtor_account_id": payer, "creditor_account_id": payee},
            4,
        )
        assert isinstance(same, Numbers)
        assert same.values.tolist() == [1, 0, 1, 0]
        assert same.known.tolist() == [True, True, True, False]

    def test_a_text_keeps_its_dictionary(self) -> None:
        scope = {"payee": Type(Kind.TEXT)}
        payee = Texts(np.array([0, -1], np.int32), ("A",))
        filled = evaluate(parse("otherwise(payee, 'nobody')", scope), {"payee": payee}, 2)
        assert isinstance(filled, Texts)
        assert [filled.values[code] for code in filled.codes] == ["A", "nobody"]

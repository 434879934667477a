"""The mule score: a sum of weights that people can read, and what is shipped of it."""

from math import exp, inf, isclose, log, nan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhamen.core.errors import InputError
from zhamen.networks.links.cluster import CLUSTER_NAMES
from zhamen.networks.mule.fitted import INBOUND, OUTBOUND
from zhamen.networks.mule.model import Input, MuleModel
from zhamen.networks.mule.tables import probability, table_of
from zhamen.networks.typologies.names import TYPOLOGY_NAMES

SMALL = MuleModel(
    intercept=-2.0, inputs=(Input("a", (1.0, 5.0), (0.0, 1.0, 3.0)), Input("b", (30.0,), (2.0, 0.0)))
)
EMPTY = MuleModel(intercept=0.5, inputs=())
BOTH = pytest.mark.parametrize("model", [INBOUND, OUTBOUND], ids=["inbound", "outbound"])


def log_odds(probability: float) -> float:
    return log(probability / (1 - probability))


@given(st.dictionaries(st.sampled_from("abc"), st.one_of(st.none(), st.floats())))
def test_a_score_is_the_sum_of_what_its_values_weigh(values: dict[str, float | None]) -> None:
    score = SMALL.score(values)
    total = SMALL.intercept + sum(each.weight for each in score.contributions)
    assert isclose(score.probability, 1 / (1 + exp(-total)))
    assert score.probability == SMALL.probability(values)
    assert all(each.weight for each in score.contributions)


@pytest.mark.parametrize(
    ("value", "weight"), [(-inf, 0.0), (0.99, 0.0), (1.0, 1.0), (4.99, 1.0), (5.0, 3.0), (inf, 3.0)]
)
def test_a_value_at_a_cut_is_in_the_upper_bin(value: float, weight: float) -> None:
    assert SMALL.inputs[0].weight(value) == weight


@pytest.mark.parametrize("values", [{}, {"a": None}, {"a": nan}, {"z": 9.0}])
def test_what_is_missing_weighs_nothing(values: dict[str, float | None]) -> None:
    assert SMALL.score(values).contributions == ()
    assert isclose(log_odds(SMALL.probability(values)), -2.0)


def test_what_speaks_most_for_a_mule_stands_first() -> None:
    assert [each.name for each in SMALL.score({"a": 2.0, "b": 3.0}).contributions] == ["b", "a"]


@settings(deadline=None)
@given(st.lists(st.one_of(st.none(), st.floats()), min_size=3, max_size=3))
def test_compiled_code_gives_the_same_to_the_bit(row: list[float | None]) -> None:
    table = table_of((EMPTY, SMALL), ("b", "z", "a"))
    values = np.array([nan, *[nan if value is None else value for value in row]])
    assert probability(table, 1, values, 1) == SMALL.probability(dict(zip("bza", row, strict=True)))
    assert probability(table, 0, values, 1) == EMPTY.probability({})


def test_a_row_without_a_column_of_a_model_is_refused() -> None:
    with pytest.raises(InputError, match="b"):
        table_of((SMALL,), ("a",))


@pytest.mark.parametrize(
    "inputs",
    [
        (Input("a", (1.0,), (0.0,)),),
        (Input("a", (2.0, 1.0), (0.0, 1.0, 2.0)),),
        (Input("a", (1.0, 1.0), (0.0, 1.0, 2.0)),),
        (Input("a", (1.0,), (0.0, 1.0)), Input("a", (2.0,), (0.0, 1.0))),
    ],
)
def test_a_model_that_is_none_is_refused(inputs: tuple[Input, ...]) -> None:
    with pytest.raises(InputError):
        MuleModel(intercept=0.0, inputs=inputs)


@BOTH
class TestWhatIsShipped:
    def test_it_reads_only_what_is_told(self, model: MuleModel) -> None:
        role = "creditor_account" if model is INBOUND else "debtor_account"
        assert set(model.names) <= {*TYPOLOGY_NAMES, *(f"{role}_{name}" for name in CLUSTER_NAMES)}
        other = "debtor_account" if model is INBOUND else "creditor_account"
        assert not any(name.startswith(other) for name in model.names)

    def test_every_input_is_monotone_and_weighs_something(self, model: MuleModel) -> None:
        for each in model.inputs:
            assert list(each.weights) in (sorted(each.weights), sorted(each.weights, reverse=True))
            assert 0.0 in each.weights
            assert max(each.weights) > 0

    def test_nothing_known_is_next_to_no_suspicion(self, model: MuleModel) -> None:
        assert model.probability({}) < 0.001

    def test_all_signs_together_are_near_certainty(self, model: MuleModel) -> None:
        worst = {each.name: -inf if each.weights[0] == max(each.weights) else inf for each in model.inputs}
        assert model.probability(worst) > 0.99

"""The organisation over time: what happened stays where it was filed, and is seen by who answers for it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.organisation.test_units import HQ, R1, unit

from zhamen.organisation.history import FOUNDING, History, Version, moves_between
from zhamen.organisation.scope import Scope
from zhamen.organisation.units import Level, Organisation, Unit

R2 = unit("R2", Level.REGION, "HQ")


def branch(parent: str) -> Unit:
    return unit("B1", Level.BRANCH, parent)


OUTLET = unit("O1", Level.OUTLET, "B1")
BEFORE = Organisation([HQ, R1, R2, branch("R1"), OUTLET])
AFTER = Organisation([HQ, R1, R2, branch("R2"), OUTLET])


def history(*trees: Organisation) -> History:
    return History(
        [
            Version(number=number, made_at=number * 100, made_by="li", organisation=tree)
            for number, tree in enumerate(trees, 1)
        ]
    )


def test_before_an_import_there_is_a_head_office() -> None:
    assert History(()).current is FOUNDING
    assert History(()).scope("head") == Scope("head")


@pytest.mark.parametrize(
    ("micros", "tree"),
    [(-1, FOUNDING), (0, FOUNDING), (99, FOUNDING), (100, BEFORE), (199, BEFORE), (200, AFTER)],
)
def test_each_instant_has_its_tree(micros: int, tree: Organisation) -> None:
    assert history(BEFORE, AFTER).at(micros) == tree


def test_a_moved_unit_takes_those_below_it_along() -> None:
    assert moves_between(BEFORE, AFTER) == {"HQ/R1/B1": "HQ/R2/B1", "HQ/R1/B1/O1": "HQ/R2/B1/O1"}
    assert moves_between(AFTER, AFTER) == {}


def test_head_offices_answer_to_each_other() -> None:
    assert moves_between(FOUNDING, BEFORE) == {"head": "HQ"}


def test_a_unit_that_is_gone_goes_nowhere() -> None:
    assert moves_between(BEFORE, Organisation([HQ, R1])) == {}


def test_who_answers_for_a_moved_unit_sees_its_history_and_who_did_then_keeps_it() -> None:
    kept = history(BEFORE, AFTER)
    old, new = "HQ/R1/B1/O1", "HQ/R2/B1/O1"
    for unit_path in ("HQ/R2", "HQ/R2/B1", "HQ/R2/B1/O1", "HQ"):
        assert kept.scope(unit_path).covers(old)
        assert kept.scope(unit_path).covers(new)
    assert kept.scope("HQ/R1").covers(old)
    assert not kept.scope("HQ/R1").covers(new)


def test_nobody_gets_people_or_units_by_what_a_unit_was_called() -> None:
    scope = history(BEFORE, AFTER).scope("HQ/R2")
    assert scope.covers("HQ/R1/B1")
    assert not scope.holds("HQ/R1/B1")
    assert not scope.covers("HQ/R1")


def test_the_head_office_sees_what_was_filed_before_there_was_an_organisation() -> None:
    assert history(BEFORE, AFTER).scope("HQ") == Scope("HQ", former=("head",))
    assert history(BEFORE).scope("HQ/R1") == Scope("HQ/R1")


def test_a_path_of_no_unit_sees_itself() -> None:
    assert history(BEFORE).scope("HQ/R9") == Scope("HQ/R9")


@given(st.lists(st.sampled_from(["R1", "R2", "R3"]), min_size=1, max_size=6))
def test_a_unit_that_moved_any_number_of_times_sees_all_its_places(parents: list[str]) -> None:
    r3 = unit("R3", Level.REGION, "HQ")
    kept = history(*(Organisation([HQ, R1, R2, r3, branch(parent), OUTLET]) for parent in parents))
    scope = kept.scope(f"HQ/{parents[-1]}/B1")
    for region in ("R1", "R2", "R3"):
        assert scope.covers(f"HQ/{region}/B1/O1") == (region in parents)

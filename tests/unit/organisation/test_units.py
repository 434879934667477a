"""The tree of units: what is one, what is refused, and where everybody is in it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhamen.core.errors import InvalidOrganisation, UnitNotFound
from zhamen.organisation.units import LEVEL_WORDS, LONGEST_PATH, Level, Organisation, Unit


def unit(code: str, level: Level, parent: str = "", zh: str = "机构", en: str = "unit") -> Unit:
    return Unit(code=code, level=level, parent=parent, zh=zh, en=en)


HQ = unit("HQ", Level.HEAD_OFFICE)
R1 = unit("R1", Level.REGION, "HQ")
B01 = unit("B01", Level.BRANCH, "R1")
OUTLET = unit("B01-003", Level.OUTLET, "B01")
BANK = Organisation([OUTLET, B01, HQ, R1])


@st.composite
def trees(draw: st.DrawFn) -> list[Unit]:
    """Draw a head office and units each below one of a higher level, in any order."""
    units = [HQ]
    levels = list(Level)
    for number in range(draw(st.integers(0, 25))):
        above = draw(st.sampled_from([each for each in units if each.level is not Level.OUTLET]))
        level = draw(st.sampled_from(levels[levels.index(above.level) + 1 :]))
        units.append(unit(f"U{number}", level, above.code))
    return draw(st.permutations(units))


@given(trees())
def test_a_path_is_the_way_down_to_a_unit(units: list[Unit]) -> None:
    bank = Organisation(units)
    assert sorted(each.code for each in bank.units) == sorted(each.code for each in units)
    for each in units:
        path = bank.path(each.code)
        assert path == f"{bank.path(each.parent)}/{each.code}" if each.parent else path == "HQ"
        assert bank.unit_at(path) == each
        assert bank.path_of_outlet(each.code) == bank.path_now(path) == path
        assert "/".join(step.code for step in bank.line(each.code)) == path
        assert {below.code for below in bank.below(each.code)} == {
            below.code for below in units if below.parent == each.code
        }


@given(trees())
def test_every_unit_comes_after_the_one_above_it(units: list[Unit]) -> None:
    codes = [each.code for each in Organisation(units).units]
    assert all(codes.index(each.parent) < codes.index(each.code) for each in units if each.parent)


def test_the_deepest_path_fits() -> None:
    codes = [f"{rank}" + "x" * 31 for rank in range(len(Level))]
    units = [
        unit(code, level, above) for code, level, above in zip(codes, Level, ["", *codes[:-1]], strict=True)
    ]
    assert len(Organisation(units).path(codes[-1])) <= LONGEST_PATH


@pytest.mark.parametrize("outlet", [None, "", "B99-001", "B01-003/..", "%", "hq"])
def test_what_happened_nowhere_known_is_filed_at_the_head_office(outlet: str | None) -> None:
    assert BANK.path_of_outlet(outlet) == "HQ"


@pytest.mark.parametrize(
    "path", ["", "B01", "HQ/B01", "HQ/R1/", "/HQ", "HQ//R1", "HQ/R1/../R1", "HQ/R1/B01/B01-003/", "hq"]
)
def test_a_path_that_is_not_exactly_a_units_is_of_none(path: str) -> None:
    with pytest.raises(UnitNotFound):
        BANK.unit_at(path)


def test_a_unit_that_was_moved_is_found_by_its_old_path_and_one_that_is_gone_is_not() -> None:
    assert BANK.path_now("HQ/R9/B01") == "HQ/R1/B01"
    assert BANK.path_now("HQ/R1/B02") is None


def test_an_unknown_code_has_no_path() -> None:
    assert BANK.find("B02") is None
    with pytest.raises(UnitNotFound, match="zhamen organisation show"):
        BANK.path("B02")


@pytest.mark.parametrize(
    ("units", "problem"),
    [
        ([], "one head office, and there are 0"),
        ([HQ, unit("HQ2", Level.HEAD_OFFICE)], "one head office, and there are 2"),
        ([R1], "one head office, and there are 0"),
        ([HQ, R1, R1], "stands twice"),
        ([HQ, R1, unit("r1", Level.REGION, "HQ")], "stands twice"),
        ([HQ, unit("B1", Level.BRANCH, "R1")], "there is no unit 'R1'"),
        ([HQ, unit("B1", Level.BRANCH, "B1")], "branch cannot be below branch"),
        (
            [HQ, unit("B1", Level.BRANCH, "B2"), unit("B2", Level.BRANCH, "B1")],
            "branch cannot be below branch",
        ),
        ([HQ, R1, unit("O", Level.OUTLET, "R1"), unit("S", Level.SUB_BRANCH, "O")], "cannot be below outlet"),
        ([unit("HQ", Level.HEAD_OFFICE, "R1")], "leave its parent empty"),
        ([HQ, unit("R1", Level.REGION)], "there is no unit ''"),
        ([HQ, unit("R1", Level.REGION, "HQ", zh="")], "name of 1 to 80"),
        ([HQ, unit("R1", Level.REGION, "HQ", en="a\nb")], "name of 1 to 80"),
        ([HQ, unit("R1", Level.REGION, "HQ", en="x" * 81)], "name of 1 to 80"),
    ],
)
def test_what_is_no_tree_is_refused(units: list[Unit], problem: str) -> None:
    with pytest.raises(InvalidOrganisation, match=problem):
        Organisation(units)


@pytest.mark.parametrize(
    "code", ["", ".", "..", "-", "a/b", "R1%", "R_1", "R 1", "R1\n", "r1.", "机构", "x" * 33, "R1\x00"]
)
def test_a_code_that_could_be_taken_for_a_path_or_a_pattern_is_refused(code: str) -> None:
    with pytest.raises(InvalidOrganisation, match="a code has 1 to 32"):
        Organisation([HQ, unit(code, Level.REGION, "HQ")])


def test_everything_wrong_is_told_at_once() -> None:
    with pytest.raises(InvalidOrganisation, match="and 1 more") as told:
        Organisation([HQ, unit("R1", Level.REGION, "X"), unit("R2", Level.REGION, "Y")])
    assert len(told.value.problems) == 2


def test_two_of_the_same_units_are_equal() -> None:
    assert Organisation([HQ, R1, B01, OUTLET]) == BANK
    assert hash(Organisation([HQ, R1, B01, OUTLET])) == hash(BANK)
    assert Organisation([HQ, R1]) != BANK


def test_every_level_has_its_words() -> None:
    assert set(LEVEL_WORDS) == set(Level)

"""How far a scope reaches: a path and what is below, never what only looks alike."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhamen.organisation.scope import Scope

CODES = st.text("AB1.-", min_size=1, max_size=3)
PATHS = st.lists(CODES, min_size=1, max_size=4).map(tuple)


@given(PATHS, PATHS)
def test_a_scope_covers_the_paths_that_begin_with_all_its_codes(
    top: tuple[str, ...], path: tuple[str, ...]
) -> None:
    assert Scope("/".join(top)).covers("/".join(path)) == (path[: len(top)] == top)


@given(PATHS, PATHS, PATHS)
def test_a_scope_covers_what_its_units_were_called_before_too(
    top: tuple[str, ...], before: tuple[str, ...], path: tuple[str, ...]
) -> None:
    scope = Scope("/".join(top), former=("/".join(before),))
    inside = path[: len(top)] == top
    assert scope.covers("/".join(path)) == (inside or path[: len(before)] == before)
    assert scope.holds("/".join(path)) == inside


@pytest.mark.parametrize(
    "path",
    ["", "HQ", "HQ/R", "HQ/R1x", "HQ/R1x/B01", "HQ/R1.", "HQ/R1-", "HQ/R10", "HQ/R2/../R1", "%", "HQ/R_"],
)
def test_what_only_looks_alike_is_outside(path: str) -> None:
    assert not Scope("HQ/R1").covers(path)

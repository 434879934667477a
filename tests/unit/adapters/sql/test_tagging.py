"""Tags made by several processes are those made one by one, also when a process dies."""

from collections.abc import Callable

import pytest

from zhamen.adapters.sql import tagging
from zhamen.adapters.sql.tagging import make_tags
from zhamen.screening.identifiers.identify import identify
from zhamen.screening.oblivious import ObliviousKey
from zhamen.screening.subjects import SubjectKind

KEY = ObliviousKey(b"2" * 32)
SUBJECTS = [identify(SubjectKind.ACCOUNT, str(6222020000000000000 + at)) for at in range(101)]
ONE_BY_ONE = [KEY.tag_of(one) for one in SUBJECTS]


class Dead:
    """A child that was killed before it wrote anything."""

    def __init__(self, work: Callable[[], None]) -> None:
        assert callable(work)

    def ended(self, *, wait: bool) -> bool:
        return not wait


@pytest.fixture
def four_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tagging, "_WORTH_A_CHILD", 10)
    monkeypatch.setattr("os.sched_getaffinity", lambda _: {0, 1, 2, 3})


@pytest.mark.usefixtures("four_cores")
@pytest.mark.parametrize("size", [0, 1, 19, 20, 21, 101])
def test_tags_of_many_are_those_of_each(size: int) -> None:
    assert make_tags(KEY, SUBJECTS[:size]) == ONE_BY_ONE[:size]


@pytest.mark.usefixtures("four_cores")
def test_the_part_of_a_child_that_died_is_made_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tagging, "Child", Dead)
    assert make_tags(KEY, SUBJECTS) == ONE_BY_ONE

"""Names that change: what is found is what an index made anew would find."""

import random
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhamen.screening.names import postings
from zhamen.screening.names.find import NameEntry
from zhamen.screening.names.index import NameIndex
from zhamen.screening.names.live import LiveNames
from zhamen.screening.subjects import SubjectKind

PERSON, FIRM = SubjectKind.PERSON, SubjectKind.ENTERPRISE
GIVEN = "Ahmed Mohamed Maria John Anna Wei Ming Xiaoming Tai Man Peter 伟 大文".split()
FAMILY = "Hassan Petrov Chan Wang Zhang Okafor Chen Ali 张 陈 王".split()
NAMES = st.builds(
    " ".join, st.tuples(st.sampled_from(GIVEN), st.sampled_from(GIVEN), st.sampled_from(FAMILY))
)
ENTRIES = st.builds(
    NameEntry,
    st.integers(0, 60),
    st.sampled_from((PERSON, FIRM)),
    st.lists(NAMES, min_size=1, max_size=3).map(tuple),
)


def made_anew(entries: dict[int, NameEntry]) -> NameIndex:
    return NameIndex(entries[number] for number in sorted(entries))


@given(
    st.lists(ENTRIES, max_size=80),
    st.lists(st.one_of(ENTRIES, st.integers(0, 60)), max_size=60),
    st.lists(NAMES, min_size=1, max_size=4),
    st.sampled_from((3, 20_000)),
)
@settings(deadline=None, max_examples=60)
def test_changes_lead_to_what_an_index_made_anew_finds(
    before: Sequence[NameEntry], changes: Sequence[NameEntry | int], asked: Sequence[str], frequent: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(postings, "_FREQUENT", frequent)
        now = {entry.id: entry for entry in before}
        live = LiveNames(made_anew(now))
        for change in changes:
            if isinstance(change, int):
                live.strike(change)
                now.pop(change, None)
            else:
                live.put(change)
                now[change.id] = change
        anew = made_anew(now)
        for name in asked:
            for kind in (None, PERSON, FIRM):
                assert live.search(name, kind=kind, threshold=60) == anew.search(
                    name, kind=kind, threshold=60
                )


def test_of_many_alike_the_same_ones_are_compared_as_in_an_index_made_anew() -> None:
    draw = random.Random(5)  # noqa: S311  # it has to repeat
    entries = {
        at: NameEntry(at, PERSON, (f"{draw.choice(GIVEN)} {draw.choice(FAMILY)}",)) for at in range(600)
    }
    live = LiveNames(made_anew(entries))
    for at in draw.sample(range(900), 300):
        entries[at] = NameEntry(at, PERSON, (f"{draw.choice(GIVEN)} {draw.choice(FAMILY)}",))
        live.put(entries[at])
    for at in draw.sample(sorted(entries), 200):
        live.strike(at)
        del entries[at]
    anew = made_anew(entries)
    for given_name in GIVEN:
        for family in FAMILY:
            name = f"{given_name} {family}"
            assert live.search(name, threshold=50, limit=40) == anew.search(name, threshold=50, limit=40)


def test_a_change_counts_each_name_that_comes_or_goes() -> None:
    live = LiveNames(NameIndex([NameEntry(1, PERSON, ("Zhang Wei", "张伟"))]))
    live.put(NameEntry(1, PERSON, ("Chan Tai Man",)))
    live.strike(1)
    live.strike(1)
    live.strike(2)
    assert live.changed == 4
    assert live.search("Zhang Wei") == live.search("Chan Tai Man") == ()

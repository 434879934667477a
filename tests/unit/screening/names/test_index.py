"""The index of names: what it shares with a full scan, how it is kept, and what it costs."""

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhamen.screening.names.find import THRESHOLD, NameEntry
from zhamen.screening.names.forms import forms_of
from zhamen.screening.names.index import NameIndex
from zhamen.screening.names.keys import keys_of
from zhamen.screening.names.postings import Postings, PostingsMaker
from zhamen.screening.names.score import likeness
from zhamen.screening.subjects import SubjectKind

PERSON, FIRM = SubjectKind.PERSON, SubjectKind.ENTERPRISE
GIVEN = "Ahmed Mohamed Maria John Anna Ivan Carlos Fatima Wei Ming Xiaoming Tai Man Peter Elena Omar".split()
FAMILY = (
    "Hassan Hancock Petrov Silva Garcia Chan Wang Zhang Okafor Novak Haddad Rossi Kowalski Chen Ali".split()
)


def people(size: int) -> list[str]:
    draw = random.Random(3)  # noqa: S311  # it has to repeat
    return [f"{draw.choice(GIVEN)} {draw.choice(GIVEN)} {draw.choice(FAMILY)}" for _ in range(size)]


def altered(name: str, draw: random.Random) -> str:
    at = draw.randrange(1, len(name) - 1)
    return name[:at] + name[at + 1 :]


def test_candidates_have_all_that_a_full_scan_finds() -> None:
    listed = people(1_000)
    forms = [forms_of(name) for name in listed]
    index = NameIndex(NameEntry(at, PERSON, (name,)) for at, name in enumerate(listed))
    draw = random.Random(8)  # noqa: S311  # it has to repeat
    expected = found = 0
    for name in draw.sample(listed, 150):
        asked = altered(name, draw)
        of_all = {at for at, one in enumerate(forms) if likeness(forms_of(asked), one).score >= THRESHOLD}
        likest = sorted(of_all, key=lambda at: (-likeness(forms_of(asked), forms[at]).score, at))[:10]
        matches = {match.id for match in index.search(asked, limit=40)}
        expected += len(likest)
        found += len(matches.intersection(likest))
    assert expected > 200
    assert found / expected >= 0.99


def test_a_kept_index_finds_the_same() -> None:
    listed = [*people(50), "陳大文", "张伟", ""]
    index = NameIndex(NameEntry(at + 5, PERSON, (name,)) for at, name in enumerate(listed))
    kept = {name: np.frombuffer(part.tobytes(), part.dtype) for name, part in index.parts().items()}
    restored = NameIndex.restore(kept)
    assert len(restored) == len(index) == 53
    for name in (*listed, "Chan Tai Man"):
        assert restored.search(name) == index.search(name)
    with pytest.raises(KeyError):
        NameIndex.restore({name: part for name, part in kept.items() if name != "keys"})


def test_a_firm_is_no_person() -> None:
    index = NameIndex([NameEntry(1, PERSON, ("John Smith",)), NameEntry(2, FIRM, ("John Smith Ltd",))])
    assert [match.id for match in index.search("John Smith", kind=PERSON)] == [1]
    assert [match.id for match in index.search("John Smith", kind=FIRM)] == [2]
    assert [match.id for match in index.search("John Smith")] == [1, 2]


def test_names_under_frequent_keys_are_found_by_the_rarer_ones() -> None:
    frequent = [NameEntry(at, PERSON, (f"Wang Wei {at}",)) for at in range(300)]
    index = NameIndex([*frequent, NameEntry(900, PERSON, ("Wang Wenqiao",))])
    assert [match.id for match in index.search("Wenqiao Wang")] == [900]


@given(
    st.lists(st.sets(st.integers(0, 40), max_size=6), max_size=30), st.sets(st.integers(0, 60), max_size=8)
)
@settings(deadline=None)
def test_postings_give_the_names_that_share_a_key(listed: list[set[int]], asked: set[int]) -> None:
    maker = PostingsMaker()
    for keys in listed:
        maker.add(keys)
    postings = Postings.restore(maker.finish().parts())
    places, weights = postings.shared(asked)
    assert places.tolist() == [at for at, keys in enumerate(listed) if keys & asked]
    assert len(weights) == len(places)
    assert (weights >= 0).all()


def test_alike_names_have_keys_in_common() -> None:
    for one, other in [
        ("Amanda Hancock", "Amanda Hacock"),
        ("Juan Antonio Perez", "JuanAntonio Perez"),
        ("陈大文", "Chan Tai Man"),
        ("Chen Dawen", "Chan Tai Man"),
        ("Mohammed Ali", "Muhamad Aly"),
    ]:
        assert keys_of(forms_of(one)) & keys_of(forms_of(other))
    assert keys_of(forms_of("")) == set()

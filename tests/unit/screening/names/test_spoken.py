"""Chinese names in Latin letters: which sounds they stand for, whichever system spells them."""

import pytest

from zhamen.screening.names.forms import forms_of
from zhamen.screening.names.score import likeness
from zhamen.screening.names.spoken import PINYIN, WADE_GILES, sounds_of, spoken_of
from zhamen.screening.names.syllables import SYLLABLES, wade_giles


def test_every_syllable_is_read_back_from_pinyin_and_from_wade_giles() -> None:
    for syllable in SYLLABLES:
        assert sounds_of(syllable)[syllable] == PINYIN
        assert sounds_of(wade_giles(syllable))[syllable] <= WADE_GILES


@pytest.mark.parametrize(
    ("one", "other", "least"),
    [
        ("Chan Tai Man", "Chen Dawen", 90),
        ("Ch'en Ta-wen", "Chen Dawen", 92),
        ("Hsu Chih-mo", "Xu Zhimo", 92),
        ("Chang Wei", "Zhang Wei", 88),
        ("Tai Man CHAN", "CHEN Dawen", 90),
        ("Kwok Fu Wah", "Guo Fuhua", 90),
    ],
)
def test_one_name_spelled_by_two_systems_is_found(one: str, other: str, least: int) -> None:
    found = likeness(forms_of(one), forms_of(other))
    assert found.score >= least
    assert found.parts
    assert likeness(forms_of(other), forms_of(one)).score == found.score


@pytest.mark.parametrize(
    ("one", "other"), [("Chan Tai Man", "Chen Xiaoming"), ("Li Ming", "Zhang Wei"), ("Lee Man", "Chen Dawen")]
)
def test_other_names_of_the_same_syllables_are_not(one: str, other: str) -> None:
    assert likeness(forms_of(one), forms_of(other)).score < 85


@pytest.mark.parametrize("name", ["John Smith", "Ahmed", "Man", "", "wei 3", "ming li wei fang hua"])
def test_what_is_no_chinese_name_has_no_sounds(name: str) -> None:
    assert spoken_of(tuple(name.lower().split())) == ()

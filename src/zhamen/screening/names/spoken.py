"""Which Chinese sounds a name in Latin letters may stand for, by whichever system it is spelled."""

from functools import lru_cache
from typing import Final, TypeAlias

from zhamen.screening.names.cantonese import CHARACTERS, SURNAMES
from zhamen.screening.names.syllables import SYLLABLES, split, wade_giles

__all__ = ["CANTONESE", "PINYIN", "WADE_GILES", "Spoken", "sounds_of", "spoken_of"]

PINYIN: Final = 0
WADE_GILES: Final = 1
CANTONESE: Final = 2

Spoken: TypeAlias = "tuple[dict[str, int], ...]"
"""For each syllable the pinyin that it may stand for, and by which system: the lower, the surer."""

_LEAST: Final = 2
_MOST: Final = 4


@lru_cache(maxsize=1)
def _by_spelling() -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}

    def note(spelled: str, sound: str, system: int) -> None:
        systems = found.setdefault(spelled, {})
        systems[sound] = min(systems.get(sound, system), system)

    for sound in sorted(SYLLABLES):
        for spelled in {sound, sound.replace("v", "u"), sound.replace("v", "yu")}:
            note(spelled, sound, PINYIN)
        note(wade_giles(sound), sound, WADE_GILES)
    for _, sound, spellings in CHARACTERS:
        for spelled in spellings:
            note(spelled, sound, CANTONESE)
    return found


@lru_cache(maxsize=1)
def _surnames() -> frozenset[str]:
    sounds = {sound for _, sound, _ in CHARACTERS[:SURNAMES]}
    spelled = {spelling for _, _, spellings in CHARACTERS[:SURNAMES] for spelling in spellings}
    return frozenset(sounds | {wade_giles(sound) for sound in sounds} | spelled)


def sounds_of(spelled: str) -> dict[str, int]:
    """Give the pinyin syllables that a word may stand for; none when it is no syllable by any system.

    Examples
    --------
    >>> sorted(sounds_of("chang")), sounds_of("kwok"), sounds_of("smith")
    (['chang', 'zhang'], {'guo': 2}, {})
    """
    return _by_spelling().get(spelled, {})


def spoken_of(words: tuple[str, ...]) -> tuple[Spoken, ...]:
    """Give a name's sounds, surname first, for each order in which it is a Chinese name; none when it is not.

    It is one when it has two to four syllables, all of them readable, and begins or ends with one of the
    frequent surnames.

    Examples
    --------
    >>> [[sorted(syllable) for syllable in order] for order in spoken_of(("kwok", "fu", "wah"))]
    [[['guo'], ['fu'], ['hua']]]
    """
    if not _LEAST <= len(words) <= _MOST:
        return ()
    orders = [words] if words[0] in _surnames() else []
    if words[-1] in _surnames():
        orders.append((words[-1], *words[:-1]))
    return tuple(order for order in map(_syllables, orders) if order)


def _syllables(words: tuple[str, ...]) -> Spoken:
    # What is a syllable by itself stays whole, for so it is meant when it is written apart.
    parts = [part for word in words for part in ((word,) if sounds_of(word) else split(word) or ("",))]
    readable = _LEAST <= len(parts) <= _MOST and all(map(sounds_of, parts))
    return tuple(map(sounds_of, parts)) if readable else ()

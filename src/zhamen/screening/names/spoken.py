"""Which Chinese sounds a name in Latin letters may stand for, by whichever system it is spelled."""

from functools import lru_cache
from typing import Final, TypeAlias

from zhamen.screening.names.cantonese import CHARACTERS, SURNAMES
from zhamen.screening.names.syllables import SYLLABLES, split, umlauts, wade_giles

__all__ = ["CANTONESE", "PINYIN", "WADE_GILES", "Spoken", "sounds_of", "spoken_of"]

PINYIN: Final = 0
WADE_GILES: Final = 1
CANTONESE: Final = 2

Spoken: TypeAlias = "tuple[dict[str, int], ...]"
"""For each syllable the pinyin that it may stand for, and by which system: the lower, the surer."""

_COMPOUND: Final = (
    ("ou yang", "au yeung"),
    ("si tu", "sze to"),
    ("shang guan", "sheung koon"),
    ("zhu ge", "chu kot"),
    ("huang fu", "wong fu"),
    ("si ma", "sze ma"),
    ("xia hou", "ha hau"),
)
"""Surnames of two syllables, in pinyin and as Hong Kong spells them; they are written as one word too."""
_LEAST: Final = 2
_MOST: Final = 4


@lru_cache(maxsize=1)
def _by_spelling() -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}

    def note(spelled: str, sound: str, system: int) -> None:
        systems = found.setdefault(spelled, {})
        systems[sound] = min(systems.get(sound, system), system)

    for sound in sorted(SYLLABLES):
        for spelled in (sound, *umlauts(sound)):
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
    otherwise = {way for sound in sounds for way in (wade_giles(sound), *umlauts(sound))}
    return frozenset(sounds | otherwise | spelled)


@lru_cache(maxsize=1)
def _compounds() -> dict[str, tuple[str, ...]]:
    """Give the syllables of each surname of two, by how it is written as one word."""
    return {spelled.replace(" ", ""): tuple(spelled.split()) for pair in _COMPOUND for spelled in pair}


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
    frequent surnames; one of two syllables may be written as one word.

    Examples
    --------
    >>> [[sorted(syllable) for syllable in order] for order in spoken_of(("kwok", "fu", "wah"))]
    [[['guo'], ['fu'], ['hua']]]
    >>> spoken_of(("szeto", "wah")) == spoken_of(("wah", "sze", "to"))[-1:]
    True
    """
    words = tuple(part for word in words for part in _compounds().get(word, (word,)))
    if not _LEAST <= len(words) <= _MOST:
        return ()
    orders = [words] if words[0] in _surnames() else []
    if words[-1] in _surnames():
        orders.append((words[-1], *words[:-1]))
    if len(words) > _LEAST and words[-2:] in _compounds().values():
        orders.append((*words[-2:], *words[:-2]))
    return tuple(order for order in map(_syllables, orders) if order)


def _syllables(words: tuple[str, ...]) -> Spoken:
    # What is a syllable by itself stays whole, for so it is meant when it is written apart.
    parts = [part for word in words for part in ((word,) if sounds_of(word) else split(word) or ("",))]
    readable = _LEAST <= len(parts) <= _MOST and all(map(sounds_of, parts))
    return tuple(map(sounds_of, parts)) if readable else ()

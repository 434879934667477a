"""A name in every way that it may be written in Latin letters: the forms that are compared."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from zhamen.screening.names.cantonese import spellings_of
from zhamen.screening.names.clean import clean, is_han, words
from zhamen.screening.names.firms import without_form
from zhamen.screening.names.spoken import Spoken, spoken_of
from zhamen.screening.names.syllables import umlauts, wade_giles, without_tones

__all__ = ["Form", "NameForms", "Writing", "forms_of"]

_MOST_READINGS: Final = 3
_MOST_SPELLINGS: Final = 4
_MOST_WORDS: Final = 12
_SURNAME_READINGS: Final = {
    "单": "shan", "仇": "qiu", "解": "xie", "曾": "zeng", "任": "ren", "区": "ou", "查": "zha", "盖": "ge",
    "朴": "piao", "翟": "zhai", "尉": "wei", "万": "wan", "缪": "miao", "纪": "ji", "洗": "xian", "覃": "qin",
    "乐": "yue", "种": "chong", "令": "ling", "华": "hua", "宁": "ning", "员": "yun", "郗": "xi",
}  # fmt: skip
"""How characters are read as surnames, where that differs from their usual sound."""


class Writing:
    """How a form came about, and what is taken off for it."""

    LATIN: Final = ("latin", 0, "按原文", "as written")
    HAN: Final = ("han", 0, "汉字", "Chinese characters")
    PINYIN: Final = ("pinyin", 4, "按拼音", "by its pinyin")
    UMLAUT: Final = ("umlaut", 4, "按拼音，ü 写作 u 或 yu", "by its pinyin, with u or yu for ü")
    WADE_GILES: Final = ("wade_giles", 6, "按威妥玛拼法", "by its Wade-Giles spelling")
    CANTONESE: Final = ("cantonese", 6, "按粤语拼法", "by its Cantonese spelling")


@dataclass(frozen=True, slots=True)
class Form:
    """One way to write a name: its words, and how it came about."""

    words: tuple[str, ...]
    writing: tuple[str, int, str, str]

    @property
    def joined(self) -> str:
        """All its words without a space."""
        return "".join(self.words)


@dataclass(frozen=True, slots=True)
class NameForms:
    """A name with all its forms; ``han`` is what it has in Chinese characters, simplified."""

    cleaned: str
    han: str
    forms: tuple[Form, ...]
    spoken: tuple[Spoken, ...] = ()
    """The sounds that it may have as a Chinese name in Latin letters, surname first, in each order."""


@lru_cache(maxsize=4096)
def forms_of(name: str, *, firm: bool = False) -> NameForms:
    """Give every form of a name.

    A name in Chinese characters has its pinyin, in Wade-Giles and as Hong Kong spells it too; any other
    has the one it is written in, transliterated. Of a firm, its legal form is left out.

    Examples
    --------
    >>> forms = [" ".join(form.words) for form in forms_of("陳大文").forms]
    >>> forms[0], forms[1], forms[-2], forms[-1]
    ('陈 大 文', 'chen da wen', 'chen ta wen', 'chan tai man')
    >>> forms_of("Müller, José").forms[0].words
    ('muller', 'jose')
    """
    cleaned = clean(name)
    cleaned = without_form(cleaned) if firm else without_tones(cleaned)
    found = words(cleaned)[:_MOST_WORDS]
    han = "".join(word for word in found if is_han(word))
    forms: list[Form] = []
    if not han:
        if found:
            forms.append(Form(tuple(found), Writing.LATIN))
        return NameForms(cleaned, "", tuple(forms), () if firm else spoken_of(tuple(found)))
    characters = [part for word in found for part in (word if is_han(word) else (word,))]
    forms.append(Form(tuple(characters), Writing.HAN))
    readings = _readings(characters)
    forms += [Form(sounds, Writing.PINYIN) for sounds in readings]
    forms += [Form(sounds, Writing.UMLAUT) for sounds in _with_umlauts(readings[0])]
    forms.append(Form(tuple(wade_giles(sound) for sound in readings[0]), Writing.WADE_GILES))
    hong_kong = [spellings_of(part) if is_han(part) else (part,) for part in characters]
    if all(hong_kong):
        forms += [Form(one, Writing.CANTONESE) for one in _one_by_one(hong_kong)[:_MOST_SPELLINGS]]
    return NameForms(cleaned, han, tuple(dict.fromkeys(forms)))


def _with_umlauts(sounds: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Give a reading with each way to write its ü, the same for all; none when it has none."""
    ways = zip(*[umlauts(sound) or (sound, sound) for sound in sounds], strict=True)
    return [way for way in ways if way != sounds]


def _readings(characters: list[str]) -> list[tuple[str, ...]]:
    """Give the likeliest sounds of a name, its surname read as surnames are."""
    sounds = [_sounds(part) if is_han(part) else (part,) for part in characters]
    if characters[0] in _SURNAME_READINGS:
        sounds[0] = (_SURNAME_READINGS[characters[0]],)
    return _one_by_one(sounds)[:_MOST_READINGS]


def _one_by_one(ways: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Give the usual way of all parts, and then each other way of one part, the surname's first."""
    usual = tuple(each[0] for each in ways)
    return [
        usual,
        *[(*usual[:at], other, *usual[at + 1 :]) for at, each in enumerate(ways) for other in each[1:]],
    ]


@lru_cache(maxsize=16_384)
def _sounds(character: str) -> tuple[str, ...]:
    from pypinyin import Style, pinyin  # noqa: PLC0415  # a command without names need not wait for it

    found = pinyin(character, style=Style.NORMAL, heteronym=True, v_to_u=False)[0]
    return tuple(dict.fromkeys(sound.replace("ü", "v") for sound in found))[:3]

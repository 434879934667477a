"""How alike two names are, from 0 to 100, and why."""

from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import Final

from rapidfuzz.distance import DamerauLevenshtein, JaroWinkler

from zhamen.screening.names.forms import Form, NameForms, Writing
from zhamen.screening.names.spoken import CANTONESE
from zhamen.screening.names.syllables import SYLLABLES, near_sounds, split

__all__ = ["Likeness", "Part", "likeness"]

_ALIKE: Final = 0.82
_SHORT: Final = 3
_INITIAL: Final = 0.6
_SAME_SOUND: Final = 88
_OTHER_NUMBERS: Final = 60
_LETTER: Final = 1
_UNLIKE: Final = 3
_BY_SYSTEM: Final = (95, 93, 91, 0)
"""The score by the least sure system of all syllables: pinyin, Wade-Giles, Cantonese, none."""
_FEW_SYLLABLES: Final = 4
"""Taken off for a name of two syllables: it is spelled like many others."""


@dataclass(frozen=True, slots=True)
class Part:
    """One reason of a score."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Likeness:
    """A score and its reasons."""

    score: int
    parts: tuple[Part, ...]


def likeness(one: NameForms, other: NameForms) -> Likeness:
    """Compare two names in all their forms; the best counts.

    Two names in Chinese characters are compared by them first: other characters with the same sound
    are alike, but not the same. Words may stand in any order. A name that leaves words out is less
    alike the fewer are left. Numbers have to be the same.

    Notes
    -----
    Symmetric. 100 only for names whose cleaned words are the same.

    Examples
    --------
    >>> from zhamen.screening.names.forms import forms_of
    >>> likeness(forms_of("Zhang Wei"), forms_of("WEI, Zhang")).score
    100
    >>> found = likeness(forms_of("张伟"), forms_of("Chang Wei"))
    >>> found.score, found.parts[0].en
    (94, 'by its Wade-Giles spelling')
    """
    if not one.forms or not other.forms:
        return Likeness(0, ())
    if one.han and other.han:
        return _by_characters(one, other)
    best = Likeness(0, ())
    for left, right in product(one.forms, other.forms):
        if left.writing is Writing.HAN or right.writing is Writing.HAN:
            continue
        found = _by_words(left, right)
        taken = max(left.writing[1], right.writing[1])
        score = max(0, found.score - taken)
        if score > best.score:
            ways = [way for way in (left.writing, right.writing) if way is not Writing.LATIN]
            parts = tuple(Part(way[2], way[3]) for way in ways[:1]) + found.parts
            best = Likeness(score, parts)
    return _by_sound(one, other, best) if one.spoken and other.spoken else best


def _by_sound(one: NameForms, other: NameForms, best: Likeness) -> Likeness:
    """Compare two names in Latin letters as Chinese ones that are spelled by different systems."""
    for left, right in product(one.spoken, other.spoken):
        if len(left) != len(right):
            continue
        systems = [
            min((max(left_[sound], right_[sound]) for sound in left_.keys() & right_), default=_UNLIKE)
            for left_, right_ in zip(left, right, strict=True)
        ]
        score = min(map(_BY_SYSTEM.__getitem__, systems)) - (_FEW_SYLLABLES if len(left) < 3 else 0)
        if score > best.score:
            way = Writing.CANTONESE if max(systems) == CANTONESE else Writing.WADE_GILES
            best = Likeness(score, (Part(way[2], way[3]),))
    return best


def _by_characters(one: NameForms, other: NameForms) -> Likeness:
    left, right = one.forms[0].joined, other.forms[0].joined
    if left == right:
        return Likeness(100, (Part("汉字相同", "the same characters"),))
    if sorted(left) == sorted(right) and len(left) <= 4:
        return Likeness(90, (Part("汉字相同，次序不同", "the same characters in another order"),))
    sounds = {form.words for form in one.forms if form.writing is Writing.PINYIN}
    if sounds & {form.words for form in other.forms if form.writing is Writing.PINYIN}:
        return Likeness(_SAME_SOUND, (Part("同音不同字", "other characters with the same sound"),))
    share = DamerauLevenshtein.normalized_similarity(left, right)
    return Likeness(round(100 * share), (Part("部分汉字相同", "some of the characters"),))


def _by_words(left: Form, right: Form) -> Likeness:
    if _numbers(left) != _numbers(right):
        found = _aligned(left.words, right.words)
        return Likeness(min(found.score, _OTHER_NUMBERS), (Part("数字不同", "other numbers"), *found.parts))
    found = _aligned(left.words, right.words)
    joined = _joined(left, right)
    return joined if joined.score > found.score else found


def _numbers(form: Form) -> list[str]:
    return sorted(word for word in form.words if word.isdigit())


def _joined(left: Form, right: Form) -> Likeness:
    """Compare the names without their spaces, as they stand and with the last word first."""
    left, right = sorted((left, right), key=lambda form: form.words)
    ways = [left.joined, left.words[-1] + "".join(left.words[:-1]), "".join(left.words[1:]) + left.words[0]]
    if right.joined in ways[:1]:
        return Likeness(99 if left.words != right.words else 100, (Part("空格不同", "other spaces"),))
    if right.joined in ways:
        return Likeness(97, (Part("空格与次序不同", "other spaces, another order"),))
    one, other = _syllables(left.words), _syllables(right.words)
    if len(one) > 2 and one == other:
        return Likeness(95, (Part("音节相同，次序不同", "the same syllables in another order"),))
    least = min(len(left.joined), len(right.joined))
    if least < 6:
        return Likeness(0, ())
    share = max(DamerauLevenshtein.normalized_similarity(way, right.joined) for way in ways)
    return Likeness(round(96 * share), (Part("拼写相近", "spelled much alike"),))


@lru_cache(maxsize=65_536)
def _syllables(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted(part for word in words for part in (split(word) or (word,))))


def _aligned(left: tuple[str, ...], right: tuple[str, ...]) -> Likeness:
    """Pair words with their likest, whatever their order, longer ones first."""
    few, many = (left, right) if (len(left), left) <= (len(right), right) else (right, left)
    open_, pairs = list(many), []
    for word in sorted(few, key=lambda each: (-len(each), each)):
        if not open_:
            break
        likest = max(open_, key=lambda each: (_word(word, each), each))
        alike = _word(word, likest)
        if alike >= _INITIAL:
            open_.remove(likest)
            pairs.append((word, likest, alike))
    if not pairs:
        return Likeness(0, ())
    paired = sum(_weight(word) * alike for word, _, alike in pairs)
    covered = paired / sum(map(_weight, few))
    both = sum((_weight(word) + _weight(other)) * alike for word, other, alike in pairs)
    shared = both / sum(map(_weight, (*few, *many)))
    alone = len(pairs) < 2 and len(many) > 1
    share = shared if alone else 0.6 * covered + 0.4 * shared
    if len(few) < len(many):
        share *= 0.97
    return Likeness(round(100 * share), tuple(_reasons(pairs, open_)))


def _weight(word: str) -> float:
    return 0.5 if len(word) <= 2 else 1.0 + min(len(word), 10) / 10


@lru_cache(maxsize=1 << 17)
def _word(one: str, other: str) -> float:
    """Say how alike two words are: 1 the same, 0 not at all."""
    if one == other:
        return 1.0
    short, long_ = sorted((one, other), key=len)
    if len(short) == _LETTER:
        return _INITIAL if long_.startswith(short) and not short.isdigit() else 0.0
    if one in SYLLABLES and other in SYLLABLES and near_sounds(one, other):
        return 0.9
    if len(short) <= _SHORT or one.isdigit() or other.isdigit():
        return 0.0
    edits = DamerauLevenshtein.distance(one, other)
    share = max(1 - edits / len(long_), JaroWinkler.similarity(one, other) - 0.06)
    return share if share >= _ALIKE else 0.0


def _reasons(pairs: list[tuple[str, str, float]], left_over: list[str]) -> list[Part]:
    parts = []
    for one, other, alike in pairs:
        if alike == _INITIAL:
            parts.append(Part(f"{one} 与 {other} 首字母相同", f"{one} as the initial of {other}"))
        elif alike < 1:
            parts.append(Part(f"{one} 近似 {other}", f"{one} is much like {other}"))
    same = [one for one, _, alike in pairs if alike == 1]
    if same:
        parts.insert(0, Part(f"相同：{' '.join(same)}", f"the same: {' '.join(same)}"))
    if left_over:
        parts.append(Part(f"多出：{' '.join(left_over)}", f"left over: {' '.join(left_over)}"))
    return parts

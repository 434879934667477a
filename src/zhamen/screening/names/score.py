"""How alike two names are, from 0 to 100, and why."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import Final, NamedTuple, TypeAlias

from rapidfuzz.distance import DamerauLevenshtein, JaroWinkler

from zhamen.screening.names.forms import Form, NameForms, Writing
from zhamen.screening.names.spoken import CANTONESE
from zhamen.screening.names.syllables import SYLLABLES, near_sounds, split

__all__ = ["Likeness", "Part", "likeness"]

Words: TypeAlias = tuple[str, ...]

_ALIKE: Final = 0.82
_ALIKE_ENOUGH: Final = 0.5
_LEAST_LETTERS: Final = 6
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


def likeness(one: NameForms, other: NameForms, *, at_least: int = 0) -> Likeness:
    """Compare two names in all their forms; the best counts.

    Two names in Chinese characters are compared by them first: other characters with the same sound
    are alike, but not the same. Words may stand in any order. A name that leaves words out is less
    alike the fewer are left. Numbers have to be the same.

    Parameters
    ----------
    one, other
        The names.
    at_least
        Below this score no reasons are given, which takes half the time.

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
    score, pair = 0, (one.forms[0], other.forms[0])
    for left, right in product(one.forms, other.forms):
        if left.writing is Writing.HAN or right.writing is Writing.HAN:
            continue
        found = _by_words(left.words, right.words) - max(left.writing[1], right.writing[1])
        if found > score:
            score, pair = found, (left, right)
    heard = _by_sound(one, other) if one.spoken and other.spoken else Likeness(0, ())
    if heard.score > score:
        return heard
    return Likeness(score, _why(*pair) if score and score >= at_least else ())


def _why(left: Form, right: Form) -> tuple[Part, ...]:
    ways = [way for way in (left.writing, right.writing) if way is not Writing.LATIN]
    found = [Part(way[2], way[3]) for way in ways[:1]]
    if _numbers(left.words) != _numbers(right.words):
        found.append(Part("数字不同", "other numbers"))
    aligned, together = _aligned(left.words, right.words), _joined(left.words, right.words)
    if together[0] > aligned.score:
        return (*found, together[1])
    return (*found, *_reasons(aligned))


def _by_sound(one: NameForms, other: NameForms) -> Likeness:
    """Compare two names in Latin letters as Chinese ones that are spelled by different systems."""
    best = Likeness(0, ())
    for left, right in product(one.spoken, other.spoken):
        if len(left) != len(right):
            continue
        systems = [
            min((max(sounds[sound], others[sound]) for sound in sounds.keys() & others), default=_UNLIKE)
            for sounds, others in zip(left, right, strict=True)
        ]
        score = _BY_SYSTEM[max(systems)] - (_FEW_SYLLABLES if len(left) < 3 else 0)
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


def _by_words(left: Words, right: Words) -> int:
    score = max(_aligned(left, right).score, _joined(left, right)[0])
    return score if _numbers(left) == _numbers(right) else min(score, _OTHER_NUMBERS)


@lru_cache(maxsize=1 << 14)
def _numbers(words: Words) -> tuple[str, ...]:
    return tuple(sorted(word for word in words if word.isdigit()))


class _Together(NamedTuple):
    """A name without its spaces: as it stands, with the last word first, with the first word last."""

    plain: str
    last_first: str
    first_last: str
    syllables: tuple[str, ...]


@lru_cache(maxsize=1 << 14)
def _together(words: Words) -> _Together:
    syllables = tuple(sorted(part for word in words for part in (split(word) or (word,))))
    start, end = "".join(words[:-1]), "".join(words[1:])
    return _Together(start + words[-1], words[-1] + start, end + words[0], syllables)


def _joined(left: Words, right: Words) -> tuple[int, Part]:
    """Compare the names without their spaces, as they stand and with one word moved to the other end."""
    one, other = _together(min(left, right)), _together(max(left, right))
    if other.plain == one.plain:
        return (99 if left != right else 100), Part("空格不同", "other spaces")
    if other.plain in (one.last_first, one.first_last):
        return 97, Part("空格与次序不同", "other spaces, another order")
    if len(one.syllables) > 2 and one.syllables == other.syllables:
        return 95, Part("音节相同，次序不同", "the same syllables in another order")
    why = Part("拼写相近", "spelled much alike")
    if min(len(one.plain), len(other.plain)) < _LEAST_LETTERS:
        return 0, why
    share = max(
        DamerauLevenshtein.normalized_similarity(way, other.plain, score_cutoff=_ALIKE_ENOUGH)
        for way in (one.plain, one.last_first, one.first_last)
    )
    return round(96 * share), why


class _Aligned(NamedTuple):
    """A score with the words that were paired, how alike each pair is, and the words that were not."""

    score: int
    pairs: list[tuple[str, str, float]]
    left_over: list[str]


def _aligned(left: Words, right: Words) -> _Aligned:
    """Pair words with their likest, whatever their order, longer ones first."""
    few, many = (left, right) if (len(left), left) <= (len(right), right) else (right, left)
    left_over, pairs = list(many), []
    weighed = both = 0.0
    for word in _longest_first(few):
        alike, likest = max([(_word(word, each), each) for each in left_over])
        if alike >= _INITIAL:
            left_over.remove(likest)
            pairs.append((word, likest, alike))
            weighed += _weight(word) * alike
            both += (_weight(word) + _weight(likest)) * alike
    if not pairs:
        return _Aligned(0, [], [])
    share = both / (_all_weights(few) + _all_weights(many))
    if len(pairs) > 1 or len(many) == 1:
        share = 0.6 * weighed / _all_weights(few) + 0.4 * share
    if len(few) < len(many):
        share *= 0.97
    return _Aligned(round(100 * share), pairs, left_over)


@lru_cache(maxsize=1 << 14)
def _longest_first(words: Words) -> Words:
    return tuple(sorted(words, key=lambda word: (-len(word), word)))


def _weight(word: str) -> float:
    return 0.5 if len(word) <= 2 else 1.0 + min(len(word), 10) / 10


@lru_cache(maxsize=1 << 14)
def _all_weights(words: Words) -> float:
    return sum(map(_weight, words))


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


def _reasons(aligned: _Aligned) -> Iterator[Part]:
    same = " ".join(one for one, _, alike in aligned.pairs if alike == 1)
    if same:
        yield Part(f"相同：{same}", f"the same: {same}")
    for one, other, alike in aligned.pairs:
        if alike == _INITIAL:
            yield Part(f"{one} 与 {other} 首字母相同", f"{one} as the initial of {other}")
        elif alike < 1:
            yield Part(f"{one} 近似 {other}", f"{one} is much like {other}")
    if aligned.left_over:
        left_over = " ".join(aligned.left_over)
        yield Part(f"多出：{left_over}", f"left over: {left_over}")

"""What a name is filed under, so that names that are alike have something in common."""

from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise, product
from typing import Final

from xxhash import xxh3_64_intdigest

from zhamen.screening.names.forms import Form, NameForms, Writing
from zhamen.screening.names.spoken import Spoken
from zhamen.screening.names.syllables import split

__all__ = ["keys_of", "skeleton"]

_VOWELS: Final = str.maketrans("", "", "aeiouyhw")
_ALIKE: Final = str.maketrans("ckqgzxjvbd", "kkkkssjfpt")
_MOST_SOUNDS: Final = 3


def keys_of(forms: NameForms) -> set[int]:
    """Give the keys of a name in all its forms, as hashes of 64 bits.

    They are its words and their consonants, each with its neighbour too (so that names of frequent
    words still have rare keys), its first and last letters without spaces, its Chinese characters, and the
    Chinese sounds that two neighbouring syllables may stand for.
    """
    texts = {text for form in forms.forms for text in _of_form(form)}
    texts.update(text for spoken in forms.spoken for text in _of_sounds(spoken))
    return {xxh3_64_intdigest(text.encode()) for text in texts}


def _of_form(form: Form) -> Iterator[str]:
    if form.writing is Writing.HAN:
        yield from (f"h{character}" for character in form.joined)
        yield from (f"h{one}{other}" for one, other in pairwise(form.joined))
        return
    parts = [part for word in form.words for part in (split(word) or (word,))]
    for word in {*form.words, *parts}:
        if len(word) > 1:
            yield f"w{word}"
        if len(word) > 3:
            yield f"s{skeleton(word)}"
    bones = [skeleton(word) for word in form.words]
    neighbours = [*pairwise(bones), (bones[-1], bones[0])] if len(bones) > 1 else []
    yield from (f"p{' '.join(sorted(pair))}" for pair in neighbours)
    yield from _beside(form.words)
    yield f"j{skeleton(''.join(sorted(parts)))[:5]}"
    yield from (f"b{form.joined[:4]}", f"b{form.joined[:7]}", f"e{form.joined[-6:]}")
    if form.writing is Writing.PINYIN:
        yield from (f"c{one} {other}" for one, other in pairwise(form.words))


def _beside(words: tuple[str, ...]) -> Iterator[str]:
    """Give each word with how its neighbours begin and end: one of the two outlives a typing error."""
    if len(words) < 2:
        return
    for one, other in [*pairwise(words), (words[-1], words[0])]:
        for whole, part in ((one, other), (other, one)):
            yield f"n{skeleton(whole)} {part[:2]}"
            yield f"m{skeleton(whole)} {part[-2:]}"


def _of_sounds(spoken: Spoken) -> Iterator[str]:
    likeliest = [sorted(sounds, key=lambda each: (sounds[each], each))[:_MOST_SOUNDS] for sounds in spoken]
    for left, right in pairwise(likeliest):
        yield from (f"c{one} {other}" for one, other in product(left, right))


@lru_cache(maxsize=1 << 16)
def skeleton(word: str) -> str:
    """Give the consonants of a word in groups that are heard or typed alike, none twice in a row.

    Examples
    --------
    >>> skeleton("mohammed"), skeleton("muhamad"), skeleton("qaddafi")
    ('mt', 'mt', 'ktf')
    """
    first, rest = word[0].translate(_ALIKE), word[1:].translate(_ALIKE).translate(_VOWELS)
    found = [first]
    for letter in rest:
        if letter != found[-1]:
            found.append(letter)
    return "".join(found)

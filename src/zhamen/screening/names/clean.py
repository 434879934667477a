"""What a name looks like once everything is gone that people type differently and mean alike."""

import re
import unicodedata
from functools import lru_cache
from typing import Final

__all__ = ["LONGEST", "clean", "is_han", "lookalikes", "simplified", "words"]

LONGEST: Final = 300
"""Characters of a name that are read; what comes after them is left."""

_HAN: Final = re.compile(r"[\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af]")
_WORD: Final = re.compile(
    r"[\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af]+|[0-9]+|[a-z]+"
)
_APOSTROPHES: Final = dict.fromkeys(map(ord, "'`\u2018\u2019\u02bc\u02bb\u02bf\u02be\u00b4\u2032"))
_LETTERS_THAT_DO_NOT_FALL_APART: Final = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i"}
)
# The letters of other alphabets that the eye takes for Latin ones.
_CYRILLIC: Final = "авекмнорстухіјѕԁԛԝһӏ"
_CYRILLIC_LOOKS: Final = "abekmhopctyxijsdqwhl"
_GREEK: Final = "αβεζηικμνορτυχ"
_GREEK_LOOKS: Final = "abeznikmvoptux"
_LOOKS: Final = str.maketrans(_CYRILLIC + _GREEK, _CYRILLIC_LOOKS + _GREEK_LOOKS)
_MIXED: Final = re.compile(r"\w+")


def is_han(text: str) -> bool:
    """Tell whether a text begins with a Chinese character."""
    return _HAN.match(text) is not None


def clean(text: str) -> str:
    r"""Give a name in plain width and small letters, without accents, marks of direction and controls.

    Chinese characters become simplified, other scripts Latin letters. Only the first 300 characters
    are read. Cleaning twice gives the same as once.

    Examples
    --------
    >>> clean("  Ｊosé\u200b  MÜLLER "), clean("陳大文"), clean("Юхим"), clean("Hsü Chih-mo")
    ('jose muller', '陈大文', 'yukhim', 'hsu chih-mo')
    """
    # Twice, for what one step makes plain (a width, a ligature) another may have to read again.
    once = _cleaned(text[:LONGEST])
    return once if once.isascii() else _cleaned(once)


def _cleaned(text: str) -> str:
    visible = "".join(
        " " if category[0] in "CZ" else character
        for character in unicodedata.normalize("NFKC", text)
        if (category := unicodedata.category(character)) != "Cf"
    )
    small = visible.casefold().translate(_LETTERS_THAT_DO_NOT_FALL_APART)
    if not small.isascii():
        small = simplified(_MIXED.sub(_plain_word, small)).translate(_APOSTROPHES)
        apart = unicodedata.normalize("NFD", small)
        small = "".join(character for character in apart if unicodedata.category(character)[0] != "M")
        small = "".join(
            character if character.isascii() or _HAN.match(character) else _latin(character)
            for character in small
        )
    return " ".join(small.translate(_APOSTROPHES).split())


def _plain_word(found: re.Match[str]) -> str:
    word = found.group()
    return word.translate(_LOOKS) if _in_disguise(word) else word


def _in_disguise(word: str) -> bool:
    """Tell whether a word has Latin letters beside letters of another alphabet that look like them."""
    if word.isascii() or not any("a" <= character <= "z" for character in word):
        return False
    return word != word.translate(_LOOKS)


def lookalikes(text: str) -> bool:
    r"""Tell whether a name mixes Latin letters with letters of another alphabet that look like them.

    Examples
    --------
    >>> lookalikes("P\u0430vel"), lookalikes("Pavel"), lookalikes("Павел")
    (True, False, False)
    """
    plain = unicodedata.normalize("NFKC", text[:LONGEST]).casefold()
    return any(_in_disguise(found.group()) for found in _MIXED.finditer(plain))


def words(cleaned: str) -> list[str]:
    """Give the words of a cleaned name: runs of Latin letters, of digits, and of Chinese characters.

    Examples
    --------
    >>> words("al-fitouri, ahmad 3m"), words("北京abc公司")
    (['al', 'fitouri', 'ahmad', '3', 'm'], ['北京', 'abc', '公司'])
    """
    return _WORD.findall(cleaned)


def simplified(text: str) -> str:
    """Give Chinese characters in their simplified form, one by one; everything else as it is."""
    return text.translate(_simple_forms()) if _HAN.search(text) else text


@lru_cache(maxsize=1)
def _simple_forms() -> dict[int, str]:
    # Imported at first use: it takes a tenth of a second, which a command without names need not wait.
    from opencc import OpenCC  # noqa: PLC0415
    from pypinyin.pinyin_dict import pinyin_dict  # noqa: PLC0415

    characters = [chr(code) for code in pinyin_dict if 0x3400 <= code < 0xA000]
    # A line for each, so that no two are read as a phrase.
    simple = OpenCC("t2s").convert("\n".join(characters)).split("\n")
    forms = {ord(one): other for one, other in zip(characters, simple, strict=True) if one != other}
    # 乾, 著 and 瞭 stand in names as they are; one step is enough for every form.
    return {code: forms.get(ord(other), other) for code, other in forms.items()}


@lru_cache(maxsize=4096)
def _latin(character: str) -> str:
    from anyascii import anyascii  # noqa: PLC0415

    return anyascii(character).casefold() if character.isalnum() else " "

"""How Chinese syllables are spelled in Latin letters: pinyin and Wade-Giles."""

import re
from functools import lru_cache
from typing import Final

__all__ = ["SYLLABLES", "near_sounds", "split", "umlauts", "wade_giles", "without_tones"]


_FINALS_BY_INITIAL: Final = {
    "": "a ai an ang ao e ei en eng er o ou yi ya ye yao you yan yin yang ying yong yu yue yuan yun yo"
    " wu wa wo wai wei wan wen wang weng",
    "b": "a o ai ei ao an en ang eng i ie iao ian in ing u",
    "p": "a o ai ei ao ou an en ang eng i ie iao ian in ing u",
    "m": "a o e ai ei ao ou an en ang eng i ie iao iu ian in ing u",
    "f": "a o ei ou an en ang eng u",
    "d": "a e ai ei ao ou an en ang eng ong i ie iao iu ian ing u uo ui uan un",
    "t": "a e ai ao ou an ang eng ong i ie iao ian ing u uo ui uan un",
    "n": "a e ai ei ao ou an en ang eng ong i ie iao iu ian in iang ing u uo uan v ve",
    "l": "a e ai ei ao ou an ang eng ong i ia ie iao iu ian in iang ing u uo uan un v ve",
    "g": "a e ai ei ao ou an en ang eng ong u ua uo uai ui uan un uang",
    "k": "a e ai ao ou an en ang eng ong u ua uo uai ui uan un uang",
    "h": "a e ai ei ao ou an en ang eng ong u ua uo uai ui uan un uang",
    "j": "i ia ie iao iu ian in iang ing iong u ue uan un",
    "q": "i ia ie iao iu ian in iang ing iong u ue uan un",
    "x": "i ia ie iao iu ian in iang ing iong u ue uan un",
    "zh": "i a e ai ao ou an en ang eng ong u ua uo uai ui uan un uang",
    "ch": "i a e ai ao ou an en ang eng ong u ua uo uai ui uan un uang",
    "sh": "i a e ai ei ao ou an en ang eng u ua uo uai ui uan un uang",
    "r": "i e ao ou an en ang eng ong u uo ui uan un",
    "z": "i a e ai ei ao ou an en ang eng ong u uo ui uan un",
    "c": "i a e ai ao ou an en ang eng ong u uo ui uan un",
    "s": "i a e ai ao ou an en ang eng ong u uo ui uan un",
}

SYLLABLES: Final = frozenset(
    initial + final for initial, finals in _FINALS_BY_INITIAL.items() for final in finals.split()
)
"""The syllables of Hanyu pinyin without tones (ISO 7098); v is ü."""

_WADE_INITIALS: Final = {
    "b": "p", "d": "t", "g": "k", "j": "ch", "q": "ch", "x": "hs", "zh": "ch", "r": "j", "z": "ts", "c": "ts"
}  # fmt: skip
_WADE_FINALS: Final = {
    "ong": "ung", "iong": "iung", "ian": "ien", "ie": "ieh", "ue": "ueh", "ve": "ueh", "v": "u", "ui": "ui",
    "i": "i", "uo": "o",
}  # fmt: skip
_WADE_WHOLE: Final = {
    "yi": "i", "you": "yu", "yan": "yen", "ye": "yeh", "yong": "yung", "yue": "yueh", "er": "erh", "ge": "ko",
    "ke": "ko", "he": "ho", "e": "o", "zi": "tzu", "ci": "tzu", "si": "ssu", "zhi": "chih", "chi": "chih",
    "shi": "shih", "ri": "jih", "shuo": "shuo", "guo": "kuo", "kuo": "kuo", "huo": "huo", "gui": "kuei",
    "kui": "kuei", "zhe": "che", "ran": "jan", "yuan": "yuan", "shui": "shui",
}  # fmt: skip
_TONED: Final = re.compile(r"(?<![a-z])([a-z]+)[1-5](?![0-9])")
_INITIAL: Final = re.compile("zh|ch|sh|[bpmfdtnlgkhjqxrzcs]")
_LONGEST_SYLLABLE: Final = 6


def wade_giles(syllable: str) -> str:
    """Give a syllable of pinyin as Wade-Giles writes it, without apostrophes: nearly nobody writes those.

    Examples
    --------
    >>> wade_giles("zhang"), wade_giles("xu"), wade_giles("zhi")
    ('chang', 'hsu', 'chih')
    """
    whole = _WADE_WHOLE.get(syllable)
    if whole is not None:
        return whole
    found = _INITIAL.match(syllable)
    initial = found.group() if found else ""
    final = syllable[len(initial) :]
    return _WADE_INITIALS.get(initial, initial) + (_WADE_FINALS.get(final, final) if initial else final)


def umlauts(syllable: str) -> tuple[str, ...]:
    """Give how else a syllable with ü is written: as u, and in passports as yu; nothing for any other.

    Examples
    --------
    >>> umlauts("lv"), umlauts("nve"), umlauts("lu")
    (('lu', 'lyu'), ('nue', 'nyue'), ())
    """
    return (syllable.replace("v", "u"), syllable.replace("v", "yu")) if "v" in syllable else ()


def without_tones(cleaned: str) -> str:
    """Give a cleaned name without the digits that tell the tones of its syllables.

    Examples
    --------
    >>> without_tones("zhang1 wei3"), without_tones("lu:3bu4"), without_tones("studio54 3m")
    ('zhang wei', 'lu bu', 'studio54 3m')
    """
    plain = cleaned.replace("u:", "v")
    stripped = _TONED.sub(lambda found: f"{found[1]} " if found[1] in SYLLABLES else found[0], plain)
    return cleaned if stripped == plain else " ".join(stripped.replace("v ", "u ").split())


@lru_cache(maxsize=65536)
def split(word: str) -> tuple[str, ...]:
    """Give a word as the fewest pinyin syllables that spell it, longer ones first; empty when none do.

    Examples
    --------
    >>> split("xiaoming"), split("zhongguo"), split("smith")
    (('xiao', 'ming'), ('zhong', 'guo'), ())
    """
    if len(word) > 3 * _LONGEST_SYLLABLE:
        return ()
    ways: list[tuple[str, ...] | None] = [()] + [None] * len(word)
    for end in range(1, len(word) + 1):
        for start in range(max(0, end - _LONGEST_SYLLABLE), end):
            before, last = ways[start], word[start:end]
            best = ways[end]
            if before is not None and last in SYLLABLES and (best is None or len(before) + 1 < len(best)):
                ways[end] = (*before, last)
    return ways[-1] or ()


_NEAR: Final = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ang", "an"), ("eng", "en"), ("ing", "in"))


@lru_cache(maxsize=4096)
def near_sounds(one: str, other: str) -> bool:
    """Tell whether two syllables differ only by what southern accents do not tell apart.

    These are zh/z, ch/c, sh/s, n/l, and -ng/-n.

    Examples
    --------
    >>> near_sounds("zhang", "zang"), near_sounds("lin", "ling"), near_sounds("wei", "wen")
    (True, True, False)
    """
    return one != other and _merged(one) == _merged(other)


def _merged(syllable: str) -> str:
    for sharp, blunt in _NEAR:
        if syllable.startswith(sharp):
            syllable = blunt + syllable[len(sharp) :]
        elif syllable.endswith(sharp):
            syllable = syllable[: -len(sharp)] + blunt
    return "l" + syllable[1:] if syllable[0] == "n" else syllable

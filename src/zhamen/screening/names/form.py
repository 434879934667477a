"""A name made ready to be compared: its words, and how it reads as a Chinese name."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from zhamen.screening.names.cantonese import CANTONESE
from zhamen.screening.names.clean import clean, is_han, lookalikes, words
from zhamen.screening.names.syllables import SYLLABLES, Spelling, readings_of, split
from zhamen.screening.names.vocabulary import HAN_FILLERS, SURNAME_READINGS, TITLES, without_legal_form
from zhamen.screening.subjects import SubjectKind

__all__ = ["NameForm", "Syllable", "form_of", "pinyin_of", "skeleton"]

_MOST_WORDS: Final = 16
_DOTTED: Final = re.compile(r"\b(?:[a-z]\.){2,}|\b[a-z](?:/[a-z])+\b")
_HAN_NUMBER: Final = re.compile(r"第([一二三四五六七八九])")
_HAN_DIGITS: Final = "一二三四五六七八九"
_DOUBLE_SURNAMES: Final = frozenset(
    "欧阳 司徒 司马 上官 诸葛 东方 皇甫 尉迟 公孙 慕容 令狐 宇文 长孙 夏侯 轩辕 钟离 闻人 端木 百里 南宫 独孤 呼延".split()
)
_SURNAMES: Final = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴"
    "夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟"
    "安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂丛焦向柳邢路岳齐梅莫庄辛管祝左涂谷祁时舒耿牟卜路詹关苗凌费纪靳盛童欧甄项"
    "曲成游阳裴席卫查屈鲍位覃霍翁隋植甘景薄单包司柏宁柯阮桂闵解强柴华车冉房边辜区仇冼简练麦邝岑古尉迟"
)


@dataclass(frozen=True, slots=True)
class Syllable:
    """One syllable of a Chinese name as it is written, and the pinyin it may stand for."""

    written: str
    readings: dict[str, Spelling]


@dataclass(frozen=True, slots=True)
class NameForm:
    """A name in the forms that are compared."""

    text: str
    """Cleaned."""
    words: tuple[str, ...]
    """Latin words, runs of digits, and runs of Chinese characters (of a firm: cut at places and trades)."""
    chinese: tuple[tuple[Syllable, ...], ...]
    """The name as syllables with the surname first, in each order that it can be read; empty when it cannot."""
    legal_form: str
    disguised: bool
    """Whether letters of another alphabet stand between Latin ones."""

    @property
    def in_han(self) -> bool:
        """Whether it is written in Chinese characters."""
        return bool(self.words) and is_han(self.words[0])


def form_of(name: str, kind: SubjectKind) -> NameForm:
    """Give a name of a person or a firm, made ready to be compared.

    Never fails: of what is no name nothing remains, and ``words`` is empty.

    Examples
    --------
    >>> form_of("Dr. Dà-Wén CHÉN", SubjectKind.PERSON).words
    ('dr', 'da', 'wen', 'chen')
    >>> form_of("上海闸门科技有限公司", SubjectKind.ENTERPRISE).words
    ('上海', '闸门', '科技')
    """
    text = clean(name)
    disguised = not name.isascii() and lookalikes(name)
    if kind is SubjectKind.PERSON:
        found = words(text)[:_MOST_WORDS]
        return NameForm(text, tuple(found), tuple(_chinese(found)), "", disguised)
    counted = _HAN_NUMBER.sub(lambda number: str(_HAN_DIGITS.index(number[1]) + 1), text)
    joined = _DOTTED.sub(lambda dotted: re.sub(r"[./]", "", dotted.group()), counted.replace("&", " and "))
    bare, legal_form = without_legal_form(words(joined)[: _MOST_WORDS + 8])
    cut = [part for word in bare for part in (_cut(word) if is_han(word) else [word])]
    return NameForm(text, tuple(cut[:_MOST_WORDS]), (), legal_form, disguised)


def _cut(word: str) -> list[str]:
    """Cut a run of Chinese characters of a firm's name at places and trades."""
    parts: list[str] = []
    own = ""
    at = 0
    while at < len(word):
        filler = next((filler for filler in HAN_FILLERS if word.startswith(filler, at)), None)
        if filler is None or (len(filler) == 1 and not parts):
            own += word[at]
            at += 1
            continue
        if own:
            parts.append(own)
            own = ""
        parts.append(filler)
        at += len(filler)
    return [*parts, own] if own else parts


@lru_cache(maxsize=16384)
def pinyin_of(character: str, *, surname: bool = False) -> dict[str, Spelling]:
    """Give the readings of a Chinese character without tones: the two usual ones, of a surname its own.

    Examples
    --------
    >>> list(pinyin_of("单", surname=True)), list(pinyin_of("行"))
    (['shan'], ['xing', 'hang'])
    """
    from pypinyin.pinyin_dict import pinyin_dict  # noqa: PLC0415

    if surname and character in SURNAME_READINGS:
        return dict.fromkeys(SURNAME_READINGS[character], Spelling.CHARACTER)
    listed = pinyin_dict.get(ord(character), "")
    toneless = dict.fromkeys(_toneless(reading) for reading in listed.split(","))
    return dict.fromkeys([reading for reading in toneless if reading in SYLLABLES][:2], Spelling.CHARACTER)


def _toneless(reading: str) -> str:
    apart = unicodedata.normalize("NFD", reading).replace("u\u0308", "v")
    return "".join(character for character in apart if character.isascii())


@lru_cache(maxsize=1)
def _spelled_surnames() -> dict[str, Spelling]:
    """Give how surnames are spelled in Latin letters, by any system."""
    pinyin = {reading for surname in _SURNAMES for reading in pinyin_of(surname, surname=True)}
    spelled = dict.fromkeys(pinyin, Spelling.PINYIN)
    for character, _, spellings in CANTONESE:
        if character in _SURNAMES:
            for spelling in spellings:
                spelled.setdefault(spelling, Spelling.CANTONESE)
    # What Wade-Giles makes of the surnames is found by reading the spelling back.
    return spelled


def _is_surname(word: str) -> bool:
    surnames = _spelled_surnames()
    return word in surnames or any(
        reading in surnames and system is Spelling.WADE_GILES for reading, system in readings_of(word).items()
    )


def _chinese(found: list[str]) -> Iterable[tuple[Syllable, ...]]:
    """Give the ways in which words are a Chinese person's name, surname first."""
    named = [word for word in found if word not in TITLES]
    if len(named) == 1 and is_han(named[0]):
        han = named[0].removesuffix("先生").removesuffix("女士") or named[0]
        if 2 <= len(han) <= 4:
            double = len(han) > 2 and han[:2] in _DOUBLE_SURNAMES
            yield tuple(
                Syllable(character, pinyin_of(character, surname=at == 0 or (double and at == 1)))
                for at, character in enumerate(han)
            )
        return
    if not 2 <= len(named) <= 4 or not all(word.isalpha() and word.isascii() for word in named):
        return
    orders = [named] if _is_surname(named[0]) else []
    if _is_surname(named[-1]):
        orders.append([named[-1], *named[:-1]])
    for order in orders:
        syllables = [order[0]]
        for word in order[1:]:
            # A word that is a syllable by any system stays whole: so is it meant when it is written apart.
            syllables += [word] if readings_of(word) or len(word) == 1 else split(word) or ["?"]
        if 2 <= len(syllables) <= 4 and "?" not in syllables:
            yield tuple(Syllable(written, dict(readings_of(written))) for written in syllables)


_SOUNDS: Final = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        ("sch|sh", "s"), ("ph", "f"), ("dzh|dj|zh", "j"), ("tch", "c"), ("kh|gh", "h"), ("ck|q|k", "k"),
        ("ch", "c"), ("c(?=[eiy])", "s"), ("x", "ks"), ("z", "s"), ("th", "t"), ("dh", "d"), ("v", "f"),
        ("h$", ""), ("^[aeiouyw]+", "a"), ("(?!^)[aeiouyw]", ""), (r"(.)\1+", r"\1"),
    )
)  # fmt: skip


@lru_cache(maxsize=65536)
def skeleton(word: str) -> str:
    """Give what transliterations of a word have in common: its consonants, alike ones as one.

    Examples
    --------
    >>> skeleton("mohammed"), skeleton("muhamad"), skeleton("yusuf"), skeleton("yousef")
    ('mhmd', 'mhmd', 'asf', 'asf')
    """
    for pattern, sound in _SOUNDS:
        word = pattern.sub(sound, word)
    return word

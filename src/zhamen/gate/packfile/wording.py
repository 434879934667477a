"""The words of a pack: windows and operations said in Chinese and English."""

import re
from typing import Final, Literal

from zhamen.core.instants import parse_width, width_name
from zhamen.gate.packfile.problems import Path, Problems

__all__ = ["check_chinese", "fill"]

Language = Literal["zh", "en"]

_PLACE: Final = re.compile(r"\{([^{}]*)\}")
_CHINESE: Final = re.compile(r"[\u4e00-\u9fff]")
_UNITS: Final = {"s": ("秒", "second"), "m": ("分钟", "minute"), "h": ("小时", "hour"), "d": ("天", "day")}
_OPERATIONS: Final = {
    "count": ("笔数", "number"),
    "sum": ("总额", "total"),
    "mean": ("均值", "mean"),
    "min": ("最小值", "smallest"),
    "max": ("最大值", "largest"),
    "std": ("标准差", "standard deviation"),
    "distinct": ("不同个数", "number of different ones"),
    "first": ("首个值", "first"),
    "last": ("上一个值", "previous one"),
    "since_first": ("距首次的时间", "time since the first"),
    "since_last": ("距上一次的时间", "time since the previous one"),
}


def fill(text: str, words: dict[str, str], language: Language, path: Path, problems: Problems) -> str:
    """Put operation and widths, said in `language`, in the places ``{window}`` and so on of `text`.

    >>> fill("{operation} in {window}", {"operation": "sum", "window": "1h"}, "en", (), Problems())
    'Total in 1 hour'
    """
    if language == "zh":
        check_chinese(text, path, problems)
    for place in _PLACE.findall(text):
        if place not in words:
            has = ", ".join(f"{{{word}}}" for word in words) or "no places to fill"
            problems.add(path, f"{{{place}}} stands for nothing here", f"there is {has}")
    filled = _PLACE.sub(lambda found: _say(found[1], words.get(found[1], ""), language), text)
    return filled[:1].upper() + filled[1:]


def check_chinese(text: str, path: Path, problems: Problems) -> None:
    """Note a ``zh`` that holds no Chinese."""
    if not _CHINESE.search(text):
        problems.add(path, "there is no Chinese in it", "write the sentence in Chinese")


def _say(place: str, word: str, language: Language) -> str:
    if place == "operation" and word in _OPERATIONS:
        return _OPERATIONS[word][language == "en"]
    if word == "ever":
        return "有史以来" if language == "zh" else "all time"
    if not word:
        return ""
    usual = width_name(parse_width(word))
    count, (zh, en) = usual[:-1], _UNITS[usual[-1]]
    return f"{count}{zh}" if language == "zh" else f"{count} {en}{'' if count == '1' else 's'}"

"""Names as people alter them: typing, order, spaces, other spellings; seeded, so that figures repeat."""

import random
from collections.abc import Callable

from zhamen.screening.names.forms import Writing, forms_of

__all__ = ["ALTERATIONS", "CHINESE", "chinese_names"]

SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许邓韩冯曹彭曾萧蔡潘田董袁于余叶蒋杜苏魏程吕丁沈任姚卢"
)
GIVEN = "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂华文辉玲建国志红春梅海燕玉宁鹏飞宇浩欣怡嘉俊"
TRADITIONAL = {"张": "張", "陈": "陳", "刘": "劉", "黄": "黃", "赵": "趙", "吴": "吳", "孙": "孫", "马": "馬"}


def chinese_names(size: int, seed: int) -> list[str]:
    """Give so many different Chinese names."""
    draw, found = random.Random(seed), dict[str, None]()  # noqa: S311  # it has to repeat
    while len(found) < size:
        given = "".join(draw.choices(GIVEN, k=draw.choice([1, 2, 2, 2])))
        found[draw.choice(SURNAMES) + given] = None
    return list(found)


def typo(name: str, draw: random.Random) -> str:
    places = [at for at, letter in enumerate(name) if letter.isalpha() and at]
    at = draw.choice(places)
    return name[:at] + draw.choice("abcdefghijklmnopqrstuvwxyz") + name[at + 1 :]


def left_out(name: str, draw: random.Random) -> str:
    at = draw.choice([at for at, letter in enumerate(name) if letter.isalpha() and at])
    return name[:at] + name[at + 1 :]


def swapped(name: str, draw: random.Random) -> str:
    places = [at for at in range(1, len(name) - 1) if name[at].isalpha() and name[at + 1].isalpha()]
    at = draw.choice(places)
    return name[:at] + name[at + 1] + name[at] + name[at + 2 :]


def reordered(name: str, draw: random.Random) -> str:
    words = name.split()
    draw.shuffle(words)
    return " ".join(words)


def without_spaces(name: str, draw: random.Random) -> str:  # noqa: ARG001
    return name.replace(" ", "", 1)


def punctuated(name: str, draw: random.Random) -> str:  # noqa: ARG001
    words = name.split()
    return f"{words[-1].upper()}, {'-'.join(words[:-1]).lower()}"


ALTERATIONS: dict[str, Callable[[str, random.Random], str]] = {
    "typo": typo,
    "letter left out": left_out,
    "letters swapped": swapped,
    "other order": reordered,
    "space left out": without_spaces,
    "punctuation": punctuated,
}
"""What happens to names in Latin letters."""


def written(
    writing: tuple[str, int, str, str], *, joined: bool = False, last: bool = False
) -> Callable[[str], str]:
    """Give what writes a Chinese name in Latin letters: given name in one word, or surname last."""

    def write(name: str) -> str:
        form = next((form for form in forms_of(name).forms if form.writing is writing), None)
        if form is None:
            return ""
        surname, given = form.words[0], form.words[1:]
        text = "".join(given) if joined else " ".join(given)
        return f"{text} {surname}".title() if last else f"{surname} {text}".title()

    return write


def traditional(name: str) -> str:
    return "".join(TRADITIONAL.get(letter, letter) for letter in name)


CHINESE: dict[str, Callable[[str], str]] = {
    "traditional": traditional,
    "pinyin": written(Writing.PINYIN),
    "pinyin joined": written(Writing.PINYIN, joined=True),
    "pinyin surname last": written(Writing.PINYIN, joined=True, last=True),
    "Wade-Giles": written(Writing.WADE_GILES),
    "Cantonese": written(Writing.CANTONESE),
    "Cantonese surname last": written(Writing.CANTONESE, last=True),
}
"""How a Chinese name is written elsewhere."""

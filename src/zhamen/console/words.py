"""The words of the pages: Chinese in the templates, English in catalogues beside them."""

from collections.abc import Callable
from functools import cache
from importlib.resources import files
from typing import Final

from babel.messages.pofile import read_po

__all__ = ["LANGUAGES", "choose_language", "translator"]

LANGUAGES: Final = {"zh": "中文", "en": "English"}


def translator(language: str) -> Callable[[str], str]:
    """Give what turns a text of a template into a language.

    Examples
    --------
    >>> translator("en")("查询")
    'Look up'
    >>> translator("zh")("查询")
    '查询'
    """
    words = _catalogue() if language == "en" else {}
    return lambda text: words.get(text, text)


def choose_language(wanted: str, accepted: str) -> str:
    """Give the language of a page: the one chosen before, or the browser's first that there is, or Chinese.

    Examples
    --------
    >>> choose_language("", "de, en;q=0.8"), choose_language("zh", "en"), choose_language("x", "")
    ('en', 'zh', 'zh')
    """
    if wanted in LANGUAGES:
        return wanted
    tags = [part.partition(";")[0].strip().lower()[:2] for part in accepted.split(",")]
    return next((tag for tag in tags if tag in LANGUAGES), "zh")


@cache
def _catalogue() -> dict[str, str]:
    """Give all catalogues as one; each part of the pages has its own."""
    words: dict[str, str] = {}
    for path in (files("zhamen.console") / "locale" / "en").iterdir():
        with path.open("rb") as file:
            words |= {str(message.id): str(message.string) for message in read_po(file) if message.id}
    return words

"""Every word of the pages is there in both languages, and none that no page says."""

import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import pytest
from babel.messages.pofile import read_po

from zhamen import console
from zhamen.console import errors
from zhamen.console.words import choose_language, translator
from zhamen.core import errors as core

ROOM = Path(errors.__file__).parent
CATALOGUES = sorted((ROOM / "locale" / "en").iterdir())


def said() -> set[str]:
    found: set[str] = set()
    for template in ROOM.rglob("*.html"):
        found |= set(re.findall(r'_\("([^"]+)"\)', template.read_text(encoding="utf-8")))
    for module in ROOM.rglob("*.py"):
        found |= set(re.findall(r'say\(\s*"([^"]+)"', module.read_text(encoding="utf-8")))
    for _, heading, text in [*errors.PAGES.values(), *errors._HTTP.values()]:
        found |= {heading, text}
    return found.union(*(table.values() for table in tables_of_words()))


def tables_of_words() -> Iterator[dict[object, str]]:
    """What a module says by a table, whose name ends in _WORDS."""
    for found in walk_packages(console.__path__, "zhamen.console."):
        module = vars(import_module(found.name))
        yield from (table for name, table in module.items() if name.endswith("_WORDS"))


def test_the_catalogue_has_what_the_pages_say_and_nothing_else() -> None:
    messages = [
        message
        for path in CATALOGUES
        for message in read_po(path.read_text("utf-8").splitlines())
        if message.id
    ]
    catalogue = {str(message.id): str(message.string) for message in messages}
    assert set(catalogue) == said()
    assert len(catalogue) == len(messages)
    assert all(english and english.isascii() for english in catalogue.values())
    assert all(re.findall(r"{\w+}", zh) == re.findall(r"{\w+}", en) for zh, en in catalogue.items())


def test_no_template_says_anything_untranslated() -> None:
    for template in ROOM.rglob("*.html"):
        bare = re.sub(r"{[{%].*?[%}]}", "", template.read_text(encoding="utf-8"), flags=re.S)
        assert not re.search(r"[\u4e00-\u9fff]", bare), template.name


@pytest.mark.parametrize(
    ("wanted", "accepted", "given"),
    [
        ("", "", "zh"),
        ("en", "zh-CN", "en"),
        ("", "en-GB,en;q=0.9", "en"),
        ("", "fr, zh-TW", "zh"),
        ("<", "*", "zh"),
    ],
)
def test_a_visitor_gets_the_language_that_was_asked_for(wanted: str, accepted: str, given: str) -> None:
    assert choose_language(wanted, accepted) == given


def test_what_is_not_in_the_catalogue_stays_as_it_is() -> None:
    assert translator("en")("nothing") == "nothing"


def test_every_error_has_a_page_that_tells_nothing_of_it() -> None:
    for name in core.__all__:
        kind = getattr(core, name)
        status, heading, text = errors.status_and_words(kind("6222020200112233445"))
        assert 400 <= status < 600
        assert heading
        assert text
        assert "6222" not in text

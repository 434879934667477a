"""YAML text as plain values that know their lines, with everything clever refused.

Only what a policy needs is read: mappings with plain keys, lists, texts, numbers, ``true`` and
``false``. Anchors, aliases and tags are refused, so a document cannot grow in memory beyond
its text. ``on``, ``no`` and ``12:30`` are texts, as in YAML 1.2.
"""

import re
from collections.abc import Iterator
from typing import Any, Final, NoReturn

import yaml

from zhamen.gate.packfile.problems import Path, Problems

__all__ = ["MAX_CHARACTERS", "MAX_DEPTH", "read_yaml"]

MAX_CHARACTERS: Final = 1 << 20
MAX_DEPTH: Final = 12

_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_WHOLE: Final = re.compile(r"-?(0|[1-9]\d{0,17})")
_DECIMAL: Final = re.compile(r"-?\d{1,18}(\.\d{1,18})?([eE][+-]?\d{1,3})?")
_WORDS: Final = {"": None, "~": None, "null": None, "true": True, "false": False}


def read_yaml(text: str, problems: Problems) -> dict[str, object]:
    """Give the document as dicts, lists and scalars, and its lines to `problems`.

    Raises
    ------
    InvalidPack
        It cannot be read on: not YAML, not a mapping, too large, or clever.
    """
    if len(text) > MAX_CHARACTERS:
        problems.add((), f"the pack has {len(text)} characters", f"stay below {MAX_CHARACTERS}")
        problems.refuse()
    try:
        document = _Builder(yaml.parse(text, Loader=_LOADER), problems).document()
    except (yaml.YAMLError, ValueError) as error:
        mark: Any = getattr(error, "problem_mark", None)
        cause = getattr(error, "problem", None) or "a character that YAML does not allow"
        problems.add_line(mark.line + 1 if mark else 1, f"this is not YAML: {cause}; mend the text")
        problems.refuse()
    if not isinstance(document, dict):
        problems.add((), "the pack is not a mapping", "start with zhamen_pack: 1")
        problems.refuse()
    return document


class _Builder:
    """Builds values from parser events, one level of the document a call."""

    def __init__(self, events: Iterator[Any], problems: Problems) -> None:
        self._events = events
        self._problems = problems

    def document(self) -> object:
        event = next(self._events)
        while not isinstance(event, yaml.NodeEvent | yaml.StreamEndEvent):
            event = next(self._events)
        if not isinstance(event, yaml.NodeEvent):
            self._problems.add((), "the pack is empty", "start with zhamen_pack: 1")
            self._problems.refuse()
        value = self._value(event, ())
        next(self._events)  # the end of the document
        after = next(self._events)
        if isinstance(after, yaml.DocumentStartEvent):
            self._refuse(after, "a second document begins", "keep one document a file")
        return value

    def _value(self, event: Any, path: Path) -> object:
        self._problems.lines.setdefault(path, event.start_mark.line + 1)
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            self._refuse(event, "anchors and aliases are not read", "write the value out")
        if event.tag is not None:
            self._refuse(event, "tags are not read", "remove the word that starts with !")
        if isinstance(event, yaml.ScalarEvent):
            return _scalar(event.value) if event.implicit[0] else event.value
        if len(path) >= MAX_DEPTH:
            self._refuse(event, f"the pack is nested deeper than {MAX_DEPTH} levels", "flatten it")
        return self._list(path) if isinstance(event, yaml.SequenceStartEvent) else self._mapping(path)

    def _list(self, path: Path) -> list[object]:
        values: list[object] = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            values.append(self._value(event, (*path, len(values))))
        return values

    def _mapping(self, path: Path) -> dict[str, object]:
        values: dict[str, object] = {}
        first: dict[str, int] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent):
                self._refuse(event, "a key is not a plain word", "write one word before the colon")
            key, line = event.value, _line_of(event)
            if key in first:
                self._problems.add_line(line, f"{key} stands twice; the first is on line {first[key]}")
                self._value(next(self._events), (*path, f"{key} (again)"))
                continue
            first[key] = self._problems.lines[*path, key] = line
            values[key] = self._value(next(self._events), (*path, key))
        return values

    def _refuse(self, event: Any, what: str, now: str) -> NoReturn:
        self._problems.add_line(event.start_mark.line + 1, f"{what}; {now}")
        self._problems.refuse()


def _scalar(text: str) -> object:
    if text in _WORDS:
        return _WORDS[text]
    if _WHOLE.fullmatch(text):
        return int(text)
    return float(text) if _DECIMAL.fullmatch(text) else text


def _line_of(event: yaml.Event) -> int:
    mark = event.start_mark
    return mark.line + 1 if mark is not None else 0

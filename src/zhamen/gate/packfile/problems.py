"""What is wrong with a pack, gathered while it is read, each with its line and the way out."""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import NoReturn

from zhamen.core.errors import InvalidPack

__all__ = ["Path", "Problems", "nearest"]

Path = tuple[str | int, ...]
"""Where a value stands in the document: ``("rules", 3, "when")``."""


class Problems:
    """Collects problems; `lines` knows the line of every path read so far."""

    def __init__(self, origin: str = "") -> None:
        self.origin = origin or "pack"
        self.lines: dict[Path, int] = {}
        self._found: dict[tuple[int, str], None] = {}
        self._sections: set[str | int] = set()

    def __len__(self) -> int:
        return len(self._found)

    def add(self, path: Path, what: str, now: str = "") -> None:
        """Note what is wrong at `path` and what to do now."""
        self._sections.update(path[:1])
        place = f"{_written(path)}: " if path else ""
        self.add_line(self.line_of(path), f"{place}{what}{'; ' if now else ''}{now}")

    def add_line(self, line: int, message: str) -> None:
        """Note a message about a line."""
        self._found[line, message] = None

    def line_of(self, path: Path) -> int:
        """Give the line of `path`, or of what holds it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def touch(self, *sections: str) -> bool:
        """Say whether anything was noted in one of these sections of the document."""
        return not self._sections.isdisjoint(sections)

    def stop_if_any(self) -> None:
        """Refuse the pack when anything was found."""
        if self._found:
            self.refuse()

    def refuse(self) -> NoReturn:
        """Refuse the pack for what was found.

        Raises
        ------
        InvalidPack
            Its ``problems`` are ``file:line: where: what; what to do``, by line.
        """
        problems = tuple(f"{self.origin}:{line}: {message}" for line, message in sorted(self._found))
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        raise InvalidPack(f"{problems[0]}{more}", problems=problems)


def nearest(word: str, words: Iterable[str]) -> str:
    """Advise on a word that is not one of `words`: the nearest, or all of a short list.

    >>> nearest("wieght", ["weight", "when"])
    'did you mean weight?'
    >>> nearest("?", ["weight", "when"])
    'choose from weight, when'
    """
    known = sorted(words)
    close = get_close_matches(word, known, n=1)
    if close:
        return f"did you mean {close[0]}?"
    return f"choose from {', '.join(known)}" if len(known) <= 20 else "the reference lists them all"


def _written(path: Path) -> str:
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return text.removeprefix(".")

"""State written down as named memory: the names of a part begin with where it belongs."""

from collections.abc import Mapping
from typing import TypeVar

__all__ = ["under"]

_Part = TypeVar("_Part")


def under(prefix: str, parts: Mapping[str, _Part]) -> dict[str, _Part]:
    """Give the parts whose names begin with `prefix`, without it.

    >>> under("graph/", {"graph/log": b"1", "origins": b"2"})
    {'log': b'1'}
    """
    return {name.removeprefix(prefix): part for name, part in parts.items() if name.startswith(prefix)}

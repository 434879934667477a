"""The policy packs that ship with zhamen."""

from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

__all__ = ["shipped_packs"]

_SUFFIX: Final = ".yaml"


def shipped_packs() -> dict[str, Traversable]:
    """Give the packs beside this file, by name in alphabetical order.

    >>> "starter" in shipped_packs()
    True
    """
    found = [each for each in files(__name__).iterdir() if each.name.endswith(_SUFFIX)]
    return {each.name.removesuffix(_SUFFIX): each for each in sorted(found, key=lambda each: each.name)}

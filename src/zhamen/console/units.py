"""What units are called on pages, and which of them forms offer."""

from collections.abc import Callable
from typing import Final

from zhamen.organisation.scope import Scope
from zhamen.organisation.units import Organisation

__all__ = ["path_of", "unit_names", "units_offered"]

_OFFERED: Final = 100
"""So many units are sent along with a form; the code of another is typed."""


def unit_names(tree: Organisation, language: str) -> Callable[[str], str]:
    """Give what tells the name of a unit by its path, former or present; of one that is gone, its path.

    A unit that was closed or moved is found by its code, which it keeps.

    Examples
    --------
    >>> from zhamen.organisation.history import FOUNDING
    >>> unit_names(FOUNDING, "zh")("head"), unit_names(FOUNDING, "en")("head/gone")
    ('总行', 'head/gone')
    """

    def name(path: str) -> str:
        unit = tree.find(path.rpartition("/")[2])
        if unit is None:
            return path
        return unit.zh if language == "zh" else unit.en

    return name


def units_offered(tree: Organisation, scope: Scope, language: str) -> list[tuple[str, str]]:
    """Give code and name of the unit that a scope is of and of those below it, the highest, 100 at most."""
    found = [tree.find(scope.path.rpartition("/")[2]) or tree.root]
    for unit in found:
        found += tree.below(unit.code)
        if len(found) >= _OFFERED:
            break
    return [(unit.code, unit.zh if language == "zh" else unit.en) for unit in found[:_OFFERED]]


def path_of(tree: Organisation, typed: str) -> str:
    """Give the path of what was typed, a code or a path; as it is when it is neither."""
    return typed if tree.find(typed) is None else tree.path(typed)

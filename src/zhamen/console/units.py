"""What units are called on pages, and which of them forms offer."""

from collections.abc import Callable
from typing import Final

from zhamen.organisation.scope import Scope
from zhamen.organisation.units import Organisation

__all__ = ["path_of", "unit_names", "units_offered"]

_OFFERED: Final = 1_000
"""A list of more units than this is not sent along; codes are typed then."""


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
    """Give code and name of the units within a scope, from the top; none when there are more than 1,000."""
    below = [unit for unit in tree.units if scope.holds(tree.path(unit.code))]
    named = [(unit.code, unit.zh if language == "zh" else unit.en) for unit in below]
    return named if len(named) <= _OFFERED else []


def path_of(tree: Organisation, typed: str) -> str:
    """Give the path of what was typed, a code or a path; as it is when it is neither."""
    return typed if tree.find(typed) is None else tree.path(typed)

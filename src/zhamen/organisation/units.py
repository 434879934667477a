"""The tree of a bank's units: head office, regions, second-level branches, sub-branches, outlets."""

import re
from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from msgspec import Struct

from zhamen.core.errors import InvalidOrganisation, UnitNotFound

__all__ = ["LEVEL_WORDS", "LONGEST_PATH", "Level", "Organisation", "Unit"]

LONGEST_PATH: Final = 200
"""No path has more characters."""
_CODE: Final = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,30}[A-Za-z0-9])?")
_LONGEST_NAME: Final = 80


class Level(StrEnum):
    """How high a unit stands; a unit lies below one that stands higher, levels may be left out."""

    HEAD_OFFICE = "head_office"
    REGION = "region"
    BRANCH = "branch"
    SUB_BRANCH = "sub_branch"
    OUTLET = "outlet"


LEVEL_WORDS: Final[dict[Level, tuple[str, str]]] = {
    Level.HEAD_OFFICE: ("总行", "head office"),
    Level.REGION: ("一级分行", "region"),
    Level.BRANCH: ("二级分行", "second-level branch"),
    Level.SUB_BRANCH: ("支行", "sub-branch"),
    Level.OUTLET: ("网点", "outlet"),
}
"""Each level in Chinese and English."""
_RANK: Final = {level: rank for rank, level in enumerate(Level)}


class Unit(Struct, frozen=True, kw_only=True):
    """One place of the organisation; ``parent`` is the code of the unit above, empty at the head office."""

    code: str
    level: Level
    parent: str = ""
    zh: str
    en: str


class Organisation:
    """A checked tree of units.

    Parameters
    ----------
    units
        In any order: one head office, and every other unit below one of a higher level. A code has 1 to
        32 letters, digits, dots and dashes, with a letter or digit at both ends, and stands once, small and
        capital letters being the same.

    Raises
    ------
    InvalidOrganisation
        They are no such tree; ``problems`` names every unit that does not fit.

    Examples
    --------
    >>> bank = Organisation([
    ...     Unit(code="HQ", level=Level.HEAD_OFFICE, zh="总行", en="Head Office"),
    ...     Unit(code="R1", level=Level.REGION, parent="HQ", zh="北部分行", en="North Region"),
    ...     Unit(code="B01-003", level=Level.OUTLET, parent="R1", zh="建设路", en="Jianshe Road"),
    ... ])
    >>> bank.path("B01-003"), bank.path_of_outlet("B99-001"), bank.path_of_outlet(None)
    ('HQ/R1/B01-003', 'HQ', 'HQ')
    """

    def __init__(self, units: Iterable[Unit]) -> None:
        given = tuple(units)
        _check(given)
        self._units = {unit.code: unit for unit in given}
        self.root = next(unit for unit in given if unit.level is Level.HEAD_OFFICE)
        self._below: dict[str, list[Unit]] = {}
        for unit in given:
            if unit is not self.root:
                self._below.setdefault(unit.parent, []).append(unit)
        self._paths = {self.root.code: self.root.code}
        self.units = tuple(self._walk(self.root))
        """Every unit, each after the one above it, units of one place in the order given."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Organisation) and other.units == self.units

    def __hash__(self) -> int:
        return hash(self.units)

    def find(self, code: str) -> Unit | None:
        """Give the unit of a code; None when there is none."""
        return self._units.get(code)

    def path(self, code: str) -> str:
        """Give the codes from the head office down to a unit, as ``HQ/R1/B01/B01-003``.

        Raises
        ------
        UnitNotFound
            No unit has this code.
        """
        if code not in self._paths:
            raise UnitNotFound(f"there is no unit {code[:40]!r}; `zhamen organisation show` lists them")
        return self._paths[code]

    def path_of_outlet(self, code: str | None) -> str:
        """Give the path of an event's outlet; that of the head office when it has none or one unknown."""
        return self._paths.get(code or "", self.root.code)

    def unit_at(self, path: str) -> Unit:
        """Give the unit of a path.

        Raises
        ------
        UnitNotFound
            No unit has exactly this path.
        """
        code = path.rpartition("/")[2]
        if self._paths.get(code) != path:
            raise UnitNotFound(f"there is no unit {path[:80]!r}; `zhamen organisation show` lists them")
        return self._units[code]

    def path_now(self, path: str) -> str | None:
        """Give the present path of a unit that had another path in an earlier tree; None when it is gone."""
        return self._paths.get(path.rpartition("/")[2])

    def below(self, code: str) -> tuple[Unit, ...]:
        """Give the units directly below one."""
        return tuple(self._below.get(code, ()))

    def line(self, code: str) -> tuple[Unit, ...]:
        """Give a unit and those above it, the head office first.

        Raises
        ------
        UnitNotFound
            No unit has this code.
        """
        return tuple(self._units[each] for each in self.path(code).split("/"))

    def _walk(self, unit: Unit) -> Iterable[Unit]:
        yield unit
        for each in self._below.get(unit.code, ()):
            self._paths[each.code] = f"{self._paths[unit.code]}/{each.code}"
            yield from self._walk(each)


def _check(units: tuple[Unit, ...]) -> None:
    by_code = {unit.code: unit for unit in units}
    problems = [*_repeated(units), *(text for unit in units for text in _misfits(unit, by_code))]
    heads = [unit.code for unit in units if unit.level is Level.HEAD_OFFICE]
    if len(heads) != 1:
        problems.insert(0, f"there must be one head office, and there are {len(heads)}")
    if problems:
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        raise InvalidOrganisation(f"{problems[0]}{more}", problems=tuple(problems))


def _repeated(units: tuple[Unit, ...]) -> Iterable[str]:
    seen: set[str] = set()
    for unit in units:
        if unit.code.casefold() in seen:
            yield f"the code {unit.code[:40]!r} stands twice; every unit has its own"
        seen.add(unit.code.casefold())


def _misfits(unit: Unit, by_code: dict[str, Unit]) -> Iterable[str]:
    name = f"unit {unit.code[:40]!r}"
    if _CODE.fullmatch(unit.code) is None:
        yield f"{name}: a code has 1 to 32 letters, digits, dots and dashes, none of the last two at its ends"
    if not all(0 < len(text.strip()) <= _LONGEST_NAME and text.isprintable() for text in (unit.zh, unit.en)):
        yield f"{name}: give it a name of 1 to {_LONGEST_NAME} characters in Chinese (zh) and English (en)"
    if unit.level is Level.HEAD_OFFICE:
        if unit.parent:
            yield f"{name}: the head office is below no unit; leave its parent empty"
        return
    parent = by_code.get(unit.parent)
    if parent is None:
        yield f"{name}: there is no unit {unit.parent[:40]!r} for it to be below; give the parent's code"
    elif _RANK[parent.level] >= _RANK[unit.level]:
        yield f"{name}: {unit.level} cannot be below {parent.level} ({parent.code[:40]!r})"

"""The organisation as it was and is: which tree was in force when, and what a unit was called before."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from zhamen.core.instants import Micros
from zhamen.organisation.scope import Scope
from zhamen.organisation.units import Level, Organisation, Unit

__all__ = ["FOUNDING", "History", "Version", "moves_between"]

FOUNDING: Final = Organisation([Unit(code="head", level=Level.HEAD_OFFICE, zh="总行", en="Head Office")])
"""What a bank is before its organisation was imported: a head office."""


class Version(Struct, frozen=True, kw_only=True):
    """One tree of units and since when it is in force."""

    number: int
    made_at: Micros
    made_by: str
    organisation: Organisation


class History:
    """All versions of the organisation. What happened is filed under the tree of its time and stays there.

    Examples
    --------
    >>> History(()).current.root.code
    'head'
    """

    def __init__(self, versions: Sequence[Version]) -> None:
        self.versions = (Version(number=0, made_at=0, made_by="", organisation=FOUNDING), *versions)
        self._scopes: dict[str, Scope] = {}

    @property
    def current(self) -> Organisation:
        """The newest tree."""
        return self.versions[-1].organisation

    def at(self, micros: Micros) -> Organisation:
        """Give the tree in force at an instant."""
        return next(
            (each.organisation for each in reversed(self.versions) if each.made_at <= micros), FOUNDING
        )

    def scope(self, path: str) -> Scope:
        """Give what somebody at a unit sees: its subtree, and where its units were filed before.

        Where a unit was moved, both see its history: who answers for it now, and who did then. A path that
        is of no unit (any more) is the scope of itself and sees nothing new.

        Notes
        -----
        O(versions × units) the first time, then a look-up.
        """
        if path not in self._scopes:
            self._scopes[path] = self._scope(path)
        return self._scopes[path]

    def _scope(self, path: str) -> Scope:
        now, tops = Scope(path), [path]
        for version in self.versions[:-1]:
            for before, after in moves_between(version.organisation, self.current).items():
                if now.holds(after) and not Scope(path, tuple(tops)).covers(before):
                    tops.append(before)
        return Scope(path, tuple(tops[1:]))


def moves_between(old: Organisation, new: Organisation) -> dict[str, str]:
    """Give the new path of each old one that is another now; head offices answer to each other.

    Units that are gone are left out.
    """
    moved = {}
    for unit in old.units:
        before = old.path(unit.code)
        after = new.path_now(before)
        if after is None and unit == old.root:
            after = new.root.code
        if after is not None and after != before:
            moved[before] = after
    return moved

"""How far somebody's sight reaches: one unit and all below it."""

from typing import Final

from msgspec import Struct

from zhamen.core.errors import UnitNotFound

__all__ = ["OUTSIDE", "Scope", "check_within"]

OUTSIDE: Final = "public"
"""What people outside the bank do is filed under this, which is no unit; the head office answers for it."""


class Scope(Struct, frozen=True):
    """The subtree at ``path``.

    ``former`` are the paths that units of the subtree had in earlier trees, so that the history of a unit
    that was moved is seen by whoever answers for the unit now.

    Examples
    --------
    >>> region = Scope("HQ/R1")
    >>> [region.covers(path) for path in ("HQ/R1", "HQ/R1/B01", "HQ/R1x", "HQ", "HQ/R2/B01")]
    [True, True, False, False, False]
    >>> Scope("HQ/R2", former=("HQ/R1/B01",)).covers("HQ/R1/B01/B01-003")
    True
    """

    path: str
    former: tuple[str, ...] = ()

    @property
    def paths(self) -> tuple[str, ...]:
        """The tops of every subtree that is seen."""
        return (self.path, *self.former)

    @property
    def whole(self) -> bool:
        """Whether it is that of the head office, which sees the whole bank.

        >>> Scope("HQ").whole, Scope("HQ/R1").whole
        (True, False)
        """
        return "/" not in self.path

    def covers(self, path: str) -> bool:
        """Whether what is filed under a path is within."""
        return any(path == top or path.startswith(f"{top}/") for top in self.paths)

    def holds(self, path: str) -> bool:
        """Whether a unit of the present tree is within; what it was called before does not count."""
        return path == self.path or path.startswith(f"{self.path}/")


def check_within(scope: Scope, path: str) -> None:
    """See that a unit of the present tree is within somebody's sight.

    Raises
    ------
    UnitNotFound
        It is not; whether it exists elsewhere is not told.

    Examples
    --------
    >>> check_within(Scope("HQ/R1"), "HQ/R1/B01")
    """
    if not scope.holds(path):
        raise UnitNotFound("there is no such unit here; see that its path is right")

"""Who acts: a name, what they may do, and how far it reaches."""

from msgspec import Struct

from zhamen.core.errors import MissingPermission
from zhamen.organisation.permissions import Permission, Role, permissions_of
from zhamen.organisation.scope import Scope

__all__ = ["Actor"]


class Actor(Struct, frozen=True, kw_only=True):
    """A member of staff, or a calling system, at one moment.

    Examples
    --------
    >>> li = Actor.of_staff("li", (Role.TELLER,), Scope("HQ/R1/B01"))
    >>> li.may("ask-records"), li.may("read-audit")
    (True, False)
    >>> li.require("read-audit")
    Traceback (most recent call last):
    ...
    zhamen.core.errors.MissingPermission: li may not read-audit; an administrator can give a role that may
    """

    name: str
    roles: tuple[Role, ...]
    """Empty for a calling system."""
    scope: Scope
    permissions: frozenset[Permission]

    @classmethod
    def of_staff(cls, name: str, roles: tuple[Role, ...], scope: Scope) -> "Actor":
        """Give the actor that somebody of these roles is."""
        return cls(name=name, roles=roles, scope=scope, permissions=permissions_of(*roles))

    @property
    def unit(self) -> str:
        """The path of the unit to which the actor belongs."""
        return self.scope.path

    def may(self, permission: Permission) -> bool:
        """Whether the actor has a permission."""
        return permission in self.permissions

    def require(self, permission: Permission) -> None:
        """Go on only with a permission.

        Raises
        ------
        MissingPermission
            The actor does not have it.
        """
        if permission not in self.permissions:
            raise MissingPermission(
                f"{self.name} may not {permission}; an administrator can give a role that may"
            )

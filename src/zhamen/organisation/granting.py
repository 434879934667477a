"""Who may give which rights to whom: the one place where that is decided."""

from collections.abc import Sequence

from zhamen.core.errors import FourEyes, InputError, MemberNotFound, MissingPermission, UnitNotFound
from zhamen.organisation.actor import Actor
from zhamen.organisation.permissions import APART, GIVES, Role
from zhamen.organisation.units import Organisation

__all__ = ["check_administers", "check_grant", "check_roles"]


def check_administers(actor: Actor, name: str, unit: str, roles: Sequence[Role]) -> None:
    """Go on only if somebody may act on the account of another.

    Raises
    ------
    MissingPermission
        The actor does not keep accounts, or does not give the roles that the other has.
    MemberNotFound
        The other's unit is outside the actor's part of the organisation.
    FourEyes
        The account is the actor's own.
    """
    actor.require("manage-staff")
    if not actor.scope.holds(unit):
        raise MemberNotFound(f"there is no account {name[:40]!r} in your part of the organisation")
    if name == actor.name:
        raise FourEyes("nobody changes the own rights or account; ask another administrator")
    _check_gives(actor, roles)


def check_grant(actor: Actor, organisation: Organisation, unit: str, roles: Sequence[Role]) -> None:
    """Go on only if an actor may put somebody with these roles in a unit.

    Raises
    ------
    MissingPermission
        The actor does not keep accounts, or does not give one of the roles.
    UnitNotFound
        There is no such unit in the actor's part of the organisation.
    InputError
        No role, or roles that nobody has together.
    """
    actor.require("manage-staff")
    if not actor.scope.holds(unit):
        raise UnitNotFound(f"there is no unit {unit[:80]!r} in your part of the organisation")
    organisation.unit_at(unit)
    check_roles(roles)
    _check_gives(actor, roles)


def check_roles(roles: Sequence[Role]) -> None:
    """Go on only with roles that one person may have.

    Raises
    ------
    InputError
        None at all, or one that stands apart beside another.

    Examples
    --------
    >>> check_roles([Role.ANALYST, Role.OUTREACH])
    >>> check_roles([Role.ADMINISTRATOR, Role.APPROVER])
    Traceback (most recent call last):
    ...
    zhamen.core.errors.InputError: administrator stands apart: give it to somebody who has no other role
    """
    if not roles:
        raise InputError("choose at least one role")
    apart = [role for role in roles if role in APART]
    if apart and len(set(roles)) > 1:
        raise InputError(f"{apart[0]} stands apart: give it to somebody who has no other role")


def _check_gives(actor: Actor, roles: Sequence[Role]) -> None:
    given = frozenset[Role]().union(*(GIVES.get(role, frozenset()) for role in actor.roles))
    beyond = [role for role in roles if role not in given]
    if beyond:
        raise MissingPermission(
            f"{actor.name} may not give or take the role {beyond[0]}; an administrator may"
        )

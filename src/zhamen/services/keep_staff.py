"""Accounts of staff: made, given rights, moved, closed; each within the part of whoever does it."""

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple

from msgspec import structs

from zhamen.core.audit import Deed
from zhamen.core.errors import InputError, MemberNotFound
from zhamen.organisation.actor import Actor
from zhamen.organisation.granting import check_administers, check_grant
from zhamen.organisation.history import History
from zhamen.organisation.permissions import Permission, Role
from zhamen.ports.organisation import OrganisationStore
from zhamen.ports.staff import Member, StaffStore
from zhamen.services.passwords import hash_password, make_password

__all__ = ["NewPassword", "StaffDesk"]

_LONGEST_NAME = 40


class NewPassword(NamedTuple):
    """An account and the password for its next sign-in, which is shown this once and then changed.

    The password is empty for an account that signs in at the bank's own sign-in.
    """

    member: Member
    password: str


class StaffDesk:
    """Keeps accounts. Whoever acts needs manage-staff, and neither sees nor changes what is outside.

    Every method may raise what `check_administers` raises, those that give rights also what `check_grant`
    raises. What changes an account's rights ends its sessions.
    """

    def __init__(
        self, store: StaffStore, organisation: OrganisationStore, clock: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._organisation = organisation
        self._clock = clock

    def history(self) -> History:
        """Give the organisation, as it is and was."""
        return self._organisation.history()

    def actor_of(self, member: Member) -> Actor:
        """Give what a member may do, and where, at this moment."""
        return Actor.of_staff(member.name, member.roles, self.history().scope(member.unit))

    def list_staff(self, actor: Actor) -> list[Member]:
        """Give the accounts of the actor's part, by name."""
        actor.require("manage-staff")
        return self._store.list_staff(actor.scope)

    def who_may(self, permission: Permission, path: str) -> list[Actor]:
        """Give those who may sign in, have a permission, and see what is filed under a path; by name."""
        now = self.history().current.path_now(path)
        above = {line[: end.start()] for line in (path, now or path) for end in re.finditer("/|$", line)}
        actors = map(self.actor_of, self._store.list_at(above))
        return [actor for actor in actors if actor.may(permission) and actor.scope.covers(path)]

    def get(self, actor: Actor, name: str) -> Member:
        """Give an account of the actor's part.

        Raises
        ------
        MemberNotFound
            There is none, or it is outside.
        """
        actor.require("manage-staff")
        member = self._store.find(name)
        if member is None or not actor.scope.holds(member.unit):
            raise MemberNotFound(f"there is no account {name[:40]!r} in your part of the organisation")
        return member

    def add(
        self, actor: Actor, name: str, roles: Sequence[Role], unit: str, *, elsewhere: bool = False
    ) -> NewPassword:
        """Make an account.

        Parameters
        ----------
        elsewhere
            It signs in at the bank's own sign-in only, where `name` is its name; there is no password.

        Raises
        ------
        InputError
            The name is no name.
        ConflictError
            The name is taken.
        """
        if not (name.isascii() and name.replace("-", "").replace(".", "").isalnum()):
            raise InputError(f"a name has 1 to {_LONGEST_NAME} letters, digits, dots and dashes")
        if len(name) > _LONGEST_NAME:
            raise InputError(f"a name has at most {_LONGEST_NAME} characters")
        check_grant(actor, self.history().current, unit, roles)
        password = "" if elsewhere else make_password()
        member = Member(
            name=name,
            roles=_in_order(roles),
            unit=unit,
            password=hash_password(password) if password else "",
            must_change=bool(password),
            made_at=self._clock(),
            made_by=actor.name,
        )
        self._store.add(member, self._deed(actor, "add-member", name, roles=_texts(member), unit=unit))
        return NewPassword(member, password)

    def give(self, actor: Actor, name: str, roles: Sequence[Role], unit: str) -> Member:
        """Set the roles and the unit of an account."""
        self.get(actor, name)
        check_grant(actor, self.history().current, unit, roles)
        given = _in_order(roles)
        deed = self._deed(actor, "give-rights", name, roles=[str(role) for role in given], unit=unit)
        return self._change(actor, name, deed, roles=given, unit=unit)

    def disable(self, actor: Actor, name: str) -> Member:
        """Close an account."""
        deed = self._deed(actor, "disable-member", name)
        return self._change(actor, name, deed, disabled_at=self._clock())

    def enable(self, actor: Actor, name: str) -> Member:
        """Open a closed account, and let a locked one try again."""
        deed = self._deed(actor, "enable-member", name)
        return self._change(actor, name, deed, disabled_at=None, failures=0, locked_until=None)

    def reset_password(self, actor: Actor, name: str) -> NewPassword:
        """Set a password for the next sign-in, which is then changed; a locked account may try again.

        Raises
        ------
        InputError
            The account signs in at the bank's own sign-in only.
        """
        if not self.get(actor, name).password:
            raise InputError(f"{name} signs in at the bank's own sign-in and has no password here")
        password = make_password()
        member = self._change(
            actor,
            name,
            self._deed(actor, "reset-password", name),
            password=hash_password(password),
            must_change=True,
            failures=0,
            locked_until=None,
        )
        return NewPassword(member, password)

    def reset_codes(self, actor: Actor, name: str) -> Member:
        """Take the second factor and the recovery codes away, for somebody who has lost them."""
        deed = self._deed(actor, "reset-authenticator", name)
        member = self._change(actor, name, deed, totp=None, totp_step=0)
        self._store.keep_codes(name, [], self._deed(actor, "drop-codes", name))
        return member

    def end_sessions(self, actor: Actor, name: str) -> Member:
        """Put somebody out, wherever they are signed in."""
        return self._change(actor, name, self._deed(actor, "end-sessions", name))

    def _deed(self, actor: Actor, act: str, name: str, **detail: str | list[str]) -> Deed:
        subject = f"member/{name}"
        return Deed(
            at=self._clock(), actor=actor.name, unit=actor.unit, act=act, subject=subject, detail=detail
        )

    def _change(self, actor: Actor, name: str, deed: Deed, **changes: object) -> Member:
        self.get(actor, name)

        def how(found: Member) -> Member:
            check_administers(actor, name, found.unit, found.roles)
            return structs.replace(found, **changes)

        return self._store.change(name, how, deed=deed, end_sessions=True)


def _texts(member: Member) -> list[str]:
    return [str(role) for role in member.roles]


def _in_order(roles: Sequence[Role]) -> tuple[Role, ...]:
    return tuple(role for role in Role if role in roles)

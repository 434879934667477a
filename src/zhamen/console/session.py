"""Who is signed in, what they may do, and that a form is theirs."""

import asyncio
from typing import Final

from msgspec import Struct
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from zhamen.bootstrap.desk import Desk
from zhamen.console.forms import read_form
from zhamen.console.page import HEADERS
from zhamen.console.words import translator
from zhamen.core.errors import MissingPermission, UnknownKey
from zhamen.organisation.permissions import Permission, permissions_of
from zhamen.organisation.permissions import Role as Duty
from zhamen.ports.records import Actor
from zhamen.ports.staff import Member, Role
from zhamen.services.sign_in import form_token

__all__ = ["COOKIE", "Door", "SignedIn", "to_login", "values_of"]

COOKIE: Final = "session"
_ROLE_WORDS: Final = {
    Role.TELLER: "柜员",
    Role.INVESTIGATOR: "调查员",
    Role.JUDICIAL_DESK: "司法协助岗",
    Role.BRANCH_MANAGER: "机构负责人",
    Role.STRATEGIST: "策略岗",
    Role.AUDITOR: "审计员",
    Role.ADMINISTRATOR: "管理员",
}


class SignedIn(Struct, frozen=True):
    """Somebody who is signed in, and the token of the session."""

    member: Member
    token: str

    def may(self, permission: Permission) -> bool:
        """Whether they have a permission."""
        return permission in permissions_of(Duty(self.member.role.value))

    def require(self, permission: Permission) -> None:
        """Go on only with a permission.

        Raises
        ------
        MissingPermission
            They do not have it.
        """
        if not self.may(permission):
            raise MissingPermission(f"{self.member.name} may not {permission}; ask an administrator for it")

    def act(self, reason: str = "") -> Actor:
        """Give them as who acts, and why."""
        return Actor(self.member.name, self.member.unit, reason)


class Door:
    """Lets requests of staff in."""

    def __init__(self, desk: Desk) -> None:
        self._staff = desk.staff

    async def enter(self, request: Request, permission: Permission | None = None) -> SignedIn:
        """Give who is signed in, and may do something.

        Raises
        ------
        UnknownKey
            Nobody is signed in; the answer is the form to sign in.
        MissingPermission
            Who is may not.
        """
        token = request.cookies.get(COOKIE, "")
        member = await asyncio.to_thread(self._staff.who, token)
        if member is None:
            raise UnknownKey("nobody is signed in; sign in first")
        signed = SignedIn(member, token)
        if permission is not None:
            signed.require(permission)
        return signed

    async def form(
        self, request: Request, permission: Permission | None = None
    ) -> tuple[SignedIn, dict[str, str]]:
        """Give who sent a form, and may do something, and the form.

        Raises
        ------
        UnknownKey, MissingPermission
            As `enter`; or the form is not of this session.
        """
        form, signed = await read_form(request), await self.enter(request, permission)
        if form.get("form") != form_token(signed.token):
            raise MissingPermission("this form is not of this session; open the page again")
        return signed, form


def values_of(signed: SignedIn, language: str) -> dict[str, object]:
    """Give what every page of the staff shows."""
    say, member = translator(language), signed.member
    return {
        "member": member,
        "role": say(_ROLE_WORDS[member.role]),
        "form": form_token(signed.token),
        "may": signed.may,
    }


def to_login() -> Response:
    """Lead to the form to sign in."""
    return RedirectResponse("/console/login", 303, headers=dict(HEADERS))

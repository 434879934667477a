"""Who is at the door of the staff's pages: signed in or sent to sign in, and what the own forms carry."""

import asyncio
from collections.abc import Mapping
from typing import Final

from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response

from zhamen.bootstrap.work import Work
from zhamen.console.forms import Upload, check_own, read_form, read_upload
from zhamen.console.page import Pages
from zhamen.console.units import unit_names
from zhamen.core.errors import MissingPermission
from zhamen.organisation import permissions
from zhamen.organisation.actor import Actor
from zhamen.organisation.permissions import Permission, Role
from zhamen.ports.staff import Member, Session
from zhamen.services.sign_in import Present, form_token

__all__ = ["POLLED", "SESSION", "Door", "SignedIn", "TurnedAway", "role_name"]

SESSION: Final = "session"
"""The cookie of a session."""
POLLED: Final = "x-polled"
"""The header of what a page asks by itself; it does not keep a session going."""
_FIRST: Final = {"password": "/console/account", "totp": "/console/account/totp"}


class TurnedAway(Exception):
    """The visitor goes elsewhere first; the application answers with the redirect."""

    def __init__(self, to: str) -> None:
        super().__init__(to)
        self.to = to


class SignedIn(Struct, frozen=True):
    """Who asks for a page, what they may do, and their session."""

    member: Member
    actor: Actor
    session: Session
    token: str

    @property
    def form(self) -> str:
        """What every form of this session carries."""
        return form_token(self.token)

    def check_form(self, fields: dict[str, str]) -> None:
        """Take what shows that a form is of this session out of its fields.

        Raises
        ------
        MissingPermission
            It is of another session, or of another site.
        """
        if fields.pop("form", "") != self.form:
            raise MissingPermission("this form is not of this session; open the page again")


class Door:
    """Knows who asks, for every route of the staff's pages."""

    def __init__(self, work: Work, pages: Pages) -> None:
        self._work = work
        self.pages = pages
        """What renders them."""

    async def enter(
        self, request: Request, permission: Permission | None = None, *, anyway: bool = False
    ) -> SignedIn:
        """Give who is signed in.

        Parameters
        ----------
        permission
            What the page needs.
        anyway
            Also for somebody who has to choose a password or set up the second factor first.

        Raises
        ------
        TurnedAway
            Nobody is signed in, or something has to be done first.
        MissingPermission
            The roles do not allow the page.
        """
        token = request.cookies.get(SESSION, "")
        found = await asyncio.to_thread(self._find, token, by_itself=POLLED in request.headers)
        if found is None:
            raise TurnedAway("/console/login")
        present, actor = found
        if present.first and not anyway:
            raise TurnedAway(_FIRST[present.first])
        if permission is not None:
            actor.require(permission)
        return SignedIn(present.member, actor, present.session, token)

    def _find(self, token: str, *, by_itself: bool) -> tuple[Present, Actor] | None:
        present = self._work.signing.who(token, by_itself=by_itself)
        return None if present is None else (present, self._work.staff.actor_of(present.member))

    async def enter_form(
        self, request: Request, permission: Permission | None = None, *, anyway: bool = False
    ) -> tuple[SignedIn, dict[str, str]]:
        """Give who sent a form, and the form; raises as `enter` does, and when it is not one of ours.

        Raises
        ------
        MissingPermission
            The form is of another session or another site.
        """
        check_own(request)
        form = await read_form(request)
        signed = await self.enter(request, permission, anyway=anyway)
        signed.check_form(form)
        return signed, form

    async def enter_upload(
        self, request: Request, permission: Permission, most_bytes: int
    ) -> tuple[SignedIn, Upload]:
        """Give who sent a form with a file, and the form; nothing is read of strangers.

        Raises as `enter_form` and `read_upload`.
        """
        check_own(request)
        signed = await self.enter(request, permission)
        upload = await read_upload(request, most_bytes)
        signed.check_form(upload.fields)
        return signed, upload

    def show(
        self,
        request: Request,
        signed: SignedIn,
        template: str,
        values: Mapping[str, object],
        status: int = 200,
    ) -> Response:
        """Give a page to somebody who is signed in; its template extends ``staff.html``."""
        language = self.pages.language(request)
        ours = {
            "member": signed.member,
            "actor": signed.actor,
            "may": signed.actor.permissions,
            "role": " · ".join(role_name(role, language) for role in signed.member.roles),
            "place": unit_names(self._work.organisation.known.current, language)(signed.member.unit),
            "form": signed.form,
        }
        return self.pages.show(request, template, {**ours, **values}, status)


def role_name(role: Role, language: str) -> str:
    """Give the name of a role for people.

    >>> role_name(Role.TELLER, "zh"), role_name(Role.TELLER, "en")
    ('柜员', 'teller')
    """
    zh, en = permissions.ROLE_WORDS[role]
    return zh if language == "zh" else en

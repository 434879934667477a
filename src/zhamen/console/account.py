"""My account: password, second factor, sessions."""

import asyncio
from typing import Final

import segno
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from zhamen.bootstrap.work import Work
from zhamen.console.door import Door, SignedIn
from zhamen.console.page import lead_to
from zhamen.core.errors import ConflictError, InputError, QuotaExceeded, UnknownKey

__all__ = ["AccountPages"]

_PROBLEM_WORDS: Final[dict[type[Exception], str]] = {
    UnknownKey: "口令或验证码不对，或验证码已经用过。",
    QuotaExceeded: "输错次数过多，请稍后再试。",
    InputError: "新口令要有 12 到 200 个字符，并且与旧的不同；两次输入要一致。",
    ConflictError: "设置时间过长，请重新开始。",
}
_PROBLEMS: Final = tuple(_PROBLEM_WORDS)
_VIA_WORDS: Final = {
    "password": "口令",
    "totp": "口令和验证码",
    "recovery": "口令和恢复码",
    "oidc": "统一登录",
}


class AccountPages:
    """The routes of what people do with their own account."""

    def __init__(self, work: Work, door: Door) -> None:
        self._work = work
        self._door = door

    @property
    def routes(self) -> list[Route]:
        """What answers where."""
        return [
            Route("/console/account", self.home, methods=["GET"]),
            Route("/console/account/password", self.change_password, methods=["POST"]),
            Route("/console/account/totp", self.totp_form, methods=["GET"]),
            Route("/console/account/totp", self.confirm_totp, methods=["POST"]),
            Route("/console/account/codes", self.renew_codes, methods=["POST"]),
            Route("/console/account/sessions", self.end_session, methods=["POST"]),
        ]

    async def home(self, request: Request) -> Response:
        """Show the account."""
        return await self._home(request, await self._door.enter(request, anyway=True))

    async def change_password(self, request: Request) -> Response:
        """Set a new password."""
        signed, form = await self._door.enter_form(request, anyway=True)
        old, new = form.get("old", ""), form.get("new", "")
        try:
            if new != form.get("again", ""):
                raise InputError("the two new passwords differ; type the same twice")
            await asyncio.to_thread(
                self._work.own.change_password, signed.member, old, new, token=signed.token
            )
        except _PROBLEMS as error:
            return await self._home(request, signed, error)
        return lead_to("/console/account?done=password")

    async def totp_form(self, request: Request) -> Response:
        """Show what an authenticator is set up with."""
        return await self._totp(request, await self._door.enter(request, anyway=True))

    async def confirm_totp(self, request: Request) -> Response:
        """Take the authenticator into use."""
        signed, form = await self._door.enter_form(request, anyway=True)
        given = (signed.member, form.get("proof", ""), form.get("code", ""))
        try:
            codes = await asyncio.to_thread(self._work.own.confirm_totp, *given, token=signed.token)
        except _PROBLEMS as error:
            return await self._totp(request, signed, error)
        return self._door.show(request, signed, "codes.html", {"codes": codes})

    async def renew_codes(self, request: Request) -> Response:
        """Give new recovery codes."""
        signed, form = await self._door.enter_form(request)
        try:
            codes = await asyncio.to_thread(self._work.own.renew_codes, signed.member, form.get("code", ""))
        except _PROBLEMS as error:
            return await self._home(request, signed, error)
        return self._door.show(request, signed, "codes.html", {"codes": codes})

    async def end_session(self, request: Request) -> Response:
        """End one of the own sessions."""
        signed, form = await self._door.enter_form(request, anyway=True)
        await asyncio.to_thread(self._work.signing.end_session, signed.member.name, form.get("session", ""))
        return lead_to("/console/account")

    async def _home(self, request: Request, signed: SignedIn, error: Exception | None = None) -> Response:
        say = self._door.pages.say(request)
        sessions = await asyncio.to_thread(self._work.signing.sessions, signed.member.name)
        values = {
            "problem": self._problem(request, error),
            "changed": request.query_params.get("done") == "password" and error is None,
            "sessions": [(each, say(_VIA_WORDS[each.via])) for each in sessions],
            "here": signed.session.id,
            "codes_left": await asyncio.to_thread(self._work.own.codes_left, signed.member),
            "path": "/console/account",
        }
        return self._door.show(request, signed, "account.html", values, 422 if error else 200)

    async def _totp(self, request: Request, signed: SignedIn, error: Exception | None = None) -> Response:
        enrolment = await asyncio.to_thread(self._work.own.begin_totp, signed.member, token=signed.token)
        values = {
            "problem": self._problem(request, error),
            "picture": Markup(  # noqa: S704  # drawn by segno, of digits and letters only
                segno.make(enrolment.address, micro=False).svg_inline(
                    dark="#000", light="#fff", omitsize=True
                )
            ),
            "digits": enrolment.digits,
        }
        return self._door.show(request, signed, "totp.html", values, 422 if error else 200)

    def _problem(self, request: Request, error: Exception | None) -> str:
        say = self._door.pages.say(request)
        return next((say(_PROBLEM_WORDS[kind]) for kind in _PROBLEM_WORDS if isinstance(error, kind)), "")

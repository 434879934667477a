"""Signing in: with a password and a code, or by the bank's own sign-in; and signing out."""

import asyncio
from typing import Final, Literal

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from zhamen.bootstrap.single_sign_on import CALLBACK
from zhamen.bootstrap.work import Work
from zhamen.console.door import SESSION, Door
from zhamen.console.forms import check_own, read_form
from zhamen.console.page import lead_to
from zhamen.core.errors import NotFoundError, QuotaExceeded, UnavailableError, UnknownKey
from zhamen.organisation.permissions import Permission, permissions_of
from zhamen.services.sign_in import Halfway

__all__ = ["LoginPages"]

_HALFWAY: Final = "halfway"
_SENT: Final = "sent"
_CASEWORK: Final[frozenset[Permission]] = frozenset({"claim-case", "assign-case", "approve-disposition"})
_BELOW: Final = "/console/login"
_PROBLEM_WORDS: Final = {
    "password": "登录名与口令不符。",
    "code": "验证码不对，或已经用过；请等下一个。过久则需重新登录。",
    "wait": "输错次数过多，请稍后再试。",
    "oidc": "统一登录没有成功，或您在本系统没有账号。请重试，或联系管理员。",
    "away": "统一登录暂时没有应答，请稍后再试。",
}


class LoginPages:
    """The routes before somebody is signed in. A session has a token that was drawn when it began."""

    def __init__(self, work: Work, door: Door, *, secure: bool) -> None:
        self._work = work
        self._door = door
        self._secure = secure

    @property
    def routes(self) -> list[Route]:
        """What answers where."""
        return [
            Route("/console/login", self.form, methods=["GET"]),
            Route("/console/login", self.sign_in, methods=["POST"]),
            Route("/console/login/code", self.code_form, methods=["GET"]),
            Route("/console/login/code", self.enter_code, methods=["POST"]),
            Route("/console/login/bank", self.send, methods=["GET"]),
            Route(CALLBACK, self.receive, methods=["GET"]),
            Route("/console/logout", self.sign_out, methods=["POST"]),
        ]

    async def form(self, request: Request) -> Response:
        """Show the form to sign in."""
        return self._show(request, "login.html")

    async def sign_in(self, request: Request) -> Response:
        """Take name and password."""
        check_own(request)
        form = await read_form(request)
        given = (form.get("name", ""), form.get("password", ""), _browser(request))
        try:
            entered = await asyncio.to_thread(self._work.signing.sign_in, *given)
        except UnknownKey:
            return self._show(request, "login.html", "password", 401)
        except QuotaExceeded:
            return self._show(request, "login.html", "wait", 429)
        if isinstance(entered, Halfway):
            response = lead_to("/console/login/code")
            self._set(response, _HALFWAY, entered.token, path=_BELOW)
            return response
        return await self._let_in(request, entered, lead_to(await self._start(entered)))

    async def code_form(self, request: Request) -> Response:
        """Show the form for the code."""
        return self._show(request, "code.html") if _HALFWAY in request.cookies else lead_to(_BELOW)

    async def enter_code(self, request: Request) -> Response:
        """Take the code of the second factor."""
        check_own(request)
        form = await read_form(request)
        given = (request.cookies.get(_HALFWAY, ""), form.get("code", ""), _browser(request))
        try:
            token = await asyncio.to_thread(self._work.signing.enter_code, *given)
        except UnknownKey:
            return self._show(request, "code.html", "code", 401)
        except QuotaExceeded:
            return self._show(request, "code.html", "wait", 429)
        response = lead_to(await self._start(token))
        response.delete_cookie(_HALFWAY, path=_BELOW)
        return await self._let_in(request, token, response)

    async def send(self, request: Request) -> Response:
        """Send the browser to the bank's own sign-in."""
        if self._work.single_sign_on is None:
            raise NotFoundError("the bank's own sign-in is not set up; set ZHAMEN_OIDC_ISSUER")
        try:
            begun = await asyncio.to_thread(self._work.single_sign_on.begin)
        except UnavailableError:
            return self._show(request, "login.html", "away", 503)
        response = lead_to(begun.address)
        self._set(response, _SENT, begun.token, path=_BELOW, samesite="lax")
        return response

    async def receive(self, request: Request) -> Response:
        """Take the browser back from the bank's own sign-in.

        The way here began at another site, so the session's cookie would not come along to the next page:
        this page leads on to it.
        """
        if self._work.single_sign_on is None:
            raise NotFoundError("the bank's own sign-in is not set up; set ZHAMEN_OIDC_ISSUER")
        given = (request.cookies.get(_SENT, ""), dict(request.query_params), _browser(request))
        try:
            token = await asyncio.to_thread(self._work.single_sign_on.finish, *given)
            response = self._show(request, "entered.html", start=await self._start(token))
        except UnknownKey:
            return self._show(request, "login.html", "oidc", 401)
        except UnavailableError:
            return self._show(request, "login.html", "away", 503)
        response.delete_cookie(_SENT, path=_BELOW)
        return await self._let_in(request, token, response)

    async def sign_out(self, request: Request) -> Response:
        """Sign somebody out."""
        signed, _ = await self._door.enter_form(request, anyway=True)
        await asyncio.to_thread(self._work.signing.sign_out, signed.token)
        response = lead_to(_BELOW)
        response.delete_cookie(SESSION, path="/console")
        return response

    async def _let_in(self, request: Request, token: str, response: Response) -> Response:
        """Give the browser its session, and end the one that it had."""
        before = request.cookies.get(SESSION, "")
        if before:
            await asyncio.to_thread(self._work.signing.sign_out, before)
        self._set(response, SESSION, token, path="/console")
        return response

    def _set(
        self,
        response: Response,
        name: str,
        value: str,
        *,
        path: str,
        samesite: Literal["lax", "strict"] = "strict",
    ) -> None:
        response.set_cookie(name, value, httponly=True, samesite=samesite, secure=self._secure, path=path)

    async def _start(self, token: str) -> str:
        """Give where the work of somebody begins: at the queue of cases, or at the desk."""
        present = await asyncio.to_thread(self._work.signing.who, token)
        works = present is not None and not _CASEWORK.isdisjoint(permissions_of(*present.member.roles))
        return "/console/cases" if works else "/console"

    def _show(
        self,
        request: Request,
        template: str,
        problem: str = "",
        status: int = 200,
        *,
        start: str = "/console",
    ) -> Response:
        say = self._door.pages.say(request)
        values = {
            "problem": say(_PROBLEM_WORDS[problem]) if problem else "",
            "start": start,
            "bank": self._work.single_sign_on is not None,
        }
        return self._door.pages.show(request, template, values, status)


def _browser(request: Request) -> str:
    return request.headers.get("user-agent", "")

"""The desk of the staff: sign in, ask with a purpose, and read who asked."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from time import perf_counter
from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from zhamen.bootstrap.desk import Desk
from zhamen.console.feedback import CHANNEL_WORDS, OUTCOME_WORDS
from zhamen.console.forms import read_form
from zhamen.console.page import HEADERS, Pages
from zhamen.console.session import COOKIE, Door, SignedIn, to_login, values_of
from zhamen.console.words import translator
from zhamen.core.errors import InputError, InvalidIdentifier, QuotaExceeded, RecordNotFound, UnknownKey
from zhamen.ports.queries import PURPOSES, Purpose
from zhamen.ports.staff import Member
from zhamen.records.record import Record
from zhamen.screening.subjects import Identifier
from zhamen.services.ask import Asker, Known
from zhamen.services.interventions import Intervention, begin, begin_named, sealed
from zhamen.services.search_names import name_subject

__all__ = ["StaffPages"]

_SHOWN: Final = 200
_PURPOSE_WORDS: Final = {
    "counter": "柜面核实",
    "payment": "付款核查",
    "account_opening": "开户审核",
    "investigation": "案件调查",
    "review": "复核与申诉",
}
_LIST_WORDS: Final = {
    "": "没有记录",
    "white": "白名单",
    "watch": "关注名单",
    "grey": "灰名单",
    "black": "黑名单",
}


class StaffPages:
    """The routes of the staff's pages. Every form carries a token of its session."""

    def __init__(self, desk: Desk, pages: Pages, *, secure: bool) -> None:
        self._desk = desk
        self._door = Door(desk)
        self._pages = pages
        self._secure = secure

    @property
    def routes(self) -> list[Route]:
        """What answers where."""
        return [
            Route("/console", self.home, methods=["GET"]),
            Route("/console/login", self.login_form, methods=["GET"]),
            Route("/console/login", self.login, methods=["POST"]),
            Route("/console/logout", self.logout, methods=["POST"]),
            Route("/console/ask", self.home, methods=["GET"]),
            Route("/console/ask", self.ask, methods=["POST"]),
            Route("/console/log", self.log, methods=["GET"]),
        ]

    async def login_form(self, request: Request) -> Response:
        """Show the form to sign in."""
        return self._pages.show(request, "login.html", {"problem": ""})

    async def login(self, request: Request) -> Response:
        """Sign somebody in."""
        form = await read_form(request)
        try:
            token = await asyncio.to_thread(
                self._desk.staff.sign_in, form.get("name", ""), form.get("password", "")
            )
        except UnknownKey:
            say = translator(self._pages.language(request))
            return self._pages.show(request, "login.html", {"problem": say("登录名与口令不符。")}, 401)
        except QuotaExceeded:
            say = translator(self._pages.language(request))
            return self._pages.show(
                request, "login.html", {"problem": say("输错次数过多，请稍后再试。")}, 429
            )
        response = RedirectResponse("/console", 303, headers=dict(HEADERS))
        response.set_cookie(
            COOKIE, token, httponly=True, samesite="strict", secure=self._secure, path="/console"
        )
        return response

    async def logout(self, request: Request) -> Response:
        """Sign somebody out."""
        signed, _ = await self._door.form(request)
        await asyncio.to_thread(self._desk.staff.sign_out, signed.token)
        response = to_login()
        response.delete_cookie(COOKIE, path="/console")
        return response

    async def home(self, request: Request) -> Response:
        """Show the box to ask in."""
        return self._box(request, await self._door.enter(request), {})

    async def ask(self, request: Request) -> Response:
        """Answer a question of somebody who is signed in, and log it."""
        signed, form = await self._door.form(request)
        purpose = next(
            (each for each in PURPOSES if each == form.get("purpose") and each in _PURPOSE_WORDS), None
        )
        if purpose is None:
            raise InputError("choose what you ask for")
        started, text = perf_counter(), form.get("value", "")
        if _is_name(text):
            who = name_subject(text)
            names = await asyncio.to_thread(self._desk.names.search, text)
            known = self._desk.asking.know(who)
            await self._logged(who, known, signed.member, purpose, perf_counter() - started)
            return self._box(request, signed, {"names": names, "named": True}, begin_named(names))
        try:
            who = self._desk.asking.identify("", text)
        except InvalidIdentifier as error:
            return self._box(request, signed, {"problem": str(error)})
        known = self._desk.asking.know(who)
        await self._logged(who, known, signed.member, purpose, perf_counter() - started)
        records = await asyncio.to_thread(self._records_of, known)
        return self._box(request, signed, {"known": known, "records": records}, begin(known))

    async def log(self, request: Request) -> Response:
        """Show who asked, within the reader's part of the organisation."""
        signed = await self._door.enter(request, "read-queries")
        unit = signed.member.unit
        found = await asyncio.to_thread(self._desk.log.list_queries, unit=unit, limit=_SHOWN)
        say = translator(self._pages.language(request))
        lists = {code: say(name) for code, name in _LIST_WORDS.items()}
        values = values_of(signed, self._pages.language(request)) | {"queries": found, "lists": lists}
        return self._pages.show(request, "log.html", values)

    def _box(
        self,
        request: Request,
        signed: SignedIn,
        answer: Mapping[str, object],
        warning: Intervention | None = None,
    ) -> Response:
        say = translator(self._pages.language(request))
        values = values_of(signed, self._pages.language(request)) | {
            "purposes": [(code, say(name)) for code, name in _PURPOSE_WORDS.items()],
            "lists": {code: say(name) for code, name in _LIST_WORDS.items()},
            "warning": "" if warning is None else sealed(warning, signed.token),
            "outcomes": [(code, say(name)) for code, name in OUTCOME_WORDS.items()],
            "channels": [(code, say(name)) for code, name in CHANNEL_WORDS.items()],
            "known": None,
            "records": {},
            "names": (),
            "named": False,
            "problem": "",
            "path": "/console",
            **answer,
        }
        return self._pages.show(request, "ask.html", values, 422 if values["problem"] else 200)

    def _records_of(self, known: Known) -> dict[int, Record]:
        """Give the records behind the findings; one that was deleted meanwhile is left out."""
        found: dict[int, Record] = {}
        for one in known.findings:
            with suppress(RecordNotFound):
                found[one.record_id] = self._desk.records.store.get(one.record_id)
        return found

    async def _logged(
        self, who: Identifier, known: Known, member: Member, purpose: Purpose, took: float
    ) -> None:
        asker = Asker(who=member.name, unit=member.unit, channel="console")
        await self._desk.asking.note([(who, known)], asker, purpose, took=took)


def _is_name(text: str) -> bool:
    """Tell a name from a number or an address: letters, and no digit, point, slash or colon among them."""
    return any(character.isalpha() for character in text) and not any(
        character.isdigit() or character in "./:@_" for character in text
    )

"""The public's pages: look up, report, appeal; no login, no script, no word of safety."""

import asyncio
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from zhamen.bootstrap.desk import Desk
from zhamen.console.appeals import status_of
from zhamen.console.forms import read_form
from zhamen.console.page import Pages
from zhamen.screening.subjects import SubjectKind

__all__ = ["PublicPages"]

_LEAST_SECONDS: Final = 0.3
"""Every answer takes at least so long, so that its time says nothing."""
_KIND_WORDS: Final[dict[str, str]] = {
    SubjectKind.PHONE: "电话号码",
    SubjectKind.ACCOUNT: "银行账号或卡号",
}
"""What a number may be several of."""
_NOTHING_SAID: Final = {"value": "", "note": "", "kinds": ()}


class PublicPages:
    """The routes of the public's pages."""

    def __init__(self, desk: Desk, pages: Pages) -> None:
        self._desk = desk
        self._pages = pages

    @property
    def routes(self) -> list[Route]:
        """What answers where."""
        return [
            Route("/query", self._form("query.html"), methods=["GET"]),
            Route("/query", self.ask, methods=["POST"]),
            Route(
                "/query/report",
                self._form("report.html", {"value": "", "note": "", "kinds": ()}),
                methods=["GET"],
            ),
            Route("/query/report", self.report, methods=["POST"]),
            Route("/query/appeal", self._form("appeal.html"), methods=["GET"]),
            Route("/query/appeal", self.appeal, methods=["POST"]),
            Route(
                "/query/appeal/status", self._form("appeal_status.html", {"asked": False}), methods=["GET"]
            ),
            Route("/query/appeal/status", self.appeal_status, methods=["POST"]),
            Route("/query/choice", self.choose, methods=["POST"]),
        ]

    async def ask(self, request: Request) -> Response:
        """Answer a question, found or not found in the same time."""
        pause = asyncio.create_task(asyncio.sleep(_LEAST_SECONDS))
        try:
            form = await read_form(request)
            answer = await self._desk.public.ask(form.get("value", ""), address_of(request))
        finally:
            await pause
        return self._pages.show(request, "answer.html", {"answer": answer})

    async def report(self, request: Request) -> Response:
        """Take in a report; a number that may be of several kinds is shown again, to choose one."""
        form, desk = await read_form(request), self._desk
        value, note = form.get("value", ""), form.get("note", "")
        found = desk.public.reported(value, form.get("kind", ""))
        if len(found) > 1:
            say = self._pages.say(request)
            kinds = [(one.kind.value, say(_KIND_WORDS[one.kind])) for one in found]
            values = {"value": value, "note": note, "kinds": kinds}
            return self._pages.show(request, "report.html", values)
        stores = desk.records.store, desk.records_desk.filed
        address = address_of(request)
        await asyncio.to_thread(desk.public.report, stores, desk.reports, (found[0], note), address)
        say = self._pages.say(request)
        told = say("谢谢。工作人员核实后，会用来提醒其他人。如果您已经转账，请立即拨打 110。")
        return self._told(request, say("举报已收到"), told)

    async def appeal(self, request: Request) -> Response:
        """Take in an appeal and say by when it is answered."""
        form = await read_form(request)
        desk = self._desk
        fields = form.get("value", ""), form.get("claim", ""), form.get("contact", "")
        received = await asyncio.to_thread(
            desk.public.appeal, desk.appeals, desk.records.secrets.ring, fields, address_of(request)
        )
        return self._pages.show(request, "receipt.html", {"appeal": received.appeal, "code": received.code})

    async def appeal_status(self, request: Request) -> Response:
        """Tell how an appeal stands, known or not known in the same time."""
        pause = asyncio.create_task(asyncio.sleep(_LEAST_SECONDS))
        try:
            form, desk = await read_form(request), self._desk
            appeal = await asyncio.to_thread(
                desk.public.appeal_status, desk.appeals, form.get("code", ""), address_of(request)
            )
        finally:
            await pause
        say, now = self._pages.say(request), desk.clock()
        told = None if appeal is None else status_of(appeal, say, now)
        return self._pages.show(request, "appeal_status.html", {"asked": True, "told": told})

    async def choose(self, request: Request) -> Response:
        """Keep a language or a theme."""
        return self._pages.keep_choice(await read_form(request))

    def _told(self, request: Request, heading: str, text: str) -> Response:
        told = {"kind": "calm", "heading": heading, "text": text, "back": "/query"}
        return self._pages.show(request, "told.html", told)

    def _form(  # type: ignore[no-untyped-def]  # a handler of starlette's
        self, template: str, values: Mapping[str, object] = MappingProxyType({})
    ):
        async def show(request: Request) -> Response:
            return self._pages.show(request, template, values)

        return show


def address_of(request: Request) -> str:
    """Give where a request comes from."""
    return request.client.host if request.client is not None else ""

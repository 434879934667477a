"""The queue of records that wait for their check, and records found by what they are or whom they name."""

import asyncio
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from zhamen.bootstrap.desk import Desk
from zhamen.console.door import Door, SignedIn
from zhamen.console.insight.looking import Looking
from zhamen.console.page import lead_to
from zhamen.console.records.words import category_names, enter_reader, require_reader, spoken
from zhamen.core.errors import FourEyes
from zhamen.ports.record_desk import Filed, Sought
from zhamen.ports.records import Actor
from zhamen.records.record import Status
from zhamen.screening.entries import ListKind
from zhamen.screening.identifiers.identify import recognise
from zhamen.screening.subjects import SubjectKind
from zhamen.services.record_desk import Published

__all__ = ["HOME", "RecordQueue"]

HOME: Final = "/console/records"
_SHOWN: Final = 50
_FIELDS: Final = ("status", "list", "kind", "source", "run", "after")


class RecordQueue:
    """The routes of many records, for those who enter-records or publish-records."""

    def __init__(self, desk: Desk, door: Door, looking: Looking) -> None:
        self._desk = desk
        self._door = door
        self._looking = looking

    @property
    def routes(self) -> list[Route]:
        """What answers where."""
        return [
            Route(HOME, self.queue, methods=["GET"]),
            Route(HOME, self.search, methods=["POST"]),
            Route(f"{HOME}/runs/{{run:int}}", self.run, methods=["GET"]),
            Route(f"{HOME}/runs/{{run:int}}", self.publish, methods=["POST"]),
        ]

    async def queue(self, request: Request) -> Response:
        """Show the records that are as the address says; those that wait when it says nothing."""
        signed = await enter_reader(self._door, request)
        number = _whole(request.query_params.get("number", ""))
        if number:
            return lead_to(f"{HOME}/{number}")
        return await self._listed(request, signed, dict(request.query_params))

    async def search(self, request: Request) -> Response:
        """Show the records on a subject; its number stands in no address, and the look is written down."""
        signed, form = await self._door.enter_form(request)
        require_reader(signed.actor)
        text, say = form.get("value", ""), self._door.pages.say(request)
        whos = list(recognise(text)) if text else []
        if not whos:
            problem = say("这不是号码或网址，请核对后再试。")
            return await self._listed(request, signed, {}, problem=(problem, 422))
        scope = signed.actor.scope
        found = await asyncio.to_thread(self._desk.records_desk.search_subject, whos, scope)
        key = self._desk.records.secrets.ring.key_of(whos[0]).hex()
        await self._looking.note(signed, "search-records", f"subject/{key}", {"found": len(found)})
        return await self._listed(request, signed, {}, found=found)

    async def run(self, request: Request) -> Response:
        """Show the records of an import that wait."""
        signed = await enter_reader(self._door, request)
        return await self._run(request, signed)

    async def publish(self, request: Request) -> Response:
        """Put the records of an import in force, which another brought."""
        signed, form = await self._door.enter_form(request, "publish-records")
        say, run = self._door.pages.say(request), request.path_params["run"]
        reason = form.get("reason", "")
        if not reason:
            return await self._run(request, signed, problem=say("请写明理由。"), status=422)
        actor = Actor(signed.actor.name, signed.actor.unit, reason)
        try:
            done = await asyncio.to_thread(
                self._desk.records_desk.publish_run, run, actor, signed.actor.scope
            )
        except FourEyes:
            problem = say("您录入的记录要由另一个人复核发布。")
            return await self._run(request, signed, problem=problem, status=409)
        await asyncio.to_thread(self._desk.follower.look)
        return self._told(request, signed, done)

    def _told(self, request: Request, signed: SignedIn, done: Published) -> Response:
        say = self._door.pages.say(request)
        told = {
            "kind": "calm",
            "heading": say("已发布 {records} 条").format(records=f"{done.records:,}"),
            "text": say("还有 {waiting} 条待复核：已过期的、您自己录入的，或本次未轮到的。").format(
                waiting=f"{done.waiting:,}"
            )
            if done.waiting
            else say("这一批没有待复核的记录了。"),
            "back": HOME,
        }
        return self._door.show(request, signed, "told_staff.html", told)

    async def _run(
        self, request: Request, signed: SignedIn, *, problem: str = "", status: int = 200
    ) -> Response:
        run = request.path_params["run"]
        waiting = await asyncio.to_thread(self._desk.records_desk.find_run, run, signed.actor.scope)
        asked = {"status": Status.CANDIDATE.value, "run": str(run)}
        asked["after"] = request.query_params.get("after", "")
        values = {"run": waiting, "theirs": waiting.by == signed.actor.name}
        return await self._listed(request, signed, asked, problem=(problem, status), more=values)

    async def _listed(
        self,
        request: Request,
        signed: SignedIn,
        asked: dict[str, str],
        *,
        found: list[Filed] | None = None,
        problem: tuple[str, int] = ("", 200),
        more: dict[str, object] | None = None,
    ) -> Response:
        desk, scope = self._desk.records_desk, signed.actor.scope
        asked = {name: asked.get(name, "") for name in _FIELDS}
        if not any(asked[name] for name in _FIELDS) and found is None:
            asked["status"] = Status.CANDIDATE.value
        page, further = found, False
        if page is None:
            after = _whole(asked["after"])
            listed = await asyncio.to_thread(
                desk.filed.search, _sought(asked), scope, after=after, limit=_SHOWN
            )
            page, further = list(listed.records), listed.more
        language = self._door.pages.language(request)
        sources = await asyncio.to_thread(self._desk.records.store.list_sources)
        values: dict[str, object] = {
            **spoken(self._door.pages.say(request)),
            "records": page,
            "searched": found is not None,
            "next": page[-1].record.id if further else 0,
            "asked": asked,
            "runs": [] if more else await asyncio.to_thread(desk.filed.runs, scope),
            "run": None,
            "theirs": False,
            "sources": {one.code: one.zh if language == "zh" else one.en for one in sources},
            "categories": category_names(language),
            "problem": problem[0],
            "path": HOME if request.method == "POST" else request.url.path,
            **(more or {}),
        }
        return self._door.show(request, signed, "records.html", values, problem[1])


def _sought(asked: dict[str, str]) -> Sought:
    """Give what an address asks for; words that mean nothing ask for nothing."""
    return Sought(
        status=next((one for one in Status if one == asked["status"]), None),
        list=next((one for one in ListKind if one == asked["list"]), None),
        kind=next((one for one in SubjectKind if one == asked["kind"]), None),
        source=asked["source"],
        run=_whole(asked["run"]),
    )


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0

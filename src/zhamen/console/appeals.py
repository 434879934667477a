"""Appeals: how one stands, told to whoever made it; and the queue of the staff, who decide them."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Final

from msgspec import Struct
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from zhamen.bootstrap.desk import Desk
from zhamen.console.door import Door, SignedIn
from zhamen.console.insight.looking import Looking
from zhamen.console.page import HEADERS
from zhamen.console.records.words import category_names, spoken
from zhamen.console.words import translator
from zhamen.core.errors import RecordConflict, RecordNotFound
from zhamen.ports.appeals import SoughtAppeals
from zhamen.ports.records import Actor
from zhamen.records.appeal import CAUSES, OPEN, STEPS, Appeal, AppealStatus, Cause, Step
from zhamen.screening.identifiers.identify import recognise
from zhamen.services.hear_appeals import step_of

__all__ = ["AppealPages", "AppealShown", "status_of"]

_STATUS_WORDS: Final = {
    AppealStatus.RECEIVED: "已收到",
    AppealStatus.IN_REVIEW: "复核中",
    AppealStatus.UPHELD: "成立",
    AppealStatus.CORRECTED: "已更正",
    AppealStatus.REJECTED: "不成立",
    AppealStatus.REFERRED: "由有权机关处理",
    AppealStatus.WITHDRAWN: "已撤回",
}
_STEP_WORDS: Final = {
    Step.TAKE: "受理",
    Step.UPHOLD: "成立，立即解除",
    Step.CORRECT: "已更正记录",
    Step.REJECT: "不成立",
    Step.REFER: "转有权机关",
    Step.WITHDRAW: "本人撤回",
}
_SHOWN: Final = 50
Say = Callable[[str], str]


class AppealShown(Struct, frozen=True, kw_only=True):
    """An appeal as a page shows it: its clock, and what is told of its end in both languages."""

    appeal: Appeal
    status: str
    open: bool
    days_left: int
    told: tuple[str, str] | None


def status_of(appeal: Appeal, say: Say, now: datetime) -> AppealShown:
    """Give an appeal as it stands."""
    return AppealShown(
        appeal=appeal,
        status=say(_STATUS_WORDS[appeal.status]),
        open=appeal.status in OPEN,
        days_left=appeal.days_left(now),
        told=None if appeal.cause is None else CAUSES[appeal.cause],
    )


class AppealPages:
    """The routes of the staff who decide appeals, at the head office: a release counts in the whole bank."""

    def __init__(self, desk: Desk, door: Door, looking: Looking) -> None:
        self._desk = desk
        self._door = door
        self._looking = looking

    @property
    def routes(self) -> list[Route]:
        """What answers where."""
        return [
            Route("/console/appeals", self.queue, methods=["GET"]),
            Route("/console/appeals/all", self.every, methods=["GET"]),
            Route("/console/appeals/all", self.search, methods=["POST"]),
            Route("/console/appeals/{number:int}", self.show, methods=["GET"]),
            Route("/console/appeals/{number:int}/take", self.take, methods=["POST"]),
            Route("/console/appeals/{number:int}/decide", self.decide, methods=["POST"]),
        ]

    async def queue(self, request: Request) -> Response:
        """Show what waits for its answer, those due first."""
        signed = _at_head_office(await self._door.enter(request, "decide-appeals"))
        found = await asyncio.to_thread(self._desk.appeals.queue)
        say, now = self._door.pages.say(request), self._desk.clock()
        values = {"appeals": [status_of(one, say, now) for one in found]}
        return self._door.show(request, signed, "appeals.html", values)

    async def every(self, request: Request) -> Response:
        """Show appeals by their status, decided ones too, the newest first."""
        signed = _at_head_office(await self._door.enter(request, "decide-appeals"))
        asked, before = request.query_params, request.query_params.get("before", "")
        status = next((one for one in AppealStatus if one == asked.get("status")), None)
        start = int(before) if before.isascii() and before.isdigit() and len(before) < 16 else 0
        found = await asyncio.to_thread(
            self._desk.appeals.search, SoughtAppeals(status=status), before=start, limit=_SHOWN + 1
        )
        return self._all(request, signed, found, status)

    async def search(self, request: Request) -> Response:
        """Show the appeals against what is known of a number, which stands in no address."""
        signed, form = await self._door.enter_form(request, "decide-appeals")
        _at_head_office(signed)
        text = form.get("value", "")
        whos = list(recognise(text)) if text else []
        keys = tuple(key for who in whos for key in self._desk.asking.keys_of(who))
        found = await asyncio.to_thread(self._desk.appeals.search, SoughtAppeals(keys=keys), limit=_SHOWN)
        if keys:
            subject = f"subject/{keys[0].hex()}"
            await self._looking.note(signed, "search-appeals", subject, {"found": len(found)})
        return self._all(request, signed, found, None)

    def _all(
        self, request: Request, signed: SignedIn, found: list[Appeal], status: AppealStatus | None
    ) -> Response:
        say, now = self._door.pages.say(request), self._desk.clock()
        shown = found[:_SHOWN]
        values = {
            "appeals": [status_of(one, say, now) for one in shown],
            "statuses": [(code.value, say(word)) for code, word in _STATUS_WORDS.items()],
            "status": "" if status is None else status.value,
            "next": shown[-1].id if len(found) > _SHOWN else 0,
            "path": "/console/appeals/all",
        }
        return self._door.show(request, signed, "appeals_all.html", values)

    async def show(self, request: Request) -> Response:
        """Show one appeal with what it is against and what was done."""
        signed = _at_head_office(await self._door.enter(request, "decide-appeals"))
        return await self._file(request, signed, "", 200)

    async def take(self, request: Request) -> Response:
        """Take an appeal from the queue."""
        signed, _ = await self._door.enter_form(request, "decide-appeals")
        _at_head_office(signed)
        number: int = request.path_params["number"]
        await asyncio.to_thread(self._desk.appeals.step, number, Step.TAKE, _acting(signed, ""))
        return _to_file(number)

    async def decide(self, request: Request) -> Response:
        """Decide an appeal; upheld, its records are out of force before the answer."""
        signed, form = await self._door.enter_form(request, "decide-appeals")
        _at_head_office(signed)
        number: int = request.path_params["number"]
        say = self._door.pages.say(request)
        cause = next((one for one in Cause if one == form.get("cause")), None)
        reason = form.get("reason", "")
        if cause is None or not reason:
            return await self._file(request, signed, say("请选择决定并写明理由。"), 422)
        try:
            await asyncio.to_thread(self._decide, number, signed, cause, reason)
        except RecordConflict:
            problem = say("不能这样决定：状态已经变化，或记录由有权机关作出，只能转交。")
            return await self._file(request, signed, problem, 409)
        return _to_file(number)

    def _decide(self, number: int, signed: SignedIn, cause: Cause, reason: str) -> None:
        _, released = self._desk.appeals.step(number, step_of(cause), _acting(signed, reason), cause)
        if released:
            self._desk.follower.look()

    async def _file(self, request: Request, signed: SignedIn, problem: str, status: int) -> Response:
        number: int = request.path_params["number"]
        desk = self._desk
        file = await asyncio.to_thread(desk.appeals.open_file, number)
        records = await asyncio.to_thread(lambda: [desk.records.store.get(each) for each in file.against])
        sources = await asyncio.to_thread(desk.records.store.list_sources)
        language = self._door.pages.language(request)
        say = translator(language)
        values = {
            "shown": status_of(file.appeal, say, desk.clock()),
            "acts": [(one, say(_STEP_WORDS[one.step])) for one in file.acts],
            "records": records,
            "categories": category_names(language),
            "sources": {one.code: one.zh if language == "zh" else one.en for one in sources},
            **spoken(say),
            "theirs": any(signed.actor.name in (one.maker, one.checker) for one in records),
            "causes": _choices(file.appeal, say, language),
            "problem": problem,
        }
        return self._door.show(request, signed, "appeal_file.html", values, status)


def _at_head_office(signed: SignedIn) -> SignedIn:
    """Go on only for the head office: an appeal has no unit, and what it releases is released everywhere.

    Raises
    ------
    RecordNotFound
        To anybody else appeals are not there.
    """
    if not signed.actor.scope.whole:
        raise RecordNotFound("appeals are decided at the head office")
    return signed


def _acting(signed: SignedIn, reason: str) -> Actor:
    return Actor(signed.actor.name, signed.actor.unit, reason)


def _choices(appeal: Appeal, say: Say, language: str) -> list[tuple[Cause, str, str]]:
    """Give the causes by which an appeal can end now: what each does, and what the customer is told."""
    which = 0 if language == "zh" else 1
    return [
        (cause, say(_STEP_WORDS[step_of(cause)]), told[which])
        for cause, told in CAUSES.items()
        if appeal.status in STEPS[step_of(cause)][0]
    ]


def _to_file(number: int) -> Response:
    return RedirectResponse(f"/console/appeals/{number}", 303, headers=dict(HEADERS))

"""Where money went, or came from: one box, a picture in layers, and how it was at any time."""

import asyncio
from datetime import datetime
from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from zhamen.bootstrap.gatehouse import Gatehouse
from zhamen.bootstrap.tracing import Tracers
from zhamen.console.door import Door, SignedIn
from zhamen.console.insight.looking import Looking
from zhamen.console.page import HEADERS
from zhamen.console.tracing.asking import Asked, asked_of
from zhamen.console.tracing.picture import Picture
from zhamen.console.tracing.words import told
from zhamen.core.errors import InputError, NotFoundError, UnavailableError
from zhamen.services.traced import TraceShown

__all__ = ["TracePages"]

_PROBLEM_WORDS: Final[dict[type[Exception], str]] = {
    InputError: "请核对：层数 0–64，时限 1–8760 小时，比例 0–100，金额和笔数不为负。",
    NotFoundError: "管辖范围内没有这笔转账、账户或案件的资金记录。请核对号码；刚发生的请几秒后再试。",
    UnavailableError: "闸门没有维护资金图：当前策略包不使用它。请联系策略岗启用含资金追踪规则的策略包。",
}
_STATUSES: Final = {InputError: 422, NotFoundError: 404, UnavailableError: 503}


class TracePages:
    """The routes of traces, for those who may read-customers; each look is written down."""

    def __init__(self, house: Gatehouse, tracers: Tracers, door: Door, looking: Looking) -> None:
        self._insight = house.insight
        self._tracing = tracers.tracing
        self._zone = house.pack.zone
        self._door = door
        self._looking = looking

    @property
    def routes(self) -> list[Route]:
        """What answers where."""
        return [
            Route("/console/trace", self.show, methods=["GET"]),
            Route("/console/trace", self.find, methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        """Show the trace that the address asks for, or the box to ask in."""
        signed = await self._door.enter(request, "read-customers")
        asked, traced, problem = Asked(), None, None
        try:
            asked = asked_of(request.query_params)
            if asked.subject is not None:
                traced = await asyncio.to_thread(self._trace, signed, asked)
                await self._looking.note(signed, "trace-funds", traced[0].about)
        except tuple(_PROBLEM_WORDS) as error:
            problem = error
        return self._page(request, signed, asked, traced, problem)

    async def find(self, request: Request) -> Response:
        """Go to the trace of an event or an account; its number stays out of the address."""
        signed, form = await self._door.enter_form(request, "read-customers")
        found = await asyncio.to_thread(self._subject, signed, form.get("what", ""))
        if found is None:
            return self._page(request, signed, Asked(), None, NotFoundError())
        name, number = found
        direction = "backward" if form.get("direction") == "backward" else "forward"
        address = f"/console/trace?{name}={number}&direction={direction}"
        return RedirectResponse(address, 303, headers=dict(HEADERS))

    def _subject(self, signed: SignedIn, what: str) -> tuple[str, int] | None:
        insight, scope = self._insight, signed.actor.scope
        entry = insight.journal.find(what)
        if entry is not None and insight.decisions.visible(scope, [entry.seq]):
            return "decision", entry.seq
        account = insight.profiles.find_account(scope, what)
        return None if account is None else ("account", account.number)

    def _trace(self, signed: SignedIn, asked: Asked) -> tuple[TraceShown, str]:
        """Give the trace, and what its beginning is called."""
        scope, traced, label = signed.actor.scope, asked.traced(), str(asked.number)
        if asked.subject == "decision":
            entry = self._insight.journal.at(asked.number)
            if entry is None:
                raise NotFoundError(f"the journal has no entry {asked.number}; see that the number is right")
            traced = asked.traced(event_id=entry.event_id)
        elif asked.subject == "account":
            profile = self._insight.profiles.account(scope, asked.number)
            traced, label = asked.traced(account=profile.identifier), profile.masked
        else:
            signed.actor.require("read-alerts")
        return self._tracing.trace(scope, traced), label

    def _page(
        self,
        request: Request,
        signed: SignedIn,
        asked: Asked,
        traced: tuple[TraceShown, str] | None,
        problem: Exception | None,
    ) -> Response:
        shown, label = traced or (None, "")
        say = self._door.pages.say(request)
        words = told(say, backward=asked.direction == "backward")
        kind = next((each for each in _PROBLEM_WORDS if isinstance(problem, each)), None)
        rest, linked = say("其余账户"), signed.actor.may("search-decisions")
        picture = None if shown is None else Picture(shown, words, self._clock, rest, decisions=linked)
        values = {
            **words,
            "asked": asked,
            "shown": shown,
            "label": label,
            "picture": picture,
            "problem": "" if kind is None else say(_PROBLEM_WORDS[kind]),
            "path": "/console/trace",
            "back": f"/console/trace?{asked.query()}" if asked.subject else "/console/trace",
        }
        return self._door.show(request, signed, "trace.html", values, _STATUSES[kind] if kind else 200)

    def _clock(self, at: datetime) -> str:
        return at.astimezone(self._zone).strftime("%m-%d %H:%M:%S")

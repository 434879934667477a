"""The freeze plan of a case: what to stop, what first, and files of it for the police desk."""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import Final
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from zhamen.bootstrap.gatehouse import Gatehouse
from zhamen.bootstrap.tracing import Tracers
from zhamen.console.door import Door, SignedIn
from zhamen.console.insight.looking import Looking
from zhamen.console.page import HEADERS
from zhamen.console.tracing.asking import Asked, asked_of
from zhamen.console.tracing.export import as_csv, as_json
from zhamen.console.tracing.words import told
from zhamen.core.errors import InputError, NotFoundError, UnavailableError
from zhamen.services.traced import FreezeShown

__all__ = ["FreezePages"]

_PROBLEM_WORDS: Final[dict[type[Exception], str]] = {
    InputError: "请核对：层数 0–64，时限 1–8760 小时，比例 0–100，金额和笔数不为负。",
    NotFoundError: "资金图里没有这个案件转出的钱。请查看暂缓付款；刚发生的请几秒后再试。",
    UnavailableError: "闸门没有维护资金图，无法生成方案。请联系策略岗启用含资金追踪规则的策略包。",
}
_STATUSES: Final = {InputError: 422, NotFoundError: 404, UnavailableError: 503}
_MEDIA: Final = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "html": "text/html; charset=utf-8",
}


class FreezePages:
    """The routes of freeze plans, for those who may read-alerts and read-customers.

    The page shows accounts masked. Files name them in full, for those who may see-identifiers; that one
    was given is written down.
    """

    def __init__(self, house: Gatehouse, tracers: Tracers, door: Door, looking: Looking) -> None:
        self._cases = house.cases.desk
        self._freezes = tracers.freezes
        self._zone = house.pack.zone
        self._door = door
        self._looking = looking

    @property
    def routes(self) -> list[Route]:
        """What answers where."""
        at = "/console/cases/{case:int}/freeze-plan"
        return [Route(at, self.show, methods=["GET"]), Route(f"{at}/export", self.export, methods=["POST"])]

    async def show(self, request: Request) -> Response:
        """Show the plan of a case."""
        signed = await self._door.enter(request, "read-customers")
        case = request.path_params["case"]
        file = await asyncio.to_thread(self._cases.show, signed.actor, case)
        say = self._door.pages.say(request)
        plan, problem, asked = None, None, Asked(subject="case", number=case)
        try:
            asked = _asked(request.query_params, case)
            plan = await self._plan(signed, asked, "plan-freeze")
        except tuple(_PROBLEM_WORDS) as error:
            problem = next(each for each in _PROBLEM_WORDS if isinstance(error, each))
        values = {
            **told(say),
            "case": file.case,
            "plan": plan,
            "asked": asked,
            "bounds": parse_qsl(asked.query()),
            "problem": "" if problem is None else say(_PROBLEM_WORDS[problem]),
            "path": "/console/cases",
            "back": f"{request.url.path}?{asked.query()}",
        }
        status = 200 if problem is None else _STATUSES[problem]
        return self._door.show(request, signed, "freeze_plan.html", values, status)

    async def export(self, request: Request) -> Response:
        """Give the plan as a file, with numbers in full."""
        signed, form = await self._door.enter_form(request, "see-identifiers")
        case, form_of = request.path_params["case"], form.get("format", "")
        if form_of not in _MEDIA:
            raise InputError("a freeze plan is given as csv, json or html", path="$.format")
        await asyncio.to_thread(self._cases.show, signed.actor, case)
        asked = _asked(form, case)
        plan = await self._plan(signed, asked, "export-freeze-plan", whole=True)
        headers = HEADERS | {
            "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
            "content-disposition": f'attachment; filename="freeze-plan-{case}.{form_of}"',
        }
        content = await asyncio.to_thread(self._written, request, signed, case, plan, form_of)
        return Response(content, media_type=_MEDIA[form_of], headers=headers)

    async def _plan(self, signed: SignedIn, asked: Asked, act: str, *, whole: bool = False) -> FreezeShown:
        plan = await asyncio.to_thread(self._freezes.plan, signed.actor.scope, asked.traced(), whole=whole)
        await self._looking.note(signed, act, f"case/{asked.number}", {"lines": len(plan.lines)})
        return plan

    def _written(
        self, request: Request, signed: SignedIn, case: int, plan: FreezeShown, form_of: str
    ) -> bytes:
        if form_of == "json":
            return as_json(plan)
        words = told(self._door.pages.say(request))
        if form_of == "csv":
            return as_csv(plan, self._clock, words)
        values = {**words, "case": case, "plan": plan, "member": signed.member}
        return self._door.pages.write(request, "freeze_document.html", values).encode()

    def _clock(self, at: datetime) -> str:
        return at.astimezone(self._zone).strftime("%Y-%m-%d %H:%M:%S")


def _asked(typed: Mapping[str, str], case: int) -> Asked:
    """Read the bounds of a plan; it is made stolen-first and forward, whatever was typed."""
    bounds = {
        name: value
        for name, value in typed.items()
        if name not in ("decision", "account", "rule", "direction")
    }
    return asked_of(bounds | {"case": str(case)})

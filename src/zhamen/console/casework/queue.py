"""The queue of cases, held payments, and what is done to many cases at once."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from zhamen.bootstrap.casework import Cases
from zhamen.cases.acts import ActKind, Emergency
from zhamen.cases.case import CaseStatus
from zhamen.console import speech
from zhamen.console.casework.acting import chosen
from zhamen.console.door import Door, SignedIn
from zhamen.console.insight.lag import Lag
from zhamen.core.errors import InputError
from zhamen.core.instants import from_micros, to_micros
from zhamen.organisation.scope import check_within
from zhamen.ports.casework import PaymentPlace, QueuePlace, Refused, Wanted
from zhamen.services.casework import Request as Asked

__all__ = ["QueuePages"]

_BULK: Final = {"claim": ActKind.CLAIM, "acknowledge": ActKind.ACKNOWLEDGE}
"""What may be done to many cases at once: what needs no reason."""
_FILTERS: Final = ("status", "emergency", "typology", "mine", "overdue", "unit")


class QueuePages:
    """The routes of the queue and of held payments, for those who may read-alerts."""

    def __init__(self, cases: Cases, door: Door, clock: Callable[[], datetime], lag: Lag) -> None:
        self._cases = cases
        self._door = door
        self._clock = clock
        self._lag = lag

    @property
    def routes(self) -> list[Route]:
        """What answers where."""
        return [
            Route("/console/cases", self.queue, methods=["GET"]),
            Route("/console/cases", self.act_on_many, methods=["POST"]),
            Route("/console/payments", self.payments, methods=["GET"]),
        ]

    async def queue(self, request: Request) -> Response:
        """Show the cases in which most can be prevented now."""
        return await self._queue(request, await self._door.enter(request, "read-alerts"))

    async def act_on_many(self, request: Request) -> Response:
        """Do one act on every case that is ticked, and tell of each how it ended."""
        signed, form = await self._door.enter_form(request, "read-alerts")
        kind, ticked = _BULK.get(form.get("act", "")), chosen(form, "case.")
        if kind is None or not ticked:
            raise InputError("tick the cases and choose what to do")
        asked = [Asked(case=case, kind=kind) for case in ticked]
        ends = await asyncio.to_thread(self._cases.desk.do_many, signed.actor, asked)
        refused = [end.act.case for end in ends if isinstance(end, Refused)]
        return await self._queue(request, signed, done=len(ends) - len(refused), refused=refused)

    async def payments(self, request: Request) -> Response:
        """Show the payments that wait, those that expire first."""
        signed = await self._door.enter(request, "read-alerts")
        after = _payment_place(request.query_params)
        page = await asyncio.to_thread(self._cases.desk.payments, signed.actor, after=after)
        more = page.after
        values = self._words(request) | {
            "page": page.payments,
            "more": None if more is None else f"at={to_micros(more.expires_at)}&id={more.id}",
            "path": "/console/payments",
        }
        return self._door.show(request, signed, "payments.html", values)

    async def _queue(
        self, request: Request, signed: SignedIn, *, done: int = 0, refused: list[int] | None = None
    ) -> Response:
        asked = {name: request.query_params.get(name, "") for name in _FILTERS}
        if asked["unit"]:
            check_within(signed.actor.scope, asked["unit"])
        wanted = _wanted(asked, signed)
        desk, after = self._cases.desk, _place(request.query_params)
        page, counts, behind = await asyncio.to_thread(
            lambda: (
                desk.queue(signed.actor, wanted, after=after),
                desk.counts(signed.actor),
                self._lag.behind(),
            )
        )
        kept = {name: value for name, value in asked.items() if value}
        values = self._words(request) | {
            "counts": counts,
            "page": page.cases,
            "asked": asked,
            "filtered": bool(kept),
            "here": f"/console/cases?{urlencode(kept if after is None else kept | _cursor(after))}",
            "behind": behind.seconds,
            "more": None if page.after is None else urlencode(kept | _cursor(page.after)),
            "done": done,
            "refused": refused or [],
            "path": "/console/cases",
        }
        return self._door.show(request, signed, "queue.html", values)

    def _words(self, request: Request) -> dict[str, object]:
        say = self._door.pages.say(request)
        return {**speech.spoken(say), "now": self._clock()}


def _wanted(asked: Mapping[str, str], signed: SignedIn) -> Wanted:
    return Wanted(
        statuses=tuple(each for each in CaseStatus if each == asked["status"]),
        emergency=next((each for each in Emergency if each == asked["emergency"]), None),
        typology=asked["typology"],
        assignee=signed.member.name if asked["mine"] else "",
        overdue=bool(asked["overdue"]),
        unit=asked["unit"],
    )


def _cursor(place: QueuePlace) -> dict[str, str]:
    return {"at": str(to_micros(place.at)), "rank": repr(place.rank), "id": str(place.id)}


def _place(asked: Mapping[str, str]) -> QueuePlace | None:
    try:
        return QueuePlace(_instant(asked["at"]), float(asked["rank"]), int(asked["id"]))
    except (KeyError, ValueError, OverflowError):
        return None


def _payment_place(asked: Mapping[str, str]) -> PaymentPlace | None:
    try:
        return PaymentPlace(_instant(asked["at"]), int(asked["id"]))
    except (KeyError, ValueError, OverflowError):
        return None


def _instant(micros: str) -> datetime:
    return from_micros(int(micros))

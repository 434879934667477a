"""The queue of cases, held payments, and what is done to many cases at once."""

import asyncio
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from zhamen.bootstrap.gatehouse import Gatehouse
from zhamen.cases.acts import ActKind, Emergency
from zhamen.cases.case import CaseStatus
from zhamen.console import speech
from zhamen.console.casework.acting import chosen
from zhamen.console.casework.problems import problem_of
from zhamen.console.door import Door, SignedIn
from zhamen.console.insight.lag import Lag
from zhamen.console.units import path_of, unit_names, units_offered
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

    def __init__(self, house: Gatehouse, door: Door, lag: Lag) -> None:
        self._cases = house.cases
        self._organisation = house.work.organisation
        self._clock = house.desk.clock
        self._door = door
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
            return await self._queue(request, signed, unticked=True)
        asked = [Asked(case=case, kind=kind) for case in ticked]
        ends = await asyncio.to_thread(self._cases.desk.do_many, signed.actor, asked)
        say = self._door.pages.say(request)
        refused = [(end.act.case, say(problem_of(end.error))) for end in ends if isinstance(end, Refused)]
        return await self._queue(request, signed, done=len(ends) - len(refused), refused=refused)

    async def payments(self, request: Request) -> Response:
        """Show the payments that wait, those that expire first."""
        signed = await self._door.enter(request, "read-alerts")
        after = _payment_place(request.query_params)
        desk, proposed = self._cases.desk, bool(request.query_params.get("proposed"))
        page = await asyncio.to_thread(desk.payments, signed.actor, proposed=proposed, after=after)
        kept = {"proposed": "1"} if proposed else {}
        more, cases = page.after, {one.case for one in page.payments}
        seen = await asyncio.to_thread(desk.seen_cases, signed.actor, cases)
        values = self._words(request) | {
            "page": page.payments,
            "seen": seen,
            "counts": await asyncio.to_thread(desk.counts, signed.actor),
            "proposed": proposed,
            "more": None if more is None else urlencode(kept | _payment_cursor(more)),
            "path": "/console/payments",
        }
        return self._door.show(request, signed, "payments.html", values)

    async def _queue(
        self,
        request: Request,
        signed: SignedIn,
        *,
        done: int = 0,
        refused: Sequence[tuple[int, str]] = (),
        unticked: bool = False,
    ) -> Response:
        tree, language = self._organisation.known.current, self._door.pages.language(request)
        asked = {name: request.query_params.get(name, "") for name in _FILTERS}
        unit = path_of(tree, asked["unit"])
        if unit:
            check_within(signed.actor.scope, unit)
        wanted = _wanted(asked, unit, signed)
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
            "units": units_offered(tree, signed.actor.scope, language),
            "filtered": bool(kept),
            "here": f"/console/cases?{urlencode(kept if after is None else kept | _cursor(after))}",
            "behind": behind.seconds,
            "more": None if page.after is None else urlencode(kept | _cursor(page.after)),
            "moved": _moved(request.query_params),
            "done": done,
            "refused": refused,
            "unticked": unticked,
            "path": "/console/cases",
        }
        return self._door.show(request, signed, "queue.html", values, 422 if unticked else 200)

    def _words(self, request: Request) -> dict[str, object]:
        say, language = self._door.pages.say(request), self._door.pages.language(request)
        names = unit_names(self._organisation.known.current, language)
        return {**speech.spoken(say), "now": self._clock(), "unit_name": names}


def _wanted(asked: Mapping[str, str], unit: str, signed: SignedIn) -> Wanted:
    return Wanted(
        statuses=tuple(each for each in CaseStatus if each == asked["status"]),
        emergency=next((each for each in Emergency if each == asked["emergency"]), None),
        typology=asked["typology"],
        assignee=signed.member.name if asked["mine"] else "",
        overdue=bool(asked["overdue"]),
        unit=unit,
    )


def _moved(asked: Mapping[str, str]) -> tuple[int, str] | None:
    """Give the case that an act has just moved out of sight, and the path of the unit that has it now."""
    number, unit = asked.get("moved", ""), asked.get("to", "")
    plain = re.fullmatch(r"[0-9]{1,18}", number) and re.fullmatch(r"[A-Za-z0-9./-]{1,200}", unit)
    return (int(number), unit) if plain else None


def _cursor(place: QueuePlace) -> dict[str, str]:
    return {"at": str(to_micros(place.at)), "rank": repr(place.rank), "id": str(place.id)}


def _payment_cursor(place: PaymentPlace) -> dict[str, str]:
    return {"at": str(to_micros(place.expires_at)), "id": str(place.id)}


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

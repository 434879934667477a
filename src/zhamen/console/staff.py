"""The desk of the staff: ask with a purpose, and read who asked."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from time import perf_counter
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from zhamen.bootstrap.desk import Desk
from zhamen.console.door import Door, SignedIn, TurnedAway
from zhamen.console.errors import status_and_words
from zhamen.console.feedback import CHANNEL_WORDS, OUTCOME_WORDS
from zhamen.console.records.words import spoken
from zhamen.core.errors import InputError, InvalidIdentifier, RecordNotFound
from zhamen.organisation.actor import Actor
from zhamen.ports.queries import PURPOSES, Purpose
from zhamen.records.record import Record
from zhamen.screening.advice import advice_on
from zhamen.screening.categories import CATEGORIES
from zhamen.screening.entries import ListKind
from zhamen.screening.identifiers.identify import is_name
from zhamen.screening.subjects import Identifier
from zhamen.services.ask import Asker, Known
from zhamen.services.interventions import Intervention, begin, begin_named, sealed
from zhamen.services.search_names import NameFound, gravest, name_subject, told

__all__ = ["StaffPages"]

_SHOWN: Final = 200
_PURPOSE_WORDS: Final = {
    "counter": "柜面核实",
    "payment": "付款核查",
    "account_opening": "开户审核",
    "investigation": "案件调查",
    "review": "复核与申诉",
}
_OTHER_PURPOSE_WORDS: Final = {"public": "公众查询", "peer": "同业查询"}
_LIST_WORDS: Final = {
    "": "没有记录",
    "white": "白名单",
    "watch": "关注名单",
    "grey": "灰名单",
    "black": "黑名单",
}


class StaffPages:
    """The routes of the staff's own questions."""

    def __init__(self, desk: Desk, door: Door) -> None:
        self._desk = desk
        self._door = door

    @property
    def routes(self) -> list[Route]:
        """What answers where."""
        return [
            Route("/console", self.home, methods=["GET"]),
            Route("/console/ask", self.home, methods=["GET"]),
            Route("/console/ask", self.ask, methods=["POST"]),
            Route("/console/log", self.log, methods=["GET"]),
        ]

    async def home(self, request: Request) -> Response:
        """Show the box to ask in, to those who may ask; others begin at their account."""
        signed = await self._door.enter(request)
        if not signed.actor.may("ask-records"):
            raise TurnedAway("/console/account")
        return self._box(request, signed, {})

    async def ask(self, request: Request) -> Response:
        """Answer a question of somebody who is signed in, and log it."""
        signed, form = await self._door.enter_form(request, "ask-records")
        purpose = next(
            (each for each in PURPOSES if each == form.get("purpose") and each in _PURPOSE_WORDS), None
        )
        if purpose is None:
            raise InputError("choose what you ask for")
        started, text = perf_counter(), form.get("value", "")
        if is_name(text):
            who = name_subject(text)
            names = await asyncio.to_thread(self._desk.names.search, text)
            known = told(self._desk.asking.know(who), names)
            await self._logged(who, known, signed.actor, purpose, perf_counter() - started)
            return self._box(request, signed, {"named": True, **self._named(names)}, begin_named(names))
        try:
            who = self._desk.asking.identify("", text)
        except InvalidIdentifier as error:
            _, _, why = status_and_words(error)
            return self._box(request, signed, {"problem": self._door.pages.say(request)(why)})
        known = self._desk.asking.know(who)
        await self._logged(who, known, signed.actor, purpose, perf_counter() - started)
        records = await asyncio.to_thread(self._records_of, known)
        return self._box(request, signed, {"known": known, "records": records}, begin(known))

    async def log(self, request: Request) -> Response:
        """Show who asked, within the reader's part of the organisation."""
        signed = await self._door.enter(request, "read-queries")
        scope = signed.actor.scope
        found = await asyncio.to_thread(self._desk.log.list_queries, scope=scope, limit=_SHOWN)
        say = self._door.pages.say(request)
        lists = {code: say(name) for code, name in _LIST_WORDS.items()}
        purposes = {code: say(name) for code, name in {**_PURPOSE_WORDS, **_OTHER_PURPOSE_WORDS}.items()}
        values = {"queries": found, "lists": lists, "purposes": purposes}
        return self._door.show(request, signed, "log.html", values)

    def _box(
        self,
        request: Request,
        signed: SignedIn,
        answer: Mapping[str, object],
        warning: Intervention | None = None,
    ) -> Response:
        say = self._door.pages.say(request)
        values: dict[str, object] = {
            "purposes": [(code, say(name)) for code, name in _PURPOSE_WORDS.items()],
            "lists": {code: say(name) for code, name in _LIST_WORDS.items()},
            "warning": "" if warning is None else sealed(warning, signed.token),
            "warning_id": "" if warning is None else warning.id,
            "outcomes": [(code, say(name)) for code, name in OUTCOME_WORDS.items()],
            "channels": [(code, say(name)) for code, name in CHANNEL_WORDS.items()],
            "kinds": spoken(say)["kinds"],
            "known": None,
            "records": {},
            "names": (),
            "named": False,
            "advice": None,
            "problem": "",
            "path": "/console",
            **answer,
        }
        return self._door.show(request, signed, "ask.html", values, 422 if values["problem"] else 200)

    def _named(self, names: Sequence[NameFound]) -> dict[str, object]:
        """Give what the page says of names found: each with its words, and what the gravest calls for."""
        sources = {source.code: source for source in self._desk.follower.screen.sources.values()}
        worst = gravest(names)
        return {
            "names": [(one, CATEGORIES[one.category], sources.get(one.source)) for one in names],
            "advice": None if worst is None else (worst.list, advice_on(ListKind(worst.list))),
        }

    def _records_of(self, known: Known) -> dict[int, Record]:
        """Give the records behind the findings; one that was deleted meanwhile is left out."""
        found: dict[int, Record] = {}
        for one in known.findings:
            with suppress(RecordNotFound):
                found[one.record_id] = self._desk.records.store.get(one.record_id)
        return found

    async def _logged(
        self, who: Identifier, known: Known, actor: Actor, purpose: Purpose, took: float
    ) -> None:
        asker = Asker(who=actor.name, unit=actor.unit, channel="console")
        await self._desk.asking.note([(who, known)], asker, purpose, took=took)

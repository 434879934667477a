"""An appeal that staff enter for a customer who stands at the counter, writes or calls."""

import asyncio
from collections.abc import Mapping
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from zhamen.bootstrap.desk import Desk
from zhamen.console.door import Door, SignedIn
from zhamen.console.records.words import spoken
from zhamen.core.errors import InputError
from zhamen.ports.records import Actor
from zhamen.screening.identifiers.identify import identify
from zhamen.screening.subjects import SubjectKind
from zhamen.services.hear_appeals import Received

__all__ = ["AppealEntry"]

_FIELDS: Final = ("kind", "value", "claim", "contact")


class AppealEntry:
    """The routes of those who enter-appeals, of any kind of subject."""

    def __init__(self, desk: Desk, door: Door) -> None:
        self._desk = desk
        self._door = door

    @property
    def routes(self) -> list[Route]:
        """What answers where."""
        return [
            Route("/console/appeals/new", self.form, methods=["GET"]),
            Route("/console/appeals/new", self.enter, methods=["POST"]),
        ]

    async def form(self, request: Request) -> Response:
        """Show the form."""
        signed = await self._door.enter(request, "enter-appeals")
        return self._show(request, signed, {})

    async def enter(self, request: Request) -> Response:
        """Take the appeal in, and show the receipt for the customer this once."""
        signed, form = await self._door.enter_form(request, "enter-appeals")
        try:
            received = await asyncio.to_thread(self._receive, signed, form)
        except InputError:
            say = self._door.pages.say(request)
            problem = say("请核对号码，并写明情况和联系方式。")
            return self._show(request, signed, form, problem)
        values = {"appeal": received.appeal, "code": received.code, "path": "/console/appeals/new"}
        return self._door.show(request, signed, "appeal_entered.html", values)

    def _receive(self, signed: SignedIn, form: Mapping[str, str]) -> Received:
        kind = next((one for one in SubjectKind if one == form.get("kind")), None)
        if kind is None:
            raise InputError("choose what the appeal is about")
        who = identify(kind, form.get("value", ""))
        return self._desk.appeals.receive(
            who,
            self._desk.asking.keys_of(who),
            claim=form.get("claim", ""),
            contact=form.get("contact", ""),
            actor=Actor(signed.actor.name, signed.actor.unit),
        )

    def _show(
        self, request: Request, signed: SignedIn, typed: Mapping[str, str], problem: str = ""
    ) -> Response:
        values = {
            "kinds": spoken(self._door.pages.say(request))["kinds"],
            "typed": {name: typed.get(name, "") for name in _FIELDS},
            "problem": problem,
        }
        return self._door.show(request, signed, "appeal_entry.html", values, 422 if problem else 200)

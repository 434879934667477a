"""Decisions searched, one decision shown, and made again with the pack of then and of today."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from zhamen.bootstrap.gatehouse import Gatehouse
from zhamen.console import speech
from zhamen.console.door import Door, SignedIn
from zhamen.console.insight.compared import Compared, rows_of
from zhamen.console.insight.looking import Looking
from zhamen.console.units import unit_names
from zhamen.core.errors import CaseNotFound, DecisionNotFound, InputError, TooLarge, UnavailableError
from zhamen.core.money import parse_minor
from zhamen.events.model import AnyEvent, Event
from zhamen.gate.decision import Decision, Outcome
from zhamen.ports.decisions import DecisionRow, Wanted
from zhamen.ports.profiles import Usual
from zhamen.services.reconsider import Reconsidered

__all__ = ["DecisionPages"]

_FIELDS: Final = ("since", "until", "outcome", "type", "channel", "rule", "scam", "least", "most", "trace_id")
_LINKED: Final = ("since", "until", "outcome", "type", "channel", "rule", "scam")
_NAMED: Final = ("account", "customer", "device", "operator")
_PROBLEM_WORDS: Final[dict[type[Exception], str]] = {
    InputError: "日期写成 2026-11-28，金额写成 1000.00；账户、客户、设备要完整输入。",
    TooLarge: "与这些账户或设备有关的记录太多，不能单独重演；请用 zhamen replay 在后台重演。",
    UnavailableError: "这笔决策刚刚作出，视图还没有跟上；请几秒后再试。",
}
_EVENT: Final = msgspec.json.Decoder(AnyEvent)
_DECISION: Final = msgspec.json.Decoder(Decision)


class DecisionPages:
    """The routes of decisions, for those who may search-decisions."""

    def __init__(self, house: Gatehouse, door: Door, looking: Looking) -> None:
        self._insight = house.insight
        self._cases = house.cases.store
        self._organisation = house.work.organisation
        self._currency = house.pack.currency
        self._zone = house.pack.zone
        self._door = door
        self._looking = looking

    @property
    def routes(self) -> list[Route]:
        """What answers where."""
        return [
            Route("/console/decisions", self.latest, methods=["GET"]),
            Route("/console/decisions", self.search, methods=["POST"]),
            Route("/console/decisions/{seq:int}", self.show, methods=["GET"]),
            Route("/console/decisions/{seq:int}/replay", self.replay, methods=["POST"]),
        ]

    async def latest(self, request: Request) -> Response:
        """Show the newest decisions that were not simply allowed, or those that an address asks for.

        Addresses hold no numbers of accounts, customers or devices; those are asked for by a form.
        """
        signed = await self._door.enter(request, "search-decisions")
        asked = {name: request.query_params[name] for name in _LINKED if request.query_params.get(name)}
        return await self._found(request, signed, asked or {"outcome": "stopped"})

    async def search(self, request: Request) -> Response:
        """Show the decisions that are as wanted; numbers of accounts stay out of addresses."""
        signed, form = await self._door.enter_form(request, "search-decisions")
        if any(form.get(name) for name in _NAMED):
            await self._looking.note(
                signed, "search-decisions", "", {"by": [n for n in _NAMED if form.get(n)]}
            )
        return await self._found(request, signed, form)

    async def show(self, request: Request) -> Response:
        """Show one decision: what happened, why, and what is usual for the account."""
        signed = await self._door.enter(request, "search-decisions")
        return await self._show(request, signed)

    async def replay(self, request: Request) -> Response:
        """Make the decision again, with the pack of then and with that of today."""
        signed, _ = await self._door.enter_form(request, "replay-decisions")
        seq = request.path_params["seq"]
        await asyncio.to_thread(self._insight.decisions.get, signed.actor.scope, seq)
        await self._looking.note(signed, "replay-decision", f"decision/{seq}")
        try:
            again = await asyncio.to_thread(self._insight.reconsidering.reconsider, seq)
        except (TooLarge, UnavailableError) as error:
            return await self._show(request, signed, error=error)
        return await self._show(request, signed, again)

    async def _found(self, request: Request, signed: SignedIn, form: Mapping[str, str]) -> Response:
        say = self._door.pages.say(request)
        asked = {name: form.get(name, "") for name in (*_FIELDS, *_NAMED)}
        before, problem, page = form.get("before", ""), "", None
        try:
            wanted = self._wanted(asked)
            at = int(before) if before.isascii() and before.isdigit() else None
            page = await asyncio.to_thread(
                self._insight.decisions.search, signed.actor.scope, wanted, before=at
            )
        except InputError:
            problem = say(_PROBLEM_WORDS[InputError])
        values = {
            **speech.spoken(say),
            "asked": asked,
            "page": page,
            "problem": problem,
            "unit_name": self._unit_names(request),
            "path": "/console/decisions",
        }
        return self._door.show(request, signed, "decisions.html", values, 422 if problem else 200)

    async def _show(
        self,
        request: Request,
        signed: SignedIn,
        again: Reconsidered | None = None,
        error: Exception | None = None,
    ) -> Response:
        seq, say = request.path_params["seq"], self._door.pages.say(request)
        row = await asyncio.to_thread(self._insight.decisions.get, signed.actor.scope, seq)
        if again is None and error is None:
            await self._looking.note(signed, "show-decision", f"decision/{seq}")
        event, decision = await asyncio.to_thread(self._entry, seq)
        usual = await asyncio.to_thread(self._usual, signed, row)
        case, customer = await asyncio.to_thread(self._linked, signed, row)
        kind = next((each for each in _PROBLEM_WORDS if isinstance(error, each)), None)
        values = {
            **speech.spoken(say),
            "row": row,
            "event": event,
            "decision": decision,
            "usual": usual,
            "case": case,
            "customer": customer,
            "unit_name": self._unit_names(request),
            "currency": self._currency,
            "again": again,
            "compared": [] if again is None else _compared(again),
            "problem": "" if kind is None else say(_PROBLEM_WORDS[kind]),
            "path": "/console/decisions",
        }
        return self._door.show(request, signed, "decision.html", values, 409 if error else 200)

    def _unit_names(self, request: Request) -> Callable[[str], str]:
        return unit_names(self._organisation.known.current, self._door.pages.language(request))

    def _linked(self, signed: SignedIn, row: DecisionRow) -> tuple[int, int]:
        """Give the numbers of a decision's case and of its payer; 0 for what is not to be seen."""
        scope, case, payer = signed.actor.scope, 0, None
        if signed.actor.may("read-alerts"):
            try:
                case = self._cases.get_alert(scope, row.seq).case
            except CaseNotFound:
                case = 0
        if row.account is not None and signed.actor.may("read-customers"):
            payer = self._insight.profiles.find_number(scope, row.account.number)
        return case, (payer.customer or 0) if payer is not None else 0

    def _entry(self, seq: int) -> tuple[Event, Decision]:
        entry = self._insight.journal.at(seq)
        if entry is None:
            raise DecisionNotFound(f"the journal has no entry {seq}; see that the number is right")
        return _EVENT.decode(entry.event), _DECISION.decode(entry.decision)

    def _usual(self, signed: SignedIn, row: DecisionRow) -> Usual | None:
        if row.account is None or not signed.actor.may("read-customers"):
            return None
        profiles, scope = self._insight.profiles, signed.actor.scope
        try:
            return profiles.activity(scope, row.account.number, before=row.seq).usual
        except DecisionNotFound:
            return None

    def _wanted(self, asked: Mapping[str, str]) -> Wanted:
        outcomes = {
            "": (),
            "stopped": (Outcome.CHALLENGE, Outcome.DELAY, Outcome.HOLD, Outcome.DECLINE),
        } | {each.value: (each,) for each in Outcome}
        until = self._day(asked["until"])
        return Wanted(
            since=self._day(asked["since"]),
            until=None if until is None else until + timedelta(days=1),
            outcomes=outcomes.get(asked["outcome"], ()),
            types=(asked["type"],) if asked["type"] else (),
            channel=asked["channel"],
            rule=asked["rule"],
            scam=asked["scam"],
            least_minor=self._amount(asked["least"]) or 0,
            most_minor=self._amount(asked["most"]),
            account=asked["account"],
            customer=asked["customer"],
            device=asked["device"],
            operator=asked["operator"],
            trace_id=asked["trace_id"],
        )

    def _day(self, text: str) -> datetime | None:
        try:
            return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=self._zone) if text else None
        except ValueError:
            raise InputError("a day is written as 2026-11-28") from None

    def _amount(self, text: str) -> int | None:
        return parse_minor(text, self._currency) if text else None


def _compared(again: Reconsidered) -> list[Compared]:
    made = again.again or again.today
    return rows_of(again.recorded, made.features or {}, again.usual)

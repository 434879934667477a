"""What was told of warnings, found again, corrected, and told where no page had warned."""

import asyncio
import secrets
from collections.abc import Mapping
from typing import Final

from msgspec import structs
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from zhamen.bootstrap.desk import Desk
from zhamen.console.door import Door, SignedIn
from zhamen.console.feedback import CHANNEL_WORDS, OUTCOME_WORDS, read_amount
from zhamen.console.page import lead_to
from zhamen.core.errors import InputError, RecordNotFound
from zhamen.core.money import format_minor
from zhamen.ports.records import Actor
from zhamen.records.feedback import Feedback, FeedbackOutcome
from zhamen.screening.categories import CATEGORIES, category

__all__ = ["FeedbackBook"]

_TOLD_WORDS: Final = {**OUTCOME_WORDS, FeedbackOutcome.MISSED: "漏报：没有提示，事后查明是诈骗"}
_TRUTHS: Final[dict[str, bool | None]] = {"": None, "fraud": True, "innocent": False}
_TRUTH_WORDS: Final = {"": "尚未查明", "fraud": "查明是诈骗", "innocent": "查明不是诈骗"}
_HOME: Final = "/console/feedback"
_SHOWN: Final = 100
_LONGEST_ID: Final = 80


class FeedbackBook:
    """The routes of feedback that was given, within one's part of the bank.

    Parameters
    ----------
    currency
        Of the amounts that are typed and shown.
    """

    def __init__(self, desk: Desk, door: Door, currency: str) -> None:
        self._desk = desk
        self._door = door
        self._currency = currency

    @property
    def routes(self) -> list[Route]:
        """What answers where."""
        return [
            Route(_HOME, self.home, methods=["GET"]),
            Route(f"{_HOME}/find", self.find, methods=["POST"]),
            Route(f"{_HOME}/correct", self.correct, methods=["POST"]),
            Route(f"{_HOME}/enter", self.enter, methods=["POST"]),
        ]

    async def home(self, request: Request) -> Response:
        """Show what was told last, a box to find by id, and a form for what no page had warned of."""
        signed = await self._door.enter(request, "give-feedback")
        return await self._home(request, signed)

    async def find(self, request: Request) -> Response:
        """Show one, to be corrected; its id stands in no address, for a calling system named it."""
        signed, form = await self._door.enter_form(request, "give-feedback")
        wanted = form.get("id", "")
        found = await asyncio.to_thread(self._desk.feedback.find, wanted[:_LONGEST_ID], signed.actor.scope)
        if found is None:
            say = self._door.pages.say(request)
            problem = say("本机构及下属机构没有登记过这个编号。")
            return await self._home(request, signed, problem=problem, wanted=wanted, status=404)
        return await self._home(request, signed, found=found)

    async def correct(self, request: Request) -> Response:
        """Keep what is known better now; when it was told and by which unit stays."""
        signed, form = await self._door.enter_form(request, "give-feedback")
        desk, scope = self._desk.feedback, signed.actor.scope
        before = await asyncio.to_thread(desk.find, form.get("id", "")[:_LONGEST_ID], scope)
        if before is None:
            raise RecordNotFound("there is no such feedback within the unit; find it by its id")
        corrected = self._read(form, before)
        actor = Actor(signed.actor.name, signed.actor.unit)
        await asyncio.to_thread(desk.correct, corrected, actor, self._desk.clock())
        return lead_to(_HOME)

    async def enter(self, request: Request) -> Response:
        """Tell of something that no page of ours had warned of, as a fraud that was missed."""
        signed, form = await self._door.enter_form(request, "give-feedback")
        blank = Feedback(
            id=f"M-{secrets.token_hex(8)}",
            at=self._desk.clock(),
            by=signed.actor.name,
            outcome=FeedbackOutcome.MISSED,
            amount_minor=0,
            unit=signed.actor.unit,
        )
        given = self._read(form, blank)
        await asyncio.to_thread(self._desk.feedback.give, given)
        return lead_to(_HOME)

    def _read(self, form: Mapping[str, str], before: Feedback) -> Feedback:
        """Give feedback as a form changes it; a channel or category that is none of ours may stay."""
        outcome = next((one for one in _TOLD_WORDS if one == form.get("outcome")), None)
        channel, named = form.get("channel", ""), form.get("category", "")
        if outcome is None or channel not in {"", before.channel, *CHANNEL_WORDS}:
            raise InputError("choose what came of it, and the channel")
        if named not in ("", before.category):
            category(named)
        if form.get("truth", "") not in _TRUTHS:
            raise InputError("choose what is known of the truth")
        return structs.replace(
            before,
            outcome=outcome,
            fraud=_TRUTHS[form.get("truth", "")],
            amount_minor=read_amount(form, "amount", self._currency),
            lost_minor=read_amount(form, "lost", self._currency),
            channel=channel,
            category=named,
        )

    def _plain(self, amount_minor: int) -> str:
        return format_minor(amount_minor, self._currency).partition(" ")[0]

    async def _home(
        self,
        request: Request,
        signed: SignedIn,
        *,
        found: Feedback | None = None,
        problem: str = "",
        wanted: str = "",
        status: int = 200,
    ) -> Response:
        told = await asyncio.to_thread(self._desk.feedback.list_feedback, signed.actor.scope, limit=_SHOWN)
        say, language = self._door.pages.say(request), self._door.pages.language(request)
        values = {
            "told": [(one, format_minor(one.amount_minor, self._currency)) for one in told],
            "found": found,
            "truth": "" if found is None or found.fraud is None else "fraud" if found.fraud else "innocent",
            "amount": "" if found is None else self._plain(found.amount_minor),
            "lost": "" if found is None else self._plain(found.lost_minor),
            "outcomes": {code.value: say(word) for code, word in _TOLD_WORDS.items()},
            "channels": {code: say(word) for code, word in CHANNEL_WORDS.items()},
            "truths": {code: say(word) for code, word in _TRUTH_WORDS.items()},
            "categories": [(one.code, one.zh if language == "zh" else one.en) for one in CATEGORIES.values()],
            "problem": problem,
            "wanted": wanted,
            "currency": self._currency,
            "path": _HOME,
        }
        return self._door.show(request, signed, "feedback.html", values, status)

"""What networks say of a decision's transfer and of an account, as parts that their pages load."""

import asyncio
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from zhamen.bootstrap.gatehouse import Gatehouse
from zhamen.bootstrap.tracing import Tracers
from zhamen.console.door import Door, SignedIn
from zhamen.console.insight.looking import Looking
from zhamen.console.tracing.words import told
from zhamen.core.errors import DecisionNotFound, NotFoundError, UnavailableError
from zhamen.networks.links import kinds
from zhamen.services.explained import AccountExplained, TransferExplained

__all__ = ["NetworkPages"]

_PROBLEM_WORDS: Final[dict[type[Exception], str]] = {
    NotFoundError: "资金图里没有这笔转账。刚发生的请几秒后再看。",
    UnavailableError: "闸门没有维护资金图：当前策略包不使用它。请联系策略岗启用含资金追踪规则的策略包。",
}
_SIDE_WORDS: Final = {"inbound": "作为收款账户", "outbound": "作为付款账户"}


class NetworkPages:
    """Pages that others load a part of, for those who may read-customers; each look is written down."""

    def __init__(self, house: Gatehouse, tracers: Tracers, door: Door, looking: Looking) -> None:
        self._insight = house.insight
        self._explaining = tracers.explaining
        self._door = door
        self._looking = looking
        self._one = asyncio.Semaphore(1)

    @property
    def routes(self) -> list[Route]:
        """What answers where."""
        return [
            Route("/console/decisions/{seq:int}/networks", self.of_decision, methods=["GET"]),
            Route("/console/accounts/{number:int}/networks", self.of_account, methods=["GET"]),
        ]

    async def of_decision(self, request: Request) -> Response:
        """Show the patterns that a decision's transfer completed."""
        signed, seq = await self._door.enter(request, "read-customers"), request.path_params["seq"]
        explained, problem = None, ""
        try:
            async with self._one:
                explained = await asyncio.to_thread(self._of_decision, signed, seq)
        except DecisionNotFound:
            raise
        except tuple(_PROBLEM_WORDS) as error:
            problem = self._problem(request, error)
        await self._looking.note(signed, "explain-networks", f"decision/{seq}")
        values = {"number": seq, "explained": explained, "problem": problem, "path": "/console/decisions"}
        return self._show(request, signed, "networks_transfer.html", values)

    async def of_account(self, request: Request) -> Response:
        """Show an account's scores, its cluster and the stolen money in it."""
        signed, number = await self._door.enter(request, "read-customers"), request.path_params["number"]
        profile = await asyncio.to_thread(self._insight.profiles.account, signed.actor.scope, number)
        explained, problem = None, ""
        try:
            async with self._one:
                explained = await asyncio.to_thread(self._of_account, signed, profile.identifier)
        except UnavailableError as error:
            problem = self._problem(request, error)
        await self._looking.note(signed, "explain-networks", f"account/{number}")
        say = self._door.pages.say(request)
        values = {
            "number": number,
            "masked": profile.masked,
            "explained": explained,
            "problem": problem,
            "sides": {side: say(word) for side, word in _SIDE_WORDS.items()},
            "path": "/console/accounts",
        }
        return self._show(request, signed, "networks_account.html", values)

    def _of_decision(self, signed: SignedIn, seq: int) -> TransferExplained:
        scope = signed.actor.scope
        self._insight.decisions.get(scope, seq)
        entry = self._insight.journal.at(seq)
        if entry is None:
            raise DecisionNotFound(f"the journal has no entry {seq}; see that the number is right")
        return self._explaining.transfer(scope, entry.event_id)

    def _of_account(self, signed: SignedIn, identifier: str) -> AccountExplained:
        return self._explaining.account(signed.actor.scope, identifier)

    def _problem(self, request: Request, error: Exception) -> str:
        words = next(_PROBLEM_WORDS[kind] for kind in _PROBLEM_WORDS if isinstance(error, kind))
        return self._door.pages.say(request)(words)

    def _show(self, request: Request, signed: SignedIn, template: str, values: dict[str, object]) -> Response:
        english = self._door.pages.language(request) == "en"
        links = {kind.name.lower(): words[english] for kind, words in kinds.LINK_KIND_WORDS.items()}
        return self._door.show(
            request, signed, template, {**told(self._door.pages.say(request)), "links": links, **values}
        )

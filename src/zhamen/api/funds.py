"""Where money went, what networks say of it and what to stop, for the bank's own systems."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from time import monotonic
from typing import Annotated, Final, TypeVar

import msgspec
from msgspec import Meta, Struct

from zhamen.api.bodies import decode_body
from zhamen.api.call import Call
from zhamen.api.quotas import Quotas
from zhamen.bootstrap.gatehouse import Gatehouse
from zhamen.bootstrap.tracing import make_tracers
from zhamen.core.audit import Deed
from zhamen.organisation.scope import Scope
from zhamen.ports.keys import ApiKey
from zhamen.services.begin_trace import TraceAsked
from zhamen.services.explain_networks import ExplainAsked
from zhamen.services.explained import Explained
from zhamen.services.traced import FreezeShown, TraceShown

__all__ = ["FundRoutes", "PlanAsked"]

_BODY: Final = 8_192
_Shown = TraceShown | FreezeShown | Explained
T = TypeVar("T")


class PlanAsked(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to make a freeze plan of, by exactly one of the first three, and how far to trace."""

    event_id: Annotated[str, Meta(max_length=128)] = ""
    account: Annotated[str, Meta(max_length=128)] = ""
    case: Annotated[int, Meta(ge=0, le=2**31 - 1)] = 0
    hops: Annotated[int, Meta(ge=0, le=64)] = 8
    hours: Annotated[int, Meta(ge=0, le=8_760)] = 72
    minimum_share: Annotated[float, Meta(ge=0, le=1)] = 0.01
    minimum_minor: Annotated[int, Meta(ge=1, le=10**15)] = 1
    hub_stop: Annotated[int, Meta(ge=0, le=2**31 - 1)] = 2000
    follow_all: bool = False
    until: Annotated[datetime, Meta(tz=True)] | None = None
    watermark: Annotated[int, Meta(ge=0, le=2**31 - 1)] | None = None

    @property
    def traced(self) -> TraceAsked:
        """The trace that it is made of."""
        return TraceAsked(**msgspec.structs.asdict(self))


class FundRoutes:
    """The routes of traces, explanations and freeze plans. A look is written down before it is answered.

    Traces and explanations show accounts masked. A freeze plan names those of the key's part of the bank
    in full: it is for the system that will hold the money.
    """

    def __init__(self, gatehouse: Gatehouse) -> None:
        settings = gatehouse.settings
        self._house = gatehouse
        self._tracers = make_tracers(gatehouse)
        self._quotas = Quotas(settings.max_rate_per_key, settings.max_in_flight_per_key, monotonic)
        self._timeout = settings.read_timeout_ms
        self._one = asyncio.Semaphore(1)
        """An explanation takes the interpreter for tens of milliseconds, which decisions need too."""

    async def trace(self, call: Call) -> None:
        """Say where money went, or came from."""
        key = self._house.permit(call.token, "funds:trace")
        asked = await self._read(call, TraceAsked)
        await self._answer(call, key, "trace-funds", lambda scope: self._tracers.tracing.trace(scope, asked))

    async def plan_freeze(self, call: Call) -> None:
        """Say what to stop."""
        key = self._house.permit(call.token, "funds:freeze")
        asked = (await self._read(call, PlanAsked)).traced

        def plan(scope: Scope) -> FreezeShown:
            return self._tracers.freezes.plan(scope, asked, whole=True)

        await self._answer(call, key, "plan-freeze", plan)

    async def explain(self, call: Call) -> None:
        """Say what networks know of a transfer or an account, and why."""
        key = self._house.permit(call.token, "funds:trace")
        asked = await self._read(call, ExplainAsked)

        def explain(scope: Scope) -> _Shown:
            return self._tracers.explaining.explain(scope, asked)

        async with self._one:
            await self._answer(call, key, "explain-networks", explain)

    async def _answer(self, call: Call, key: ApiKey, act: str, make: Callable[[Scope], _Shown]) -> None:
        scope = self._house.scope_of(key)
        self._quotas.take(key.id)
        try:
            made = await asyncio.to_thread(make, scope)
            deed = Deed(
                at=self._house.desk.clock(), actor=key.id, unit=scope.path, act=act, subject=made.about
            )
            await asyncio.to_thread(self._house.trails.deeds.note, deed)
        finally:
            self._quotas.give_back(key.id)
        await call.answer(200, msgspec.json.encode(made))

    async def _read(self, call: Call, kind: type[T]) -> T:
        call.check_type(b"application/json")
        call.no_parameters()
        return decode_body(await call.body(_BODY, self._timeout), kind)

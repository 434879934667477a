"""Features of decisions against the account's own baseline, for whoever works a case or reads a decision."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Final

from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from zhamen.bootstrap.gatehouse import Gatehouse
from zhamen.console import speech
from zhamen.console.door import Door, SignedIn
from zhamen.console.insight.looking import Looking
from zhamen.core.errors import TooLarge, UnavailableError
from zhamen.gate.decision import Decision
from zhamen.ports.decisions import DecisionRow
from zhamen.services.reconsider import UsualFeature

__all__ = ["Compared", "ComparedPages", "rows_of"]

_ROWS: Final = 30
_DECISIONS: Final = 2
"""Of so many of the newest alerts of a case."""
_LOOKED_AT: Final = 50
_PAYMENTS: Final = ("transfer", "cash_withdrawal")
_PROBLEM_WORDS: Final[dict[type[Exception], str]] = {
    TooLarge: "与这个账户有关的记录太多，不在这里逐笔比较。",
    UnavailableError: "视图还没有跟上这笔决策；请几秒后再看。",
}


class Compared(Struct, frozen=True, kw_only=True):
    """One feature of a decision beside what it usually is for the account; None where not known."""

    name: str
    value: float | None
    low: float | None
    middle: float | None
    high: float | None

    @property
    def unusual(self) -> bool:
        """Whether it is above nine of ten of the account's earlier payments, or below nine of ten."""
        if self.value is None or self.low is None or self.high is None:
            return False
        return not self.low <= self.value <= self.high


class _Held(Struct, frozen=True, kw_only=True):
    """A decision with the rows of its comparison, or why there are none."""

    row: DecisionRow
    rows: list[Compared] = []
    problem: str = ""


class ComparedPages:
    """Pages that others load a part of, for those who may search-decisions; each look is written down."""

    def __init__(self, house: Gatehouse, door: Door, looking: Looking) -> None:
        self._cases = house.cases.store
        self._decisions = house.insight.decisions
        self._reconsidering = house.insight.reconsidering
        self._door = door
        self._looking = looking
        self._replaying = asyncio.Semaphore(1)

    @property
    def routes(self) -> list[Route]:
        """What answers where."""
        return [
            Route("/console/cases/{case:int}/compared", self.of_case, methods=["GET"]),
            Route("/console/decisions/{seq:int}/compared", self.of_decision, methods=["GET"]),
        ]

    async def of_case(self, request: Request) -> Response:
        """Compare the newest payments that a case has alerts of."""
        signed = await self._door.enter(request, "search-decisions")
        signed.actor.require("read-alerts")
        case = request.path_params["case"]
        rows = await asyncio.to_thread(self._newest, signed, case)
        return await self._show(request, signed, rows, f"/console/cases/{case}")

    async def of_decision(self, request: Request) -> Response:
        """Compare one decision."""
        signed = await self._door.enter(request, "search-decisions")
        seq = request.path_params["seq"]
        row = await asyncio.to_thread(self._decisions.get, signed.actor.scope, seq)
        return await self._show(request, signed, [row], f"/console/decisions/{seq}")

    def _newest(self, signed: SignedIn, case: int) -> list[DecisionRow]:
        """Give the decisions of a case to compare: its newest payments, of those within the scope."""
        scope = signed.actor.scope
        self._cases.get_case(scope, case)
        alerts = self._cases.list_alerts(scope, case, limit=_LOOKED_AT)
        paid = [alert.id for alert in alerts if alert.type in _PAYMENTS]
        seen = self._decisions.visible(scope, paid)
        return [self._decisions.get(scope, seq) for seq in [seq for seq in paid if seq in seen][:_DECISIONS]]

    async def _show(
        self, request: Request, signed: SignedIn, rows: Sequence[DecisionRow], back: str
    ) -> Response:
        say = self._door.pages.say(request)
        held = []
        for row in rows:
            await self._looking.note(signed, "show-decision", f"decision/{row.seq}")
            async with self._replaying:
                held.append(await asyncio.to_thread(self._hold, row))
        values = {
            **speech.spoken(say),
            "held": [(one, say(one.problem)) for one in held],
            "back": back,
            "path": "/console/cases" if back.startswith("/console/cases") else "/console/decisions",
        }
        return self._door.show(request, signed, "compared.html", values)

    def _hold(self, row: DecisionRow) -> _Held:
        try:
            found = self._reconsidering.compare(row.seq)
        except (TooLarge, UnavailableError) as error:
            kind = next(each for each in _PROBLEM_WORDS if isinstance(error, each))
            return _Held(row=row, problem=_PROBLEM_WORDS[kind])
        return _Held(row=row, rows=rows_of(found.recorded, found.features, found.usual))


def rows_of(
    recorded: Decision, features: Mapping[str, float | None], usual: Mapping[str, UsualFeature]
) -> list[Compared]:
    """Give the features that a decision's rules read, and others that are unusual for the account."""
    read = {name for reason in recorded.reasons for name in reason.evidence}
    rows = []
    for name, value in sorted(features.items()):
        known = usual.get(name)
        low, middle, high = (None,) * 3 if known is None else (known.low, known.middle, known.high)
        row = Compared(name=name, value=value, low=low, middle=middle, high=high)
        if name in read or row.unusual:
            rows.append(row)
    return sorted(rows, key=lambda one: (one.name not in read, not one.unusual))[:_ROWS]

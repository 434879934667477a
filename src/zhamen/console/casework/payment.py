"""One payment that waits: why, what its payer said, and what can be done with it, whoever has its case."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Final

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from zhamen.bootstrap.gatehouse import Gatehouse
from zhamen.cases.acts import ActKind
from zhamen.cases.held import HeldPayment
from zhamen.cases.lifecycle import PAYMENT_STEPS
from zhamen.cases.permissions import NEEDED
from zhamen.cases.policy import CasePolicy
from zhamen.console import speech
from zhamen.console.casework.acting import request_of
from zhamen.console.casework.problems import PROBLEMS, problem_of
from zhamen.console.door import Door, SignedIn
from zhamen.console.insight.looking import Looking
from zhamen.console.page import lead_to
from zhamen.console.units import unit_names
from zhamen.core.errors import CaseNotFound, ZhamenError
from zhamen.gate.decision import Decision
from zhamen.organisation.actor import Actor

__all__ = ["PaymentPages", "extension_of", "payment_acts"]

_A_DAY: Final = timedelta(days=1)


class PaymentPages:
    """The routes of one payment, for those who may read-alerts; each look is written down.

    All acts on payments come this way. Times of forms are written in the zone of the bank.
    """

    def __init__(self, house: Gatehouse, door: Door, looking: Looking) -> None:
        self._desk = house.cases.desk
        self._service = house.service
        self._organisation = house.work.organisation
        self._zone = house.pack.zone
        self._door = door
        self._looking = looking

    @property
    def routes(self) -> list[Route]:
        """What answers where."""
        return [
            Route("/console/payments/{payment:int}", self.show, methods=["GET"]),
            Route("/console/payments/{payment:int}/{act}", self.act, methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        """Show a payment."""
        return await self._show(request, await self._door.enter(request, "read-alerts"))

    async def act(self, request: Request) -> Response:
        """Do what a form asks for, and show what became of the payment."""
        signed, form = await self._door.enter_form(request, "read-alerts")
        payment = request.path_params["payment"]
        kind = next((each for each in PAYMENT_STEPS if each == request.path_params["act"]), None)
        if kind is None:
            raise CaseNotFound("there is no such act")
        try:
            asked = request_of(kind, 0, {**form, "payment": str(payment)}, self._zone)
            await asyncio.to_thread(self._desk.do, signed.actor, asked)
        except PROBLEMS as error:
            return await self._show(request, signed, error, {**form, "act": kind.value})
        return lead_to(f"/console/payments/{payment}")

    async def _show(
        self,
        request: Request,
        signed: SignedIn,
        error: ZhamenError | None = None,
        typed: Mapping[str, str] | None = None,
    ) -> Response:
        number = request.path_params["payment"]
        file = await asyncio.to_thread(self._desk.show_payment, signed.actor, number)
        await self._looking.note(signed, "show-payment", f"payment/{number}")
        found = await asyncio.to_thread(self._service.find, file.payment.event_id)
        say, language = self._door.pages.say(request), self._door.pages.language(request)
        values = {
            "file": file,
            "payment": file.payment,
            "decision": None if found is None else msgspec.json.decode(found.decision_json, type=Decision),
            "allowed": payment_acts(file.payment, signed.actor),
            "unit_name": unit_names(self._organisation.known.current, language),
            "problem": "" if error is None else say(problem_of(error)),
            "typed": typed or {},
            "path": "/console/payments",
            **extension_of(self._desk.policy),
            **speech.spoken(say),
        }
        return self._door.show(request, signed, "payment.html", values, 409 if error else 200)


def extension_of(policy: CasePolicy) -> dict[str, object]:
    """Give what a form says about waiting longer: how much it proposes, and how many hours are the most."""
    longest = policy.longest_extension
    return {"extension": min(_A_DAY, longest), "longest_hours": longest // timedelta(hours=1)}


def payment_acts(payment: HeldPayment, actor: Actor) -> frozenset[str]:
    """Give the acts that the state of a payment and the rights of the actor leave open."""
    proposed = {ActKind.APPROVE_PAYMENT, ActKind.RETURN_PAYMENT}
    return frozenset(
        kind.value
        for kind, (before, _) in PAYMENT_STEPS.items()
        if payment.status in before
        and (needed := NEEDED[kind]) is not None
        and actor.may(needed)
        and (kind in proposed) == (payment.proposal is not None)
        and not (kind is ActKind.APPROVE_PAYMENT and payment.proposal and payment.proposal.by == actor.name)
    )

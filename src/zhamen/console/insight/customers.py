"""One customer from every side: accounts, money in and out, cases, talks, decisions, what is known."""

import asyncio
from typing import Any, Final

from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from zhamen.bootstrap.gatehouse import Gatehouse
from zhamen.cases.acts import Act, ActKind
from zhamen.cases.case import Case
from zhamen.cases.statement import Statement
from zhamen.console import speech
from zhamen.console.door import Door, SignedIn
from zhamen.console.insight.accounts import before_of
from zhamen.console.insight.knowing import Knowing
from zhamen.console.insight.looking import Looking
from zhamen.console.units import unit_names
from zhamen.core.money import grouped, minor_digits
from zhamen.ports.profiles import AccountProfile, Month
from zhamen.services.ask import Known

__all__ = ["CustomerPages"]

_LISTS: Final = 20
_ACCOUNTS: Final = 20
_TALKED: Final = 5
"""Of so many of the newest cases, what was said is shown."""


class _Talk(Struct, frozen=True):
    """What was said in a case: by a payer to a channel, or to a member of staff who called."""

    case: int
    statement: Statement | None = None
    contact: Act | None = None


class CustomerPages:
    """The route of customers, for those who may read-customers; each look is written down."""

    def __init__(self, house: Gatehouse, door: Door, looking: Looking) -> None:
        self._profiles = house.insight.profiles
        self._knowing = Knowing(house.desk.asking)
        self._cases = house.cases
        self._organisation = house.work.organisation
        self._currency = house.pack.currency
        self._door = door
        self._looking = looking

    @property
    def routes(self) -> list[Route]:
        """What answers where."""
        return [Route("/console/customers/{number:int}", self.show, methods=["GET"])]

    async def show(self, request: Request) -> Response:
        """Show a customer."""
        signed = await self._door.enter(request, "read-customers")
        scope, number = signed.actor.scope, request.path_params["number"]
        profile = await asyncio.to_thread(self._profiles.customer, scope, number)
        await self._looking.note(signed, "show-customer", f"customer/{number}")
        activity = await asyncio.to_thread(self._profiles.customer_activity, scope, number)
        before = before_of(request)
        entries = await asyncio.to_thread(
            self._profiles.customer_entries, scope, number, before=before, limit=_LISTS
        )
        numbers = [each.number for each in profile.accounts]
        held = await asyncio.to_thread(self._held, signed, numbers)
        known = await self._knowing.of_accounts(signed, [each.identifier for each in held])
        cases, talks = await asyncio.to_thread(self._casework, signed, numbers)
        tree, language = self._organisation.known.current, self._door.pages.language(request)
        values = {
            **speech.spoken(self._door.pages.say(request)),
            "profile": profile,
            "held": _with_known(held, known),
            "unseen": len(profile.accounts) - len(held),
            "activity": activity,
            "months": [self._month(month) for month in activity.months],
            "cases": cases,
            "talks": talks,
            "entries": entries,
            "earlier": before is not None,
            "currency": self._currency,
            "unit_name": unit_names(tree, language),
            "path": "/console/accounts",
        }
        return self._door.show(request, signed, "customer.html", values)

    def _held(self, signed: SignedIn, numbers: list[int]) -> list[AccountProfile]:
        """Give the accounts that are within the scope, of the first."""
        found = (self._profiles.find_number(signed.actor.scope, number) for number in numbers[:_ACCOUNTS])
        return [each for each in found if each is not None]

    def _casework(self, signed: SignedIn, numbers: list[int]) -> tuple[list[Case], list[_Talk]]:
        actor = signed.actor
        if not actor.may("read-alerts"):
            return [], []
        cases = self._cases.desk.about(actor, numbers)
        talks = []
        for case in cases[:_TALKED]:
            said = self._cases.store.list_statements(actor.scope, case.id)
            acts = self._cases.store.list_acts(actor.scope, case.id)
            talks += [_Talk(case.id, statement=each) for each in said]
            talks += [_Talk(case.id, contact=act) for act in acts if act.kind is ActKind.CONTACT]
        return cases, talks

    def _month(self, month: Month) -> list[dict[str, Any]]:
        digits = 10 ** minor_digits(self._currency)
        amounts = (month.sent_minor, month.received_minor)
        cells = [{"text": grouped(each, self._currency), "value": each / digits} for each in amounts]
        return [{"text": month.month}, *cells, {"text": str(month.sent)}, {"text": str(month.received)}]


def _with_known(held: list[AccountProfile], known: list[Known]) -> list[tuple[AccountProfile, Known | None]]:
    return list(zip(held, known, strict=True)) if known else [(each, None) for each in held]

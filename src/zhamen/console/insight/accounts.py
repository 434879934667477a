"""One account from every side: who, what is usual, what happened, which devices, what is known of it."""

import asyncio
from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from zhamen.bootstrap.gatehouse import Gatehouse
from zhamen.console import speech
from zhamen.console.door import Door, SignedIn
from zhamen.console.insight.knowing import Knowing
from zhamen.console.insight.looking import Looking
from zhamen.console.page import HEADERS
from zhamen.console.units import unit_names
from zhamen.core.audit import Detail
from zhamen.core.errors import InvalidIdentifier
from zhamen.core.identifiers import mask
from zhamen.core.money import grouped
from zhamen.ports.decisions import DecisionPage
from zhamen.ports.profiles import AccountProfile, Activity, Counterparty
from zhamen.services.list_devices import DeviceSeen, list_devices

__all__ = ["AccountSides", "before_of"]

_LISTS: Final = 20
_DEVICES_FROM: Final = 100
"""In so many of the newest entries devices are looked for."""
_FLOWS: Final = 12
_DIGITS: Final = 18
_Cells = list[dict[str, object]]


class AccountSides:
    """The routes of accounts, for those who may read-customers; each look is written down."""

    def __init__(self, house: Gatehouse, door: Door, looking: Looking) -> None:
        self._profiles = house.insight.profiles
        self._journal = house.insight.journal
        self._asking = house.desk.asking
        self._knowing = Knowing(house.desk.asking)
        self._cases = house.cases.desk
        self._organisation = house.work.organisation
        self._currency = house.pack.currency
        self._door = door
        self._looking = looking

    @property
    def routes(self) -> list[Route]:
        """What answers where."""
        return [
            Route("/console/accounts", self.form, methods=["GET"]),
            Route("/console/accounts", self.find, methods=["POST"]),
            Route("/console/accounts/{number:int}", self.account, methods=["GET"]),
            Route("/console/accounts/{number:int}/identifier", self.identifier, methods=["POST"]),
        ]

    async def form(self, request: Request) -> Response:
        """Show the box to look an account up in."""
        signed = await self._door.enter(request, "read-customers")
        values = {"missing": False, "path": "/console/accounts"}
        return self._door.show(request, signed, "accounts.html", values)

    async def find(self, request: Request) -> Response:
        """Go to the account of a number; the number stays out of the address."""
        signed, form = await self._door.enter_form(request, "read-customers")
        found = await asyncio.to_thread(
            self._profiles.find_account, signed.actor.scope, form.get("account", "")
        )
        if found is None:
            await self._looking.note(signed, "miss-account", "", self._missed(form.get("account", "")))
            values = {"missing": True, "path": "/console/accounts"}
            return self._door.show(request, signed, "accounts.html", values, 404)
        return RedirectResponse(f"/console/accounts/{found.number}", 303, headers=dict(HEADERS))

    async def account(self, request: Request) -> Response:
        """Show an account."""
        return await self._account(request, await self._door.enter(request, "read-customers"))

    async def identifier(self, request: Request) -> Response:
        """Show an account with its whole number; that it was shown is written down first."""
        signed, _ = await self._door.enter_form(request, "see-identifiers")
        return await self._account(request, signed, whole=True)

    async def _account(self, request: Request, signed: SignedIn, *, whole: bool = False) -> Response:
        scope, number = signed.actor.scope, request.path_params["number"]
        profile = await asyncio.to_thread(self._profiles.account, scope, number)
        subject = f"account/{number}"
        await self._looking.note(signed, "show-identifier" if whole else "show-account", subject)
        activity = await asyncio.to_thread(self._profiles.activity, scope, number)
        before = before_of(request)
        entries = await asyncio.to_thread(self._profiles.entries, scope, number, before=before, limit=_LISTS)
        devices = await asyncio.to_thread(self._devices, signed, profile)
        known = await self._knowing.of_account(signed, profile.identifier)
        cases = []
        if signed.actor.may("read-alerts"):
            cases = await asyncio.to_thread(self._cases.about, signed.actor, [number])
        say = self._door.pages.say(request)
        values = {
            **speech.spoken(say),
            "profile": profile,
            "whole": whole,
            "activity": activity,
            "entries": entries,
            "earlier": before is not None,
            "devices": devices,
            "unit_name": unit_names(self._organisation.known.current, self._door.pages.language(request)),
            "known": known,
            "cases": cases,
            "flows": self._flows(profile, activity),
            "hours": [
                [{"text": str(hour)}, {"text": str(count), "value": count}]
                for hour, count in enumerate(activity.usual.hours)
            ],
            "currency": self._currency,
            "path": "/console/accounts",
        }
        return self._door.show(request, signed, "account_sides.html", values)

    def _flows(self, profile: AccountProfile, activity: Activity) -> list[_Cells]:
        """Give who paid the account and whom it paid, as a flow without circles."""

        def cells(payer: str, payee: str, one: Counterparty) -> _Cells:
            amount = {"text": grouped(one.amount_minor, self._currency), "value": one.amount_minor}
            link = f"/console/accounts/{one.account.number}"
            return [{"text": payer, "link": link}, {"text": payee}, amount]

        own = profile.masked
        paid = [cells(one.account.masked, own, one) for one in activity.payers[:_FLOWS]]
        return paid + [cells(own, f"→ {one.account.masked}", one) for one in activity.payees[:_FLOWS]]

    def _missed(self, typed: str) -> Detail:
        """Give what the trail says of a number that is not there: enough to see that it was tried again."""
        number = typed.strip()
        try:
            key = self._asking.keys_of(self._asking.identify("account", number))[0].hex()
        except InvalidIdentifier:
            return {"length": len(number)}
        return {"key": key, "masked": mask(number)}

    def _devices(self, signed: SignedIn, profile: AccountProfile) -> list[DeviceSeen]:
        found: DecisionPage = self._profiles.entries(signed.actor.scope, profile.number, limit=_DEVICES_FROM)
        return list_devices(self._journal, profile.identifier, [row.seq for row in found.rows])


def before_of(request: Request) -> int | None:
    """Give the entry before which a page of a list begins; None for the newest."""
    asked = request.query_params.get("before", "")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) <= _DIGITS else None

"""Names over HTTP: who on a list is called so, and whether the payee is who the payer thinks."""

import asyncio
from time import monotonic, perf_counter
from typing import Annotated, Final, Literal, TypeVar

import msgspec
from msgspec import Meta, Struct

from zhamen.api.bodies import decode_body
from zhamen.api.call import Call
from zhamen.api.quotas import Quotas
from zhamen.bootstrap.gatehouse import Gatehouse
from zhamen.ports.keys import ApiKey
from zhamen.ports.queries import Purpose
from zhamen.screening.names.payee import PayeeVerdict, check_payee
from zhamen.screening.subjects import SubjectKind
from zhamen.services.ask import Asker, Words
from zhamen.services.search_names import NameFound, name_subject, told

__all__ = ["NameAsked", "NameRoutes", "NamesFound", "PayeeAsked", "PayeeChecked"]

_BODY: Final = 8_192
Name = Annotated[str, Meta(min_length=1, max_length=300)]
T = TypeVar("T")
Party = Literal["person", "enterprise"]


class NameAsked(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A name to look for on the lists, and what for; without a kind, people and firms."""

    name: Name
    purpose: Purpose
    kind: Party | None = None
    threshold: Annotated[int, Meta(ge=50, le=100)] = 85
    unit: Annotated[str, Meta(max_length=80)] = ""


class NamesFound(Struct, frozen=True):
    """The listed names that are like it; a similar name is not the same person."""

    found: list[NameFound]


class PayeeAsked(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The payee's name as the payer gave it, and as the account has it (empty: not known)."""

    given: Annotated[str, Meta(max_length=300)]
    held: Annotated[str, Meta(max_length=300)]
    kind: Party = "person"


class PayeeChecked(Struct, frozen=True, kw_only=True):
    """The verdict, why, and on a close match as much of the account's name as the institution tells."""

    verdict: PayeeVerdict
    reason: Words
    suggestion: str


class NameRoutes:
    """The routes of names."""

    def __init__(self, gatehouse: Gatehouse) -> None:
        settings = gatehouse.settings
        self._house = gatehouse
        self._quotas = Quotas(settings.max_rate_per_key, settings.max_in_flight_per_key, monotonic)

    async def search(self, call: Call) -> None:
        """Give listed names that are like one, when the question is in the log."""
        key = self._house.permit(call.token, "risk:ask")
        asked = await self._read(call, NameAsked)
        self._quotas.take(key.id)
        try:
            found = await self._found(key, asked)
        finally:
            self._quotas.give_back(key.id)
        await call.answer(200, msgspec.json.encode(NamesFound(found)))

    async def check_payee(self, call: Call) -> None:
        """Compare the payee's name with the account's; nothing is looked up, and nothing kept."""
        self._house.permit(call.token, "risk:ask")
        asked = await self._read(call, PayeeAsked)
        disclosure = self._house.settings.payee_disclosure
        checked = check_payee(asked.given, asked.held, kind=SubjectKind(asked.kind), disclosure=disclosure)
        reason = Words(checked.reason.zh, checked.reason.en)
        answer = PayeeChecked(verdict=checked.verdict, reason=reason, suggestion=checked.suggestion)
        await call.answer(200, msgspec.json.encode(answer))

    async def _found(self, key: ApiKey, asked: NameAsked) -> list[NameFound]:
        """Search, and write down what was asked and found."""
        desk, started = self._house.desk, perf_counter()
        kind = None if asked.kind is None else SubjectKind(asked.kind)
        who = name_subject(asked.name, kind or SubjectKind.PERSON)
        found = await asyncio.to_thread(desk.names.search, asked.name, kind=kind, threshold=asked.threshold)
        asker, known = Asker(who=key.id, unit=self._house.unit_of(key, asked.unit)), desk.asking.know(who)
        took = perf_counter() - started
        await desk.asking.note([(who, told(known, found))], asker, asked.purpose, took=took)
        return found

    async def _read(self, call: Call, kind: type[T]) -> T:
        call.check_type(b"application/json")
        call.no_parameters()
        return decode_body(await call.body(_BODY, self._house.settings.read_timeout_ms), kind)

"""Held and delayed payments for channels and payment systems: what payers say, and how payments stand."""

import asyncio
from datetime import datetime
from typing import Annotated, Final, TypeVar

import msgspec
from msgspec import Meta, Struct

from zhamen.api.bodies import decode_body
from zhamen.api.call import Call
from zhamen.bootstrap.gatehouse import Gatehouse
from zhamen.cases.held import HeldPayment, PaymentStatus
from zhamen.cases.statement import Answer
from zhamen.core.errors import DecisionNotFound
from zhamen.events.parts import Identifier
from zhamen.gate.decision import Decision, Outcome
from zhamen.ports.keys import ApiKey
from zhamen.ports.outbox import Message
from zhamen.services.hear_payers import Said

__all__ = [
    "Answered",
    "Cancelled",
    "Failures",
    "PaymentRoutes",
    "PaymentStanding",
    "Stated",
    "StatementKept",
    "Undelivered",
]

_BODY: Final = 65_536
_PAGE: Final = 200
T = TypeVar("T")
_Words = Annotated[str, Meta(min_length=1, max_length=2_000)]


class Answered(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A question that the channel asked, and what the payer said."""

    question: _Words
    answer: Annotated[str, Meta(max_length=2_000)]


class Stated(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a payer was shown about a payment, answered and confirmed."""

    event_id: Identifier
    channel: Annotated[str, Meta(max_length=20)] = ""
    shown: _Words
    acknowledged: bool
    answers: Annotated[tuple[Answered, ...], Meta(max_length=20)] = ()


class StatementKept(Struct, frozen=True, kw_only=True):
    """A statement that is on disk; ``digest`` is the SHA-256 of what it says."""

    id: int
    event_id: str
    at: datetime
    as_decided: bool
    digest: str


class Cancelled(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The payment that its payer takes back."""

    event_id: Identifier


class PaymentStanding(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How a held or delayed payment stands."""

    event_id: str
    outcome: Outcome
    status: PaymentStatus
    amount_minor: int
    currency: str
    held_at: datetime
    expires_at: datetime
    at_expiry: PaymentStatus
    """What becomes of it when nobody decides."""
    ended_at: datetime | None = None


class Undelivered(Struct, frozen=True, kw_only=True):
    """A message that was given up."""

    id: int
    kind: str
    made_at: datetime
    failed_at: datetime | None
    attempts: int
    error: str


class Failures(Struct, frozen=True, kw_only=True):
    """Messages that were given up, oldest first, and how many wait."""

    waiting: int
    failed: int
    messages: list[Undelivered]


class PaymentRoutes:
    """The routes of payments that wait; each takes a call and answers it, or raises why it is refused."""

    def __init__(self, gatehouse: Gatehouse) -> None:
        self._house = gatehouse
        self._timeout = gatehouse.settings.read_timeout_ms

    async def state(self, call: Call) -> None:
        """Keep what a payer was shown and said."""
        key = self._house.permit(call.token, "payments:answer")
        stated = await self._read(call, Stated)
        decision = self._decision(key, stated.event_id)
        if decision is None:
            raise DecisionNotFound("no decision was made for this event; state what belongs to one")
        said = Said(
            channel=stated.channel,
            shown=stated.shown,
            acknowledged=stated.acknowledged,
            answers=tuple(Answer(one.question, one.answer) for one in stated.answers),
        )
        kept = await asyncio.to_thread(self._house.cases.payers.state, decision, said, by=key.id)
        answer = StatementKept(
            id=kept.id,
            event_id=kept.event_id,
            at=kept.at,
            as_decided=kept.as_decided,
            digest=kept.digest,
        )
        await call.answer(200, msgspec.json.encode(answer))

    async def cancel(self, call: Call) -> None:
        """Take a payment back for its payer."""
        key = self._house.permit(call.token, "payments:answer")
        event_id = (await self._read(call, Cancelled)).event_id
        cancel, scope = self._house.cases.payers.cancel, self._house.scope_of(key)
        decision = self._decision(key, event_id)
        done = await asyncio.to_thread(cancel, scope, event_id, decision, by=key.id)
        await call.answer(200, msgspec.json.encode(_standing(done)))

    async def show(self, call: Call, event_id: str) -> None:
        """Say how a payment stands."""
        key = self._house.permit(call.token, "payments:read")
        call.no_parameters()
        find, scope = self._house.cases.payers.payment, self._house.scope_of(key)
        found = await asyncio.to_thread(find, scope, event_id, self._decision(key, event_id))
        await call.answer(200, msgspec.json.encode(_standing(found)))

    async def failures(self, call: Call) -> None:
        """List messages that were given up, of the key's part of the bank."""
        key = self._house.permit(call.token, "payments:read")
        call.no_parameters()
        outbox = self._house.cases.outbox
        scope = self._house.scope_of(key) if key.unit else None
        counts = await asyncio.to_thread(outbox.count, scope)
        found = await asyncio.to_thread(outbox.list_failed, limit=_PAGE, scope=scope)
        answer = Failures(
            waiting=counts.waiting, failed=counts.failed, messages=[_undelivered(one) for one in found]
        )
        await call.answer(200, msgspec.json.encode(answer))

    def _decision(self, key: ApiKey, event_id: str) -> Decision | None:
        """Give the decision of an event that the key may be told of."""
        found = self._house.service.find(event_id)
        if found is None or not self._house.tells(key, found.event_json):
            return None
        return msgspec.json.decode(found.decision_json, type=Decision)

    async def _read(self, call: Call, kind: type[T]) -> T:
        call.check_type(b"application/json")
        call.no_parameters()
        return decode_body(await call.body(_BODY, self._timeout), kind)


def _standing(payment: HeldPayment) -> PaymentStanding:
    return PaymentStanding(
        event_id=payment.event_id,
        outcome=payment.outcome,
        status=payment.status,
        amount_minor=payment.amount_minor,
        currency=payment.currency,
        held_at=payment.held_at,
        expires_at=payment.expires_at,
        at_expiry=payment.at_expiry,
        ended_at=payment.ended_at,
    )


def _undelivered(message: Message) -> Undelivered:
    return Undelivered(
        id=message.id,
        kind=message.kind,
        made_at=message.made_at,
        failed_at=message.failed_at,
        attempts=message.attempts,
        error=message.error,
    )

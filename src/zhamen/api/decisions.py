"""The decision path: one payment, a batch, a look-up, and the events that are recorded undecided."""

import asyncio
from collections.abc import Sequence
from typing import Final, NamedTuple

import msgspec
from msgspec import Struct

from zhamen.api.call import Call
from zhamen.api.errors import ErrorAnswer, Fault, fault_of
from zhamen.api.metrics import Metrics
from zhamen.api.quotas import Quotas
from zhamen.bootstrap.gatehouse import Gatehouse
from zhamen.cases.alert import LABEL_PREFIX
from zhamen.core.errors import (
    DecisionLate,
    DecisionNotFound,
    InvalidEvent,
    MissingPermission,
    TooLarge,
    UnavailableError,
    ZhamenError,
)
from zhamen.events.door import decode_event
from zhamen.events.model import AnyEvent, CashWithdrawal, Transfer
from zhamen.gate.decision import Decision, Outcome
from zhamen.ports.keys import ApiKey
from zhamen.services.decide import Answer

__all__ = ["BatchAnswer", "BatchItem", "DecisionAnswer", "DecisionRoutes", "Recorded"]

_JSON: Final = b"application/json"
_LINES: Final = b"application/x-ndjson"
_SUBMITTED_AT_ONCE: Final = 32
"""Events of a batch between two turns of the loop, so that a batch does not hold up single payments."""

_Waiting = asyncio.Future[Answer | ZhamenError]


class DecisionAnswer(Decision, frozen=True, kw_only=True):
    """A decision that is on disk; ``duplicate`` when the same event had been decided before."""

    duplicate: bool


class Recorded(Struct, frozen=True):
    """An event that is on disk; ``duplicate`` when the same event had been recorded before."""

    event_id: str
    duplicate: bool


class BatchItem(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The answer to one event of a batch: exactly one of the three."""

    decision: DecisionAnswer | None = None
    recorded: Recorded | None = None
    error: Fault | None = None


class BatchAnswer(Struct, frozen=True):
    """One item for each event of the batch, in its order."""

    items: list[BatchItem]


class _Submitted(NamedTuple):
    event: AnyEvent
    waiting: _Waiting


class _Outcome(Struct, frozen=True):
    outcome: Outcome


_OUTCOME: Final = msgspec.json.Decoder(_Outcome)
_ITEMS: Final = msgspec.json.Decoder(list[msgspec.Raw])


class DecisionRoutes:
    """The thin routes; each takes a call and answers it, or raises what to refuse it with."""

    def __init__(self, gatehouse: Gatehouse, metrics: Metrics, quotas: Quotas) -> None:
        self._house = gatehouse
        self._settings = gatehouse.settings
        self._metrics = metrics
        self._quotas = quotas

    async def decide(self, call: Call) -> None:
        """Decide one payment and answer when its decision is on disk."""
        key = self._house.permit(call.token, "decisions:make")
        with_features = call.flag("features")
        event = await self._read_event(call)
        if not isinstance(event, Transfer | CashWithdrawal):
            raise InvalidEvent(f"a {_kind(event)} is not decided; send it to POST /v1/events", path="$.type")
        answer = await self._durable(call, key, event, with_features=with_features)
        await call.answer(200, _decided(answer))
        call.lap("http")
        self._metrics.spent(call)

    async def record(self, call: Call) -> None:
        """Take an event that is not a payment and answer when it is on disk."""
        key = self._house.permit(call.token, "events:record")
        call.no_parameters()
        event = await self._read_event(call)
        if isinstance(event, Transfer | CashWithdrawal):
            raise InvalidEvent(f"a {_kind(event)} is decided; send it to POST /v1/decisions", path="$.type")
        answer = await self._durable(call, key, event, with_features=False)
        await call.answer(202, _recorded(event, answer))
        call.lap("http")
        self._metrics.spent(call)

    async def find(self, call: Call, event_id: str) -> None:
        """Give the decision of an event."""
        key = self._house.permit(call.token, "decisions:read")
        call.no_parameters()
        answer = self._house.service.find(event_id)
        if answer is None or not self._house.tells(key, answer.event_json):
            raise DecisionNotFound("no event with this id was decided; check the id, or send the event")
        await call.answer(200, _decided(answer))

    async def decide_batch(self, call: Call) -> None:
        """Take many events in order and answer each, when all are on disk or refused."""
        key = self._house.permit(call.token, "decisions:make")
        with_features = call.flag("features")
        lines = call.check_type(_JSON, _LINES) == _LINES
        body = await call.body(self._settings.max_batch_bytes, self._settings.read_timeout_ms)
        raws = _split(body, lines=lines)
        most = self._settings.max_batch_events
        if len(raws) > most:
            raise TooLarge(f"the batch has {len(raws)} events, of {most} allowed; send smaller ones")
        self._quotas.take(key.id, len(raws))
        try:
            items = await self._decide_all(call, key, raws, with_features=with_features)
        finally:
            self._quotas.give_back(key.id, len(raws))
        await call.answer(200, b'{"items":[' + b",".join(items) + b"]}")

    async def _read_event(self, call: Call) -> AnyEvent:
        call.check_type(_JSON)
        call.lap("check")
        body = await call.body(self._settings.max_body_bytes, self._settings.read_timeout_ms)
        call.lap("http")
        return _foreign(decode_event(body))

    async def _durable(self, call: Call, key: ApiKey, event: AnyEvent, *, with_features: bool) -> Answer:
        call.fallback = self._house.fallback(event)
        self._quotas.take(key.id)
        try:
            call.lap("check")
            waiting = self._submit(event, call.request_id, with_features=with_features)
            call.lap("gate")
            answer = await self._in_time(waiting)
        finally:
            self._quotas.give_back(key.id)
        call.lap("journal")
        self._count(event, answer)
        return answer

    async def _decide_all(
        self, call: Call, key: ApiKey, raws: Sequence[bytes], *, with_features: bool
    ) -> list[bytes]:
        items: list[bytes | _Submitted] = []
        for at, raw in enumerate(raws, start=1):
            event = None
            try:
                event = _foreign(decode_event(raw))
                if not isinstance(event, Transfer | CashWithdrawal) and "events:record" not in key.scopes:
                    raise MissingPermission(f"the API key {key.id} does not have the scope events:record")
                waiting = self._submit(event, call.request_id, with_features=with_features)
                items.append(_Submitted(event, waiting))
            except ZhamenError as error:
                items.append(self._refused(call, event, error))
            if at % _SUBMITTED_AT_ONCE == 0:
                await asyncio.sleep(0)
        return [item if isinstance(item, bytes) else await self._item(call, *item) for item in items]

    async def _item(self, call: Call, event: AnyEvent, waiting: _Waiting) -> bytes:
        try:
            answer = await self._in_time(waiting)
        except ZhamenError as error:
            return self._refused(call, event, error)
        self._count(event, answer)
        if isinstance(event, Transfer | CashWithdrawal):
            return b'{"decision":' + _decided(answer) + b"}"
        return b'{"recorded":' + _recorded(event, answer) + b"}"

    def _refused(self, call: Call, event: AnyEvent | None, error: ZhamenError) -> bytes:
        self._metrics.errors[error.code] += 1
        fallback = self._house.fallback(event) if event and isinstance(error, UnavailableError) else None
        return msgspec.json.encode(ErrorAnswer(fault_of(error, call.request_id, fallback)))

    def _submit(self, event: AnyEvent, trace_id: str, *, with_features: bool) -> _Waiting:
        waiting: _Waiting = asyncio.get_running_loop().create_future()

        def reply(answer: Answer | ZhamenError) -> None:
            if not waiting.done():
                waiting.set_result(answer)

        self._house.service.submit(event, trace_id=trace_id, with_features=with_features, reply=reply)
        return waiting

    async def _in_time(self, waiting: _Waiting) -> Answer:
        timeout_ms = self._settings.decision_timeout_ms
        timer = asyncio.get_running_loop().call_later(timeout_ms / 1000, _give_up, waiting, timeout_ms)
        answer = await waiting
        timer.cancel()
        if isinstance(answer, ZhamenError):
            raise answer
        return answer

    def _count(self, event: AnyEvent, answer: Answer) -> None:
        if answer.duplicate:
            self._metrics.duplicates += 1
        elif isinstance(event, Transfer | CashWithdrawal):
            outcome = _OUTCOME.decode(answer.decision_json).outcome
            self._metrics.decisions[outcome.value, event.channel or "unknown"] += 1
        else:
            self._metrics.events[_kind(event)] += 1


def _give_up(waiting: _Waiting, timeout_ms: int) -> None:
    if not waiting.done():
        late = DecisionLate(
            f"the decision was not on disk within {timeout_ms} ms; act by the fallback, "
            "or send the same event again to get the decision"
        )
        waiting.set_result(late)


def _split(body: bytes, *, lines: bool) -> Sequence[bytes]:
    if lines:
        return [line for line in body.split(b"\n") if line.strip()]
    try:
        return [bytes(raw) for raw in _ITEMS.decode(body)]
    except RecursionError:
        raise TooLarge("the batch is nested too deeply; a batch is an array of events", path="$") from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise InvalidEvent(
            "the body is not an array of events; send a JSON array, or application/x-ndjson with one a line",
            path="$",
        ) from None


def _decided(answer: Answer) -> bytes:
    return answer.decision_json[:-1] + (b',"duplicate":true}' if answer.duplicate else b',"duplicate":false}')


def _recorded(event: AnyEvent, answer: Answer) -> bytes:
    return msgspec.json.encode(Recorded(event.event_id, answer.duplicate))


def _kind(event: AnyEvent) -> str:
    return str(event.__struct_config__.tag)


def _foreign(event: AnyEvent) -> AnyEvent:
    """Give an event of a caller back, if its id is not one of those that our own reports have."""
    if event.event_id.startswith(LABEL_PREFIX):
        raise InvalidEvent(
            f"event ids do not begin with {LABEL_PREFIX}; that is what cases report with", path="$.event_id"
        )
    return event

"""Risk information for business systems and peers: one subject, many, and what changes on those watched."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic, perf_counter
from typing import Annotated, Final, TypeVar

import msgspec
from msgspec import Meta, Struct

from zhamen.api.bodies import decode_body
from zhamen.api.call import Call
from zhamen.api.errors import Fault, fault_of
from zhamen.api.quotas import Quotas
from zhamen.bootstrap.gatehouse import Gatehouse
from zhamen.core.errors import InputError, InvalidIdentifier
from zhamen.ports.keys import ApiKey
from zhamen.ports.queries import Purpose
from zhamen.ports.subscriptions import Notice, Subscription
from zhamen.records.feedback import Feedback, FeedbackOutcome
from zhamen.screening.subjects import Identifier, SubjectKind
from zhamen.services.ask import Asker, Known

__all__ = [
    "MOST_SUBJECTS",
    "Asked",
    "AskedMany",
    "Changes",
    "Item",
    "Kept",
    "KnownMany",
    "Notices",
    "Removed",
    "RiskRoutes",
    "Subject",
    "ToWatch",
    "Told",
    "Watched",
]

MOST_SUBJECTS: Final = 10_000
_BODY: Final = 8_192
_BATCH_BODY: Final = 4 << 20
_AT_ONCE: Final = 64
_MOST_WATCHED: Final = 100_000
_PAGE: Final = 1_000
_LOOK_EVERY: Final = 0.25
Text = Annotated[str, Meta(min_length=1, max_length=2_048)]
Short = Annotated[str, Meta(max_length=80)]
T = TypeVar("T")


class Subject(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who or what; without a kind, the likeliest that the value may be."""

    value: Text
    kind: Short = ""


class Asked(Subject, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A question about one subject, and what it is asked for."""

    purpose: Purpose
    unit: Short = ""


class ToWatch(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whom or what to watch, of a stated kind: it is watched also while nothing is known of it."""

    value: Text
    kind: SubjectKind
    purpose: Purpose
    unit: Short = ""


class AskedMany(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A question about up to 10,000 subjects."""

    purpose: Purpose
    subjects: tuple[Subject, ...]
    unit: Short = ""


class Item(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is known of one subject of many, or why it could not be asked."""

    known: Known | None = None
    error: Fault | None = None


class KnownMany(Struct, frozen=True):
    """One item for each subject, in their order."""

    items: list[Item]


class Watched(Struct, frozen=True):
    """What the caller watches."""

    subscriptions: list[Subscription]


class Removed(Struct, frozen=True, forbid_unknown_fields=True):
    """The subscription to end, or that was ended."""

    id: int


class Changes(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Ask for what changed after a notice; wait so long for one if there is none."""

    after: Annotated[int, Meta(ge=0)] = 0
    wait_seconds: Annotated[int, Meta(ge=0, le=30)] = 0


class Notices(Struct, frozen=True):
    """What changed on watched subjects; the next question is ``after`` the last number."""

    notices: list[Notice]


class Told(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What became of a warning, or a fraud that there was none for; later word takes the place of earlier."""

    event_id: Annotated[str, Meta(min_length=1, max_length=80)]
    outcome: FeedbackOutcome
    amount_minor: Annotated[int, Meta(ge=0, le=10**15)]
    lost_minor: Annotated[int, Meta(ge=0, le=10**15)] = 0
    fraud: bool | None = None
    unit: Short = ""
    channel: Annotated[str, Meta(max_length=20)] = ""
    source: Annotated[str, Meta(max_length=40)] = ""
    category: Annotated[str, Meta(max_length=60)] = ""


class Kept(Struct, frozen=True):
    """Feedback that is on disk; ``first`` when there was none before."""

    event_id: str
    first: bool


class RiskRoutes:
    """The routes of risk information; each takes a call and answers it, or raises what to refuse it with."""

    def __init__(self, gatehouse: Gatehouse) -> None:
        settings = gatehouse.settings
        self._house = gatehouse
        self._quotas = Quotas(max(settings.max_rate_per_key, MOST_SUBJECTS), 2 * MOST_SUBJECTS, monotonic)
        self._calls = Quotas(settings.max_rate_per_key, settings.max_in_flight_per_key, monotonic)
        self._timeout = settings.read_timeout_ms

    async def ask(self, call: Call) -> None:
        """Say what is known of one subject."""
        key = self._house.permit(call.token, "risk:ask")
        asked = await self._read(call, Asked)
        self._quotas.take(key.id)
        try:
            started = perf_counter()
            who = self._house.desk.asking.identify(asked.kind, asked.value)
            known = self._house.desk.asking.know(who)
            await self._logged([(who, known)], key, asked, perf_counter() - started)
        finally:
            self._quotas.give_back(key.id)
        await call.answer(200, msgspec.json.encode(known))

    async def ask_many(self, call: Call) -> None:
        """Say what is known of many subjects."""
        key = self._house.permit(call.token, "risk:ask")
        asked = await self._read(call, AskedMany, _BATCH_BODY)
        size = len(asked.subjects)
        if size > MOST_SUBJECTS:
            raise InputError(f"{size:,} subjects; ask about up to {MOST_SUBJECTS:,}", path="$.subjects")
        self._quotas.take(key.id, size)
        try:
            started = perf_counter()
            items, found = await self._know_all(call, asked)
            if found:
                await self._logged(found, key, asked, (perf_counter() - started) / size)
        finally:
            self._quotas.give_back(key.id, size)
        await call.answer(200, msgspec.json.encode(KnownMany(items)))

    async def watch(self, call: Call) -> None:
        """Begin to watch a subject."""
        key = self._house.permit(call.token, "risk:watch")
        asked = await self._read(call, ToWatch)
        desk = self._house.desk
        who = desk.asking.identify(asked.kind, asked.value)
        wanted = Subscription(
            id=0, kind=who.kind.value, masked=who.masked, purpose=asked.purpose, made_at=desk.clock()
        )
        keys = desk.asking.keys_of(who)
        with self._counted(key):
            made = await asyncio.to_thread(desk.subscriptions.add, key.id, wanted, keys, most=_MOST_WATCHED)
        await call.answer(200, msgspec.json.encode(made))

    async def watched(self, call: Call) -> None:
        """Give what the caller watches."""
        key = self._house.permit(call.token, "risk:watch")
        call.no_parameters()
        with self._counted(key):
            found = await asyncio.to_thread(self._house.desk.subscriptions.list_subscriptions, key.id)
        await call.answer(200, msgspec.json.encode(Watched(found)))

    async def unwatch(self, call: Call) -> None:
        """Stop to watch a subject."""
        key = self._house.permit(call.token, "risk:watch")
        asked = await self._read(call, Removed)
        desk = self._house.desk
        with self._counted(key):
            await asyncio.to_thread(desk.subscriptions.remove, key.id, asked.id, desk.clock())
        await call.answer(200, msgspec.json.encode(asked))

    async def changes(self, call: Call) -> None:
        """Give what changed on watched subjects, or wait for it."""
        key = self._house.permit(call.token, "risk:watch")
        asked = await self._read(call, Changes)
        look = self._house.desk.subscriptions.notices
        until = perf_counter() + asked.wait_seconds
        with self._counted(key):
            found = await asyncio.to_thread(look, key.id, after=asked.after, limit=_PAGE)
            while not found and perf_counter() < until and not self._house.stopping:
                await asyncio.sleep(_LOOK_EVERY)
                found = await asyncio.to_thread(look, key.id, after=asked.after, limit=_PAGE)
        await call.answer(200, msgspec.json.encode(Notices(found)))

    async def feedback(self, call: Call) -> None:
        """Keep what became of a warning."""
        key = self._house.permit(call.token, "feedback:give")
        told = await self._read(call, Told)
        given = Feedback(
            id=told.event_id,
            at=self._house.desk.clock(),
            by=key.id,
            outcome=told.outcome,
            amount_minor=told.amount_minor,
            unit=self._house.unit_of(key, told.unit),
            channel=told.channel,
            source=told.source,
            category=told.category,
            fraud=told.fraud,
            lost_minor=told.lost_minor,
        )
        feedback, system = self._house.desk.feedback, self._house.keyring.of_system(key)
        with self._counted(key):
            first = await asyncio.to_thread(feedback.give, given, system)
        await call.answer(200, msgspec.json.encode(Kept(told.event_id, first)))

    @contextmanager
    def _counted(self, key: ApiKey) -> Iterator[None]:
        """Count a call of a key against its quota while it is under way."""
        self._calls.take(key.id)
        try:
            yield
        finally:
            self._calls.give_back(key.id)

    async def _know_all(
        self, call: Call, asked: AskedMany
    ) -> tuple[list[Item], list[tuple[Identifier, Known]]]:
        asking = self._house.desk.asking
        items: list[Item] = []
        found: list[tuple[Identifier, Known]] = []
        for at, subject in enumerate(asked.subjects, 1):
            try:
                who = asking.identify(subject.kind, subject.value)
                known = asking.know(who)
                found.append((who, known))
                items.append(Item(known=known))
            except InvalidIdentifier as error:
                items.append(Item(error=fault_of(error, call.request_id)))
            if at % _AT_ONCE == 0:
                await asyncio.sleep(0)
        return items, found

    async def _logged(
        self, found: list[tuple[Identifier, Known]], key: ApiKey, asked: Asked | AskedMany, took: float
    ) -> None:
        asker = Asker(who=key.id, unit=self._house.unit_of(key, asked.unit))
        await self._house.desk.asking.note(found, asker, asked.purpose, took=took)

    async def _read(self, call: Call, kind: type[T], limit: int = _BODY) -> T:
        call.check_type(b"application/json")
        call.no_parameters()
        return decode_body(await call.body(limit, self._timeout), kind)

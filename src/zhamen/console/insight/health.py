"""Whether the system does its work: the gate, its journal, the views, the messages, the lists, the disk."""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import Final, Protocol

from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from zhamen.bootstrap.gatehouse import Gatehouse
from zhamen.console.door import Door
from zhamen.console.insight.lag import Lag
from zhamen.core.errors import JournalUnavailable, UnavailableError
from zhamen.ports.audit import Wanted
from zhamen.ports.outbox import OutboxCounts
from zhamen.services.housekeeping import Tidied

__all__ = ["Counts", "HealthPages"]

_LAG_BAD: Final = 10_000
_SLOW: Final = 60.0
"""Views that are further behind than this, in entries or in seconds, show old things."""
_ROOM_BAD: Final = 0.1
"""Less than a tenth of the disk is too little."""
_ERRORS: Final = 5
_REFUSAL_WORDS: Final[dict[type[Exception], str]] = {
    JournalUnavailable: "日志不能写入，或闸门出错后正在重建状态。原因在服务日志里。",
    UnavailableError: "闸门正在启动、恢复状态或停止。",
}


class Counts(Protocol):
    """What the server counts since it began."""

    @property
    def errors(self) -> Mapping[str, int]:
        """Errors that were answered, by code."""

    def latency(self, share: float) -> float | None:
        """Give the seconds that a share of the decisions took at most; None before the first."""


class _Health(Struct, frozen=True, kw_only=True):
    """What the page tells; times in seconds or milliseconds, room in bytes, None where nothing is known."""

    ready: bool
    refusal: str
    waiting: int
    last_seq: int
    since_snapshot: int
    half_ms: float | None
    slowest_ms: float | None
    errors: list[tuple[str, int]]
    error_count: int
    projector: bool
    follows: bool
    behind: int
    behind_seconds: float
    newest_at: datetime | None
    listed_at: datetime | None
    screens: bool
    """Whether what is put in force is found here."""
    outbox: OutboxCounts
    room_bytes: int
    disk_bytes: int
    tidied: Tidied | None
    untidied: str
    """Why what is over-age could not be deleted; empty when all is well."""
    pack: str
    pack_hash: str

    @property
    def lagging(self) -> bool:
        """Whether the views are too far behind."""
        late = self.behind > _LAG_BAD or self.behind_seconds > _SLOW
        return late or (self.projector and not self.follows)

    @property
    def full(self) -> bool:
        """Whether the disk is nearly full."""
        return self.room_bytes < _ROOM_BAD * self.disk_bytes


class HealthPages:
    """The route of the health page, for those who may read-health."""

    def __init__(self, house: Gatehouse, door: Door, counts: Counts) -> None:
        self._house = house
        self._door = door
        self._counts = counts
        self._lag = Lag(house)

    @property
    def routes(self) -> list[Route]:
        """What answers where."""
        return [Route("/console/health", self.show, methods=["GET"])]

    async def show(self, request: Request) -> Response:
        """Show whether everything does its work, and what to do where it does not."""
        signed = await self._door.enter(request, "read-health")
        health = await asyncio.to_thread(self._health)
        say = self._door.pages.say(request)
        values = {"health": health, "refusal": say(health.refusal), "path": "/console/health"}
        return self._door.show(request, signed, "health.html", values)

    def _health(self) -> _Health:
        house = self._house
        service, projector, pack, keeping = house.service, house.projector, house.pack, house.housekeeping
        newest = house.insight.decisions.newest()
        behind = self._lag.behind()
        imports = house.trails.search.list_entries(None, Wanted(act="import-records"), limit=1).entries
        room_bytes, disk_bytes = house.room()
        errors = sorted(self._counts.errors.items(), key=lambda each: (-each[1], each[0]))
        return _Health(
            ready=service.ready,
            refusal=_words_of(service.refusal),
            waiting=service.waiting,
            last_seq=service.last_seq,
            since_snapshot=service.since_snapshot,
            half_ms=_milliseconds(self._counts.latency(0.5)),
            slowest_ms=_milliseconds(self._counts.latency(0.99)),
            errors=errors[:_ERRORS],
            error_count=sum(self._counts.errors.values()),
            projector=projector is not None,
            follows=projector is not None and projector.well,
            behind=behind.entries,
            behind_seconds=behind.seconds,
            newest_at=None if newest is None else newest[1],
            screens=not house.desk.follower.problem,
            listed_at=imports[0].at if imports else None,
            outbox=house.cases.outbox.count(),
            room_bytes=room_bytes,
            disk_bytes=disk_bytes,
            tidied=None if keeping is None else keeping.keeper.last,
            untidied="" if keeping is None else keeping.rounds.problem,
            pack=f"{pack.name} {pack.version}",
            pack_hash=pack.hash,
        )


def _words_of(refusal: UnavailableError | None) -> str:
    return next((words for kind, words in _REFUSAL_WORDS.items() if isinstance(refusal, kind)), "")


def _milliseconds(seconds: float | None) -> float | None:
    return None if seconds is None else seconds * 1_000

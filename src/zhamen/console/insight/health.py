"""Whether the system does its work: the gate, its journal, the views, the messages, the lists."""

import asyncio

from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from zhamen.bootstrap.gatehouse import Gatehouse
from zhamen.console.door import Door
from zhamen.ports.outbox import OutboxCounts
from zhamen.services.housekeeping import Tidied

__all__ = ["HealthPages"]

_LAG_BAD = 10_000
"""Views that are further behind than this show old things."""


class _Health(Struct, frozen=True, kw_only=True):
    """What the page tells."""

    ready: bool
    refusal: str
    waiting: int
    last_seq: int
    since_snapshot: int
    projector: bool
    behind: int
    follows: bool
    outbox: OutboxCounts
    tidied: Tidied | None
    untidied: str
    """Why what is over-age could not be deleted; empty when all is well."""
    pack: str
    pack_hash: str

    @property
    def lagging(self) -> bool:
        """Whether the views are too far behind."""
        return self.projector and (not self.follows or self.behind > _LAG_BAD)


class HealthPages:
    """The route of the health page, for those who may read-health."""

    def __init__(self, house: Gatehouse, door: Door) -> None:
        self._house = house
        self._door = door

    @property
    def routes(self) -> list[Route]:
        """What answers where."""
        return [Route("/console/health", self.show, methods=["GET"])]

    async def show(self, request: Request) -> Response:
        """Show whether everything does its work, and what to do where it does not."""
        signed = await self._door.enter(request, "read-health")
        counts = await asyncio.to_thread(self._house.cases.outbox.count)
        values = {"health": self._health(counts), "path": "/console/health"}
        return self._door.show(request, signed, "health.html", values)

    def _health(self, outbox: OutboxCounts) -> _Health:
        service, projector, pack = self._house.service, self._house.projector, self._house.pack
        keeping = self._house.housekeeping
        return _Health(
            ready=service.ready,
            refusal="" if service.refusal is None else str(service.refusal),
            waiting=service.waiting,
            last_seq=service.last_seq,
            since_snapshot=service.since_snapshot,
            projector=projector is not None,
            behind=0 if projector is None else max(0, service.last_seq - projector.last_seq),
            follows=projector is not None and projector.well,
            outbox=outbox,
            tidied=None if keeping is None else keeping.keeper.last,
            untidied="" if keeping is None else keeping.rounds.problem,
            pack=f"{pack.name} {pack.version}",
            pack_hash=pack.hash,
        )

"""The pages as one application: the public's and the staff's, with their style and their errors."""

import logging
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from zhamen.bootstrap.gatehouse import Gatehouse
from zhamen.bootstrap.tracing import make_tracers
from zhamen.console.account import AccountPages
from zhamen.console.appeal_entry import AppealEntry
from zhamen.console.appeals import AppealPages
from zhamen.console.audit import AuditPages
from zhamen.console.casework.case import CasePages
from zhamen.console.casework.payment import PaymentPages
from zhamen.console.casework.queue import QueuePages
from zhamen.console.door import POLLED, Door, TurnedAway
from zhamen.console.errors import status_and_words
from zhamen.console.evidence import Values
from zhamen.console.feedback import FeedbackPages
from zhamen.console.feedback_book import FeedbackBook
from zhamen.console.insight.accounts import AccountSides
from zhamen.console.insight.compared import ComparedPages
from zhamen.console.insight.customers import CustomerPages
from zhamen.console.insight.dashboard import DashboardPages
from zhamen.console.insight.decisions import DecisionPages
from zhamen.console.insight.health import Counts, HealthPages
from zhamen.console.insight.lag import Lag
from zhamen.console.insight.looking import Looking
from zhamen.console.login import LoginPages
from zhamen.console.page import HEADERS, Pages, lead_to
from zhamen.console.people import PeoplePages
from zhamen.console.public import PublicPages
from zhamen.console.records.queue import RecordQueue
from zhamen.console.records.record import RecordPages
from zhamen.console.staff import StaffPages
from zhamen.console.statics import Statics
from zhamen.console.tracing.freeze import FreezePages
from zhamen.console.tracing.networks import NetworkPages
from zhamen.console.tracing.trace import TracePages

__all__ = ["Console"]

_OURS: Final = ("/query", "/console", "/static/")
_log = logging.getLogger(__name__)


class Console:
    """Answers requests for pages."""

    def __init__(self, house: Gatehouse, counts: Counts, *, secure: bool) -> None:
        statics = Statics()
        zone = house.pack.zone
        values = Values(house.pack.currency, zone, house.pack.feature_docs)
        self._pages = pages = Pages(statics, values, secure=secure)
        desk, work, door = house.desk, house.work, Door(house.work, pages)
        looking, tracers = Looking(house.trails.deeds, desk.clock), make_tracers(house)
        routes = [
            *PublicPages(desk, pages).routes,
            *LoginPages(work, door, secure=secure).routes,
            *AccountPages(work, door).routes,
            *PeoplePages(work, door).routes,
            *StaffPages(desk, door).routes,
            *AppealPages(desk, door, looking).routes,
            *AppealEntry(desk, door).routes,
            *RecordQueue(desk, door, looking).routes,
            *RecordPages(desk, door, zone).routes,
            *FeedbackPages(desk, door, house.pack.currency).routes,
            *FeedbackBook(desk, door, house.pack.currency).routes,
            *AuditPages(house.trails, door, zone).routes,
            *QueuePages(house, door, Lag(house)).routes,
            *PaymentPages(house, door, looking).routes,
            *TracePages(house, tracers, door, looking).routes,
            *FreezePages(house, tracers, door, looking).routes,
            *NetworkPages(house, tracers, door, looking).routes,
            *CasePages(house, tracers, door, looking).routes,
            *DecisionPages(house, door, looking).routes,
            *ComparedPages(house, door, looking).routes,
            *AccountSides(house, door, looking).routes,
            *CustomerPages(house, door, looking).routes,
            *DashboardPages(house, door, looking).routes,
            *HealthPages(house, door, counts).routes,
            Route("/static/{name}", statics.give, methods=["GET"]),
        ]
        handlers = dict.fromkeys((Exception, HTTPException, TurnedAway), self._refuse)
        self._app = Starlette(routes=routes, exception_handlers=handlers)

    @staticmethod
    def serves(path: str) -> bool:
        """Whether a path is of a page.

        Examples
        --------
        >>> Console.serves("/query"), Console.serves("/v1/decisions"), Console.serves("/queryx")
        (True, False, False)
        """
        return path in _OURS or path.startswith(tuple(f"{each.rstrip('/')}/" for each in _OURS))

    async def __call__(
        self,
        scope: MutableMapping[str, Any],
        receive: Callable[[], Awaitable[MutableMapping[str, Any]]],
        send: Callable[[MutableMapping[str, Any]], Awaitable[None]],
    ) -> None:
        """Answer one request."""
        await self._app(scope, receive, send)

    async def _refuse(self, request: Request, error: Exception) -> Response:
        if isinstance(error, TurnedAway):
            if POLLED in request.headers:
                return Response(status_code=204, headers=HEADERS | {"hx-redirect": error.to})
            return lead_to(error.to)
        status, heading, text = status_and_words(error)
        if status == 500:
            _log.error("a page failed", exc_info=error)
        say = self._pages.say(request)
        back = "/console" if request.url.path.startswith("/console") else "/query"
        told = {"kind": "mind", "heading": say(heading), "text": say(text), "back": back}
        return self._pages.show(request, "told.html", told, status)

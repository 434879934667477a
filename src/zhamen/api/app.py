"""The ASGI application: the decision path straight to its handlers, everything else through FastAPI."""

import logging
from collections.abc import Awaitable, Callable
from time import monotonic, perf_counter
from typing import Final

from zhamen.api.call import Call, Receive, Send, WireScope
from zhamen.api.decisions import DecisionRoutes
from zhamen.api.errors import HttpError, fault_of
from zhamen.api.funds import FundRoutes
from zhamen.api.management import CALL, management_routes
from zhamen.api.metrics import Metrics
from zhamen.api.names import NameRoutes
from zhamen.api.openapi import openapi_document
from zhamen.api.payments import PaymentRoutes
from zhamen.api.public import PublicRoutes
from zhamen.api.quotas import Quotas
from zhamen.api.risk import RiskRoutes
from zhamen.api.trace import trace_ids
from zhamen.bootstrap.gatehouse import Gatehouse
from zhamen.console.app import Console
from zhamen.core.errors import ZhamenError

__all__ = ["Application"]

_DECISION: Final = "/v1/decisions/"
_PAYMENT: Final = "/v1/payments/"
_log = logging.getLogger(__name__)

_Handler = Callable[[Call], Awaitable[None]]


class Application:
    """Answers every request: with what was asked for, or with an error in the one shape.

    Of what callers send, only event ids and key ids can stand in a log line.
    """

    def __init__(self, gatehouse: Gatehouse) -> None:
        settings = gatehouse.settings
        self.metrics = Metrics(gatehouse)
        quotas = Quotas(settings.max_rate_per_key, settings.max_in_flight_per_key, monotonic)
        self._decisions = DecisionRoutes(gatehouse, self.metrics, quotas)
        self._management = management_routes(gatehouse, self.metrics)
        self._document = openapi_document()
        secure = bool(settings.tls_certificate) or settings.public_url.startswith("https://")
        self._console = Console(gatehouse, self.metrics, secure=secure)
        self._payments = PaymentRoutes(gatehouse)
        names, funds = NameRoutes(gatehouse), FundRoutes(gatehouse)
        risk, public = RiskRoutes(gatehouse), PublicRoutes(gatehouse.desk)
        self._thin: dict[str, dict[str, _Handler]] = {
            "/v1/decisions": {"POST": self._decisions.decide},
            "/v1/decisions:batch": {"POST": self._decisions.decide_batch},
            "/v1/events": {"POST": self._decisions.record},
            "/v1/risk": {"POST": risk.ask},
            "/v1/risk:batch": {"POST": risk.ask_many},
            "/v1/subscriptions": {"GET": risk.watched, "POST": risk.watch},
            "/v1/subscriptions:remove": {"POST": risk.unwatch},
            "/v1/subscriptions:changes": {"POST": risk.changes},
            "/v1/names": {"POST": names.search},
            "/v1/payee-checks": {"POST": names.check_payee},
            "/v1/feedback": {"POST": risk.feedback},
            "/v1/statements": {"POST": self._payments.state},
            "/v1/payments:cancel": {"POST": self._payments.cancel},
            "/v1/outbox": {"GET": self._payments.failures},
            "/v1/traces": {"POST": funds.trace},
            "/v1/networks": {"POST": funds.explain},
            "/v1/freeze-plans": {"POST": funds.plan_freeze},
            "/v1/public/challenge": {"POST": public.challenge},
            "/v1/public/multiple": {"POST": public.multiple},
            "/v1/public/tags": {"POST": public.tags},
            "/openapi.json": {"GET": self._openapi},
        }
        self._name = trace_ids()
        self._access_log = settings.access_log

    async def __call__(self, scope: WireScope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        call = Call(scope, receive, send, self._name)
        path: str = scope["path"]
        route = path
        try:
            thin = self._thin.get(path)
            if thin is not None:
                _check_method(call, *thin)
                await thin[call.scope["method"]](call)
            elif path.startswith(_DECISION):
                route = "/v1/decisions/{event_id}"
                _check_method(call, "GET")
                await self._decisions.find(call, path[len(_DECISION) :])
            elif path.startswith(_PAYMENT):
                route = "/v1/payments/{event_id}"
                _check_method(call, "GET")
                await self._payments.show(call, path[len(_PAYMENT) :])
            elif Console.serves(path):
                route = "/pages"
                await self._console(scope, receive, call.send)
            else:
                scope[CALL] = call
                await self._management(scope, receive, call.send)
                route = getattr(scope.get("route"), "path", "unknown")
        except Exception as error:
            await self._refuse(call, error)
        self._note(call, route)

    async def _refuse(self, call: Call, error: Exception) -> None:
        if not isinstance(error, ZhamenError | HttpError):
            _log.error("request %s failed", call.request_id, exc_info=error)
        if not call.answered:
            self.metrics.errors[fault_of(error, "").code] += 1
            await call.refuse(error)

    def _note(self, call: Call, route: str) -> None:
        self.metrics.answers[route, call.answered] += 1
        if self._access_log:
            took_ms = (perf_counter() - call.started) * 1000
            method = call.scope["method"]
            _log.info("%s %s %s %d %.1f ms", call.request_id, method, route, call.answered, took_ms)

    async def _openapi(self, call: Call) -> None:
        await call.answer(200, self._document)


def _check_method(call: Call, *methods: str) -> None:
    if call.scope["method"] not in methods:
        allowed = " or ".join(methods)
        raise HttpError(405, f"this route takes {allowed} only", (b"allow", ", ".join(methods).encode()))

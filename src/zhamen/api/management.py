"""The routes beside the decision path: health, metrics, the pack in force and its fallback table."""

from typing import Final

import msgspec
from fastapi import FastAPI, Request, Response
from msgspec import Struct
from starlette.exceptions import HTTPException

from zhamen import __version__
from zhamen.api.call import Call
from zhamen.api.errors import HttpError
from zhamen.api.metrics import Metrics
from zhamen.bootstrap.gatehouse import Gatehouse
from zhamen.core.errors import ZhamenError
from zhamen.gate.decision import Bilingual, Outcome
from zhamen.ports.keys import Scope

__all__ = ["CALL", "FallbackRow", "FallbackTable", "Health", "PackInForce", "management_routes"]

CALL: Final = "zhamen.call"
"""Where the ASGI scope holds the call."""

_REFUSED: Final = {
    404: "there is no such route; GET /openapi.json lists them",
    405: "this route does not take this method; GET /openapi.json lists what it takes",
}


class Health(Struct, frozen=True, omit_defaults=True):
    """Whether the server does its work; ``reason`` says why not."""

    status: str
    reason: str = ""


class PackInForce(Struct, frozen=True, kw_only=True):
    """The policy pack that decides now."""

    name: str
    version: str
    hash: str
    title: Bilingual
    currency: str
    features: int
    rules: list[str]


class FallbackRow(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What to do when the gate does not answer; the first row that fits counts."""

    channels: tuple[str, ...] = ()
    amount_from_minor: int = 0
    outcome: Outcome


class FallbackTable(Struct, frozen=True, kw_only=True):
    """What a channel does with a payment while the gate does not answer; keep a copy of it."""

    pack: str
    pack_hash: str
    currency: str
    rows: list[FallbackRow]


def management_routes(gatehouse: Gatehouse, metrics: Metrics) -> FastAPI:
    """Make the application behind the thin routes."""
    app = FastAPI(title="zhamen", version=__version__, openapi_url=None, redirect_slashes=False)
    app.add_exception_handler(Exception, _refuse)
    app.add_exception_handler(ZhamenError, _refuse)
    app.add_exception_handler(HTTPException, _refuse)

    def permit(request: Request, scope: Scope | None) -> None:
        call: Call = request.scope[CALL]
        call.no_parameters()
        gatehouse.permit(call.token, scope)

    @app.get("/healthz")
    async def healthz() -> Response:
        return _json(Health("ok"))

    @app.get("/readyz")
    async def readyz() -> Response:
        refusal = gatehouse.service.refusal
        if gatehouse.stopping:
            return _json(Health("stopping", "the server was asked to stop"), 503)
        return _json(Health("ok")) if refusal is None else _json(Health("refusing", str(refusal)), 503)

    @app.get("/metrics")
    async def show_metrics(request: Request) -> Response:
        if not gatehouse.settings.metrics_public:
            permit(request, "metrics:read")
        return Response(metrics.render(), media_type="text/plain; version=0.0.4; charset=utf-8")

    @app.get("/v1/pack")
    async def show_pack(request: Request) -> Response:
        permit(request, None)
        pack = gatehouse.pack
        return _json(
            PackInForce(
                name=pack.name,
                version=pack.version,
                hash=pack.hash,
                title=pack.title,
                currency=pack.currency,
                features=len(pack.definitions.features),
                rules=[rule.id for rule in pack.rules],
            )
        )

    @app.get("/v1/policy/fallback")
    async def show_fallback(request: Request) -> Response:
        permit(request, None)
        return _json(fallback_table(gatehouse))

    return app


def fallback_table(gatehouse: Gatehouse) -> FallbackTable:
    """Give the pack's policy for when there is no decision."""
    pack = gatehouse.pack
    rows = [
        FallbackRow(channels=row.channels, amount_from_minor=row.amount_from_minor or 0, outcome=row.outcome)
        for row in pack.policy.unavailable
    ]
    return FallbackTable(pack=pack.name, pack_hash=pack.hash, currency=pack.currency, rows=rows)


async def _refuse(request: Request, error: Exception) -> Response:
    call: Call = request.scope[CALL]
    if isinstance(error, HTTPException):
        error = HttpError(error.status_code, _REFUSED.get(error.status_code, "the request is refused"))
    status, body, *headers = call.refusal(error)
    response = Response(body, status, media_type="application/json")
    response.raw_headers += headers
    return response


def _json(body: Struct, status: int = 200) -> Response:
    return Response(msgspec.json.encode(body), status, media_type="application/json")

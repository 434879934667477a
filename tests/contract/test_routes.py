"""Every route asks for a key and a scope, refuses other methods, and is described as it is."""

from typing import Any

import msgspec
import pytest

from zhamen.api.errors import ErrorAnswer
from zhamen.api.management import management_routes
from zhamen.api.openapi import ROUTES, Route, openapi_document
from zhamen.ports.keys import SCOPES
from zhamen.screening.identifiers.identify import identify
from zhamen.screening.oblivious import point_of
from zhamen.screening.subjects import SubjectKind
from zhamen.services.keys import create_key
from zhamen.services.proofs import Proofs
from zhamen.testing import NOON

DOCUMENT = msgspec.json.decode(openapi_document())
GUARDED = [route for route in ROUTES if not route.open]
SCOPED = [route for route in GUARDED if route.scope]


def by_path(route: Route) -> str:
    return f"{route.method} {route.path}"


def target(route: Route) -> str:
    return route.path.replace("{event_id}", "T1")


ASKED = {"value": "13800138000", "purpose": "payment"}
BODIES: dict[str, Any] = {
    "/v1/risk": ASKED,
    "/v1/risk:batch": {
        "purpose": "peer",
        "subjects": [{"value": "13800138000"}, {"value": "?", "kind": "ip"}],
    },
    "/v1/subscriptions": ASKED | {"kind": "phone"},
    "/v1/subscriptions:changes": {"after": 0},
    "/v1/subscriptions:remove": {"id": 1},
    "/v1/feedback": {"event_id": "E1", "outcome": "stopped", "amount_minor": 100},
    "/v1/public/tags": {"prefix": 7},
    "/v1/names": {"name": "张伟", "purpose": "payment"},
    "/v1/payee-checks": {"given": "Zhang Wei", "held": "张伟"},
    "/v1/statements": {"event_id": "T1", "shown": "请核实", "acknowledged": True},
    "/v1/payments:cancel": {"event_id": "T1"},
    "/v1/traces": {"event_id": "T1"},
    "/v1/networks": {"event_id": "T1"},
    "/v1/freeze-plans": {"event_id": "T1"},
}


def solved(desk: Any) -> dict[str, str]:
    task = desk.post("/v1/public/challenge", b"").json
    numbers = (str(number) for number in range(1 << 24))
    answer = next(each for each in numbers if Proofs.solves(task["challenge"], each, task["bits"]))
    phone = identify(SubjectKind.PHONE, "13800138000")
    return {"challenge": task["challenge"], "answer": answer, "blinded": point_of(phone).hex()}


def good_body(desk: Any, route: Route) -> bytes:
    if route.path == "/v1/public/multiple":
        return msgspec.json.encode(solved(desk))
    if route.body is not None:
        return msgspec.json.encode(BODIES[route.path])
    if not route.takes:
        return b""
    login = {"type": "login", "event_id": "L1", "occurred_at": NOON.isoformat(), "account": {"id": "A"}}
    event = login if route.path == "/v1/events" else desk.transfer()
    return msgspec.json.encode([event] if route.many else event)


def prepare(desk: Any, route: Route) -> None:
    """Let a payment be decided, and wait; where money is traced, be followed."""
    desk.post("/v1/decisions", desk.transfer())
    if route.scope in {"funds:trace", "funds:freeze"}:
        desk.follow_money()
    else:
        desk.hold("T1")


@pytest.mark.parametrize("route", ROUTES, ids=by_path)
def test_answers_as_described(desk: Any, route: Route) -> None:
    prepare(desk, route)
    reply = desk.ask(route.method, target(route), good_body(desk, route))
    described = DOCUMENT["paths"][route.path][route.method.lower()]["responses"]
    given = route.gives[reply.status]
    assert str(reply.status) in described
    if isinstance(given, type):
        msgspec.json.decode(reply.body, type=given)
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert reply.headers["cache-control"] == "no-store"
    assert reply.headers["x-request-id"]


@pytest.mark.parametrize("route", GUARDED, ids=by_path)
@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Bearer zhamen_0123_x", "Basic eDp5", "Bearer " + "x" * 9000]
)
def test_without_a_key_in_force_nothing_is_told(standing_desk: Any, route: Route, header: str) -> None:
    before = standing_desk.state
    reply = standing_desk.ask(
        route.method, target(route), good_body(standing_desk, route), headers={"authorization": header}
    )
    assert (reply.status, reply.error["code"]) == (401, "unknown_key")
    assert reply.headers["www-authenticate"].startswith("Bearer")
    msgspec.json.decode(reply.body, type=ErrorAnswer)
    assert standing_desk.state == before


@pytest.mark.parametrize("route", SCOPED, ids=by_path)
def test_without_the_scope_it_is_forbidden(standing_desk: Any, route: Route) -> None:
    others = [scope for scope in SCOPES if scope != route.scope]
    made = create_key(standing_desk.keys, name="others", scopes=others, at=NOON, by="tests")
    standing_desk.house.keyring._load()
    before = standing_desk.state
    reply = standing_desk.ask(route.method, target(route), good_body(standing_desk, route), token=made.token)
    assert (reply.status, reply.error["code"]) == (403, "missing_permission")
    assert str(route.scope) in reply.error["message"]
    assert standing_desk.state == before


@pytest.mark.parametrize("route", SCOPED, ids=by_path)
def test_the_scope_alone_is_enough(desk: Any, route: Route) -> None:
    made = create_key(desk.keys, name="just this", scopes=[str(route.scope)], at=NOON, by="tests")
    desk.house.keyring._load()
    prepare(desk, route)
    reply = desk.ask(route.method, target(route), good_body(desk, route), token=made.token)
    assert reply.status in route.gives


@pytest.mark.parametrize("route", GUARDED, ids=by_path)
def test_a_revoked_key_is_unknown(standing_desk: Any, route: Route) -> None:
    made = create_key(standing_desk.keys, name="gone", scopes=SCOPES, at=NOON, by="tests")
    standing_desk.keys.revoke(made.token.split("_")[1], at=NOON, by="tests")
    standing_desk.house.keyring._load()
    body = good_body(standing_desk, route)
    assert standing_desk.ask(route.method, target(route), body, token=made.token).status == 401


@pytest.mark.parametrize("route", ROUTES, ids=by_path)
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_another_method_is_not_allowed(standing_desk: Any, route: Route, method: str) -> None:
    if method in [each.method for each in ROUTES if each.path == route.path]:
        return
    reply = standing_desk.ask(method, target(route), good_body(standing_desk, route))
    assert (reply.status, reply.error["code"]) == (405, "method_not_allowed")


@pytest.mark.parametrize(
    "path", ["/", "/v1", "/v2/decisions", "/v1/decisions:", "/v1/pack/", "/docs", "/redoc"]
)
def test_an_unknown_route_is_not_found(standing_desk: Any, path: str) -> None:
    reply = standing_desk.ask("GET", path)
    assert (reply.status, reply.error["code"]) == (404, "not_found")


def test_every_management_route_is_described(desk: Any) -> None:
    app = management_routes(desk.house, desk.app.metrics)
    served = {getattr(route, "path", "") for route in app.routes}
    assert served <= set(DOCUMENT["paths"])


@pytest.mark.parametrize("route", ROUTES, ids=by_path)
def test_is_told_in_both_languages(route: Route) -> None:
    assert any("\u4e00" <= letter <= "\u9fff" for letter in route.zh)
    assert route.en.isascii()


def test_no_reference_in_the_description_leads_nowhere() -> None:
    text = openapi_document().decode()
    names = {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}
    assert names <= set(DOCUMENT["components"]["schemas"])


def test_metrics_may_be_public(make_desk: Any) -> None:
    reply = make_desk(metrics_public="true").ask("GET", "/metrics", headers={"authorization": ""})
    assert reply.status == 200


def test_without_keys_every_call_on_this_machine_is_let_in(make_desk: Any) -> None:
    desk = make_desk(require_keys="false")
    assert (
        desk.ask(
            "POST", "/v1/decisions", msgspec.json.encode(desk.transfer()), headers={"authorization": ""}
        ).status
        == 200
    )

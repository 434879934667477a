"""What must not come in: each refused with its own error, nothing changed, the gate still there."""

import asyncio
import logging
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zhamen.testing import NOON

NESTED = b"[" * 20_000


def raw(desk: Any, old: bytes, new: bytes) -> bytes:
    text = msgspec.json.encode(desk.transfer())
    assert old in text
    return text.replace(old, new)


BAD_EVENTS: dict[str, tuple[bytes, bytes, str]] = {
    "an unknown field": (b'"channel"', b'"chanel"', "chanel"),
    "text for a number": (b"980000", b'"980000"', "$.amount_minor"),
    "NaN": (b"980000", b"NaN", "NaN"),
    "infinity": (b"980000", b"-Infinity", "NaN and Infinity"),
    "a huge number": (b"980000", b"1e400", "$"),
    "a number beyond 64 bits": (b"980000", b"99999999999999999999", "$.amount_minor"),
    "more money than there is": (b"980000", b"100000000000001", "$.amount_minor"),
    "a negative amount": (b"980000", b"-980000", "$.amount_minor"),
    "no amount": (b"980000", b"0", "$.amount_minor"),
    "a fraction": (b"980000", b"9800.5", "$.amount_minor"),
    "another currency": (b'"CNY"', b'"USD"', "USD"),
    "no currency": (b'"CNY"', b"null", "$.currency"),
    "a control character": (b"6222020200112233445", b"6222\\u000020112233445", "$.debtor_account.id"),
    "a line break": (b"6222020200112233445", b"6222\\n0112233445", "$.debtor_account.id"),
    "a raw control character": (b"6222020200112233445", b"6222\x010112233445", "$"),
    "not UTF-8": (b"6222020200112233445", b"6222\xff0112233445", "UTF-8"),
    "half a surrogate pair": (b"6222020200112233445", b"6222\\ud8000112233445", "$"),
    "an identifier without end": (b"6222020200112233445", b"6" * 129, "$.debtor_account.id"),
    "a time without a zone": (b"12:00:00+00:00", b"12:00:00", "$.occurred_at"),
    "an impossible day": (b"2026-03-02", b"2026-02-30", "$.occurred_at"),
    "a clock years ahead": (b"2026-03-02", b"2031-03-02", "future"),
    "a clock years behind": (b"2026-03-02", b"2019-03-02", "old"),
    "an unknown type": (b'"transfer"', b'"teleport"', "$.type"),
    "an unknown channel": (b'"mobile"', b'"pigeon"', "$.channel"),
    "a party that is a list": (b'{"id":"6222020200112233445"}', b"[]", "$.debtor_account"),
    "deep nesting": (b'{"id":"6222020200112233445"}', NESTED, "$"),
}


@pytest.mark.parametrize("name", BAD_EVENTS)
def test_a_bad_event_is_refused_and_changes_nothing(desk: Any, name: str) -> None:
    old, new, said = BAD_EVENTS[name]
    desk.post("/v1/decisions", desk.transfer(99))
    before = desk.state
    reply = desk.post("/v1/decisions", raw(desk, old, new))
    assert reply.status in (400, 413, 422)
    assert said in reply.error["message"]
    assert "6222020200112233445" not in reply.error["message"]
    assert desk.state == before
    assert desk.post("/v1/decisions", desk.transfer()).status == 200


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 422),
        (b"null", 422),
        (b"[]", 422),
        (b"{}", 422),
        (b"\xef\xbb\xbf{}", 422),
        (b"{} {}", 422),
        (NESTED, 422),
    ],
)
def test_what_is_not_an_event_is_refused(desk: Any, body: bytes, status: int) -> None:
    before = desk.state
    assert desk.post("/v1/decisions", body).status == status
    assert desk.state == before


@pytest.mark.parametrize("body", [b"", b"{}", b"[1, 2", b"\xff", b"null", b"3"])
def test_what_is_not_a_batch_is_refused(desk: Any, body: bytes) -> None:
    reply = desk.post("/v1/decisions:batch", body)
    assert (reply.status, reply.error["code"]) == (422, "invalid_event")


def test_a_batch_nested_without_end_is_refused(desk: Any) -> None:
    assert desk.post("/v1/decisions:batch", b"[" * 1_000_000).status in (413, 422)


def test_a_large_body_is_refused_by_its_length_without_reading_it(desk: Any) -> None:
    reply = desk.ask("POST", "/v1/decisions", [], headers={"content-length": str(100_000_000)})
    assert (reply.status, reply.error["code"]) == (413, "too_large")
    assert reply.headers["connection"] == "close"


@pytest.mark.parametrize("target", ["/v1/decisions", "/v1/decisions:batch", "/v1/events"])
def test_a_large_body_without_length_is_refused_as_soon_as_it_is_too_long(desk: Any, target: str) -> None:
    taken = 0

    def pieces() -> Iterator[bytes]:
        nonlocal taken
        for _ in range(1600):
            taken += 1
            yield b" " * 65_536

    assert desk.runner.run(stream(desk, target, pieces())) == 413
    assert taken <= 130


async def stream(desk: Any, target: str, pieces: Iterator[bytes]) -> int:
    status = 0

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": next(pieces), "more_body": True}

    async def send(message: Any) -> None:
        nonlocal status
        status = message.get("status", status)

    headers = [(b"content-type", b"application/json"), (b"authorization", f"Bearer {desk.token}".encode())]
    scope = {"type": "http", "method": "POST", "path": target, "query_string": b"", "headers": headers}
    await desk.app(scope, receive, send)
    return status


def test_a_body_that_stops_coming_is_given_up(make_desk: Any) -> None:
    desk = make_desk(read_timeout_ms=100)
    statuses: list[int] = []
    first = iter([{"type": "http.request", "body": b"{", "more_body": True}])

    async def receive() -> dict[str, Any]:
        for message in first:
            return message
        await asyncio.sleep(60)
        raise AssertionError

    async def send(message: Any) -> None:
        statuses.append(message.get("status", 0))

    headers = [(b"content-type", b"application/json"), (b"authorization", f"Bearer {desk.token}".encode())]
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/v1/decisions",
        "query_string": b"",
        "headers": headers,
    }
    desk.runner.run(desk.app(scope, receive, send))
    assert statuses[0] == 408


def test_a_caller_that_goes_away_changes_nothing(desk: Any) -> None:
    before = desk.state
    assert desk.ask("POST", "/v1/decisions", []).status == 400
    assert desk.state == before


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"content-type": ""}, 415),
        ({"content-type": "text/plain"}, 415),
        ({"content-type": "application/x-www-form-urlencoded"}, 415),
        ({"content-type": "application/x-ndjson"}, 415),
        ({"content-type": "Application/JSON; charset=utf-8"}, 200),
        ({"content-encoding": "gzip"}, 415),
        ({"content-encoding": "identity"}, 200),
        ({"content-length": "many"}, 400),
    ],
)
def test_headers_say_what_the_body_is(desk: Any, headers: dict[str, str], status: int) -> None:
    assert desk.post("/v1/decisions", desk.transfer(), headers=headers).status == status


@pytest.mark.parametrize("query", ["features=1", "features", "feature=true", "features=true&x=1", "x" * 9000])
def test_a_parameter_that_does_not_exist_is_refused(desk: Any, query: str) -> None:
    reply = desk.post(f"/v1/decisions?{query}", desk.transfer())
    assert (reply.status, reply.error["code"]) == (400, "bad_request")
    assert desk.journal.last_seq == 0


def test_an_error_of_our_own_shows_nothing_of_our_insides(
    desk: Any, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise KeyError("the inside")

    monkeypatch.setattr(desk.house.service, "submit", fail)
    with caplog.at_level(logging.ERROR):
        reply = desk.post("/v1/decisions", desk.transfer())
    assert (reply.status, reply.error["code"]) == (500, "unexpected")
    assert b"inside" not in reply.body
    assert reply.error["request_id"] in caplog.text
    assert "the inside" in caplog.text


def test_log_lines_hold_no_account_numbers(make_desk: Any, caplog: pytest.LogCaptureFixture) -> None:
    desk = make_desk(access_log=True)
    with caplog.at_level(logging.DEBUG):
        desk.post("/v1/decisions", desk.transfer())
        desk.post("/v1/decisions?account=6222020200112233445", desk.transfer())
        desk.ask("GET", "/v1/decisions/6222020200112233445")
        desk.ask("GET", "/6222020200112233445")
    assert "/v1/decisions/{event_id} 404" in caplog.text
    assert "6222020200112233445" not in caplog.text


def test_an_old_clock_is_refused_however_the_event_is_dated(desk: Any) -> None:
    for ahead in (timedelta(minutes=6), timedelta(days=3650), timedelta(days=-401)):
        event = desk.transfer(occurred_at=(NOON + ahead).isoformat())
        assert desk.post("/v1/decisions", event).error["path"] == "$.occurred_at"


TOKENS = [b"{", b"}", b"[", b"]", b",", b":", b'"', b"\\", b"null", b"1e999", b"-", b"NaN", b"\x00", b"\xff"]
FIELDS = [b"\\ud800", b'"type":"transfer",', b'"event_id":"T1",', b"\xe9\x97\xb8", b"9" * 400]
PIECES = st.sampled_from(TOKENS + FIELDS)


@given(
    edits=st.lists(
        st.tuples(st.integers(0, 400), st.integers(0, 20), PIECES | st.binary(max_size=8)), max_size=6
    )
)
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_bytes_make_the_decision_route_fail(desk: Any, edits: list[tuple[int, int, bytes]]) -> None:
    body = msgspec.json.encode(desk.transfer())
    for at, length, piece in edits:
        body = body[:at] + piece + body[at + length :]
    before = desk.state
    reply = desk.post("/v1/decisions", body)
    assert 200 <= reply.status < 500
    if reply.status != 200:
        assert reply.error["code"] in ("invalid_event", "too_large", "event_id_reused")
        assert desk.state == before
    batch = desk.post("/v1/decisions:batch", b"[" + body + b"]")
    assert batch.status in (200, 413, 422)


@given(
    target=st.text(st.characters(codec="ascii"), max_size=40),
    method=st.sampled_from(["GET", "POST", "PUT", "X"]),
)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_path_makes_the_server_fail(desk: Any, target: str, method: str) -> None:
    reply = desk.ask(method, "/" + target)
    assert reply.status < 500
    if reply.status >= 400:
        assert reply.error["request_id"] == reply.headers["x-request-id"]

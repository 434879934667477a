"""Connections: what is not HTTP, what comes slowly, what is too much, and how the server stops."""

import asyncio
import socket
import threading
from collections.abc import Awaitable, Callable
from contextlib import suppress
from time import monotonic
from typing import Any

import msgspec
import pytest

from zhamen.api.server import GateServer, listen, server_config
from zhamen.core.errors import InvalidSetting
from zhamen.settings import read_settings


def serving(desk: Any, talk: Callable[[GateServer, int], Awaitable[None]]) -> None:
    """Run the desk's application behind a socket while `talk` runs."""

    async def run() -> None:
        with listen(desk.house.settings) as listener:
            server = GateServer(server_config(desk.house.settings, desk.app), desk.house)
            task = asyncio.create_task(server.serve(sockets=[listener]))
            try:
                async with asyncio.timeout(20):
                    await talk(server, listener.getsockname()[1])
            finally:
                server.should_exit = True
                await task

    desk.runner.run(run())


async def exchange(port: int, *pieces: bytes, pause: float = 0.0) -> bytes:
    """Send `pieces` and give all that comes back until the server ends its side."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    answer = asyncio.create_task(all_of(reader))
    for piece in pieces:
        if not answer.done():
            writer.write(piece)
            await asyncio.sleep(pause)
    try:
        return await answer
    finally:
        writer.close()


async def all_of(reader: asyncio.StreamReader) -> bytes:
    """Give what comes until the end, also one that our own last piece makes a reset."""
    answer = b""
    with suppress(ConnectionResetError):
        while piece := await reader.read(65_536):
            answer += piece
    return answer


def status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


def fault(answer: bytes) -> Any:
    return msgspec.json.decode(answer.partition(b"\r\n\r\n")[2])["error"]


def request(desk: Any, number: int, *, close: bool = True) -> bytes:
    body = msgspec.json.encode(desk.transfer(number))
    return (
        f"POST /v1/decisions HTTP/1.1\r\nHost: gate\r\nAuthorization: Bearer {desk.token}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        f"{'Connection: close' if close else 'Accept: */*'}\r\n\r\n"
    ).encode() + body


def test_decisions_come_over_a_socket_one_after_the_other(make_desk: Any) -> None:
    desk = make_desk(port=0)

    async def talk(_server: GateServer, port: int) -> None:
        both = await exchange(port, request(desk, 1, close=False) + request(desk, 2))
        first, second = (both.index(b'"event_id":"T1"'), both.index(b'"event_id":"T2"'))
        assert both.count(b"HTTP/1.1 200 OK") == 2
        assert first < second

    serving(desk, talk)
    assert desk.journal.last_seq == 2


@pytest.mark.parametrize(
    "nonsense",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"HELLO\r\n\r\n",
        b"GET /\xff HTTP/1.1\r\n\r\n",
        b"POST /v1/decisions HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        b"POST /v1/decisions HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        b"POST /v1/decisions HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nZZZ\r\n",
        b"GET / HTTP/1.1\r\nBad Header: 1\r\n\r\n",
    ],
)
def test_what_is_not_http_is_told_so(make_desk: Any, nonsense: bytes) -> None:
    desk = make_desk(port=0, read_timeout_ms=1000)

    async def talk(_server: GateServer, port: int) -> None:
        answer = await exchange(port, nonsense)
        assert status(answer) in (400, 401)
        assert fault(answer)["code"] in ("bad_request", "unknown_key")
        assert status(await exchange(port, request(desk, 1))) == 200

    serving(desk, talk)


def test_headers_that_come_slowly_are_given_up(make_desk: Any) -> None:
    desk = make_desk(port=0, read_timeout_ms=300)

    async def talk(_server: GateServer, port: int) -> None:
        started = monotonic()
        drip = [b"GET / HTTP/1.1\r\n"] + [b"X-Drip: 1\r\n"] * 20
        answers = await asyncio.gather(exchange(port), exchange(port, *drip, pause=0.05))
        assert [status(answer) for answer in answers] == [408, 408]
        assert fault(answers[0])["code"] == "request_timeout"
        assert monotonic() - started < 5

    serving(desk, talk)


def test_line_breaks_do_not_keep_a_connection_open(make_desk: Any) -> None:
    desk = make_desk(port=0, read_timeout_ms=300)

    async def talk(_server: GateServer, port: int) -> None:
        answer = await exchange(port, request(desk, 1, close=False), *[b"\r\n"] * 20, pause=0.05)
        assert status(answer) == 200
        assert b"408" in answer

    serving(desk, talk)


@pytest.mark.parametrize("pieces", [[b"X" * 3000], [b"X" * 100] * 30])
def test_headers_without_end_are_refused(make_desk: Any, pieces: list[bytes]) -> None:
    desk = make_desk(port=0, max_header_bytes=1024)

    async def talk(_server: GateServer, port: int) -> None:
        answer = await exchange(port, b"GET /healthz HTTP/1.1\r\nX-Long: ", *pieces, pause=0.005)
        assert status(answer) == 431
        whole = await exchange(port, b"GET /healthz HTTP/1.1\r\nX-Long: " + b"".join(pieces) + b"\r\n\r\n")
        assert status(whole) == 431
        fine = await exchange(port, b"GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n")
        assert status(fine) == 200

    serving(desk, talk)


def test_a_large_body_does_not_count_as_headers(make_desk: Any) -> None:
    desk = make_desk(port=0, max_header_bytes=1024)
    batch = msgspec.json.encode([desk.transfer(number) for number in range(200)])

    async def talk(_server: GateServer, port: int) -> None:
        head = (
            f"POST /v1/decisions:batch HTTP/1.1\r\nAuthorization: Bearer {desk.token}\r\n"
            "Connection: close\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(batch)}\r\n\r\n"
        )
        assert status(await exchange(port, head.encode(), batch[:20_000], batch[20_000:], pause=0.01)) == 200

    serving(desk, talk)
    assert desk.journal.last_seq == 200


@pytest.mark.parametrize("head", ["Content-Length: 30000000", "Transfer-Encoding: chunked"])
def test_who_sends_too_much_gets_the_answer_while_still_sending(make_desk: Any, head: str) -> None:
    desk = make_desk(port=0)
    start = (
        f"POST /v1/decisions HTTP/1.1\r\nAuthorization: Bearer {desk.token}\r\n"
        f"Content-Type: application/json\r\n{head}\r\n\r\n"
    ).encode()
    chunk = b" " * 65_536
    piece = chunk if "Length" in head else b"10000\r\n" + chunk + b"\r\n"

    async def talk(_server: GateServer, port: int) -> None:
        answer = await exchange(port, start, *[piece] * 400)
        assert status(answer) == 413
        assert fault(answer)["code"] == "too_large"
        assert status(await exchange(port, request(desk, 1))) == 200

    serving(desk, talk)


def test_one_connection_too_many_is_told_to_come_back(make_desk: Any) -> None:
    desk = make_desk(port=0, max_connections=2)

    async def talk(_server: GateServer, port: int) -> None:
        held = [await asyncio.open_connection("127.0.0.1", port) for _ in range(2)]
        await asyncio.sleep(0.05)
        answer = await exchange(port)
        assert status(answer) == 503
        assert fault(answer)["code"] == "overloaded"
        assert b"retry-after: 1" in answer
        for _reader, writer in held:
            writer.close()
        await asyncio.sleep(0.05)
        assert status(await exchange(port, request(desk, 1))) == 200

    serving(desk, talk)


def test_stopping_answers_what_is_under_way_and_says_not_ready_meanwhile(make_desk: Any) -> None:
    desk = make_desk(port=0, stop_notice_ms=300)
    go_on = threading.Event()
    append = desk.journal.append
    desk.journal.append = lambda entries: (go_on.wait(10), append(entries))[1]
    answers: list[bytes] = []

    async def talk(server: GateServer, port: int) -> None:
        under_way = asyncio.create_task(exchange(port, request(desk, 1, close=False)))
        await asyncio.sleep(0.1)
        server.handle_exit(15, None)
        ready = await exchange(port, b"GET /readyz HTTP/1.1\r\nConnection: close\r\n\r\n")
        assert status(ready) == 503
        await asyncio.sleep(0.5)
        with pytest.raises(ConnectionError):
            await asyncio.open_connection("127.0.0.1", port)
        assert not under_way.done()
        go_on.set()
        answers.append(await under_way)

    serving(desk, talk)
    assert status(answers[0]) == 200
    assert b"connection: close" in answers[0]


def test_an_address_that_is_taken_is_a_wrong_setting() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(InvalidSetting, match="cannot listen on 127"):
            listen(read_settings({}, {"port": taken.getsockname()[1]}))


def test_tls_files_that_cannot_be_used_are_a_wrong_setting(make_desk: Any, tmp_path: Any) -> None:
    (tmp_path / "key.pem").write_text("no key")
    desk = make_desk()
    settings = read_settings({}, {"tls_certificate": tmp_path / "key.pem", "tls_key": tmp_path / "key.pem"})
    with pytest.raises(InvalidSetting, match="TLS"):
        server_config(settings, desk.app)

"""An answer leaves in one piece: its head waits for its body, but never for long."""

import asyncio
from collections.abc import Callable
from typing import Any, cast

from zhamen.api.protocol import _LingeringTransport

HEAD = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n"


class Wire:
    """Remembers what was sent, and how."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []
        self.closed = False
        self.get_extra_info = self.pause_reading = self.resume_reading = lambda *_: None

    def write(self, data: bytes) -> None:
        assert not self.closed
        self.sent.append(data)

    def is_closing(self) -> bool:
        return self.closed

    def close(self) -> None:
        self.closed = True


def after(do: Callable[[_LingeringTransport], None]) -> Wire:
    """Give what was sent when a turn of the loop has passed since `do`."""
    wire = Wire()

    async def run() -> None:
        do(_LingeringTransport(cast("Any", wire), asyncio.get_running_loop()))
        await asyncio.sleep(0)

    asyncio.run(run())
    return wire


def test_head_and_body_are_sent_together() -> None:
    def answer(transport: _LingeringTransport) -> None:
        transport.write(HEAD)
        transport.write(b"{}")
        transport.write(b"more")

    assert after(answer).sent == [HEAD + b"{}", b"more"]


def test_a_head_without_a_body_is_sent_in_the_next_turn() -> None:
    assert after(lambda transport: transport.write(HEAD)).sent == [HEAD]


def test_two_heads_in_one_turn_keep_their_order() -> None:
    def answer(transport: _LingeringTransport) -> None:
        transport.write(HEAD)
        transport.write(HEAD)

    assert after(answer).sent == [HEAD + HEAD]


def test_closing_sends_the_head_that_waits() -> None:
    def answer(transport: _LingeringTransport) -> None:
        transport.write(HEAD)
        transport.close()

    wire = after(answer)
    assert (wire.sent, wire.closed) == ([HEAD], True)


def test_what_waits_for_a_lost_connection_is_dropped() -> None:
    wire = Wire()

    async def run() -> None:
        _LingeringTransport(cast("Any", wire), asyncio.get_running_loop()).write(HEAD)
        wire.closed = True
        await asyncio.sleep(0)

    asyncio.run(run())
    assert wire.sent == []

"""A connection that cannot be held open by sending slowly, or made to hold endless headers."""

import asyncio
from asyncio import Transport
from collections.abc import Callable
from typing import Any, ClassVar, Final

import msgspec
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from zhamen.api.errors import ErrorAnswer, Fault
from zhamen.settings import Settings

__all__ = ["GuardedProtocol", "guarded_protocol"]

_LINGER_SECONDS: Final = 1.0
_HEAD: Final = b"HTTP/1.1 "
_CLOSE: Final = b"content-type: application/json\r\nconnection: close\r\ncontent-length: "


class _LingeringTransport:
    """A transport that closes in two steps while a request is still coming in, and sends an answer at once.

    Closing a socket with unread input resets the connection, and an answer under way is lost.
    So our side is ended first, and the rest of the input is read away for a moment.

    uvicorn writes the head of an answer and its body one after the other, and uvloop gives each write
    to the system; so the head waits for what follows it in the same turn of the loop.
    """

    def __init__(self, transport: Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self.lingering = False
        self.unread: Callable[[], bool] = bool
        """Says whether input is still expected."""
        self._head = b""
        self.get_extra_info = transport.get_extra_info
        self.pause_reading = transport.pause_reading
        self.resume_reading = transport.resume_reading

    def write(self, data: bytes) -> None:
        """Send `data`, after the head that waits; the head of an answer may wait until the next turn."""
        if self._head:
            data, self._head = self._head + data, b""
        elif data.startswith(_HEAD):
            self._head = data
            self._loop.call_soon(self._send_head)
            return
        self._transport.write(data)

    def _send_head(self) -> None:
        if self._head and not self._transport.is_closing():
            self.write(b"")

    def is_closing(self) -> bool:
        """Whether nothing more can be sent."""
        return self.lingering or self._transport.is_closing()

    def close(self) -> None:
        """Send what is to be sent, then close; over TLS always at once."""
        self._send_head()
        if self.lingering or not self.unread() or not self._transport.can_write_eof():
            self._transport.close()
            return
        self.lingering = True
        self._transport.write_eof()
        self._transport.resume_reading()
        self._loop.call_later(_LINGER_SECONDS, self._transport.close)


class GuardedProtocol(HttpToolsProtocol):
    """One connection, with limits on its headers and on the time they take.

    What is refused here gets the one error shape, without a request id: no request was read.
    """

    limits: ClassVar[Settings]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._head_timer: asyncio.TimerHandle | None = None
        self._in_head = False
        self._head_bytes = 0

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        """Take the connection, unless there are too many."""
        self._lingering = _LingeringTransport(transport, self.loop)
        super().connection_made(self._lingering)  # type: ignore[arg-type]  # all that uvicorn uses of one
        if len(self.connections) > self.limits.max_connections:
            self._refuse(503, "overloaded", "all connections are taken; try again later", retry_after=1)
            return
        self._lingering.unread = self._is_unread
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._head_is_here()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Parse what came, and see to it that the headers end."""
        if self._lingering.lingering:
            return
        self._head_bytes += len(data)
        super().data_received(data)
        answered = self.cycle is None or self.cycle.response_complete
        if (self._in_head or answered) and not self.transport.is_closing():
            if self._head_bytes > self.limits.max_header_bytes:
                self._refuse_head()
            elif self._head_timer is None:
                self._await_head()

    def on_message_begin(self) -> None:
        """Begin a request."""
        self._in_head = True
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Go on to the body, unless the headers are too long."""
        self._head_is_here()
        longest = self.limits.max_header_bytes
        if self._head_bytes > longest and self._head_length() > longest:
            self._refuse_head()
            return
        self._in_head, self._head_bytes = False, 0
        super().on_headers_complete()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002  # uvicorn's signature
        """Refuse what is not HTTP."""
        if not self.transport.is_closing():
            self._refuse(400, "bad_request", "this is not an HTTP/1.1 request; correct the client")

    def _is_unread(self) -> bool:
        return self._in_head or self.cycle is None or self.cycle.more_body

    def _await_head(self) -> None:
        delay = self.limits.read_timeout_ms / 1000
        self._head_timer = self.loop.call_later(delay, self._head_is_late)

    def _head_is_here(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _head_is_late(self) -> None:
        self._head_timer = None
        if not self.transport.is_closing():
            late = f"the headers did not arrive within {self.limits.read_timeout_ms} ms"
            self._refuse(408, "request_timeout", late)

    def _head_length(self) -> int:
        return len(self.url) + sum(len(name) + len(value) for name, value in self.headers)

    def _refuse_head(self) -> None:
        large = f"the headers have more than {self.limits.max_header_bytes} bytes"
        self._refuse(431, "request_header_fields_too_large", large)

    def _refuse(self, status: int, code: str, message: str, retry_after: int | None = None) -> None:
        fault = Fault(code=code, message=message, request_id="", retry_after=retry_after)
        body = msgspec.json.encode(ErrorAnswer(fault))
        retry = b"retry-after: %d\r\n" % retry_after if retry_after else b""
        self.transport.write(b"%s%s%s%d\r\n\r\n%s" % (STATUS_LINE[status], retry, _CLOSE, len(body), body))
        self.transport.close()


def guarded_protocol(settings: Settings) -> type[GuardedProtocol]:
    """Make the protocol with the limits of `settings`."""

    class Limited(GuardedProtocol):
        limits = settings

    return Limited

"""One HTTP call at the thin routes: what came in, checked against the limits, and how it is answered."""

import asyncio
import math
from collections.abc import Awaitable, Callable, MutableMapping
from time import perf_counter
from typing import Any, Final
from urllib.parse import parse_qsl

import msgspec

from zhamen.api.errors import ErrorAnswer, HttpError, fault_of, status_of
from zhamen.core.errors import TooLarge, UnavailableError, UnknownKey
from zhamen.gate.decision import Outcome

__all__ = ["Call", "Receive", "Send", "WireScope"]

WireScope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

_JSON: Final = (b"content-type", b"application/json")
_NOT_KEPT: Final = (b"cache-control", b"no-store")
_NOT_GUESSED: Final = (b"x-content-type-options", b"nosniff")
_BEARER: Final = b"bearer "
_SMALL_DIGITS: Final = 5


class Call:
    """A request being answered. A header that stands twice has its last value.

    ``answered`` is the status once the answer has begun, 0 before; ``spent`` is seconds by stage.
    """

    __slots__ = (
        "_lapped",
        "_receive",
        "_send",
        "_unread",
        "answered",
        "fallback",
        "headers",
        "request_id",
        "scope",
        "spent",
        "started",
    )

    def __init__(
        self, scope: WireScope, receive: Receive, send: Send, name: Callable[[bytes | None], str]
    ) -> None:
        self.started = self._lapped = perf_counter()
        self.spent: dict[str, float] = {}
        self.scope = scope
        self.headers: dict[bytes, bytes] = dict(scope["headers"])
        self.request_id = name(self.headers.get(b"traceparent"))
        self.answered = 0
        self.fallback: Outcome | None = None
        self._receive = receive
        self._send = send
        self._unread = True

    def lap(self, stage: str) -> None:
        """Count the seconds since the last lap as spent on `stage`."""
        now = perf_counter()
        self.spent[stage] = self.spent.get(stage, 0.0) + now - self._lapped
        self._lapped = now

    @property
    def token(self) -> str:
        """The API key that came with the call; empty when none did."""
        header = self.headers.get(b"authorization", b"")
        return header[len(_BEARER) :].decode("latin-1") if header[: len(_BEARER)].lower() == _BEARER else ""

    def flag(self, name: str) -> bool:
        """Give the query parameter `name`, the only one there may be; false when left out.

        Raises
        ------
        HttpError
            Another parameter, or a value that is neither ``true`` nor ``false``.
        """
        query: bytes = self.scope["query_string"]
        if not query:
            return False
        if len(query) <= 40:
            pairs = parse_qsl(query.decode("latin-1"), keep_blank_values=True)
            if pairs in ([(name, "true")], [(name, "false")]):
                return pairs[0][1] == "true"
        raise HttpError(400, f"the only parameter here is {name}; write ?{name}=true or leave it out")

    def no_parameters(self) -> None:
        """Refuse query parameters.

        Raises
        ------
        HttpError
            There is one.
        """
        if self.scope["query_string"]:
            raise HttpError(400, "there are no parameters here; leave out what follows the question mark")

    def check_type(self, *allowed: bytes) -> bytes:
        """Give the media type of the body.

        Raises
        ------
        HttpError
            415: another type, or a compressed body.
        """
        kind = self.headers.get(b"content-type", b"").partition(b";")[0].strip().lower()
        if kind not in allowed:
            wanted = " or ".join(each.decode() for each in allowed)
            raise HttpError(415, f"the body must be {wanted}; say so in Content-Type")
        if self.headers.get(b"content-encoding", b"identity").strip().lower() != b"identity":
            raise HttpError(415, "compressed bodies are not read; send it without Content-Encoding")
        return kind

    async def body(self, limit: int, timeout_ms: int) -> bytes:
        """Read the body, never more than `limit` bytes of it.

        Raises
        ------
        TooLarge
            By its Content-Length, before any of it is read; without one, as soon as it is over.
        HttpError
            408: it did not arrive in time.
        """
        if self._declared() > limit:
            raise TooLarge(f"the body has {self._declared()} bytes; {limit} are allowed here")
        self._unread = False
        message = await self._receive()
        if not message.get("more_body"):
            return self._piece(message, limit)
        try:
            async with asyncio.timeout(timeout_ms / 1000):
                return await self._rest(message, limit)
        except TimeoutError:
            raise HttpError(408, f"the body did not arrive within {timeout_ms} ms") from None

    async def _rest(self, message: MutableMapping[str, Any], limit: int) -> bytes:
        pieces = [self._piece(message, limit)]
        room = limit - len(pieces[0])
        while message.get("more_body"):
            message = await self._receive()
            pieces.append(self._piece(message, room))
            room -= len(pieces[-1])
        return b"".join(pieces)

    def _declared(self) -> int:
        length = self.headers.get(b"content-length", b"0")
        if not length.isdigit() or len(length) > 15:
            raise HttpError(400, "Content-Length is not a number of bytes")
        return int(length)

    def _piece(self, message: MutableMapping[str, Any], room: int) -> bytes:
        if message["type"] == "http.disconnect":
            raise HttpError(400, "the connection ended before the body did")
        piece: bytes = message.get("body", b"")
        if len(piece) > room:
            raise TooLarge("the body is longer than is allowed here")
        return piece

    async def answer(self, status: int, body: bytes, *headers: tuple[bytes, bytes]) -> None:
        """Answer with JSON and end the call."""
        length = (b"content-length", b"%d" % len(body))
        await self.send(
            {"type": "http.response.start", "status": status, "headers": [_JSON, length, *headers]}
        )
        await self._send({"type": "http.response.body", "body": body})

    async def send(self, message: MutableMapping[str, Any]) -> None:
        """Pass one ASGI message on, with the headers that every answer has."""
        if message["type"] == "http.response.start":
            self.answered = message["status"]
            headers = message["headers"]
            if not any(name == b"cache-control" for name, _ in headers):
                headers.append(_NOT_KEPT)
            headers += [(b"x-request-id", self.request_id.encode()), _NOT_GUESSED]
        await self._send(message)

    async def refuse(self, error: Exception) -> None:
        """Answer with an error in the one shape."""
        await self.answer(*self.refusal(error))

    def refusal(self, error: Exception) -> tuple[Any, ...]:
        """Give the status, the body and the headers that answer an error."""
        body = msgspec.json.encode(ErrorAnswer(fault_of(error, self.request_id, self.fallback)))
        headers: list[tuple[bytes, bytes]] = []
        if isinstance(error, HttpError):
            headers += error.headers
        if isinstance(error, UnavailableError):
            headers.append((b"retry-after", b"%d" % math.ceil(error.retry_after)))
        if isinstance(error, UnknownKey):
            headers.append((b"www-authenticate", b'Bearer realm="zhamen"'))
        if self._unfinished(error):
            headers.append((b"connection", b"close"))
        return status_of(error), body, *headers

    def _unfinished(self, error: Exception) -> bool:
        """Whether more of the body may come than is worth reading away."""
        if isinstance(error, TooLarge) or (isinstance(error, HttpError) and error.status == 408):
            return True
        small = len(self.headers.get(b"content-length", b"0")) <= _SMALL_DIGITS
        return self._unread and (not small or b"transfer-encoding" in self.headers)

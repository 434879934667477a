"""A small load client: raw sockets and prepared requests, in a process of its own, loopback only.

Run as ``python -m benchmarks.http_load PORT TOKEN PATH CONNECTIONS SECONDS RATE FIRST``; a rate of 0 sends
as fast as answers come, any other is kept whatever the answers do (open loop: latency counts from
the instant a request was due). Prints one JSON object.
"""

import asyncio
import sys
from collections import deque
from datetime import UTC, datetime
from time import perf_counter
from typing import Final

import httptools
import msgspec
import uvloop

__all__ = ["Measured", "main"]

_ACCOUNTS: Final = 20_000
_TICK: Final = 0.001
"""Seconds between two looks at what is due: the finest that uvloop waits; anything shorter never sleeps."""


class Measured(msgspec.Struct, frozen=True):
    """What one run gave; latencies in seconds, sorted; ``refused`` are answers other than 200."""

    seconds: float
    answered: int
    refused: int
    latencies: list[float]

    def percentile(self, share: float) -> float:
        """Give the latency that `share` of the answers did not exceed, in milliseconds."""
        return 1000 * self.latencies[min(int(share * len(self.latencies)), len(self.latencies) - 1)]


class Connection(asyncio.Protocol):
    """One connection with at most one request under way."""

    def __init__(self, load: "Load") -> None:
        self._load = load
        self._since = 0.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin."""
        self._transport = transport
        self._parser = httptools.HttpResponseParser(self)
        self._load.free(self)

    def send(self, request: bytes, since: float) -> None:
        """Send one request."""
        self._since = since
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        """Parse what came."""
        self._parser.feed_data(data)

    def on_message_complete(self) -> None:
        """Count the answer and take the next request."""
        self._load.answered(self._parser.get_status_code(), perf_counter() - self._since)
        self._load.free(self)


class Load:
    """Requests, the connections that wait for one, and what was measured."""

    def __init__(self, token: str, path: str, first: int, *, closed: bool) -> None:
        self._head = (
            f"POST {path} HTTP/1.1\r\nHost: gate\r\nAuthorization: Bearer {token}\r\n"
            "Content-Type: application/json\r\nContent-Length: "
        ).encode()
        self._make = _question if path == "/v1/risk" else self._payment
        self._number = first
        self._closed = closed
        self._idle: deque[Connection] = deque()
        self._due: deque[float] = deque()
        self._now = datetime.now(UTC).isoformat(timespec="milliseconds")  # noqa: TID251  # the gate's clock is real
        self.running = False
        self.latencies: list[float] = []
        self.refused = 0

    def free(self, connection: Connection) -> None:
        """Give a connection its next request, or let it wait for one."""
        if self._closed and self.running:
            connection.send(self._request(), perf_counter())
        elif self._due:
            connection.send(self._request(), self._due.popleft())
        else:
            self._idle.append(connection)

    def due(self, since: float) -> None:
        """Send a request that is due, as soon as a connection is free."""
        if self._idle:
            self._idle.popleft().send(self._request(), since)
        else:
            self._due.append(since)

    def begin(self) -> None:
        """Let every waiting connection go, in a closed loop."""
        self.running = True
        for connection in [self._idle.popleft() for _ in range(len(self._idle))]:
            self.free(connection)

    def answered(self, status: int, seconds: float) -> None:
        """Count one answer."""
        if self.running:
            self.latencies.append(seconds)
            self.refused += status != 200

    def _request(self) -> bytes:
        self._number += 1
        body = self._make(self._number)
        return b"%s%d\r\n\r\n%s" % (self._head, len(body), body.encode())

    def _payment(self, number: int) -> str:
        debtor, creditor = number * 104_729 % _ACCOUNTS, number * 15_485_863 % _ACCOUNTS
        return (
            f'{{"type":"transfer","event_id":"B{number}","occurred_at":"{self._now}","channel":"mobile",'
            f'"amount_minor":{100 + number * 7919 % 5_000_000},"currency":"CNY",'
            f'"debtor_account":{{"id":"62220202{debtor:08}"}},"creditor_account":{{"id":"62170000{creditor:08}"}},'
            f'"device":{{"id":"D{debtor}"}},"session":{{"new_device":false,"active_call":false}}}}'
        )


def _question(number: int) -> str:
    account = number * 15_485_863 % _ACCOUNTS
    return f'{{"kind":"account","value":"62170000{account:08}","purpose":"payment"}}'


async def measure(port: int, load: Load, connections: int, seconds: float, rate: float) -> Measured:
    """Run the load and give what was measured."""
    loop = asyncio.get_running_loop()
    for _ in range(connections):
        await loop.create_connection(lambda: Connection(load), "127.0.0.1", port)
    started = perf_counter()
    if rate:
        load.running = True
        await _keep_rate(load, started, seconds, rate)
    else:
        load.begin()
        await asyncio.sleep(seconds)
    load.running = False
    took = perf_counter() - started
    return Measured(took, len(load.latencies), load.refused, sorted(load.latencies))


async def _keep_rate(load: Load, started: float, seconds: float, rate: float) -> None:
    sent = 0
    while (passed := perf_counter() - started) < seconds:
        while sent < passed * rate:
            load.due(started + sent / rate)
            sent += 1
        await asyncio.sleep(_TICK)


def main(arguments: list[str]) -> None:
    """Measure as the command line says."""
    port, token, path, connections, seconds, rate, first = arguments
    load = Load(token, path, int(first), closed=not float(rate))
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        measured = runner.run(measure(int(port), load, int(connections), float(seconds), float(rate)))
    sys.stdout.write(msgspec.json.encode(measured).decode())


if __name__ == "__main__":
    main(sys.argv[1:])

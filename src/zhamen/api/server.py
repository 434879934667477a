"""The server process: one loop, one listener, a watch over the keys, and an orderly end."""

import asyncio
import logging
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from types import FrameType
from typing import Final, NamedTuple

import uvicorn
import uvloop

from zhamen.api.app import Application
from zhamen.api.forwarded import Forwarded
from zhamen.api.protocol import guarded_protocol
from zhamen.bootstrap.gatehouse import Gatehouse
from zhamen.bootstrap.interpreter import serving_interpreter
from zhamen.bootstrap.opening import open_gatehouse
from zhamen.core.errors import InvalidSetting
from zhamen.services.recover import Progress
from zhamen.settings import Settings

__all__ = ["GateServer", "RunningGate", "listen", "open_server", "server_config"]

_KEYS_EVERY: Final = 0.5
"""Seconds between two looks at the keys: a revocation takes effect in less than one."""
_USES_EVERY: Final = 120
"""Looks at the keys between two notes of when they were used."""
_BACKLOG: Final = 2048

_log = logging.getLogger(__name__)


class GateServer(uvicorn.Server):
    """Stops in two steps: not ready but still serving, then no more connections.

    A second signal skips the first step. The process ends with code 0.
    """

    def __init__(self, config: uvicorn.Config, gatehouse: Gatehouse) -> None:
        super().__init__(config)
        self._house = gatehouse
        self._stop_at = 0.0

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002  # a signal handler's
        """Begin to stop."""
        if self._house.stopping:
            self.should_exit = True
        self._house.stopping = True
        self._stop_at = monotonic() + self._house.settings.stop_notice_ms / 1000

    async def on_tick(self, counter: int) -> bool:
        """Stop when the notice is over."""
        if self._house.stopping and monotonic() >= self._stop_at:
            self.should_exit = True
        return await super().on_tick(counter)


class RunningGate(NamedTuple):
    """A gate that is recovered and whose address is taken; `run` answers requests until a signal."""

    gatehouse: Gatehouse
    url: str
    run: Callable[[], None]


@contextmanager
def open_server(settings: Settings, progress: Progress | None = None) -> Iterator[RunningGate]:
    """Make a server ready to run; on the way out it drains and writes a snapshot.

    Connections queue up from the moment the address is taken; they are answered once it runs.

    Parameters
    ----------
    progress
        Takes how many entries of the journal were replayed, and of how many.

    Raises
    ------
    InvalidSetting
        The address cannot be listened on, or the TLS files cannot be used.
    ZhamenError
        As `open_gatehouse`.
    """
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        loop = runner.get_loop()

        def deliver(answers: Callable[[], None]) -> None:
            loop.call_soon_threadsafe(answers)

        with listen(settings) as listener, open_gatehouse(settings, deliver, progress) as gatehouse:
            server = GateServer(server_config(settings, Application(gatehouse)), gatehouse)
            with serving_interpreter():
                yield RunningGate(
                    gatehouse,
                    _url(settings, listener),
                    lambda: runner.run(_serve(server, gatehouse, listener)),
                )


async def _serve(server: GateServer, gatehouse: Gatehouse, listener: socket.socket) -> None:
    watch = asyncio.create_task(_watch_keys(gatehouse))
    await server.serve(sockets=[listener])
    watch.cancel()


def _url(settings: Settings, listener: socket.socket) -> str:
    host, port = settings.host, listener.getsockname()[1]
    scheme = "https" if settings.tls_certificate else "http"
    return f"{scheme}://{f'[{host}]' if ':' in host else host}:{port}"


async def _watch_keys(gatehouse: Gatehouse) -> None:
    look = 0
    while True:
        await asyncio.sleep(_KEYS_EVERY)
        look += 1
        try:
            await asyncio.to_thread(_look, gatehouse, look % _USES_EVERY == 0)
        except Exception:
            _log.exception(
                "the API keys or the organisation cannot be read; what was known before stays in force"
            )


def _look(gatehouse: Gatehouse, uses: bool) -> None:
    if gatehouse.keyring.refresh():
        _log.info("the API keys changed: %d in force", len(gatehouse.keyring))
    if uses:
        gatehouse.keyring.note_use()
    gatehouse.work.organisation.history()


def listen(settings: Settings) -> socket.socket:
    """Take the address.

    Raises
    ------
    InvalidSetting
        It is taken already, or is not this machine's.
    """
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((settings.host, settings.port))
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        raise InvalidSetting(
            f"cannot listen on {settings.host} port {settings.port} ({error.strerror}); "
            "set ZHAMEN_HOST and ZHAMEN_PORT, or stop what listens there"
        ) from error
    return listener


def server_config(settings: Settings, app: Application) -> uvicorn.Config:
    """Give uvicorn's settings, loaded.

    Raises
    ------
    InvalidSetting
        The TLS files cannot be used.
    """
    proxies = settings.proxies
    config = uvicorn.Config(
        Forwarded(app, proxies) if proxies else app,
        http=guarded_protocol(settings),
        ws="none",
        lifespan="off",
        backlog=_BACKLOG,
        log_config=None,
        log_level="warning",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=settings.keep_alive_seconds,
        timeout_graceful_shutdown=settings.stop_timeout_seconds,
        ssl_certfile=settings.tls_certificate or None,
        ssl_keyfile=settings.tls_key or None,
        ssl_keyfile_password=settings.tls_key_password.reveal() or None,
    )
    try:
        config.load()
    except OSError as error:
        raise InvalidSetting(
            f"the TLS files cannot be used ({error.strerror or 'wrong format'}); "
            "check ZHAMEN_TLS_CERTIFICATE, ZHAMEN_TLS_KEY and ZHAMEN_TLS_KEY_PASSWORD"
        ) from error
    return config

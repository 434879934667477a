"""One HTTP POST to the address that the operator has set, and to no other."""

import http.client
import ssl
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from zhamen.core.errors import InvalidSetting, UnavailableError

__all__ = ["Webhook"]

_MOST_READ: Final = 4_096
_LOCAL: Final = frozenset({"127.0.0.1", "::1", "localhost"})


class Webhook:
    """The receiver of signed messages.

    Parameters
    ----------
    url
        ``https://host/path``; ``http`` only to this machine.
    timeout_seconds
        For connecting, and for each read.

    Raises
    ------
    InvalidSetting
        The URL is no such address.

    Notes
    -----
    Certificates and names are checked against the system's roots. A redirect is an answer like any other
    and is not followed.
    """

    def __init__(self, url: str, *, timeout_seconds: float = 10.0) -> None:
        parts = urlsplit(url)
        local = parts.hostname in _LOCAL
        if not parts.hostname or parts.scheme not in (("https", "http") if local else ("https",)):
            raise InvalidSetting("ZHAMEN_WEBHOOK_URL has to be https://host/path (http only to this machine)")
        if parts.username or parts.password or parts.fragment:
            raise InvalidSetting(
                "ZHAMEN_WEBHOOK_URL holds no user, password or fragment; messages are signed"
            )
        self._secure = parts.scheme == "https"
        self._host, self._port = parts.hostname, _port(url)
        self._target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        self._timeout = timeout_seconds
        self._context = ssl.create_default_context()

    def post(self, body: bytes, headers: Mapping[str, str]) -> int:
        """Send a body; give the status of the answer, whatever it is.

        Raises
        ------
        UnavailableError
            There was no answer.
        """
        connection = self._connect()
        try:
            connection.request("POST", self._target, body, dict(headers))
            answer = connection.getresponse()
            answer.read(_MOST_READ)
        except (OSError, http.client.HTTPException) as error:
            raise UnavailableError(f"the receiver does not answer ({type(error).__name__})") from error
        finally:
            connection.close()
        return answer.status

    def _connect(self) -> http.client.HTTPConnection:
        if self._secure:
            return http.client.HTTPSConnection(
                self._host, self._port, timeout=self._timeout, context=self._context
            )
        return http.client.HTTPConnection(self._host, self._port, timeout=self._timeout)


def _port(url: str) -> int | None:
    try:
        return urlsplit(url).port
    except ValueError:
        raise InvalidSetting(
            "ZHAMEN_WEBHOOK_URL has no port that can be; write https://host:port/path"
        ) from None

"""One POST to one address, checked, and nowhere else."""

import datetime as dt
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from zhamen.adapters.webhook import Webhook
from zhamen.core.errors import InvalidSetting, UnavailableError
from zhamen.testing import NOON


class Receiver(HTTPServer):
    """Answers every POST with one status, and remembers what came."""

    def __init__(self, status: int, headers: dict[str, str]) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.status, self.headers = status, headers
        self.got: list[tuple[str, dict[str, str], bytes]] = []


class Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((self.path, dict(self.headers), body))
        self.send_response(self.server.status)
        for name, value in self.server.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        return


@contextmanager
def receiving(status: int = 200, tls: Path | None = None, **headers: str) -> Iterator[tuple[Receiver, str]]:
    server = Receiver(status, headers)
    if tls is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(tls)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    scheme = "http" if tls is None else "https"
    try:
        yield server, f"{scheme}://127.0.0.1:{server.server_address[1]}/hook?bank=1"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """Make a certificate that nobody has signed but itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOON - dt.timedelta(days=999))
        .not_valid_after(NOON + dt.timedelta(days=9999))
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "server.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


def test_the_body_arrives_as_it_is() -> None:
    with receiving() as (server, url):
        assert Webhook(url).post('{"a":"钱"}'.encode(), {"X-One": "1"}) == 200
    ((path, headers, body),) = server.got
    assert (path, headers["X-One"], body) == ("/hook?bank=1", "1", '{"a":"钱"}'.encode())


def test_a_redirect_is_not_followed() -> None:
    with receiving() as (elsewhere, other), receiving(307, Location=other) as (_, url):
        assert Webhook(url).post(b"{}", {}) == 307
    assert not elsewhere.got


def test_a_certificate_that_nobody_vouches_for_is_refused(certificate: Path) -> None:
    with receiving(tls=certificate) as (server, url), pytest.raises(UnavailableError, match="SSL"):
        Webhook(url).post(b"{}", {})
    assert not server.got


def test_no_answer_is_told_without_the_address() -> None:
    with receiving() as (_, url):
        pass
    with pytest.raises(UnavailableError, match="does not answer") as caught:
        Webhook(url, timeout_seconds=2).post(b"{}", {})
    assert "127.0.0.1" not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "http://payments.example/x",
        "ftp://payments.example/",
        "https:///x",
        "https://user:pw@payments.example/",
        "https://payments.example/#x",
        "https://payments.example:99999/",
        "payments.example",
    ],
)
def test_an_address_that_cannot_be_used_is_refused(url: str) -> None:
    with pytest.raises(InvalidSetting):
        Webhook(url)

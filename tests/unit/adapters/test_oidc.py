"""What a hostile or a broken provider may say, and is not believed."""

import hmac
import json
import threading
from base64 import urlsafe_b64encode as encoded
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

from zhamen.adapters.oidc import OidcClient, OidcProvider
from zhamen.core.errors import InvalidSetting, UnavailableError, UnknownKey
from zhamen.ports.single_sign_on import Claims, Sent
from zhamen.testing import NOON, SetClock

SECRET = "a secret of 32 characters or more"
OURS = RSAKey.generate_key(2048, {"kid": "one"}, private=True)
OTHERS = RSAKey.generate_key(2048, {"kid": "one"}, private=True)
CURVE = ECKey.generate_key("P-256", {"kid": "two"}, private=True)
MINUTE = 60


@dataclass
class Provider:
    """Says what a test lets it say; by address, a JSON value and a status."""

    server: ThreadingHTTPServer
    says: dict[str, Any] = field(default_factory=dict)
    heard: list[str] = field(default_factory=list)

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"

    def about(self, **changes: Any) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
        } | changes

    def token(self, key: Any = OURS, header: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
        at = int(NOON.timestamp())
        claims = {
            "iss": self.issuer,
            "aud": "zhamen",
            "sub": "7001",
            "nonce": "n1",
            "iat": at,
            "exp": at + 5 * MINUTE,
            "preferred_username": "li",
            "groups": ["fraud-team"],
            "unit": "R1",
        } | changes
        kept = {name: value for name, value in claims.items() if value is not None}
        chosen = header or {"alg": "RS256", "kid": "one"}
        return {
            "token_type": "Bearer",
            "access_token": "a1",
            "id_token": jwt.encode(chosen, kept, key, algorithms=[chosen["alg"]]),
        }


@pytest.fixture
def provider() -> Iterator[Provider]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            told.heard.append(self.path)
            content = told.says.get(self.path)
            body = content if isinstance(content, bytes) else json.dumps(content).encode()
            self.send_response(404 if content is None else 200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            self.do_GET()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base class's name
            pass

    told = Provider(ThreadingHTTPServer(("127.0.0.1", 0), Handler))
    thread = threading.Thread(target=told.server.serve_forever, args=(0.01,))
    thread.start()
    told.says = {
        "/.well-known/openid-configuration": told.about(),
        "/keys": {"keys": [OURS.as_dict(private=False), CURVE.as_dict(private=False)]},
        "/token": told.token(),
    }
    yield told
    told.server.shutdown()
    told.server.server_close()
    thread.join()


def ask(provider: Provider) -> OidcProvider:
    client = OidcClient(
        issuer=provider.issuer,
        client_id="zhamen",
        client_secret=SECRET,
        redirect="https://zhamen.example/back",
    )
    return OidcProvider(client, SetClock(NOON))


SENT = Sent(address="", state="s1", nonce="n1", verifier="v" * 64)


def test_a_good_token_is_believed(provider: Provider) -> None:
    assert ask(provider).receive("c1", provider.issuer, SENT) == Claims(
        issuer=provider.issuer, subject="7001", name="li", groups=("fraud-team",), unit="R1"
    )


def test_a_token_on_a_curve_and_for_several_audiences_is_believed(provider: Provider) -> None:
    provider.says["/token"] = provider.token(
        CURVE, {"alg": "ES256", "kid": "two"}, aud=["zhamen", "other"], azp="zhamen"
    )
    assert ask(provider).receive("c1", "", SENT).subject == "7001"


FORGERIES: dict[str, Callable[[Provider], dict[str, Any]]] = {
    "not signed": lambda p: p.token() | {"id_token": unsigned(p)},
    "signed with our secret": lambda p: p.token(OctKey.import_key(SECRET), {"alg": "HS256"}),
    "signed with the public key as a secret": lambda p: p.token() | {"id_token": confused(p)},
    "signed by another": lambda p: p.token(OTHERS),
    "with a key of its own along": lambda p: p.token(
        OTHERS, {"alg": "RS256", "jwk": OTHERS.as_dict(private=False)}
    ),
    "of another issuer": lambda p: p.token(iss="https://evil.example"),
    "without an issuer": lambda p: p.token(iss=None),
    "for another audience": lambda p: p.token(aud="other"),
    "for another audience, we being authorised": lambda p: p.token(aud="other", azp="zhamen"),
    "for several, authorised to another": lambda p: p.token(aud=["zhamen", "other"], azp="other"),
    "for several, authorised to nobody": lambda p: p.token(aud=["zhamen", "other"]),
    "without an audience": lambda p: p.token(aud=None),
    "expired": lambda p: p.token(exp=int(NOON.timestamp()) - 2 * MINUTE),
    "without an end": lambda p: p.token(exp=None),
    "from the future": lambda p: p.token(iat=int(NOON.timestamp()) + 10 * MINUTE),
    "not good yet": lambda p: p.token(nbf=int(NOON.timestamp()) + 10 * MINUTE),
    "with another nonce": lambda p: p.token(nonce="n2"),
    "without a nonce": lambda p: p.token(nonce=None),
    "without a subject": lambda p: p.token(sub=None),
    "with a wrong hash of the access token": lambda p: p.token(at_hash="AAAA"),
    "cut short": lambda p: p.token() | {"id_token": p.token()["id_token"][:-4]},
    "no token at all": lambda _: {"token_type": "Bearer", "access_token": "a1"},
    "no text": lambda p: p.token() | {"id_token": 7},
}


def unsigned(provider: Provider) -> str:
    """Write a token with ``alg: none`` by hand, for no library makes one."""
    good = provider.token()["id_token"].split(".")
    header = encoded(b'{"alg":"none"}').rstrip(b"=").decode()
    return f"{header}.{good[1]}."


def confused(provider: Provider) -> str:
    """Sign with what everybody knows, in the hope that the key's text is taken for a shared secret."""
    payload = provider.token()["id_token"].split(".")[1]
    header = encoded(b'{"alg":"HS256","kid":"one"}').rstrip(b"=").decode()
    signature = hmac.digest(OURS.as_pem(private=False), f"{header}.{payload}".encode(), "sha256")
    return f"{header}.{payload}.{encoded(signature).rstrip(b'=').decode()}"


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_token_that_is_forged_is_not_believed(provider: Provider, forgery: str) -> None:
    provider.says["/token"] = FORGERIES[forgery](provider)
    with pytest.raises(UnknownKey):
        ask(provider).receive("c1", provider.issuer, SENT)


def test_the_edge_of_a_tokens_time_counts(provider: Provider) -> None:
    asked = ask(provider)
    assert isinstance(asked._clock, SetClock)
    asked._clock.now = NOON + timedelta(minutes=5, seconds=59)
    assert asked.receive("c1", "", SENT).subject == "7001"
    asked._clock.now = NOON + timedelta(minutes=6, seconds=1)
    with pytest.raises(UnknownKey):
        asked.receive("c1", "", SENT)


def test_an_answer_of_another_provider_is_refused_before_its_code_is_used(provider: Provider) -> None:
    with pytest.raises(UnknownKey, match="another provider"):
        ask(provider).receive("c1", "https://evil.example", SENT)
    assert "/token" not in provider.heard


def test_a_provider_that_promises_to_name_itself_has_to(provider: Provider) -> None:
    provider.says["/.well-known/openid-configuration"] = provider.about(
        authorization_response_iss_parameter_supported=True
    )
    with pytest.raises(UnknownKey, match="another provider"):
        ask(provider).receive("c1", "", SENT)


def test_keys_that_were_changed_are_read_again(provider: Provider) -> None:
    asked = ask(provider)
    asked.receive("c1", "", SENT)
    provider.says["/keys"] = {"keys": [OTHERS.as_dict(private=False)]}
    provider.says["/token"] = provider.token(OTHERS)
    assert asked.receive("c2", "", SENT).subject == "7001"
    assert provider.heard.count("/keys") == 2


def test_claims_that_are_told_only_when_asked_are_asked_for(provider: Provider) -> None:
    endpoint = {"userinfo_endpoint": f"{provider.issuer}/me"}
    provider.says["/.well-known/openid-configuration"] = provider.about(**endpoint)
    provider.says["/token"] = provider.token(preferred_username=None)
    provider.says["/me"] = {"sub": "7001", "preferred_username": "li"}
    assert ask(provider).receive("c1", "", SENT).name == "li"
    provider.says["/me"] = {"sub": "7002", "preferred_username": "wang"}
    with pytest.raises(UnknownKey, match="somebody else"):
        ask(provider).receive("c1", "", SENT)


@pytest.mark.parametrize(
    "groups", [None, 7, {"a": 1}, [1, None, ["x"]], ""], ids=["none", "number", "object", "mixed", "empty"]
)
def test_groups_of_no_use_are_none(provider: Provider, groups: object) -> None:
    provider.says["/token"] = provider.token(groups=groups)
    assert ask(provider).receive("c1", "", SENT).groups == ()


@pytest.mark.parametrize(
    "says",
    [None, b"", b"<html>", b"[]", b'"x"', b"{" * 100_000, b"x" * (2 << 20)],
    ids=["missing", "empty", "html", "list", "text", "deep", "long"],
)
@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/keys"])
def test_what_is_no_answer_is_told_as_that(provider: Provider, path: str, says: bytes | None) -> None:
    provider.says[path] = says
    with pytest.raises(UnavailableError):
        ask(provider).receive("c1", "", SENT)


@pytest.mark.parametrize("says", [{"keys": []}, {"keys": [{"kty": "?"}]}, {}, {"keys": 7}, {"keys": ["x"]}])
def test_keys_of_no_use_let_nobody_in(provider: Provider, says: object) -> None:
    provider.says["/keys"] = says
    with pytest.raises(UnknownKey):
        ask(provider).receive("c1", "", SENT)


def test_a_provider_is_what_the_settings_name_and_only_over_tls(provider: Provider) -> None:
    provider.says["/.well-known/openid-configuration"] = provider.about(issuer="https://other.example")
    with pytest.raises(InvalidSetting, match="calls itself otherwise"):
        ask(provider).send()
    provider.says["/.well-known/openid-configuration"] = provider.about(token_endpoint="http://far.example/t")
    with pytest.raises(InvalidSetting, match="over TLS only"):
        ask(provider).send()
    with pytest.raises(InvalidSetting, match="over TLS only"):
        OidcProvider(
            OidcClient(issuer="http://far.example", client_id="x", client_secret="", redirect=""),
            SetClock(NOON),
        )

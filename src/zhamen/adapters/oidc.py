"""The bank's own sign-in over OpenID Connect: authorization code with proof key, checked tokens."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final, cast
from urllib.parse import urlsplit

from authlib.common.errors import AuthlibBaseError
from authlib.common.security import generate_token
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, KeySetSerialization
from joserfc.jws import JWSRegistry
from msgspec import Struct
from requests import RequestException

from zhamen.core.errors import InvalidSetting, UnavailableError, UnknownKey
from zhamen.ports.single_sign_on import Claims, Sent

__all__ = ["OidcClient", "OidcProvider"]

_SIGNED_BY: Final = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA"]
"""Signatures with a key of the provider's own; never ``none``, never one made with our secret."""
_PATIENCE: Final = 10.0
_LEEWAY: Final = 60
_MOST_BYTES: Final = 1 << 20


class OidcClient(Struct, frozen=True, kw_only=True):
    """What the provider knows of us, and which of its claims are read."""

    issuer: str
    client_id: str
    client_secret: str
    redirect: str
    """Where the provider sends browsers back to."""
    scopes: str = "openid profile"
    name_claim: str = "preferred_username"
    groups_claim: str = "groups"
    unit_claim: str = "unit"
    authorities: str = ""
    """A file of certificates that vouch for the provider; empty for those that requests brings."""


class OidcProvider:
    """A provider by its issuer; see the port `IdentityProvider`."""

    def __init__(self, client: OidcClient, clock: Callable[[], datetime]) -> None:
        _check_address(client.issuer)
        self._client = client
        self._clock = clock
        self._about: dict[str, Any] = {}
        self._keys: KeySet | None = None

    def send(self) -> Sent:
        """Give where to send a browser."""
        nonce, verifier = generate_token(32), generate_token(64)
        with self._session() as session:
            endpoint = self._ask(session)["authorization_endpoint"]
            address, state = session.create_authorization_url(endpoint, nonce=nonce, code_verifier=verifier)
        return Sent(address=address, state=state, nonce=nonce, verifier=verifier)

    def receive(self, code: str, issuer: str, sent: Sent) -> Claims:
        """Exchange the code that the browser came back with, and check what the provider says."""
        with self._session() as session:
            about = self._ask(session)
            promised = about.get("authorization_response_iss_parameter_supported") is True
            if (issuer or promised) and issuer != self._client.issuer:
                raise UnknownKey("this answer comes from another provider; begin anew")
            try:
                token = session.fetch_token(about["token_endpoint"], code=code, code_verifier=sent.verifier)
            except AuthlibBaseError as error:
                raise UnknownKey(f"the provider does not take the code ({error.error}); begin anew") from None
            except (RequestException, ValueError) as error:
                raise _no_answer(error) from None
            return self._claims(self._told(session, self._checked(session, token, sent.nonce)))

    def _checked(self, session: OAuth2Session, token: Mapping[str, Any], nonce: str) -> CodeIDToken:
        """Give the claims of the ID token (OpenID Connect Core 1.0, section 3.1.3.7)."""
        try:
            decoded = self._decoded(session, str(token.get("id_token", "")))
            claims = CodeIDToken(
                decoded.claims,
                decoded.header,
                {
                    "iss": {"essential": True, "value": self._client.issuer},
                    "aud": {"essential": True, "value": self._client.client_id},
                    "sub": {"essential": True},
                    "nonce": {"essential": True, "value": nonce},
                },
                {
                    "nonce": nonce,
                    "client_id": self._client.client_id,
                    "access_token": token.get("access_token"),
                },
            )
            claims.validate(now=int(self._clock().timestamp()), leeway=_LEEWAY)
        except (JoseError, AuthlibBaseError, LookupError, AttributeError, ValueError, TypeError) as error:
            raise UnknownKey(
                f"the provider's token is not good ({type(error).__name__}); begin anew"
            ) from None
        return claims

    def _decoded(self, session: OAuth2Session, token: str) -> jwt.Token:
        registry = JWSRegistry(algorithms=_SIGNED_BY, strict_check_header=False)
        if self._keys is not None:
            try:
                return jwt.decode(token, self._keys, registry=registry)
            except (JoseError, ValueError):
                pass  # the provider may have changed its keys: read them again, once
        keys = self._get(session, self._ask(session)["jwks_uri"])
        self._keys = KeySet.import_key_set(cast("KeySetSerialization", keys))
        return jwt.decode(token, self._keys, registry=registry)

    def _told(self, session: OAuth2Session, claims: Mapping[str, Any]) -> Mapping[str, Any]:
        """Give the claims with those that the provider tells only when asked (Core 1.0, section 5.3)."""
        endpoint = self._ask(session).get("userinfo_endpoint")
        if self._client.name_claim in claims or not endpoint:
            return claims
        _check_address(str(endpoint))
        more = self._get(session, str(endpoint), withhold_token=False)
        if more.get("sub") != claims["sub"]:
            raise UnknownKey("the provider tells of somebody else than it vouched for; begin anew")
        return {**more, **claims}

    def _claims(self, claims: Mapping[str, Any]) -> Claims:
        groups = claims.get(self._client.groups_claim, ())
        groups = groups.split() if isinstance(groups, str) else groups
        return Claims(
            issuer=self._client.issuer,
            subject=str(claims["sub"]),
            name=_text(claims.get(self._client.name_claim)),
            groups=tuple(each for each in groups if isinstance(each, str))
            if isinstance(groups, list)
            else (),
            unit=_text(claims.get(self._client.unit_claim)),
        )

    def _session(self) -> OAuth2Session:
        return OAuth2Session(
            self._client.client_id,
            self._client.client_secret,
            scope=self._client.scopes,
            redirect_uri=self._client.redirect,
            code_challenge_method="S256",
            default_timeout=_PATIENCE,
            verify=self._client.authorities or True,
        )

    def _ask(self, session: OAuth2Session) -> Mapping[str, Any]:
        """Give what the provider says of itself (OpenID Connect Discovery 1.0); read once."""
        if not self._about:
            well_known = f"{self._client.issuer.rstrip('/')}/.well-known/openid-configuration"
            about = self._get(session, well_known)
            endpoints = [about.get(name) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")]
            if about.get("issuer") != self._client.issuer or not all(endpoints):
                raise InvalidSetting(
                    "what ZHAMEN_OIDC_ISSUER names calls itself otherwise; give the issuer as it does"
                )
            for endpoint in endpoints:
                _check_address(str(endpoint))
            self._about = about
        return self._about

    @staticmethod
    def _get(session: OAuth2Session, address: str, *, withhold_token: bool = True) -> dict[str, Any]:
        try:
            reply = session.get(address, withhold_token=withhold_token, allow_redirects=False)
            reply.raise_for_status()
            content = reply.json() if len(reply.content) <= _MOST_BYTES else None
        except (RequestException, ValueError) as error:
            raise _no_answer(error) from None
        if not isinstance(content, dict):
            raise UnavailableError("the provider's answer is no JSON object; see that its address is right")
        return content


def _text(claim: object) -> str:
    return claim if isinstance(claim, str) else ""


def _no_answer(error: Exception) -> UnavailableError:
    return UnavailableError(f"the bank's sign-in does not answer ({type(error).__name__}); try again later")


def _check_address(address: str) -> None:
    parts = urlsplit(address)
    near = parts.hostname in ("localhost", "127.0.0.1", "::1")
    if parts.scheme != "https" and not (near and parts.scheme == "http"):
        raise InvalidSetting(f"{address} is not https; the bank's sign-in is asked over TLS only")

"""The bank's own sign-in (OpenID Connect), as what it is asked and what it says."""

from typing import Protocol

from msgspec import Struct

__all__ = ["Claims", "IdentityProvider", "Sent"]


class Sent(Struct, frozen=True, kw_only=True):
    """Somebody is sent to the bank's own sign-in; what the answer has to fit is kept meanwhile."""

    address: str
    """Where the browser goes."""
    state: str
    nonce: str
    verifier: str
    """The secret half of the proof key for code exchange (RFC 7636)."""


class Claims(Struct, frozen=True, kw_only=True):
    """What the provider vouches for, once its token was checked."""

    issuer: str
    subject: str
    name: str = ""
    groups: tuple[str, ...] = ()
    unit: str = ""

    @property
    def identity(self) -> str:
        """Who it is, whatever the name becomes: an issuer never gives a subject to another."""
        return f"{self.issuer} {self.subject}"


class IdentityProvider(Protocol):
    """An OpenID provider that the bank runs."""

    def send(self) -> Sent:
        """Give where to send a browser.

        Raises
        ------
        UnavailableError
            The provider does not answer.
        InvalidSetting
            It is not the issuer that the settings name.
        """

    def receive(self, code: str, issuer: str, sent: Sent) -> Claims:
        """Exchange the code that the browser came back with, and check what the provider says.

        Parameters
        ----------
        issuer
            Who says to have given the code (RFC 9207); empty when nobody said.

        Raises
        ------
        UnknownKey
            The code or the token is not good: another issuer, audience or nonce, expired, badly signed.
        UnavailableError
            The provider does not answer.
        """

"""Where the API keys of calling systems are kept, as hashes, with who made and revoked them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final, Literal, Protocol, get_args

from msgspec import Struct

__all__ = ["SCOPES", "ApiKey", "KeyAct", "KeyStore", "Scope"]

Scope = Literal[
    "decisions:make",
    "decisions:read",
    "events:record",
    "metrics:read",
    "risk:ask",
    "risk:watch",
    "feedback:give",
    "payments:answer",
    "payments:read",
    "funds:trace",
    "funds:freeze",
]
SCOPES: Final[tuple[Scope, ...]] = get_args(Scope)


class ApiKey(Struct, frozen=True, kw_only=True):
    """One key: who calls with it and what for. ``digest`` is SHA-256 of the whole token.

    ``id`` is the public part of the token, safe to show and to log; ``name`` is the calling system.
    """

    id: str
    name: str
    digest: bytes
    scopes: tuple[Scope, ...]
    unit: str = ""
    """The path of the unit whose system it is, for what lies there or below; empty for the whole bank."""
    created_at: datetime
    expires_at: datetime | None = None
    revoked_at: datetime | None = None
    last_used_at: datetime | None = None

    def in_force(self, at: datetime) -> bool:
        """Whether it opens anything at an instant."""
        return self.revoked_at is None and (self.expires_at is None or at < self.expires_at)


class KeyAct(Struct, frozen=True, kw_only=True):
    """Who did what to a key, and when."""

    at: datetime
    by: str
    act: Literal["create", "rotate", "revoke"]
    key_id: str


class KeyStore(Protocol):
    """Keys and the acts on them; a key and its act are written together or not at all."""

    def add(self, key: ApiKey, *, by: str) -> None:
        """Keep a new key and write down who made it."""

    def rotate(self, key_id: str, successor: ApiKey, *, until: datetime, by: str) -> None:
        """Keep the key that takes another's place, and let the old one end at `until` at the latest.

        Raises
        ------
        KeyNotFound
            No key in force has this id.
        """

    def revoke(self, key_id: str, *, at: datetime, by: str) -> ApiKey:
        """End a key and write down who ended it; a second time changes nothing.

        Raises
        ------
        KeyNotFound
            No key has this id.
        """

    def list_keys(self) -> list[ApiKey]:
        """Give all keys, oldest first, revoked ones included."""

    def list_acts(self) -> list[KeyAct]:
        """Give all acts, oldest first."""

    def note_use(self, last_used: Mapping[str, datetime]) -> None:
        """Write down when keys were last used, by id."""

    def changed(self) -> bool:
        """Say whether another process has written since the last time this was asked."""

    def close(self) -> None:
        """Let go of the store."""

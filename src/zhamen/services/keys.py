"""Who may call: API keys made, checked on every request, and revoked."""

import secrets
from collections.abc import Callable, Sequence
from datetime import datetime
from hashlib import sha256
from hmac import compare_digest
from typing import Final, NamedTuple

from zhamen.core.errors import InputError, MissingPermission, UnknownKey
from zhamen.ports.keys import SCOPES, ApiKey, KeyStore, Scope

__all__ = ["Keyring", "NewKey", "create_key"]

_TOKEN_PARTS: Final = 3
_LONGEST_TOKEN: Final = 128


class NewKey(NamedTuple):
    """A key just made, and its token, which is shown this once and kept nowhere."""

    key: ApiKey
    token: str


def create_key(store: KeyStore, *, name: str, scopes: Sequence[str], at: datetime, by: str) -> NewKey:
    """Make a key for a calling system.

    The token is ``zhamen_<id>_<secret>`` with 256 random bits of secret; the store gets its
    SHA-256 only. A slow hash would add nothing: nobody can guess 256 bits.

    Raises
    ------
    InputError
        An empty name, no scope, or one that does not exist.
    """
    if not name.strip() or not name.isprintable() or len(name) > 80:
        raise InputError("a key needs the name of the calling system, 1 to 80 printable characters")
    chosen = tuple(scope for scope in SCOPES if scope in scopes)
    unknown = sorted(set(scopes) - set(SCOPES))
    if unknown or not chosen:
        asked = f"{unknown[0]!r} is not a scope" if unknown else "a key needs at least one scope"
        raise InputError(f"{asked}; choose from {', '.join(SCOPES)}")
    key_id = secrets.token_hex(6)
    token = f"zhamen_{key_id}_{secrets.token_urlsafe(32)}"
    digest = sha256(token.encode()).digest()
    key = ApiKey(id=key_id, name=name.strip(), digest=digest, scopes=chosen, created_at=at)
    store.add(key, by=by)
    return NewKey(key, token)


class Keyring:
    """The keys in force, in memory; `refresh` follows what others do to the store.

    Parameters
    ----------
    store
        Where the keys are kept.
    clock
        Gives the present instant, to write down when a key was last used.
    """

    def __init__(self, store: KeyStore, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock
        self._used: set[str] = set()
        self._keys: dict[str, ApiKey] = {}
        self._load()

    def __len__(self) -> int:
        """How many keys are in force."""
        return len(self._keys)

    def authenticate(self, token: str) -> ApiKey:
        """Give the key of a token.

        Raises
        ------
        UnknownKey
            No token, or one that was never made or is revoked.

        Notes
        -----
        About 2 µs. The comparison takes the same time wherever the digests differ.
        """
        parts = token.split("_", 2) if len(token) <= _LONGEST_TOKEN else ()
        key = self._keys.get(parts[1]) if len(parts) == _TOKEN_PARTS else None
        if key is None or not compare_digest(sha256(token.encode()).digest(), key.digest):
            raise UnknownKey(
                "this call needs an API key that is in force; send `Authorization: Bearer <key>`, "
                "or make one with `zhamen keys create`"
            )
        self._used.add(key.id)
        return key

    def permit(self, token: str, scope: Scope | None) -> ApiKey:
        """Give the key of a token that has `scope`; None asks for any key in force.

        Raises
        ------
        UnknownKey
            As `authenticate`.
        MissingPermission
            The key does not have the scope.
        """
        key = self.authenticate(token)
        if scope is not None and scope not in key.scopes:
            raise MissingPermission(
                f"the API key {key.id} does not have the scope {scope}; make one with "
                f"`zhamen keys create --scope {scope}`"
            )
        return key

    def refresh(self) -> bool:
        """Follow changes that another process made; say whether there were any."""
        if not self._store.changed():
            return False
        self._load()
        return True

    def note_use(self) -> None:
        """Write down which keys were used since the last time."""
        used, self._used = self._used, set()
        if used:
            now = self._clock()
            self._store.note_use(dict.fromkeys(used, now))

    def _load(self) -> None:
        self._keys = {key.id: key for key in self._store.list_keys() if key.revoked_at is None}

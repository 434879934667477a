"""Who may call: API keys made, checked on every request, and revoked."""

import secrets
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import compare_digest
from typing import Final, NamedTuple

from zhamen.core.errors import InputError, KeyNotFound, MissingPermission, UnknownKey
from zhamen.ports.keys import SCOPES, ApiKey, KeyStore, Scope

__all__ = ["Keyring", "Limits", "NewKey", "create_key", "ended_before", "rotate_key"]

_TOKEN_PARTS: Final = 3
_LONGEST_TOKEN: Final = 128


class NewKey(NamedTuple):
    """A key just made, and its token, which is shown this once and kept nowhere."""

    key: ApiKey
    token: str


class Limits(NamedTuple):
    """How far and how long a key reaches: the path of its unit, empty for the whole bank, and its end."""

    unit: str = ""
    expires_at: datetime | None = None


_NO_LIMITS: Final = Limits()


def create_key(
    store: KeyStore, *, name: str, scopes: Sequence[str], at: datetime, by: str, limits: Limits = _NO_LIMITS
) -> NewKey:
    """Make a key for a calling system.

    The token is ``zhamen_<id>_<secret>`` with 256 random bits of secret; the store gets its
    SHA-256 only. A slow hash would add nothing: nobody can guess 256 bits.

    Raises
    ------
    InputError
        An empty name, no scope, or one that does not exist; or it ends before it begins.
    """
    if not name.strip() or not name.isprintable() or len(name) > 80:
        raise InputError("a key needs the name of the calling system, 1 to 80 printable characters")
    chosen = tuple(scope for scope in SCOPES if scope in scopes)
    unknown = sorted(set(scopes) - set(SCOPES))
    if unknown or not chosen:
        asked = f"{unknown[0]!r} is not a scope" if unknown else "a key needs at least one scope"
        raise InputError(f"{asked}; choose from {', '.join(SCOPES)}")
    if limits.expires_at is not None and limits.expires_at <= at:
        raise InputError("a key ends after it begins; give a later day")
    made = _draw(name.strip(), chosen, at, limits)
    store.add(made.key, by=by)
    return made


def rotate_key(store: KeyStore, key_id: str, *, at: datetime, by: str, overlap: timedelta) -> NewKey:
    """Make a key that takes another's place: the same system, unit and scopes, good for as long as that was.

    The old key stays good for `overlap`, so that the calling system can change over without a gap.

    Raises
    ------
    KeyNotFound
        No key in force has this id.
    """
    old = next((key for key in store.list_keys() if key.id == key_id and key.in_force(at)), None)
    if old is None:
        raise KeyNotFound(f"no API key {key_id!r} is in force; `zhamen keys list` shows them")
    ends = None if old.expires_at is None else at + (old.expires_at - old.created_at)
    made = _draw(old.name, old.scopes, at, Limits(old.unit, ends))
    store.rotate(old.id, made.key, until=at + overlap, by=by)
    return made


def ended_before(store: KeyStore, instant: datetime) -> list[str]:
    """Give the ids of the keys that were revoked or expired before an instant."""
    ends = ((key.id, (key.revoked_at, key.expires_at)) for key in store.list_keys())
    return [key_id for key_id, known in ends if any(end is not None and end < instant for end in known)]


def _draw(name: str, scopes: tuple[Scope, ...], at: datetime, limits: Limits) -> NewKey:
    key_id = secrets.token_hex(6)
    token = f"zhamen_{key_id}_{secrets.token_urlsafe(32)}"
    key = ApiKey(
        id=key_id,
        name=name,
        digest=sha256(token.encode()).digest(),
        scopes=scopes,
        unit=limits.unit,
        created_at=at,
        expires_at=limits.expires_at,
    )
    return NewKey(key, token)


class Keyring:
    """The keys in force, in memory; `refresh` follows what others do to the store.

    Parameters
    ----------
    store
        Where the keys are kept.
    clock
        Gives the present instant, to know whether a key has expired and when it was last used.
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
            No token, or one that was never made, is revoked or has expired.

        Notes
        -----
        About 2 µs. The comparison takes the same time wherever the digests differ.
        """
        parts = token.split("_", 2) if len(token) <= _LONGEST_TOKEN else ()
        key = self._keys.get(parts[1]) if len(parts) == _TOKEN_PARTS else None
        right = key is not None and compare_digest(sha256(token.encode()).digest(), key.digest)
        if key is None or not right or (key.expires_at is not None and self._clock() >= key.expires_at):
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

    def of_system(self, key: ApiKey) -> tuple[str, ...]:
        """Give the ids of all keys that a calling system ever had, by its name and unit, the oldest first."""
        return self._systems.get((key.name, key.unit), (key.id,))

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
        every = self._store.list_keys()
        self._keys = {key.id: key for key in every if key.revoked_at is None}
        systems: dict[tuple[str, str], list[str]] = {}
        for key in every:
            systems.setdefault((key.name, key.unit), []).append(key.id)
        self._systems = {system: tuple(ids) for system, ids in systems.items()}

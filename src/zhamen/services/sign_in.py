"""Staff sign in with a password, stay for a while, and can be put out at any moment."""

import secrets
from base64 import b64decode, b64encode
from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import blake2b, scrypt, sha256
from hmac import compare_digest
from typing import Final

from msgspec import structs

from zhamen.core.errors import InputError, QuotaExceeded, UnknownKey
from zhamen.ports.staff import Member, Role, Session, StaffStore

__all__ = ["SignIn", "form_token", "hash_password"]

_COST, _BLOCK, _LANES = 1 << 14, 8, 1
_LEAST: Final = 12
_FREE_TRIES: Final = 5
_IDLE: Final = timedelta(minutes=15)
_LONGEST: Final = timedelta(hours=10)
_REFRESH: Final = timedelta(minutes=1)
_DECOY: Final = "scrypt$16384$8$1$AAAAAAAAAAAAAAAAAAAAAA==$" + b64encode(bytes(32)).decode()


def hash_password(password: str) -> str:
    """Give the salted hash of a password (scrypt, RFC 7914), with its parameters.

    Raises
    ------
    InputError
        It has fewer than 12 characters.
    """
    if not _LEAST <= len(password) <= 200:
        raise InputError(f"a password has {_LEAST} to 200 characters; a sentence is easy to keep in mind")
    salt = secrets.token_bytes(16)
    digest = scrypt(password.encode(), salt=salt, n=_COST, r=_BLOCK, p=_LANES)
    return f"scrypt${_COST}${_BLOCK}${_LANES}${b64encode(salt).decode()}${b64encode(digest[:32]).decode()}"


def form_token(token: str) -> str:
    """Give what the forms of a session carry, so that no other site can send them."""
    return blake2b(token.encode(), digest_size=16, person=b"zhamen/form").hexdigest()


class SignIn:
    """Lets staff in and knows who is in.

    A session ends after 15 minutes without a request, after 10 hours, at sign-out, or when somebody ends
    it. After 5 wrong passwords an account waits, a minute longer each time; who has no account waits as
    long for the answer as who has.
    """

    def __init__(self, store: StaffStore, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock

    def add(self, name: str, role: Role, unit: str, password: str) -> Member:
        """Make an account.

        Raises
        ------
        InputError
            The name is taken or no name, or the password too short.
        """
        if not (name.isascii() and name.replace("-", "").replace(".", "").isalnum() and len(name) <= 40):
            raise InputError("a name has 1 to 40 letters, digits, dots and dashes")
        if self._store.find(name) is not None:
            raise InputError(f"there is an account {name}; choose another name, or set its password")
        member = Member(
            name=name, role=role, unit=unit, password=hash_password(password), made_at=self._clock()
        )
        self._store.put(member)
        return member

    def sign_in(self, name: str, password: str) -> str:
        """Give the token of a new session.

        Raises
        ------
        UnknownKey
            Name and password do not belong together, or the account is disabled.
        QuotaExceeded
            The account has to wait after wrong passwords.
        """
        member, now = self._store.find(name), self._clock()
        if member is not None and member.locked_until is not None and now < member.locked_until:
            wait = (member.locked_until - now).total_seconds()
            raise QuotaExceeded(f"too many wrong passwords; wait {wait:.0f} seconds", retry_after=wait)
        right = _fits(password, _DECOY if member is None else member.password)
        if member is None or member.disabled_at is not None or not right:
            if member is not None:
                self._failed(member, now)
            raise UnknownKey("name and password do not belong together; try again or ask an administrator")
        if member.failures:
            self._store.put(structs.replace(member, failures=0, locked_until=None))
        token = secrets.token_urlsafe(32)
        self._store.begin(Session(token=_hash(token), name=name, begun_at=now, seen_at=now))
        return token

    def who(self, token: str) -> Member | None:
        """Give who holds a token; None when nobody does any more."""
        session = self._store.find_session(_hash(token)) if token else None
        if session is None:
            return None
        now = self._clock()
        member = self._store.find(session.name)
        over = now - session.seen_at > _IDLE or now - session.begun_at > _LONGEST
        if over or member is None or member.disabled_at is not None:
            self._store.end(token=session.token)
            return None
        if now - session.seen_at > _REFRESH:
            self._store.begin(structs.replace(session, seen_at=now))
        return member

    def sign_out(self, token: str) -> None:
        """End a session."""
        self._store.end(token=_hash(token))

    def disable(self, name: str) -> Member:
        """Close an account and end its sessions.

        Raises
        ------
        InputError
            There is none of this name.
        """
        return self._change(name, disabled_at=self._clock())

    def set_password(self, name: str, password: str) -> Member:
        """Set a password, open the account if it was closed, and end its sessions.

        Raises
        ------
        InputError
            There is no account of this name, or the password is too short.
        """
        return self._change(
            name, password=hash_password(password), disabled_at=None, failures=0, locked_until=None
        )

    def _change(self, name: str, **changes: object) -> Member:
        member = self._store.find(name)
        if member is None:
            raise InputError(f"there is no account {name}; `zhamen staff list` shows them")
        changed = structs.replace(member, **changes)
        self._store.put(changed)
        self._store.end(name=name)
        return changed

    def _failed(self, member: Member, now: datetime) -> None:
        failures = member.failures + 1
        wait = timedelta(minutes=max(0, failures - _FREE_TRIES + 1))
        self._store.put(structs.replace(member, failures=failures, locked_until=now + wait if wait else None))


def _fits(password: str, hashed: str) -> bool:
    _, cost, block, lanes, salt, digest = hashed.split("$")
    made = scrypt(password.encode()[:1_000], salt=b64decode(salt), n=int(cost), r=int(block), p=int(lanes))
    return compare_digest(made[:32], b64decode(digest))


def _hash(token: str) -> bytes:
    return sha256(token.encode()).digest()

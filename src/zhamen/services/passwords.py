"""Passwords: hashed slowly, with much memory, and compared without telling how far they were right."""

import secrets
from base64 import b64decode
from hashlib import scrypt
from hmac import compare_digest
from threading import BoundedSemaphore
from typing import Final, NamedTuple

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from zhamen.core.errors import InputError

__all__ = ["Fit", "check_password", "hash_password", "make_password"]

LEAST, MOST = 12, 200
_ARGON2: Final = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
"""Argon2id (RFC 9106) with 19 MiB, two passes and one lane: OWASP's Password Storage Cheat Sheet."""
_AT_ONCE: Final = BoundedSemaphore(4)
"""So many hashes at once, so that a flood of sign-ins takes no more than 76 MiB."""
_OLD: Final = "scrypt"


class Fit(NamedTuple):
    """Whether a password is right, and whether its hash is of an older kind and should be made anew."""

    right: bool
    stale: bool = False


def hash_password(password: str) -> str:
    """Give the salted hash of a password, with its parameters.

    Raises
    ------
    InputError
        It has fewer than 12 characters, or more than 200.

    Notes
    -----
    About 20 ms and 19 MiB on one core; no more than four at once in a process.
    """
    if not LEAST <= len(password) <= MOST:
        raise InputError(f"a password has {LEAST} to {MOST} characters; a sentence is easy to keep in mind")
    with _AT_ONCE:
        return _ARGON2.hash(password)


def check_password(password: str, hashed: str) -> Fit:
    """Compare a password with a hash; without a hash it is wrong, and that takes as long to find out.

    Hashes that scrypt (RFC 7914) made before are understood, and stale.
    """
    given = password[: MOST + 1]
    with _AT_ONCE:
        if hashed.startswith(f"{_OLD}$"):
            return Fit(_fits_scrypt(given, hashed), stale=True)
        try:
            right = _ARGON2.verify(hashed or _DECOY, given)
        except (Argon2Error, InvalidHashError):
            return Fit(right=False)
    return Fit(right and bool(hashed), stale=_ARGON2.check_needs_rehash(hashed or _DECOY))


def make_password() -> str:
    """Draw a password for a first sign-in, 96 bits.

    >>> len(make_password())
    16
    """
    return secrets.token_urlsafe(12)


def _fits_scrypt(password: str, hashed: str) -> bool:
    _, cost, block, lanes, salt, digest = hashed.split("$")
    made = scrypt(password.encode(), salt=b64decode(salt), n=int(cost), r=int(block), p=int(lanes))
    return compare_digest(made[:32], b64decode(digest))


_DECOY: Final = _ARGON2.hash(secrets.token_urlsafe())

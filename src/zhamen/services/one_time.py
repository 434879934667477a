"""Codes that are good once: those of an authenticator by time, and those on paper for when it is lost."""

import re
import secrets
from base64 import b32encode
from hashlib import sha256
from hmac import compare_digest
from hmac import digest as hmac_digest
from typing import Final
from urllib.parse import quote

from zhamen.core.instants import Micros

__all__ = ["code_at", "fitting_step", "make_recovery_codes", "make_secret", "recovery_digest", "totp_address"]

_STEP: Final[Micros] = 30_000_000
_DIGITS: Final = 6
_DRIFT: Final = (0, -1, 1)
"""A clock may be a half minute off either way (RFC 6238, section 5.2)."""
_RECOVERY_CODES: Final = 10
_LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"


def make_secret() -> bytes:
    """Draw the secret of an authenticator: 160 bits, as many as SHA-1 gives (RFC 4226, section 4)."""
    return secrets.token_bytes(20)


def code_at(secret: bytes, step: int) -> str:
    """Give the code of a half minute, counted from 1970.

    RFC 6238 with SHA-1, which every authenticator knows.

    >>> code_at(b"12345678901234567890", 59 // 30)
    '287082'
    """
    digest = hmac_digest(secret, step.to_bytes(8), "sha1")
    offset = digest[-1] & 15
    number = int.from_bytes(digest[offset : offset + 4]) & 0x7FFF_FFFF
    return f"{number % 10**_DIGITS:0{_DIGITS}}"


def fitting_step(secret: bytes, code: str, now: Micros) -> int | None:
    """Give the half minute whose code this is, the present one or the one before or after; None if none is.

    The caller sees to it that no half minute counts twice.
    """
    given = "".join(code.split())
    if re.fullmatch(r"[0-9]{6}", given) is None:
        return None
    steps = [now // _STEP + drift for drift in _DRIFT]
    fitting = [step for step in steps if compare_digest(code_at(secret, step), given)]
    return fitting[0] if fitting else None


def totp_address(secret: bytes, name: str, issuer: str) -> str:
    """Give what a QR code for authenticators says.

    >>> totp_address(b"12345678901234567890", "li", "zhamen")
    'otpauth://totp/zhamen:li?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=zhamen'
    """
    digits = b32encode(secret).decode()
    return f"otpauth://totp/{quote(issuer)}:{quote(name)}?secret={digits}&issuer={quote(issuer)}"


def make_recovery_codes() -> list[str]:
    """Draw ten recovery codes of 49 bits, as ``k7wqa-m3x9e``."""
    drawn = ["".join(secrets.choice(_LETTERS) for _ in range(10)) for _ in range(_RECOVERY_CODES)]
    return [f"{each[:5]}-{each[5:]}" for each in drawn]


def recovery_digest(name: str, code: str) -> bytes:
    """Give the hash that a recovery code is kept as, whatever the spaces, dashes and capitals typed.

    >>> recovery_digest("li", "k7wqa-m3x9e") == recovery_digest("li", " K7WQA M3X9E")
    True
    """
    plain = re.sub(r"[\s-]", "", code).lower()
    return sha256(f"{name} {plain}".encode()).digest()

"""How a message to another system is signed, and how its receiver checks that."""

import hashlib
import hmac
from typing import Final

__all__ = ["MESSAGE_ID", "SIGNATURE", "TIMESTAMP", "sign"]

MESSAGE_ID: Final = "Zhamen-Message-Id"
"""The same however often a message is sent."""
TIMESTAMP: Final = "Zhamen-Timestamp"
"""Seconds since 1970 when it was sent."""
SIGNATURE: Final = "Zhamen-Signature"


def sign(secret: bytes, message: str, timestamp: int, body: bytes) -> str:
    """Give the signature of a message.

    Notes
    -----
    HMAC-SHA256 (RFC 2104) over ``message id "." timestamp "." body``, written as ``v1=`` and hexadecimal.

    Examples
    --------
    >>> sign(b"secret", "7", 1_700_000_000, b"{}")[:10]
    'v1=d1e132c'
    """
    mac = hmac.new(secret, f"{message}.{timestamp}.".encode() + body, hashlib.sha256)
    return f"v1={mac.hexdigest()}"

"""Secrets of people, encrypted before they are stored."""

import secrets
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from zhamen.adapters.key_file import read_lines
from zhamen.core.errors import InvalidSetting

__all__ = ["KeyFileSeal"]

_NONCE: Final = 12
_NAME: Final = "seal"


class KeyFileSeal:
    """Seals with AES-256-GCM under the key in a file, which is made the first time; see the port `Seal`.

    Who loses the file can open nothing any more: second factors have to be set up anew.

    Raises
    ------
    InvalidSetting
        Others can read the file, or it is not what was written.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            ((name, digits),) = (line.split() for line in read_lines(path, [_NAME]))
            self._cipher = AESGCM(bytes.fromhex(digits))
        except ValueError:
            name = ""
        if name != _NAME:
            raise InvalidSetting(
                f"{path} does not hold the key of the seal; restore it from its copy"
            ) from None

    def close(self, text: bytes, about: str) -> bytes:
        """Encrypt a text that belongs to `about`."""
        nonce = secrets.token_bytes(_NONCE)
        return nonce + self._cipher.encrypt(nonce, text, about.encode())

    def open(self, sealed: bytes, about: str) -> bytes:
        """Give the text."""
        try:
            return self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], about.encode())
        except (InvalidTag, ValueError):
            raise InvalidSetting(
                f"what was sealed cannot be opened with the key in {self._path}; restore the file from its "
                "copy, or set the second factor up anew with `zhamen staff reset-codes`"
            ) from None

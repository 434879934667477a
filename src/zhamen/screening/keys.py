"""Identifiers as keyed hashes: the store and the index hold these, and nothing that can be read back.

An account number has so few digits that a plain hash of it is undone by trying them all. With a
secret key only who holds the key can try. The key is rotated by adding a version: records are
written under the newest, and asked for under every version still in use.
"""

from collections.abc import Iterable, Mapping
from hashlib import blake2b
from typing import Final

import numpy as np
import numpy.typing as npt

from zhamen.core.errors import InvalidSetting
from zhamen.screening.subjects import Identifier, SubjectKind

__all__ = ["KEY_BYTES", "KeyRing"]

KEY_BYTES: Final = 16
_SECRET_BYTES: Final = 32
_LONGEST_SECRET: Final = 64
_PERSON: Final = b"zhamen/screening"


class KeyRing:
    """Gives the keys of identifiers, under one secret for each version.

    A key is BLAKE2b (RFC 7693) of the kind's code and the canonical text, keyed and cut to 128 bits:
    among 3.5 thousand million records, two subjects share a key with a chance of 2 in 10^20.

    Parameters
    ----------
    secrets
        By version, from 1 up: 32 to 64 secret bytes each.

    Raises
    ------
    InvalidSetting
        No secret, a version below 1, a secret of another length, or one secret twice.

    Examples
    --------
    >>> ring = KeyRing({1: bytes(32), 2: bytes([1]) * 32})
    >>> phone = Identifier(SubjectKind.PHONE, "+8613800138000", "+86 138****8000")
    >>> ring.current, len(ring.key_of(phone))
    (2, 16)
    >>> [key == ring.key_of(phone) for key in ring.keys_to_ask(phone)]
    [True, False]
    """

    def __init__(self, secrets: Mapping[int, bytes]) -> None:
        if not secrets or min(secrets) < 1:
            raise InvalidSetting("a key ring needs secrets by version, from 1 up; give at least one")
        for version, secret in secrets.items():
            if not _SECRET_BYTES <= len(secret) <= _LONGEST_SECRET:
                raise InvalidSetting(
                    f"the secret of version {version} has {len(secret)} bytes; give"
                    f" {_SECRET_BYTES} to {_LONGEST_SECRET} random ones"
                )
        if len(set(secrets.values())) < len(secrets):
            raise InvalidSetting("two versions have one secret; a new version needs a new one")
        newest_first = sorted(secrets, reverse=True)
        self.current: Final = newest_first[0]
        self.versions: Final = tuple(newest_first)
        self._seeds: Final = {
            version: [
                blake2b(bytes([kind.code]), digest_size=KEY_BYTES, key=secrets[version], person=_PERSON)
                for kind in SubjectKind
            ]
            for version in newest_first
        }

    def key_of(self, identifier: Identifier) -> bytes:
        """Give the key that a record of an identifier is written under."""
        return self._hash(self.current, identifier.kind, identifier.canonical)

    def keys_to_ask(self, identifier: Identifier) -> tuple[bytes, ...]:
        """Give the key that an identifier has under each version, the newest first."""
        kind, canonical = identifier.kind, identifier.canonical
        return tuple([self._hash(version, kind, canonical) for version in self._seeds])

    def keys_of(self, kind: SubjectKind, canonicals: Iterable[str]) -> npt.NDArray[np.uint8]:
        """Give the current keys of many identifiers of one kind, as rows of 16 bytes."""
        seed = self._seeds[self.current][kind.code]
        joined = bytearray()
        for canonical in canonicals:
            digest = seed.copy()
            digest.update(canonical.encode())
            joined += digest.digest()
        return np.frombuffer(joined, np.uint8).reshape(-1, KEY_BYTES)

    def _hash(self, version: int, kind: SubjectKind, canonical: str) -> bytes:
        digest = self._seeds[version][kind.code].copy()
        digest.update(canonical.encode())
        return digest.digest()

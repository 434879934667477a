"""The receipt of an appeal: a code that only its holder knows, for the bank keeps its hash."""

from hashlib import blake2b
from typing import Final

__all__ = ["RECEIPT_BYTES", "receipt_hash", "receipt_of"]

RECEIPT_BYTES: Final = 10
"""80 random bits: nobody guesses one, so a fast hash is enough."""
_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LOOKALIKES: Final = str.maketrans("OIL", "011")
_GROUP: Final = 4


def receipt_of(drawn: bytes) -> str:
    """Write random bytes as a code to be copied by hand: no letter that looks like another (Crockford's).

    Examples
    --------
    >>> receipt_of(bytes(range(10)))
    '000G-40R4-0M30-E209'
    """
    number = int.from_bytes(drawn)
    letters = [_ALPHABET[number >> at & 31] for at in range(len(drawn) * 8 - 5, -1, -5)]
    return "-".join("".join(letters[at : at + _GROUP]) for at in range(0, len(letters), _GROUP))


def receipt_hash(code: str) -> bytes:
    """Give what is kept of a code, as it may be typed: in small letters, with O for 0 or I for 1, spaced.

    What is no code has a hash too, which is nobody's.

    Examples
    --------
    >>> receipt_hash(" ooog 4or4-om3oe2o9") == receipt_hash("000G-40R4-0M30-E209")
    True
    """
    letters = "".join(one for one in code.upper() if one.isascii() and one.isalnum())
    return blake2b(letters.translate(_LOOKALIKES).encode(), digest_size=16, person=b"zhamen/receipt").digest()

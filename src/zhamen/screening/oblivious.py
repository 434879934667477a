"""Asking without telling: a tag that only the server's key can make, made without the server seeing for what.

An application blinds the point of an identifier with a random number, the server multiplies what it gets
with its secret, and the application takes its random number out again. What is left is the tag that the
store holds of the same identifier. The application then asks for all tags with the same first bits and
compares them itself. Whoever copies every tag still has to ask the server once for each number that they
try, so rate limits hold and nothing can be tried offline.

Points are x-coordinates on P-256 (32 bytes, big-endian); the sign of a point plays no part, for the x of a
multiple of P and of -P is the same.
"""

from hashlib import blake2b, sha256
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec

from zhamen.core.errors import InputError, InvalidSetting
from zhamen.screening.subjects import Identifier

__all__ = ["POINT_BYTES", "TAG_BYTES", "ObliviousKey", "blind", "point_of", "tag_from", "unblind"]

POINT_BYTES: Final = 32
TAG_BYTES: Final = 16
_CURVE: Final = ec.SECP256R1()
_ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_EVEN: Final = b"\x02"
_NAMED: Final = b"zhamen/oblivious/1"


def point_of(identifier: Identifier) -> bytes:
    """Give the point of an identifier: the first SHA-256 of it and a counter that is an x on the curve.

    Notes
    -----
    About 40 µs: one in two numbers is an x. The time tells how many were tried, to no one but the caller.
    """
    return _found(identifier)[0]


def blind(point: bytes, blinding: int) -> bytes:
    """Hide a point behind a random number of 1 to the order of the curve, as an application does."""
    return ec.derive_private_key(blinding, _CURVE).exchange(ec.ECDH(), _lift(point))


def unblind(answer: bytes, blinding: int) -> bytes:
    """Take the random number out of the server's answer."""
    return blind(answer, pow(blinding, -1, _ORDER))


def tag_from(point: bytes, multiple: bytes) -> bytes:
    """Give the tag of a point from the multiple that the server's key makes of it."""
    return blake2b(point + multiple, digest_size=TAG_BYTES, person=b"zhamen/tag").digest()


class ObliviousKey:
    """The server's secret number.

    Parameters
    ----------
    secret
        32 random bytes or more; the number is derived from them.

    Raises
    ------
    InvalidSetting
        The secret is too short.

    Notes
    -----
    The scheme of 2HashDH (Jarecki, Kiayias, Krawczyk 2014), on which RFC 9497 stands, with x-coordinates
    only. 45 µs for one multiple, 80 µs for the tag of an identifier.

    Examples
    --------
    >>> from zhamen.screening.identifiers.identify import identify
    >>> from zhamen.screening.subjects import SubjectKind
    >>> server = ObliviousKey(bytes(32))
    >>> phone = identify(SubjectKind.PHONE, "13800138000")
    >>> asked = blind(point_of(phone), 123_456_789)
    >>> learned = unblind(server.multiple(asked), 123_456_789)
    >>> tag_from(point_of(phone), learned) == server.tag_of(phone)
    True
    """

    def __init__(self, secret: bytes) -> None:
        if len(secret) < 32:
            raise InvalidSetting("the secret of oblivious queries needs 32 bytes or more")
        wide = blake2b(secret, digest_size=64, person=b"zhamen/scalar").digest()
        self._key: Final = ec.derive_private_key(int.from_bytes(wide, "big") % (_ORDER - 1) + 1, _CURVE)

    def multiple(self, point: bytes) -> bytes:
        """Multiply a point by the secret.

        Raises
        ------
        InputError
            It is not the x of a point.
        """
        try:
            return self._key.exchange(ec.ECDH(), _lift(point))
        except ValueError:
            raise InputError(
                "the blinded point is none of P-256; send the 32 bytes of its x-coordinate", path="$.blinded"
            ) from None

    def tag_of(self, identifier: Identifier) -> bytes:
        """Give the tag of an identifier, as the store holds it."""
        point, lifted = _found(identifier)
        return tag_from(point, self._key.exchange(ec.ECDH(), lifted))


def _found(identifier: Identifier) -> tuple[bytes, ec.EllipticCurvePublicKey]:
    text = _NAMED + bytes([identifier.kind.code]) + identifier.canonical.encode()
    for counter in range(256):
        x = sha256(text + bytes([counter])).digest()
        try:
            return x, _lift(x)
        except ValueError:
            continue
    raise AssertionError("256 numbers in a row were no x of P-256")


def _lift(x: bytes) -> ec.EllipticCurvePublicKey:
    return ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, _EVEN + x)

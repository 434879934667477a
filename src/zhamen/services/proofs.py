"""A little work for each question, so that asking about every number there is costs too much."""

from collections.abc import Callable
from hashlib import blake2b, sha256
from hmac import compare_digest
from typing import Final, NamedTuple

from zhamen.core.errors import InputError
from zhamen.services.visitors import household

__all__ = ["Challenge", "Proofs"]

_SECONDS: Final = 300
_LONGEST: Final = 64
_STATES: Final = 1_000_000


class Challenge(NamedTuple):
    """Find a text so that SHA-256 of ``<challenge>:<text>`` begins with ``bits`` zero bits."""

    challenge: str
    bits: int
    expires_at: int
    """Seconds since 1970."""


class Proofs:
    """Sets challenges without remembering them, and takes each answer once.

    A challenge holds for one household for five minutes: work done elsewhere, or before, is worth nothing.

    Parameters
    ----------
    secret
        Ties challenges to this server; random bytes.
    bits
        Each more doubles the work; with 18 a phone's browser needs about a second.
    clock
        Seconds since 1970.

    Examples
    --------
    >>> proofs = Proofs(b"secret", bits=4, clock=lambda: 1_000.0)
    >>> task = proofs.challenge("192.0.2.7", nonce="f00d")
    >>> answer = next(str(n) for n in range(1_000) if Proofs.solves(task.challenge, str(n), 4))
    >>> proofs.check(task.challenge, answer, "192.0.2.7")
    >>> proofs.check(task.challenge, answer, "192.0.2.7")
    Traceback (most recent call last):
    zhamen.core.errors.InputError: this proof was used before; ask for a new challenge
    """

    def __init__(self, secret: bytes, bits: int, clock: Callable[[], float]) -> None:
        self._secret = secret
        self._bits = bits
        self._clock = clock
        self._spent: dict[str, int] = {}

    def challenge(self, address: str, nonce: str) -> Challenge:
        """Set a challenge to a household; ``nonce`` is random and makes it another each time."""
        expires_at = int(self._clock()) + _SECONDS
        told = f"{expires_at}.{nonce}"
        return Challenge(f"{told}.{self._seal(told, address)}", self._bits, expires_at)

    def check(self, challenge: str, answer: str, address: str) -> None:
        """Take an answer to a challenge, once.

        Raises
        ------
        InputError
            Not a challenge of this server to this household, too old, used, or not solved.
        """
        told, _, seal = challenge.rpartition(".")
        due = told.partition(".")[0]
        if not (due.isascii() and due.isdigit() and len(due) < 12) or not compare_digest(
            seal.encode(), self._seal(told, address).encode()
        ):
            raise InputError("the challenge is not ours, or was set to another connection; ask for a new one")
        now = int(self._clock())
        if int(due) < now:
            raise InputError("the challenge is over; ask for a new one")
        if challenge in self._spent:
            raise InputError("this proof was used before; ask for a new challenge")
        if len(answer) > _LONGEST or not self.solves(challenge, answer, self._bits):
            raise InputError(f"the proof does not solve the challenge; {self._bits} zero bits are needed")
        self._spend(challenge, int(due), now)

    @staticmethod
    def solves(challenge: str, answer: str, bits: int) -> bool:
        """Say whether an answer solves a challenge."""
        digest = sha256(f"{challenge}:{answer}".encode()).digest()
        return int.from_bytes(digest, "big") >> (256 - bits) == 0

    def _spend(self, challenge: str, due: int, now: int) -> None:
        if len(self._spent) >= _STATES:
            self._spent = {one: until for one, until in self._spent.items() if until >= now}
        self._spent[challenge] = due

    def _seal(self, told: str, address: str) -> str:
        text = f"{told}.{household(address)}".encode()
        return blake2b(text, digest_size=12, key=self._secret, person=b"zhamen/proof").hexdigest()

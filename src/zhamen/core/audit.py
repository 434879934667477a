"""Who did what to what: deeds, and entries of them that are each bound to the one before."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, Literal, get_args

import msgspec
from msgspec import Struct

from zhamen.core.errors import InputError
from zhamen.core.instants import to_micros

__all__ = [
    "CHAINS",
    "GENESIS",
    "AuditEntry",
    "Chain",
    "Deed",
    "Detail",
    "Head",
    "digest_after",
    "encode_detail",
    "link",
    "parse_head",
    "sealed",
]

Chain = Literal["work", "records", "queries", "keys", "retention"]
CHAINS: Final[tuple[Chain, ...]] = get_args(Chain)
"""Work of people; risk records; questions; API keys; what of the questions was deleted in its time."""
GENESIS: Final = "0" * 64
"""The digest before the first entry of a chain."""
Scalar = str | int | bool | None
Detail = Mapping[str, Scalar | Sequence[Scalar]]

_NUMBER: Final = re.compile(r"0|[1-9][0-9]{0,17}")
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_ACT: Final = re.compile(r"[a-z]+(-[a-z]+)*")
_LONGEST: Final = {"actor": 80, "unit": 200, "act": 40, "subject": 100}
_MOST_DETAIL: Final = 4_000
_ENCODER: Final = msgspec.json.Encoder(order="deterministic")
_DETAIL: Final = msgspec.json.Decoder(dict[str, Scalar | list[Scalar]])


class Deed(Struct, frozen=True, kw_only=True):
    """One act of a person or a system, as the audit trail keeps it.

    No personal data of customers stands here: the subject is a number of ours (``case/12``), the detail
    holds codes, counts and numbers of ours.
    """

    at: datetime
    actor: str
    """A member of staff, an API key's id, or ``system``."""
    unit: str
    """The actor's place in the organisation, as a path."""
    act: str
    """Verb and noun: ``release-payment``."""
    subject: str = ""
    detail: Detail = {}


class AuditEntry(Deed, frozen=True, kw_only=True):
    """A deed at its place in a chain; ``number`` counts from 1 without gaps."""

    chain: Chain
    number: int
    digest: str
    """64 hexadecimal digits over the digest before and all of this entry."""


class Head(Struct, frozen=True):
    """How far a chain has come: the number and digest of its last entry."""

    chain: Chain
    number: int = 0
    digest: str = GENESIS

    def __str__(self) -> str:
        """Write it on one line, as `parse_head` reads it: ``work:12:9f86…``."""
        return f"{self.chain}:{self.number}:{self.digest}"


def parse_head(text: str) -> Head:
    """Read a head that was written down.

    Raises
    ------
    InputError
        It is none.

    Examples
    --------
    >>> parse_head(str(Head("work"))) == Head("work")
    True
    """
    chain, number, digest = [*text.strip().split(":"), "", ""][:3]
    known = next((each for each in CHAINS if each == chain), None)
    if known is None or not _NUMBER.fullmatch(number) or not _DIGEST.fullmatch(digest):
        raise InputError(f"{text[:100]!r} is no head; `zhamen audit head` prints them, as work:12:9f86…")
    return Head(known, int(number), digest)


def sealed(text: str) -> str:
    """Give what stands in a detail for a text that may be deleted in its time, such as a reason.

    Whoever still has the text can show that it is the one: ``printf %s TEXT | b2sum -l 128``.

    >>> sealed("read the contract")
    'ee382201f1670ba5451448059ef36b7a'
    """
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def encode_detail(detail: Detail) -> bytes:
    """Give a detail as the one JSON text that it has: keys in order, no fractions.

    Raises
    ------
    InputError
        It holds something else than texts, whole numbers, truths and lists of these, or is past 4,000 bytes.

    Examples
    --------
    >>> encode_detail({"to": "HQ/R1", "cases": [3, 4]})
    b'{"cases":[3,4],"to":"HQ/R1"}'
    """
    try:
        encoded = _ENCODER.encode(detail)
        _DETAIL.decode(encoded)
    except (TypeError, UnicodeEncodeError, msgspec.MsgspecError) as error:
        raise InputError(f"this detail cannot be kept in the audit trail: {error}") from error
    if len(encoded) > _MOST_DETAIL:
        raise InputError(
            f"this detail has {len(encoded)} bytes, the audit trail takes {_MOST_DETAIL}; give counts instead"
        )
    return encoded


def link(before: Head, deed: Deed) -> AuditEntry:
    """Give the entry of a deed behind the head of its chain.

    Whoever changes, drops, adds or swaps entries has to rewrite every digest behind them, and then the head
    is another than the one written down elsewhere.

    Raises
    ------
    InputError
        The act is no verb and noun, or a part is too long.

    Notes
    -----
    BLAKE2b-256 (RFC 7693) over the 32 bytes of the digest before and the JSON array
    ``[chain, number, at in µs, actor, unit, act, subject, detail]``, keys of the detail in order; about 4 µs.

    Examples
    --------
    >>> from datetime import UTC
    >>> noon = datetime(2026, 11, 2, 12, tzinfo=UTC)
    >>> first = link(Head("work"), Deed(at=noon, actor="li", unit="HQ", act="sign-in"))
    >>> first.number, len(first.digest)
    (1, 64)
    """
    _check(deed)
    encode_detail(deed.detail)
    number = before.number + 1
    return AuditEntry(
        at=deed.at,
        actor=deed.actor,
        unit=deed.unit,
        act=deed.act,
        subject=deed.subject,
        detail=deed.detail,
        chain=before.chain,
        number=number,
        digest=digest_after(before, deed),
    )


def digest_after(before: Head, deed: Deed) -> str:
    """Give the digest that the entry of a deed has behind a head; see `link`, which also checks the deed."""
    content = _ENCODER.encode(
        (
            before.chain,
            before.number + 1,
            to_micros(deed.at),
            deed.actor,
            deed.unit,
            deed.act,
            deed.subject,
            deed.detail,
        )
    )
    return hashlib.blake2b(bytes.fromhex(before.digest) + content, digest_size=32).hexdigest()


def _check(deed: Deed) -> None:
    if not _ACT.fullmatch(deed.act):
        raise InputError(f"{deed.act!r} is no act; write verb and noun, as release-payment")
    for name, longest in _LONGEST.items():
        if len(getattr(deed, name)) > longest:
            raise InputError(f"the {name} of an audit entry has at most {longest} characters")

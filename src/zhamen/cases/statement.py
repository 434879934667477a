"""What a payer was told, answered and confirmed: kept as it was, with a hash."""

import hashlib
from datetime import datetime

import msgspec
from msgspec import Struct

from zhamen.core.instants import to_micros

__all__ = ["Answer", "Statement", "digest_of"]


class Answer(Struct, frozen=True):
    """A question that the channel asked, and what the payer said."""

    question: str
    answer: str


class Statement(Struct, frozen=True, kw_only=True):
    """What one payer saw and said about one payment.

    ``shown`` is the warning as it was on the screen. ``as_decided`` says whether it is, in Chinese or
    English, what the decision said to show. ``by`` is the API key of the channel.
    """

    id: int = 0
    event_id: str
    at: datetime
    by: str
    channel: str
    shown: str
    as_decided: bool
    acknowledged: bool
    """Whether the payer confirmed to have read it and to go on."""
    answers: tuple[Answer, ...] = ()
    digest: str = ""
    """SHA-256 of all of this but the id, in hexadecimal."""


def digest_of(statement: Statement) -> str:
    """Give the SHA-256 of what a statement says, whoever reckons it.

    Notes
    -----
    Over the JSON array ``[event_id, at in µs, by, channel, shown, as_decided, acknowledged, [[question,
    answer], ...]]`` in UTF-8 without spaces.
    """
    content = (
        statement.event_id,
        to_micros(statement.at),
        statement.by,
        statement.channel,
        statement.shown,
        statement.as_decided,
        statement.acknowledged,
        [(one.question, one.answer) for one in statement.answers],
    )
    return hashlib.sha256(msgspec.json.encode(content)).hexdigest()

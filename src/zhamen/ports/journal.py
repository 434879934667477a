"""Where events and decisions are kept, durably and in order."""

import hashlib
from collections.abc import Iterator, Sequence
from typing import Final, Protocol

from msgspec import Struct

__all__ = ["GENESIS", "Entry", "Journal", "JournalRead", "PackSpan", "link"]

GENESIS: Final = bytes(16)
"""The chain before the first entry."""
_PIECE: Final = 2047
"""Bytes that `hashlib` hashes without letting other threads run."""


class Entry(Struct, frozen=True, kw_only=True):
    """One event and its decision.

    ``seq`` counts from 1 without gaps. ``digest`` is of the event's canonical content, without
    ``received_at``; ``event`` and ``decision`` are JSON. ``chain`` binds the entry to all before it
    (see `link`), so that a snapshot can tell whether it belongs to this journal.
    """

    seq: int
    event_id: str
    digest: bytes
    chain: bytes
    event: bytes
    decision: bytes


class PackSpan(Struct, frozen=True):
    """From which entry on decisions were made with a pack."""

    first_seq: int
    pack: str
    pack_hash: str


class JournalRead(Protocol):
    """What may be asked of a journal, also while another process writes it."""

    @property
    def last_seq(self) -> int:
        """The highest ``seq`` written; 0 when empty."""

    def find(self, event_id: str) -> Entry | None:
        """Give the entry of an event id."""

    def at(self, seq: int) -> Entry | None:
        """Give the entry with this ``seq``."""

    def read(self, after: int = 0) -> Iterator[Entry]:
        """Iterate over the entries with ``seq`` above `after`, in order.

        Raises
        ------
        JournalDamaged
            What is on disk cannot be read.
        """

    def packs(self) -> Sequence[PackSpan]:
        """Give the packs that made the decisions, oldest first."""

    def close(self) -> None:
        """Let go of the journal."""


class Journal(JournalRead, Protocol):
    """An append-only log; one process holds it at a time."""

    def append(self, entries: Sequence[Entry]) -> None:
        """Write `entries` all or none; they are durable when this returns.

        Raises
        ------
        JournalUnavailable
            Nothing was written (disk full, device error).
        EventIdReused
            An event id is there already; nothing was written.
        """

    def begin_pack(self, pack: str, pack_hash: str) -> None:
        """Note that decisions from the next entry on are made with this pack.

        Raises
        ------
        JournalUnavailable
            The note could not be written.
        """

    def probe(self) -> None:
        """Find out whether the journal can be written, without adding an entry.

        Raises
        ------
        JournalUnavailable
            It cannot.
        """


def link(previous: bytes, event: bytes, decision: bytes) -> bytes:
    """Give the chain of an entry: 16 bytes over the chain before it and its own content.

    Whoever changes, drops or swaps entries has to rewrite every chain behind them.

    Notes
    -----
    BLAKE2b-128 (RFC 7693); about 2 µs for 2 kB, in pieces: `hashlib` lets other threads run for longer
    ones, and to get its turn back takes longer than the hashing.

    Examples
    --------
    >>> link(GENESIS, b"{}", b"{}") == link(GENESIS, b"{", b"}{}")
    False
    """
    hasher = hashlib.blake2b(previous, digest_size=16)
    hasher.update(len(event).to_bytes(4))
    for content in (event, decision):
        for at in range(0, len(content), _PIECE):
            hasher.update(content[at : at + _PIECE])
    return hasher.digest()

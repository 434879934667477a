"""One version of a record, where it is in its life, and the only table of what may follow what."""

from datetime import datetime
from enum import StrEnum
from typing import Final

from msgspec import Struct

from zhamen.core.errors import FourEyes, RecordConflict
from zhamen.screening.entries import ListKind
from zhamen.screening.subjects import SubjectKind

__all__ = ["MOVES", "Act", "Move", "Record", "Status", "check_move"]


class Status(StrEnum):
    """Where a record is in its life."""

    CANDIDATE = "candidate"
    """Made by one person or an unchecked source; no question finds it."""
    ACTIVE = "active"
    SUSPENDED = "suspended"
    """Out of force while it is looked into."""
    RELEASED = "released"
    """Withdrawn by its source, by a person or after an appeal, or replaced by its next version."""
    EXPIRED = "expired"
    """Its time is over."""


class Move(StrEnum):
    """What can be done to a record."""

    PUBLISH = "publish"
    SUSPEND = "suspend"
    RESUME = "resume"
    RELEASE = "release"
    EXPIRE = "expire"


MOVES: Final[dict[Move, tuple[frozenset[Status], Status]]] = {
    Move.PUBLISH: (frozenset({Status.CANDIDATE}), Status.ACTIVE),
    Move.SUSPEND: (frozenset({Status.ACTIVE}), Status.SUSPENDED),
    Move.RESUME: (frozenset({Status.SUSPENDED}), Status.ACTIVE),
    Move.RELEASE: (frozenset({Status.CANDIDATE, Status.ACTIVE, Status.SUSPENDED}), Status.RELEASED),
    Move.EXPIRE: (frozenset({Status.CANDIDATE, Status.ACTIVE, Status.SUSPENDED}), Status.EXPIRED),
}
"""From which statuses a move leads where."""


class Act(Struct, frozen=True, kw_only=True):
    """Who did what to a record, when and why."""

    record_id: int
    move: Move
    by: str
    unit: str
    at: datetime
    reason: str


class Record(Struct, frozen=True, kw_only=True):
    """One version of a record; a change makes the next version and ends this one.

    ``in_force_from`` and ``in_force_until`` say when questions find it, which is never before it was
    published; ``until`` None is without end, ``from`` None never yet.
    """

    id: int
    source: str
    source_ref: str
    version: int
    latest: bool
    kind: SubjectKind
    masked: str
    key_version: int
    list: ListKind
    category: str
    level: int
    confidence: int
    case_number: str
    evidence_hash: str
    names: tuple[str, ...]
    status: Status
    in_force_from: datetime | None
    in_force_until: datetime | None
    claimed_from: datetime | None
    claimed_until: datetime | None
    made_at: datetime
    maker: str
    checker: str
    legal_basis: str
    """What allows the bank to hold this version: its own, or its source's when it came."""
    purpose: str
    """What it may be used for, likewise."""


def check_move(record: Record, move: Move, by: str) -> Status:
    """Give the status that a move leads to.

    Raises
    ------
    RecordConflict
        It does not lead on from where the record is, or the record has a newer version.
    FourEyes
        Who made a record may not put it in force.

    Examples
    --------
    >>> from zhamen.records.record import MOVES
    >>> sorted(status.value for status in MOVES[Move.RELEASE][0])
    ['active', 'candidate', 'suspended']
    """
    allowed, status = MOVES[move]
    if not record.latest:
        raise RecordConflict(
            f"record {record.id} has a newer version; look it up by its source and act on that"
        )
    if record.status not in allowed:
        raise RecordConflict(
            f"record {record.id} is {record.status}; {move} needs one that is {' or '.join(sorted(allowed))}"
        )
    if move is Move.PUBLISH and by == record.maker:
        raise FourEyes(f"{by} made record {record.id}; another person has to publish it")
    return status

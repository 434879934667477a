"""Where records of risk are kept."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from zhamen.core.audit import Deed, Detail
from zhamen.core.instants import Micros
from zhamen.records.claim import Claim, Unread
from zhamen.records.record import Act, Move, Record, Status
from zhamen.records.source import Source
from zhamen.screening.entries import SourceNote
from zhamen.screening.index.overlay import Change
from zhamen.screening.index.table import Keys
from zhamen.screening.subjects import SubjectKind

__all__ = ["Actor", "Importing", "Merged", "Named", "Page", "RecordCounts", "RecordStore"]


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, from which unit of the organisation, and why."""

    name: str
    unit: str = "head"
    reason: str = ""
    operator: str = ""
    """Who ran the command, as the system knows them, where the name is only what was typed."""

    def deed(self, act: str, subject: str, at: datetime, detail: Detail) -> Deed:
        """Give an act of this actor as the audit trail keeps it."""
        by = {"operator": self.operator} if self.operator else {}
        return Deed(at=at, actor=self.name, unit=self.unit, act=act, subject=subject, detail={**detail, **by})


class Merged(Struct, frozen=True):
    """What an import came to."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    withdrawn: int = 0

    def __add__(self, other: "Merged") -> "Merged":
        """Give what two parts of an import came to together."""
        return Merged(
            self.created + other.created,
            self.changed + other.changed,
            self.unchanged + other.unchanged,
            self.withdrawn + other.withdrawn,
        )


class RecordCounts(Struct, frozen=True):
    """How many records there are, of latest versions, by source, list, status and key version."""

    source: str
    list: str
    status: Status
    key_version: int
    records: int
    untagged: int
    """Of these, how many that have not ended have no tag; only a source for the public needs them."""


class Page(Struct, frozen=True):
    """Some records, and whether there are more."""

    records: list[Record]
    more: bool


class Named(NamedTuple):
    """The names of a version of a record, and the instants (µs) from and until which it is in force."""

    record_id: int
    kind: SubjectKind
    names: tuple[str, ...]
    since: Micros
    until: Micros


class Importing(Protocol):
    """One file on its way in: nothing of it counts before `merge`.

    All raise RecordConflict when the run has ended, as one does that nothing was heard of for a day.
    """

    def stage(self, claims: Sequence[Claim]) -> None:
        """Take claims; of those with one reference the last one counts, which may withdraw it."""

    def leave(self, unread: Sequence[Unread]) -> None:
        """Let the records that refused rows are about stay as they are, also where the source replaces."""

    def merge(self, clock: Callable[[], datetime]) -> Merged:
        """Let all that was staged count, and what is absent go if the source replaces.

        It is done in slices, each a transaction in force from its own instant, so that others can
        write in between; a process that dies in the middle leaves the rest to the next import.
        """

    def tag(self, progress: Callable[[int], None]) -> None:
        """Make the tags by which the public asks without telling, where records that count have none yet.

        To be called after `merge`; `progress` takes how many were made and are kept. Where a process
        dies in the middle, the next import of the same claims makes the rest.
        """

    def abandon(self) -> None:
        """Forget what was staged."""


class RecordStore(Protocol):
    """Records and their history; every method is one transaction.

    All raise StoreUnavailable when the database does not answer.
    """

    def register(self, source: Source, actor: Actor, at: datetime) -> Source:
        """Keep the description of a source, new or changed; give it with its number."""

    def list_sources(self) -> list[Source]:
        """Give every source, by number."""

    def begin(self, source: Source, actor: Actor, at: datetime) -> Importing:
        """Begin to take in a file of a source."""

    def get(self, record_id: int) -> Record:
        """Give a version of a record.

        Raises
        ------
        RecordNotFound
            There is none of this id.
        """

    def under(self, keys: Iterable[bytes]) -> list[Record]:
        """Give every version of the records under some keys, newest first."""

    def history(self, record_id: int) -> list[Record]:
        """Give every version of what a record is a version of, newest first."""

    def list_records(self, status: Status, *, after: int = 0, limit: int = 100) -> Page:
        """Give latest versions with a status, by id."""

    def list_acts(self, record_id: int) -> list[Act]:
        """Give what was done to a record, oldest first."""

    def move(self, record_id: int, move: Move, actor: Actor, at: datetime) -> Record:
        """Do something to a record and write down who did.

        Raises
        ------
        RecordNotFound, RecordConflict, FourEyes
            As `zhamen.records.record.check_move`.
        """

    def expire(self, at: datetime, by: str) -> int:
        """Mark as expired what is, in somebody's name; give how many records."""

    def retain(self, at: datetime, by: str, *, unchecked_before: datetime | None = None) -> int:
        """Delete records that ended longer ago than their source keeps them, as `expire`; give how many.

        Parameters
        ----------
        unchecked_before
            Records that were made before this, have one version only and still wait for their check go too.
        """

    def changes(self, after: int, limit: int) -> list[Change]:
        """Give what changed for screening after a change, in the order of change."""

    def last_change(self) -> int:
        """Give the number of the newest change."""

    def entries(self) -> Iterator[tuple[Keys, npt.NDArray[np.void]]]:
        """Give every record that was ever in force and is still kept, as of one moment."""

    def notes(self) -> Mapping[int, SourceNote]:
        """Give what screening needs to know of the sources."""

    def tags(self, prefix: int, bits: int, as_of: datetime) -> list[bytes]:
        """Give the tags that begin with some bits and of which the public is cautioned at an instant.

        Whatever the store holds under the subject's key is graded with it.
        """

    def named(self, after: int) -> Iterator[list[Named]]:
        """Give the versions with names in clear that changed after a change, as of one moment.

        They are those that were ever in force and are still kept; from 0 on, all of them.
        """

    def count(self) -> list[RecordCounts]:
        """Give how many records there are."""

    def close(self) -> None:
        """Let go of the database."""

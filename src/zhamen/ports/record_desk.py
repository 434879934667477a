"""What people at the desk of records ask of the store and do to it, within their part of the bank."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from msgspec import Struct

from zhamen.organisation.scope import Scope
from zhamen.ports.records import Actor
from zhamen.records.correction import Correction
from zhamen.records.record import Record, Status
from zhamen.screening.entries import Entry, ListKind
from zhamen.screening.subjects import SubjectKind

__all__ = ["DeskPage", "Filed", "Note", "RecordDeskStore", "Run", "Sought"]


class Sought(Struct, frozen=True, kw_only=True):
    """Which records are looked for: the latest versions that are all this; None and 0 are any."""

    status: Status | None = None
    list: ListKind | None = None
    kind: SubjectKind | None = None
    source: str = ""
    run: int = 0
    keys: tuple[bytes, ...] | None = None
    """Under which keys; () finds nothing."""


class Filed(NamedTuple):
    """A record, the run that brought it (0 when none did), and the path of the unit that it came from."""

    record: Record
    run: int
    unit: str


class DeskPage(NamedTuple):
    """Some records, and whether there are more."""

    records: Sequence[Filed]
    more: bool


class Run(Struct, frozen=True, kw_only=True):
    """One import of which records wait for their check."""

    number: int
    source: str
    by: str
    unit: str
    begun_at: datetime
    waiting: int


class Note(Struct, frozen=True, kw_only=True):
    """What somebody wrote beside a record."""

    at: datetime
    by: str
    text: str


class RecordDeskStore(Protocol):
    """Records by the unit that they came from; what lies outside a scope is not there.

    A record belongs to the unit of the run that brought it. The head office sees all, also what the public
    reported and what came before runs were kept.
    """

    def find(self, record_id: int, scope: Scope) -> Filed:
        """Give a version of a record.

        Raises
        ------
        RecordNotFound
            There is none of this id within the scope.
        """

    def search(self, sought: Sought, scope: Scope, *, after: int = 0, limit: int = 50) -> DeskPage:
        """Give the records that are as sought, by id, after one."""

    def runs(self, scope: Scope, *, number: int = 0, limit: int = 50) -> list[Run]:
        """Give the imports of which records wait, the newest first; with a number only that one."""

    def beside(self, record_id: int) -> list[tuple[Record, Entry | None]]:
        """Give the latest versions on a record's subject; with each what screening sees of it, or None."""

    def notes(self, record: Record) -> list[Note]:
        """Give what was written beside a record and its versions, oldest first."""

    def note(self, source: str, source_ref: str, note: Note) -> None:
        """Write something beside a record."""

    def correct(self, record_id: int, correction: Correction, actor: Actor, at: datetime) -> int:
        """Make the next version of a record, which waits for its check; give its id.

        Raises
        ------
        RecordNotFound
            There is no such record.
        RecordConflict
            It has a newer version or is at its end; or its source is in force unchecked or an authority's,
            which only the source corrects.
        """

    def publish_run(self, run: int, actor: Actor, at: datetime, *, most: int) -> int:
        """Put records of a run in force that wait and that the actor did not make; give how many.

        They are at most so many, the oldest first, in one transaction; what is over already stays.
        """

"""People at the desk of records: enter one, look at one with all that is beside it, publish many."""

import dataclasses
import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from msgspec import structs

from zhamen.core.errors import FourEyes, InputError, RecordNotFound
from zhamen.core.instants import to_micros
from zhamen.organisation.scope import Scope
from zhamen.ports.record_desk import Filed, Note, RecordDeskStore, Run, Sought
from zhamen.ports.records import Actor, RecordStore
from zhamen.records.claim import Claim
from zhamen.records.correction import LONGEST_NOTE, Correction
from zhamen.records.record import Act, Record
from zhamen.records.source import Source
from zhamen.screening.entries import SourceNote
from zhamen.screening.grading import Grading, grade
from zhamen.screening.subjects import Identifier
from zhamen.services.import_records import import_records

__all__ = ["MOST_AT_ONCE", "Published", "RecordDesk", "RecordFile"]

MOST_AT_ONCE: Final = 20_000
"""How many records of a run are put in force by one act: a few seconds."""
_SLICE: Final = 5_000


class RecordFile(NamedTuple):
    """All that belongs to a record: its versions and what was done, and what else is known of its subject."""

    filed: Filed
    versions: list[Record]
    acts: list[Act]
    notes: list[Note]
    beside: list[Record]
    """The latest records on the same subject, this one among them."""
    grading: Grading
    """What all in force on the subject come to together."""
    sources: Mapping[int, SourceNote]


class Published(NamedTuple):
    """How many records of a run were put in force, and how many still wait."""

    records: int
    waiting: int


class RecordDesk:
    """Acts on records in the name of a member of staff, within their part of the bank.

    Parameters
    ----------
    source
        What is entered stands under it; it is checked by a second person.
    keys_of
        Gives the keys that a subject may stand under.
    """

    def __init__(
        self,
        store: RecordStore,
        filed: RecordDeskStore,
        source: Source,
        *,
        keys_of: Callable[[Identifier], Sequence[bytes]],
        clock: Callable[[], datetime],
    ) -> None:
        self._store = store
        self.filed: Final = filed
        """What is found by."""
        self._source = structs.replace(source, trusted=False, authority=False, replaces=False)
        self._keys_of = keys_of
        self._clock = clock

    def enter(self, claim: Claim, actor: Actor) -> int:
        """Take in one record, which waits for another's check; give its id.

        Parameters
        ----------
        actor
            Its reason is kept beside the record.

        Raises
        ------
        InputError
            There is no reason, or a long one.
        """
        if not actor.reason.strip() or len(actor.reason) > LONGEST_NOTE:
            raise InputError(f"to enter a record needs a reason of up to {LONGEST_NOTE:,} characters")
        one = dataclasses.replace(claim, source_ref=f"E-{secrets.token_hex(8)}")
        import_records(self._store, self._source, iter([[one]]), actor=actor, clock=self._clock)
        self.filed.note(self._source.code, one.source_ref, self._note(actor))
        versions = self._store.under(self._keys_of(one.identifier))
        return next(each.id for each in versions if each.source_ref == one.source_ref)

    def open_file(self, record_id: int, scope: Scope) -> RecordFile:
        """Give all that belongs to a record.

        Raises
        ------
        RecordNotFound
            There is none of this id within the scope.
        """
        filed = self.filed.find(record_id, scope)
        versions = self._store.history(record_id)
        acts = [act for version in reversed(versions) for act in self._store.list_acts(version.id)]
        beside, sources = self.filed.beside(record_id), self._store.notes()
        entries = [entry for _, entry in beside if entry is not None]
        graded = grade(entries, sources, to_micros(self._clock()))
        notes = self.filed.notes(filed.record)
        return RecordFile(filed, versions, acts, notes, [one for one, _ in beside], graded, sources)

    def correct(self, record_id: int, correction: Correction, actor: Actor, scope: Scope) -> int:
        """Make the next version of a record, which waits for another's check; give its id.

        Raises
        ------
        RecordNotFound, RecordConflict
            As the store's `correct`, or it lies outside the scope.
        """
        self.filed.find(record_id, scope)
        return self.filed.correct(record_id, correction, actor, self._clock())

    def find_run(self, run: int, scope: Scope) -> Run:
        """Give an import of which records wait.

        Raises
        ------
        RecordNotFound
            None of this number waits within the scope.
        """
        found = self.filed.runs(scope, number=run)
        if not found:
            raise RecordNotFound(f"no records of run {run} wait; `zhamen records list` shows those that do")
        return found[0]

    def publish_run(self, run: int, actor: Actor, scope: Scope) -> Published:
        """Put records of a run in force, the oldest first, at most `MOST_AT_ONCE`; what is over stays.

        Raises
        ------
        InputError
            No reason was given.
        RecordNotFound
            None of this run waits within the scope.
        FourEyes
            Who would publish them made them.
        """
        if not actor.reason.strip():
            raise InputError("to publish records needs a reason; it is kept with them")
        found = self.find_run(run, scope)
        done = 0
        while done < MOST_AT_ONCE:
            size = self.filed.publish_run(run, actor, self._clock(), most=_SLICE)
            done += size
            if size < _SLICE:
                break
        if not done and found.by == actor.name:
            raise FourEyes(f"{actor.name} brought run {run}; another person has to publish it")
        return Published(done, found.waiting - done)

    def search_subject(self, whos: list[Identifier], scope: Scope) -> list[Filed]:
        """Give the records on a subject that may be any of some, within a scope."""
        keys = tuple(key for who in whos for key in self._keys_of(who))
        return list(self.filed.search(Sought(keys=keys), scope).records)

    def _note(self, actor: Actor) -> Note:
        return Note(at=self._clock(), by=actor.name, text=actor.reason.strip())

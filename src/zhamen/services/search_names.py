"""Listed people and firms by name; the index follows the store."""

import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import NamedTuple

from msgspec import Struct

from zhamen.core.errors import InputError
from zhamen.ports.records import RecordStore
from zhamen.records.record import Record
from zhamen.screening.names.clean import clean
from zhamen.screening.names.index import THRESHOLD, NameEntry, NameIndex, NameMatch
from zhamen.screening.subjects import Identifier, SubjectKind
from zhamen.services.ask import Words

__all__ = ["NameFound", "NameSearch", "name_subject"]

_LONGEST = 300


class NameFound(Struct, frozen=True, kw_only=True):
    """A listed name that is like the one asked for, and why; that is not yet the same person."""

    record_id: int
    kind: str
    name: str
    score: int
    reasons: tuple[Words, ...]
    list: str
    level: int
    category: str
    source: str


def name_subject(name: str, kind: SubjectKind = SubjectKind.PERSON) -> Identifier:
    """Give a name as what a question is about: in the log stands its first character.

    Raises
    ------
    InputError
        There is no name, or more than 300 characters.
    """
    cleaned = clean(name)
    if not cleaned or len(name) > _LONGEST:
        raise InputError(f"a name has 1 to {_LONGEST} characters", path="$.name")
    return Identifier(kind, f"ASKED:{cleaned}", f"{name.strip()[:1]}***")


class _Built(NamedTuple):
    last: int
    records: Mapping[int, Record]
    names: NameIndex


class NameSearch:
    """Finds listed names; the index is built again when records have changed."""

    def __init__(self, store: RecordStore, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock
        self._building = threading.Lock()
        self._built = _Built(-1, {}, NameIndex(()))

    def search(
        self, name: str, *, kind: SubjectKind | None = None, threshold: int = THRESHOLD
    ) -> list[NameFound]:
        """Give the listed names that are like this one, the likest first, at most ten."""
        built = self._follow()
        matches = built.names.search(name, kind=kind, threshold=threshold)
        return [_found(match, built.records[match.id]) for match in matches]

    def _follow(self) -> _Built:
        last = self._store.last_change()
        with self._building:
            if last != self._built.last:
                records = {record.id: record for record in self._store.named(self._clock())}
                entries = (NameEntry(one.id, one.kind, one.names) for one in records.values())
                self._built = _Built(last, records, NameIndex(entries))
            return self._built


def _found(match: NameMatch, record: Record) -> NameFound:
    return NameFound(
        record_id=record.id,
        kind=match.kind.value,
        name=match.name,
        score=match.score,
        reasons=tuple([Words(part.zh, part.en) for part in match.explanation]),
        list=record.list.value,
        level=record.level,
        category=record.category,
        source=record.source,
    )

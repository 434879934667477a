"""Listed people and firms by name, as the store has them at this moment."""

import logging
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from itertools import chain, takewhile
from typing import Final

from msgspec import Struct, structs

from zhamen.core.errors import InputError, RecordNotFound, ZhamenError
from zhamen.core.instants import Micros, to_micros
from zhamen.ports.records import RecordStore
from zhamen.records.record import Record
from zhamen.screening.entries import ListKind
from zhamen.screening.names.clean import clean
from zhamen.screening.names.find import THRESHOLD, NameMatch
from zhamen.screening.subjects import Identifier, SubjectKind
from zhamen.services.ask import Known, Words
from zhamen.services.names_in_force import NamesInForce

__all__ = ["NameFound", "NameSearch", "gravest", "name_subject", "told"]

_LONGEST = 300
_EVERY: Final = 1.0
_REBUILD_AT: Final = 20_000
_log = logging.getLogger(__name__)


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
    legal_basis: str
    purpose: str


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


def gravest(found: Sequence[NameFound]) -> NameFound | None:
    """Give the name found whose list and level are the gravest; None when none was found."""
    return max(found, key=lambda one: (ListKind(one.list).code, one.level), default=None)


def told(known: Known, found: Sequence[NameFound]) -> Known:
    """Give what a question about a name goes into the log with: the gravest list and level found."""
    worst = gravest(found)
    return known if worst is None else structs.replace(known, list=worst.list, level=worst.level)


class NameSearch:
    """Finds listed names; what changed in the store counts for the next search.

    Notes
    -----
    The index is an immutable base and what changed since. `start` builds it on a thread of its own, which
    then takes changes every second and builds the base anew when 20,000 names have changed; searches go
    on meanwhile. A search before there is any index waits for it.
    """

    def __init__(self, store: RecordStore, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock
        self._following = threading.Lock()
        self._current: NamesInForce | None = None
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="zhamen-names", daemon=True)
        self.problem = ""
        """Why changes cannot be followed at present; empty when all is well."""

    def start(self) -> None:
        """Begin to build the index, and to follow the store."""
        self._thread.start()

    def stop(self) -> None:
        """Stop to follow."""
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join()

    def search(
        self, name: str, *, kind: SubjectKind | None = None, threshold: int = THRESHOLD
    ) -> list[NameFound]:
        """Give the listed names that are like this one, the likest first, at most ten.

        Raises
        ------
        StoreUnavailable
            The store does not answer.
        """
        found: list[NameFound] = []
        for match in self._follow().names.search(name, kind=kind, threshold=threshold):
            with suppress(RecordNotFound):
                found.append(_found(match, self._store.get(match.id)))
        return found

    def rebuild(self) -> None:
        """Build the base anew and go over to it; what changed meanwhile is taken by the next search."""
        built = self._build()
        with self._following:
            self._current = built

    def _follow(self) -> NamesInForce:
        with self._following:
            current = self._current
            if current is None:
                current = self._current = self._build()
            last = self._store.last_change()
            if last != current.last:
                for changed in self._store.named(current.last):
                    current.take(changed, self._now())
                current.last = last
            current.advance(self._now())
            return current

    def _build(self) -> NamesInForce:
        last = self._store.last_change()
        batches = takewhile(lambda _: not self._stopped.is_set(), self._store.named(0))
        return NamesInForce(chain.from_iterable(batches), last, self._now())

    def _now(self) -> Micros:
        return to_micros(self._clock())

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                if self._follow().names.changed >= _REBUILD_AT:
                    self.rebuild()
            except ZhamenError as error:
                self._tell(str(error))
            else:
                self._tell("")
            self._stopped.wait(_EVERY)

    def _tell(self, problem: str) -> None:
        if problem and not self.problem:
            _log.error("names do not follow the store: %s", problem)
        elif self.problem and not problem:
            _log.warning("names follow the store again")
        self.problem = problem


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
        legal_basis=record.legal_basis,
        purpose=record.purpose,
    )

"""Screening follows the store: changes at once, and an index built anew when there are many."""

import logging
import threading
from collections.abc import Callable
from typing import Final

from zhamen.core.errors import ZhamenError
from zhamen.ports.records import RecordStore
from zhamen.ports.screening import Indexes
from zhamen.screening.index.live import Built, LiveScreen
from zhamen.screening.index.overlay import Change
from zhamen.screening.keys import KeyRing

__all__ = ["ScreenFollower", "build_index"]

_PAGE: Final = 50_000
_EVERY: Final = 0.25
_REBUILD_AT: Final = 200_000
_log = logging.getLogger(__name__)


def build_index(store: RecordStore, indexes: Indexes) -> Built:
    """Build an index of all that the store keeps.

    The number of the last change is read before the records: what comes between is in the index and
    comes again with the changes, which changes nothing.
    """
    last = store.last_change()
    return indexes.build(store.entries(), store.notes().values(), lambda: last)


class ScreenFollower:
    """Keeps a screen up to date on a thread of its own.

    Parameters
    ----------
    heard
        Takes the changes after they are in force, for those who asked to be told.
    blind
        Tells why new records cannot be found here though they are followed; empty when they can.

    Notes
    -----
    A change of a record or of a source is in force within a quarter of a second of its commit, in every
    process that follows;
    `look` makes it so at once. The index is built anew when 200,000 records have changed since.
    """

    def __init__(
        self,
        store: RecordStore,
        indexes: Indexes,
        ring: KeyRing,
        heard: Callable[[list[Change]], None] = lambda _: None,
        blind: Callable[[], str] = lambda: "",
    ) -> None:
        self.screen: Final = LiveScreen(ring, indexes.newest())
        self._store = store
        self._indexes = indexes
        self._heard = heard
        self._blind = blind
        self._looking = threading.Lock()
        self._looked = -1
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="zhamen-screening", daemon=True)
        self.problem = ""
        """Why changes cannot be followed at present; empty when all is well."""

    def start(self) -> None:
        """Catch up with the store, then follow it.

        Raises
        ------
        StoreUnavailable
            The store does not answer; screening does not begin with what may be old.
        """
        self.look()
        self._thread.start()

    def look(self) -> int:
        """Take what changed; give how many changes that were."""
        with self._looking:
            last, seen = self._store.last_change(), 0
            if last == self._looked:
                return 0
            self.screen.put((), self._store.notes())
            while changes := self._store.changes(self.screen.last, _PAGE):
                self.screen.put(changes, self._store.notes())
                self._heard(changes)
                seen += len(changes)
            self._looked = last
            return seen

    def rebuild(self) -> None:
        """Build the index anew and go over to it; questions are answered all the while."""
        built = build_index(self._store, self._indexes)
        with self._looking:
            self.screen.swap(built)

    def stop(self) -> None:
        """Stop to follow."""
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._stopped.wait(_EVERY):
            try:
                self.look()
                if self.screen.changed >= _REBUILD_AT:
                    self.rebuild()
                problem = self._blind()
            except ZhamenError as error:
                problem = str(error)
            self._tell(problem)

    def _tell(self, problem: str) -> None:
        if problem and not self.problem:
            _log.error("screening does not follow the store: %s; what is known stays in force", problem)
        elif self.problem and not problem:
            _log.warning("screening follows the store again")
        self.problem = problem

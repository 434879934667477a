"""Views follow the journal, beside the gate, which never waits for them."""

import logging
import threading
from collections.abc import Callable
from itertools import islice
from typing import Final

from zhamen.core.errors import JournalMismatch, ZhamenError
from zhamen.ports.journal import JournalRead
from zhamen.ports.projections import Projections, Standing

__all__ = ["Projector"]

_BATCH: Final = 1_000
_EVERY: Final = 0.1
_log = logging.getLogger(__name__)


class Projector:
    """Brings views up to the end of a journal, and keeps them there.

    Parameters
    ----------
    batch
        The most entries in one transaction of the views.
    told
        Takes the newest entry in the views, and whether all is well, whenever either may have changed.

    Notes
    -----
    It looks for entries ten times a second. What goes wrong is told in ``problem`` and tried again; the
    journal keeps what the views have not taken in.
    """

    def __init__(
        self,
        journal: JournalRead,
        views: Projections,
        *,
        batch: int = _BATCH,
        told: Callable[[int, bool], None] = lambda _seq, _well: None,
    ) -> None:
        self._journal = journal
        self._views = views
        self._batch = batch
        self._told = told
        self._standing: Standing | None = None
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self.follow, name="zhamen-projector", daemon=True)
        self.last_seq = 0
        """The newest entry in the views, as far as this projector knows."""
        self.problem = ""
        """Why the views do not follow at present; empty when all is well."""

    @property
    def entries(self) -> int:
        """How many entries the journal has."""
        return self._journal.last_seq

    def standing(self) -> int:
        """Look up the newest entry in the views; 0 for those of an older form, which will be made anew.

        Raises
        ------
        JournalMismatch
            The views were made from another journal.
        StoreUnavailable
            The store does not answer.
        """
        standing = self._views.standing()
        if standing.version != self._views.version:
            return 0
        self._check(standing)
        return standing.seq

    def start(self) -> None:
        """Begin to follow on a thread of its own."""
        self._thread.start()

    def stop(self) -> None:
        """Finish the batch under way and end."""
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join()

    def follow(self) -> None:
        """Keep the views at the end of the journal until `stop`."""
        while not self._stopped.wait(_EVERY):
            try:
                self.catch_up()
                self._tell("")
            except ZhamenError as error:
                self._tell(str(error))
            except Exception as error:
                if not self.problem:
                    _log.exception("a view failed")
                self._tell(f"a view failed ({type(error).__name__}: see the log)")

    def catch_up(self, progress: Callable[[int], None] = lambda _: None) -> int:
        """Take in all that the journal has; give how many entries that were.

        Raises
        ------
        JournalMismatch
            The views were made from another journal; a rebuild makes them from this one.
        StoreUnavailable, JournalUnavailable, JournalDamaged
            The views or the journal do not answer.
        """
        taken = 0
        while not self._stopped.is_set() and (size := self.step()):
            self._told(self.last_seq, True)
            progress(size)
            taken += size
        return taken

    def rebuild(self, progress: Callable[[int], None] = lambda _: None) -> int:
        """Make the views anew from the first entry on; give how many entries there are."""
        self._views.clear()
        self._standing = None
        return self.catch_up(progress)

    def step(self) -> int:
        """Take in one batch, or see that another has; give its size, 0 when there is nothing new."""
        if self._standing is None:
            self._standing = self._stand()
            self.last_seq = self._standing.seq
        entries = list(islice(self._journal.read(self._standing.seq), self._batch))
        if not entries:
            return 0
        if not self._views.apply(entries):
            self._standing = None
            return len(entries)
        self._standing = Standing(seq=entries[-1].seq, chain=entries[-1].chain, version=self._views.version)
        self.last_seq = entries[-1].seq
        return len(entries)

    def _stand(self) -> Standing:
        """Find out where the views are; those of an older form are made anew."""
        standing = self._views.standing()
        if standing.seq and standing.version != self._views.version:
            _log.warning(
                "the views are of form %d and made anew in %d", standing.version, self._views.version
            )
            self._views.clear()
            return Standing(version=self._views.version)
        self._check(standing)
        return standing

    def _check(self, standing: Standing) -> None:
        entry = self._journal.at(standing.seq)
        if standing.seq and (entry is None or entry.chain != standing.chain):
            raise JournalMismatch(
                f"the views were made up to entry {standing.seq} of another journal; "
                "give the data folder of that one, or run `zhamen projections rebuild`"
            )

    def _tell(self, problem: str) -> None:
        if problem:
            self._standing = None
        if problem and not self.problem:
            _log.error("the views do not follow the journal: %s", problem)
        elif self.problem and not problem:
            _log.warning("the views follow the journal again")
        self.problem = problem
        self._told(self.last_seq, not problem)

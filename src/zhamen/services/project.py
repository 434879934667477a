"""Views follow the journal on a thread of their own; the gate never waits for them."""

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

    Notes
    -----
    It looks for entries ten times a second, and at once when `wake` is called. What goes wrong is told
    in ``problem`` and tried again; the journal keeps what the views have not taken in.
    """

    def __init__(self, journal: JournalRead, views: Projections, *, batch: int = _BATCH) -> None:
        self._journal = journal
        self._views = views
        self._batch = batch
        self._standing: Standing | None = None
        self._stopped = False
        self._awake = threading.Event()
        self._thread = threading.Thread(target=self._run, name="zhamen-projector", daemon=True)
        self.problem = ""
        """Why the views do not follow at present; empty when all is well."""

    @property
    def last_seq(self) -> int:
        """The newest entry in the views, as far as this projector knows."""
        return 0 if self._standing is None else self._standing.seq

    def start(self) -> None:
        """Begin to follow."""
        self._thread.start()

    def wake(self) -> None:
        """Say that there are new entries; from any thread, in no time."""
        self._awake.set()

    def stop(self) -> None:
        """Finish the batch under way and end."""
        self._stopped = True
        self._awake.set()
        if self._thread.is_alive():
            self._thread.join()

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
        while not self._stopped and (size := self._step()):
            progress(size)
            taken += size
        return taken

    def rebuild(self, progress: Callable[[int], None] = lambda _: None) -> int:
        """Make the views anew from the first entry on; give how many entries there are."""
        self._views.clear()
        self._standing = None
        return self.catch_up(progress)

    def _step(self) -> int:
        """Take in one batch, or see that another has; give its size, 0 when there is nothing new."""
        self._standing = self._standing or self._stand()
        entries = list(islice(self._journal.read(self._standing.seq), self._batch))
        if not entries:
            return 0
        if not self._views.apply(entries):
            self._standing = None
            return len(entries)
        self._standing = Standing(seq=entries[-1].seq, chain=entries[-1].chain, version=self._views.version)
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
        entry = self._journal.at(standing.seq)
        if standing.seq and (entry is None or entry.chain != standing.chain):
            raise JournalMismatch(
                f"the views were made up to entry {standing.seq} of another journal; "
                "give the data folder of that one, or run `zhamen projections rebuild`"
            )
        return standing

    def _run(self) -> None:
        while not self._stopped:
            self._awake.clear()
            try:
                self.catch_up()
            except ZhamenError as error:
                self._standing = None
                self._tell(str(error))
            except Exception as error:
                self._standing = None
                if not self.problem:
                    _log.exception("the views do not follow the journal; the gate goes on without them")
                self._tell(f"a view failed ({type(error).__name__}); see the log")
            else:
                self._tell("")
            self._awake.wait(_EVERY)

    def _tell(self, problem: str) -> None:
        if problem and not self.problem:
            _log.error("the views do not follow the journal: %s", problem)
        elif self.problem and not problem:
            _log.warning("the views follow the journal again")
        self.problem = problem

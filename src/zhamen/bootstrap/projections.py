"""The views of the journal joined: their store, and a process that keeps them up beside the gate."""

import logging
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from multiprocessing.connection import Connection
from typing import Any, Final

from zhamen.adapters.journal import JournalReader
from zhamen.adapters.packs import read_pack
from zhamen.adapters.sql.casework.view import CaseView
from zhamen.adapters.sql.organisation import SqlOrganisation
from zhamen.adapters.sql.views.store import SqlProjections
from zhamen.bootstrap.work import open_work_store
from zhamen.gate.pack import load_pack
from zhamen.services.project import Projector
from zhamen.settings import Settings

__all__ = ["ProjectorProcess", "open_projector"]

_NICE: Final = 10
_LOOK_EVERY: Final = 0.1
_AGAIN_AFTER: Final = 1.0
_log = logging.getLogger(__name__)


@contextmanager
def open_projector(
    settings: Settings, told: Callable[[int, bool], None] = lambda _seq, _well: None
) -> Iterator[Projector]:
    """Open the journal for reading, and the views of it.

    Raises
    ------
    NotFoundError, JournalDamaged, JournalUnavailable
        There is no journal, or it cannot be read.
    StoreUnavailable
        The work store does not answer.
    InvalidPack, PackNotFound
        The pack, whose clock counts the days, cannot be used.
    """
    offset = load_pack(read_pack(settings.pack), settings.pack).utc_offset_minutes
    with ExitStack() as stack:
        journal = JournalReader(settings.data_dir / "journal.db")
        stack.callback(journal.close)
        engine = open_work_store(settings)
        stack.callback(engine.dispose)
        views = SqlProjections(
            engine, SqlOrganisation(engine).history, utc_offset_minutes=offset, more=(CaseView(),)
        )
        yield Projector(journal, views, told=told)


class ProjectorProcess:
    """A process of its own for the projector, so that it never holds the interpreter that decides.

    Notes
    -----
    It yields the processor to the gate, is started again when it ends, and ends with its parent, also when
    that is killed: what it was about then is not in the views, and comes again from the journal.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._spawning = multiprocessing.get_context("spawn")
        self._stopped = threading.Event()
        self._told: Any = self._spawning.RawArray("q", 2)
        self._thread = threading.Thread(target=self._keep, name="zhamen-projections", daemon=True)
        self.pid: int | None = None
        """Of the process at present."""

    @property
    def last_seq(self) -> int:
        """The newest entry in the views."""
        return int(self._told[0])

    @property
    def well(self) -> bool:
        """Whether the views follow; the log of the process has what is wrong."""
        return bool(self._told[1])

    def start(self) -> None:
        """Begin to follow."""
        self._thread.start()

    def stop(self) -> None:
        """Finish the batch under way and end."""
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join()

    def _keep(self) -> None:
        while not self._stopped.is_set():
            end, held = self._spawning.Pipe(duplex=False)
            process = self._spawning.Process(
                target=_follow, args=(self._settings, end, self._told), daemon=True
            )
            process.start()
            end.close()
            self.pid = process.pid
            while process.is_alive() and not self._stopped.wait(_LOOK_EVERY):
                pass
            held.close()
            process.join()
            self._told[1] = 0
            if not self._stopped.wait(_AGAIN_AFTER):
                _log.error("the projector ended with code %s and is started again", process.exitcode)


def _follow(settings: Settings, end: Connection, told: Any) -> None:
    """Follow the journal until nobody holds the other end of `end`: told to stop, or the parent is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(_NICE)
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s")

    def tell(seq: int, well: bool) -> None:
        told[0], told[1] = seq, well

    with open_projector(settings, tell) as projector:
        threading.Thread(target=_stop_at, args=(end, projector), daemon=True).start()
        projector.follow()


def _stop_at(end: Connection, projector: Projector) -> None:
    end.poll(None)
    projector.stop()

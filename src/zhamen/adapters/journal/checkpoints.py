"""Moving what the write-ahead log holds into the database, off the way of commits."""

import logging
import sqlite3
import threading
from pathlib import Path
from typing import Final, NamedTuple

from zhamen.adapters.journal.schema import connect

__all__ = ["Checkpointer", "Log"]

_PASSES: Final = 5
_LITTLE_BYTES: Final = 1 << 19
_HUGE_BYTES: Final = 1 << 30
_log = logging.getLogger(__name__)


class Log(NamedTuple):
    """Pages in the write-ahead log, and how many of them the database has."""

    pages: int
    moved: int


class Checkpointer:
    """A thread with a connection of its own that keeps the write-ahead log short.

    Parameters
    ----------
    writing
        Held by the writer while it commits. It is taken here only for the last few pages, which
        no passive checkpoint reaches while commits go on.
    every_bytes
        How much is written between two checkpoints.

    Notes
    -----
    Passive checkpoints run beside the writer and do nearly all. Then, with the writer held up, a
    last one moves what came meanwhile and lets the writer start the log from its beginning; the
    file keeps its size, so that later commits write into space that the file system has set aside.
    Should readers stand in the way, the next checkpoint tries again.
    """

    def __init__(self, path: Path, writing: threading.Lock, *, every_bytes: int) -> None:
        self._path = path
        self._connection = connect(path)
        self._connection.execute("PRAGMA busy_timeout = 0")
        self._page_bytes = int(self._connection.execute("PRAGMA page_size").fetchone()[0])
        self._writing = writing
        self._every_bytes = every_bytes
        self._written = 0
        self._wake = threading.Event()
        self._stopped = False
        self._thread = threading.Thread(target=self._run, name="zhamen-checkpoints", daemon=True)
        self._thread.start()

    def count(self, pages_bytes: int) -> None:
        """Take note of what was written."""
        self._written += pages_bytes
        if self._written >= self._every_bytes:
            self._written = 0
            self._wake.set()

    def stop(self) -> None:
        """End the thread, move all that is left, and empty the log."""
        self._stopped = True
        self._wake.set()
        self._thread.join()
        self._checkpoint("TRUNCATE")
        self._connection.close()

    def _run(self) -> None:
        while True:
            self._wake.wait()
            self._wake.clear()
            if self._stopped:
                return
            self._shorten()

    def _shorten(self) -> None:
        before = 0
        for _ in range(_PASSES):
            log = self._checkpoint("PASSIVE")
            if log is None or (log.pages - before) * self._page_bytes < _LITTLE_BYTES:
                break
            before = log.pages
        with self._writing:
            log = self._checkpoint("RESTART")
        if log is not None and log.pages * self._page_bytes > _HUGE_BYTES:
            megabytes = log.pages * self._page_bytes >> 20
            _log.warning("the write-ahead log has %d MB; somebody reads without an end", megabytes)

    def _checkpoint(self, mode: str) -> Log | None:
        try:
            _, pages, moved = self._connection.execute(f"PRAGMA wal_checkpoint({mode})").fetchone()
        except sqlite3.Error as error:
            _log.warning("a checkpoint of %s failed and will be tried again: %s", self._path.name, error)
            return None
        return Log(pages, moved)

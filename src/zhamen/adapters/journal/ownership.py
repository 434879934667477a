"""One process holds a journal at a time; the operating system sees to it."""

import fcntl
import os
from pathlib import Path

from zhamen.core.errors import JournalInUse

__all__ = ["Ownership"]


class Ownership:
    """An exclusive lock beside the journal, held until released or the process ends, however it ends.

    Raises
    ------
    JournalInUse
        Another process holds it.

    Notes
    -----
    ``flock`` on a file of its own, never on the database: closing any descriptor of that one
    would drop SQLite's own locks. A file left behind means nothing; only the lock counts.
    """

    def __init__(self, journal: Path) -> None:
        self.path = journal.with_name(journal.name + ".lock")
        self._file = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(self._file, 20, 0).decode(errors="replace").strip() or "unknown"
            os.close(self._file)
            raise JournalInUse(
                f"the journal {journal} is held by process {holder}; stop that one first,"
                " or give this one another data folder"
            ) from None
        os.ftruncate(self._file, 0)
        os.pwrite(self._file, f"{os.getpid()}\n".encode(), 0)

    def release(self) -> None:
        """Let another process have the journal; again does nothing."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

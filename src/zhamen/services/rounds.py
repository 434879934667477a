"""Work that is done again and again on a thread of its own."""

import logging
import threading
from collections.abc import Callable

from zhamen.core.errors import ZhamenError

__all__ = ["Rounds"]

_log = logging.getLogger(__name__)


class Rounds:
    """Calls `work` every so many seconds, until it is stopped; what keeps it from working is told once.

    Parameters
    ----------
    name
        Of the thread.
    trouble
        How the log begins to tell why a round failed.
    """

    def __init__(self, name: str, work: Callable[[], object], every_seconds: float, *, trouble: str) -> None:
        self._work = work
        self._every = every_seconds
        self._trouble = trouble
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self.problem = ""
        """Why the last round failed; empty when it did not."""

    @property
    def stopping(self) -> bool:
        """Whether the round under way should come to an end."""
        return self._stopped.is_set()

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Let the round under way end, and begin no other."""
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._stopped.wait(self._every):
            try:
                self._work()
                self.problem = ""
            except ZhamenError as error:
                if not self.problem:
                    _log.error("%s: %s", self._trouble, error)
                self.problem = str(error)

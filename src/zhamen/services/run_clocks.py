"""What time does to cases, done as it comes."""

import logging
import threading
from collections.abc import Callable
from datetime import datetime
from typing import Final

from zhamen.cases.policy import STANDARD, CasePolicy
from zhamen.core.errors import CaseConflict, ZhamenError
from zhamen.organisation.scope import Scope
from zhamen.ports.casework import Casework, Refused

__all__ = ["ClockRunner", "run_clocks"]

_EVERY: Final = 5.0
_AT_ONCE: Final = 100
_log = logging.getLogger(__name__)


def run_clocks(store: Casework, scope: Scope, now: datetime, policy: CasePolicy = STANDARD) -> int:
    """Let payments expire, cases wake, and what nobody acknowledged go one level up; give how many acts.

    Any number of processes may run them: what another was quicker to do is refused here and no error.
    """
    done = 0
    while acts := store.due(now, _AT_ONCE):
        ends = store.perform_many(scope, acts, policy)
        refused = [end for end in ends if isinstance(end, Refused)]
        for end in refused:
            if not isinstance(end.error, CaseConflict):
                raise end.error
        done += len(ends) - len(refused)
        if refused:
            break
    return done


class ClockRunner:
    """Runs the clocks every five seconds on a thread of its own.

    Parameters
    ----------
    scope
        Gives the whole organisation.
    """

    def __init__(
        self,
        store: Casework,
        scope: Callable[[], Scope],
        clock: Callable[[], datetime],
        *,
        every_seconds: float = _EVERY,
    ) -> None:
        self._store = store
        self._scope = scope
        self._clock = clock
        self._every = every_seconds
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="zhamen-clocks", daemon=True)
        self.problem = ""
        """Why clocks do not run at present; empty when all is well."""

    def start(self) -> None:
        """Begin to run."""
        self._thread.start()

    def stop(self) -> None:
        """Stop to run."""
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._stopped.wait(self._every):
            try:
                run_clocks(self._store, self._scope(), self._clock())
                self.problem = ""
            except ZhamenError as error:
                if not self.problem:
                    _log.error("the clocks of cases do not run: %s", error)
                self.problem = str(error)

"""Writing memory down in a forked child, while the parent goes on changing it."""

import os
import signal
import warnings
from collections.abc import Callable
from time import perf_counter
from typing import Final, NoReturn

__all__ = ["Child"]

_STANDARD_FILES: Final = 3
_MOST_FILES: Final = 1 << 20
_NICE: Final = 10


class Child:
    """A forked process that runs `work` on the memory as it is now, and nothing else.

    Parameters
    ----------
    work
        May read memory and make system calls. It must take no lock, import nothing and log nothing:
        another thread of the parent may have held what it would wait for.

    Notes
    -----
    The kernel shares the memory between both until one of them writes to a page, so the parent is
    held up only while its page table is copied (``pause``, seconds). The child closes all files it
    inherited, so that it keeps neither the journal's lock nor connections when the parent dies.
    """

    def __init__(self, work: Callable[[], None]) -> None:
        started = perf_counter()
        with warnings.catch_warnings():
            # Python 3.12 warns of forking beside threads; the child keeps to what is safe there.
            warnings.simplefilter("ignore", DeprecationWarning)
            self.pid = os.fork()
        if self.pid == 0:
            _be_child(work)
        self.pause = perf_counter() - started

    def ended(self, *, wait: bool) -> bool | None:
        """Tell whether the work was done (True), failed (False), or goes on (None)."""
        try:
            pid, status = os.waitpid(self.pid, 0 if wait else os.WNOHANG)
        except ChildProcessError:
            return False
        return None if pid == 0 else status == 0


def _be_child(work: Callable[[], None]) -> NoReturn:
    code = 1
    try:
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
        os.closerange(_STANDARD_FILES, _MOST_FILES)
        os.nice(_NICE)
        work()
        code = 0
    finally:
        os._exit(code)

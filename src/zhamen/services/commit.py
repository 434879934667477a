"""Group commit: all that arrives while the last group goes to disk is the next group."""

import threading
from collections.abc import Callable
from queue import Empty, SimpleQueue
from time import perf_counter
from typing import Final

from zhamen.ports.journal import Entry, Journal

__all__ = ["MAX_GROUP", "Committer", "Task", "Waiting"]

MAX_GROUP: Final = 1024
"""Bounds how long one transaction holds up those behind it."""

Task = Callable[[], None]


class Waiting:
    """An entry on its way to the disk and since when (seconds of ``perf_counter``)."""

    __slots__ = ("entry", "since")

    def __init__(self, entry: Entry, since: float) -> None:
        self.entry = entry
        self.since = since


class Committer:
    """One thread that owns writing to the journal.

    Parameters
    ----------
    on_durable
        Takes a group that is on disk, and when its writing began.
    on_failure
        Takes the error that kept a group from the disk. Entries behind it are still queued; they
        build on what was not written and have to be discarded.

    Notes
    -----
    Both are called on the committer's thread, and so are tasks, between groups and in queue order.
    """

    def __init__(
        self,
        journal: Journal,
        on_durable: Callable[[list[Waiting], float], None],
        on_failure: Callable[[Exception], None],
    ) -> None:
        self._journal = journal
        self._on_durable = on_durable
        self._on_failure = on_failure
        self._queue: SimpleQueue[Waiting | Task] = SimpleQueue()
        self._stopped = False
        self._thread = threading.Thread(target=self._run, name="zhamen-committer", daemon=True)

    def start(self) -> None:
        """Start to write."""
        self._thread.start()

    def put(self, item: Waiting | Task) -> None:
        """Queue an entry, or a task to run when all before it has been written."""
        self._queue.put(item)

    def discard(self) -> None:
        """Drop the entries in the queue; tasks stay."""
        tasks = []
        while (item := self._next()) is not None:
            if not isinstance(item, Waiting):
                tasks.append(item)
        for task in tasks:
            self._queue.put(task)

    def stop(self) -> None:
        """Write what waits, then end the thread and wait for its end."""
        if self._thread.is_alive():
            self._queue.put(self._end)
            self._thread.join()

    def _end(self) -> None:
        self._stopped = True

    def _run(self) -> None:
        while not self._stopped:
            group, task = self._gather()
            if group:
                self._write(group)
            if task is not None:
                task()

    def _gather(self) -> tuple[list[Waiting], Task | None]:
        group: list[Waiting] = []
        item: Waiting | Task | None = self._queue.get()
        while isinstance(item, Waiting):
            group.append(item)
            item = self._next() if len(group) < MAX_GROUP else None
        return group, item

    def _next(self) -> Waiting | Task | None:
        try:
            return self._queue.get_nowait()
        except Empty:
            return None

    def _write(self, group: list[Waiting]) -> None:
        started = perf_counter()
        try:
            self._journal.append([waiting.entry for waiting in group])
        except Exception as error:
            self._on_failure(error)
        else:
            self._on_durable(group, started)

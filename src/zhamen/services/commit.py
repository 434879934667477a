"""Group commit: all that arrives while the last group goes to disk is the next group."""

import threading
from collections.abc import Callable
from queue import Empty, SimpleQueue
from time import perf_counter
from typing import Final, Generic, TypeVar

__all__ = ["MAX_GROUP", "Committer", "Task", "Waiting"]

MAX_GROUP: Final = 1024
"""Bounds how long one transaction holds up those behind it."""

Task = Callable[[], None]


class Waiting:
    """What is on its way to the disk, and since when (seconds of ``perf_counter``)."""

    __slots__ = ("since",)

    def __init__(self, since: float) -> None:
        self.since = since


W = TypeVar("W", bound=Waiting)


class Committer(Generic[W]):
    """One thread that owns writing to a journal or a log.

    Parameters
    ----------
    write
        Makes a group durable, all of it or none.
    on_durable
        Takes a group that is on disk, and when its writing began.
    on_failure
        Takes a group that could not be written, and the error. What stands behind it is still queued;
        whoever builds on what was not written has to discard it.

    Notes
    -----
    Both are called on the committer's thread, and so are tasks, between groups and in queue order.
    """

    def __init__(
        self,
        write: Callable[[list[W]], None],
        on_durable: Callable[[list[W], float], None],
        on_failure: Callable[[list[W], Exception], None],
    ) -> None:
        self._write_group = write
        self._on_durable = on_durable
        self._on_failure = on_failure
        self._queue: SimpleQueue[W | Task] = SimpleQueue()
        self._stopped = False
        self._thread = threading.Thread(target=self._run, name="zhamen-committer", daemon=True)

    def start(self) -> None:
        """Start to write."""
        self._thread.start()

    def put(self, item: W | Task) -> None:
        """Queue what is to be written, or a task to run when all before it has been written."""
        self._queue.put(item)

    def discard(self) -> None:
        """Drop what is queued to be written; tasks stay."""
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

    def _gather(self) -> tuple[list[W], Task | None]:
        group: list[W] = []
        item: W | Task | None = self._queue.get()
        while isinstance(item, Waiting):
            group.append(item)
            item = self._next() if len(group) < MAX_GROUP else None
        return group, item

    def _next(self) -> W | Task | None:
        try:
            return self._queue.get_nowait()
        except Empty:
            return None

    def _write(self, group: list[W]) -> None:
        started = perf_counter()
        try:
            self._write_group(group)
        except Exception as error:
            self._on_failure(group, error)
        else:
            self._on_durable(group, started)

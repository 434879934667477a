"""When the live state is written down."""

import logging
from time import monotonic

from zhamen.ports.snapshots import Snapshots
from zhamen.services.live import Live
from zhamen.services.timings import Timings

__all__ = ["Snapshotting"]

_log = logging.getLogger(__name__)


class Snapshotting:
    """Writes snapshots to `store`, one at a time: after so many entries or so much time, or when asked.

    Parameters
    ----------
    every_entries
        Bounds how much a recovery replays.
    every_seconds
        Bounds how old the newest snapshot is while entries come.
    """

    def __init__(
        self, store: Snapshots, *, every_entries: int = 200_000, every_seconds: float = 300.0
    ) -> None:
        self.store = store
        self._every_entries = every_entries
        self._every_seconds = every_seconds
        self.seq = 0
        """Up to which entry the newest snapshot goes."""
        self._taken_at = monotonic()

    def stand_at(self, seq: int) -> None:
        """Count from `seq` on, where a recovery has ended."""
        self.seq = seq
        self._taken_at = monotonic()

    def due(self, seq: int) -> bool:
        """Tell whether the state at `seq` should be written down."""
        if seq == self.seq:
            return False
        return seq - self.seq >= self._every_entries or monotonic() - self._taken_at >= self._every_seconds

    def take(self, live: Live, timings: Timings) -> None:
        """Start to write `live` down unless a snapshot is under way; it must not change meanwhile."""
        pause = self.store.begin(live.about(), live.parts())
        if pause is not None:
            timings.snapshot_pause_seconds = pause
            self.stand_at(live.seq)

    def look(self, timings: Timings, *, wait: bool = False) -> None:
        """Count the snapshot under way if it has ended, or wait for its end."""
        written = self.store.finish() if wait else self.store.poll()
        if written:
            timings.snapshots += 1
        elif written is False:
            timings.snapshot_failures += 1
            _log.error("a snapshot could not be written; see docs/runbooks/disk-full.md")

"""Coming back: the newest snapshot that is whole, then the journal's tail through the same gate."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from zhamen.core.errors import FeaturesDiffer, JournalDamaged, PackMismatch, UnreadableFile
from zhamen.ports.journal import Entry, JournalRead, link
from zhamen.ports.snapshots import Snapshot, Snapshots
from zhamen.services.live import GateLike, Live

__all__ = ["Progress", "Recovered", "recover"]

Progress = Callable[[int, int], None]
"""Takes how many entries were replayed, and of how many."""

_RUNBOOK: Final = "see docs/runbooks/recovery.md"
_STEP: Final = 1000
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Recovered:
    """A live state and how it came about; ``snapshot`` is empty when there was none to start from."""

    live: Live
    snapshot: str
    replayed: int
    seconds: float


def recover(
    gate: GateLike, journal: JournalRead, snapshots: Snapshots | None = None, progress: Progress | None = None
) -> Recovered:
    """Bring the live state to the journal's end.

    Each entry that was decided with the same pack is decided again and must come out the same.

    Parameters
    ----------
    gate
        Gives pack and plan; it stays as it is.
    snapshots
        Tried newest first; one that is damaged, of another feature plan or of another journal
        is skipped with a warning. With none left, the whole journal is replayed.

    Raises
    ------
    FeaturesDiffer
        An entry comes out otherwise than it was recorded.
    JournalDamaged
        The entries do not follow from one another.
    """
    started = time.perf_counter()
    live, name = _from_snapshot(gate, journal, snapshots) or (Live.empty(gate), "")
    first, last = live.seq, journal.last_seq
    for entry in journal.read(after=first):
        _replay(live, entry)
        if progress is not None and (live.seq == last or live.seq % _STEP == 0):
            progress(live.seq - first, last - first)
    if live.seq != last:
        raise JournalDamaged(f"the journal ends at entry {live.seq}, not at {last}; {_RUNBOOK}")
    return Recovered(live, name, live.seq - first, time.perf_counter() - started)


def _from_snapshot(
    gate: GateLike, journal: JournalRead, snapshots: Snapshots | None
) -> tuple[Live, str] | None:
    for snapshot in snapshots.newest() if snapshots is not None else ():
        reason = _unfit(snapshot, gate, journal)
        if not reason:
            try:
                return Live.restore(gate, snapshot.about, snapshot.read()), snapshot.name
            except (JournalDamaged, PackMismatch, UnreadableFile) as error:
                reason = str(error)
        _log.warning("snapshot %s is skipped: %s", snapshot.name, reason)
    return None


def _unfit(snapshot: Snapshot, gate: GateLike, journal: JournalRead) -> str:
    about = snapshot.about
    if about.fingerprint != gate.fingerprint:
        return "it was made with other features"
    entry = journal.at(about.seq)
    if entry is None:
        return f"the journal ends before its entry {about.seq}"
    if entry.chain != about.chain:
        return f"its entry {about.seq} is not the journal's"
    return ""


def _replay(live: Live, entry: Entry) -> None:
    if entry.seq != live.seq + 1:
        raise JournalDamaged(f"entry {entry.seq} follows {live.seq} in the journal; {_RUNBOOK}")
    if entry.chain != link(live.chain, entry.event, entry.decision):
        raise JournalDamaged(f"entry {entry.seq} was changed after it was written; {_RUNBOOK}")
    if not live.replay(entry):
        raise FeaturesDiffer(
            f"entry {entry.seq} (event {entry.event_id}) is now decided otherwise than recorded; {_RUNBOOK}"
        )

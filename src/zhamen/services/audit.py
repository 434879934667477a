"""Whether a journal is what it was when it was written, entry by entry."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import msgspec

from zhamen.core.errors import JournalDamaged, ZhamenError
from zhamen.events.door import content_digest, decode_event
from zhamen.gate.decision import Decision
from zhamen.ports.journal import GENESIS, Entry, JournalRead, PackSpan, link

__all__ = ["Audit", "audit_journal"]

_MOST_PROBLEMS: Final = 20
_STEP: Final = 1000
_DECISION: Final = msgspec.json.Decoder(Decision)


@dataclass(slots=True)
class Audit:
    """How many entries were looked at and what is wrong with them; at most 20 problems are kept."""

    entries: int = 0
    problems: list[str] = field(default_factory=list)

    def require_sound(self) -> None:
        """Raise when something is wrong.

        Raises
        ------
        JournalDamaged
            With the first problem.
        """
        if self.problems:
            raise JournalDamaged(f"{self.problems[0]}; see docs/runbooks/recovery.md")


@dataclass(slots=True)
class _Before:
    """What an entry has to follow from."""

    seq: int
    chain: bytes
    decided_at: datetime | None = None


def audit_journal(journal: JournalRead, progress: Callable[[int], None]) -> Audit:
    """Check every entry: number, chain, digest, event and decision; nothing is decided again.

    Parameters
    ----------
    progress
        Told now and then how many more entries were looked at.
    """
    audit, before, told = Audit(), _Before(0, GENESIS), 0
    packs = list(journal.packs())
    for entry in journal.read():
        for problem in _problems(entry, before, packs):
            if len(audit.problems) < _MOST_PROBLEMS:
                audit.problems.append(f"entry {entry.seq}: {problem}")
        before.seq, before.chain = entry.seq, entry.chain
        audit.entries += 1
        if audit.entries % _STEP == 0:
            progress(_STEP)
            told = audit.entries
    progress(audit.entries - told)
    return audit


def _problems(entry: Entry, before: _Before, packs: list[PackSpan]) -> Iterator[str]:
    if entry.seq != before.seq + 1:
        yield f"it follows entry {before.seq}"
    elif entry.chain != link(before.chain, entry.event, entry.decision):
        yield "its chain is not that of its content and the entry before"
    try:
        event = decode_event(entry.event)
    except ZhamenError as error:
        yield f"its event cannot be read: {error}"
    else:
        if event.event_id != entry.event_id:
            yield f"its event has the id {event.event_id}"
        if content_digest(event) != entry.digest:
            yield "its digest is not its event's"
    try:
        decision = _DECISION.decode(entry.decision)
    except msgspec.MsgspecError as error:
        yield f"its decision cannot be read: {error}"
    else:
        yield from _of_decision(decision, entry, before, packs)


def _of_decision(decision: Decision, entry: Entry, before: _Before, packs: list[PackSpan]) -> Iterator[str]:
    if decision.event_id != entry.event_id:
        yield f"its decision is on event {decision.event_id}"
    if before.decided_at is not None and decision.decided_at < before.decided_at:
        yield "it was decided before the entry that it follows"
    before.decided_at = decision.decided_at
    made_with = [span.pack_hash for span in packs if span.first_seq <= entry.seq]
    if made_with and decision.pack_hash != made_with[-1]:
        yield f"its pack {decision.pack_hash[:12]} is not the one noted from there on, {made_with[-1][:12]}"

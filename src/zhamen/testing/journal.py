"""A journal in memory, for tests and for the first look at the gate."""

from collections.abc import Iterator, Sequence

from zhamen.core.errors import EventIdReused, JournalUnavailable
from zhamen.ports.journal import Entry, PackSpan

__all__ = ["MemoryJournal"]


class MemoryJournal:
    """Keeps entries in a list; ``full`` says that nothing more fits, until it is set back.

    >>> journal = MemoryJournal()
    >>> journal.last_seq, journal.find("T1")
    (0, None)
    """

    def __init__(self) -> None:
        self.full = False
        self._entries: list[Entry] = []
        self._by_id: dict[str, Entry] = {}
        self._packs: list[PackSpan] = []

    @property
    def last_seq(self) -> int:
        """The highest ``seq`` written; 0 when empty."""
        return len(self._entries)

    def append(self, entries: Sequence[Entry]) -> None:
        """Write `entries` all or none."""
        self.probe()
        if [entry.seq for entry in entries] != list(
            range(self.last_seq + 1, self.last_seq + len(entries) + 1)
        ):
            raise ValueError(f"entries have to follow entry {self.last_seq}")
        fresh = {entry.event_id: entry for entry in entries}
        if len(fresh) < len(entries) or fresh.keys() & self._by_id.keys():
            raise EventIdReused("an event id of the group is in the journal already; nothing was written")
        self._entries.extend(entries)
        self._by_id.update(fresh)

    def find(self, event_id: str) -> Entry | None:
        """Give the entry of an event id."""
        return self._by_id.get(event_id)

    def at(self, seq: int) -> Entry | None:
        """Give the entry with this ``seq``."""
        return self._entries[seq - 1] if 1 <= seq <= self.last_seq else None

    def read(self, after: int = 0) -> Iterator[Entry]:
        """Iterate over the entries with ``seq`` above `after`, in order."""
        while after < self.last_seq:
            yield self._entries[after]
            after += 1

    def packs(self) -> Sequence[PackSpan]:
        """Give the packs that made the decisions, oldest first."""
        return tuple(self._packs)

    def begin_pack(self, pack: str, pack_hash: str) -> None:
        """Note that decisions from the next entry on are made with this pack."""
        self.probe()
        if self._packs and self._packs[-1].first_seq > self.last_seq:
            self._packs.pop()
        if not self._packs or self._packs[-1].pack_hash != pack_hash:
            self._packs.append(PackSpan(self.last_seq + 1, pack, pack_hash))

    def probe(self) -> None:
        """Find out whether the journal can be written."""
        if self.full:
            raise JournalUnavailable("the journal in memory was told that it is full")

    def close(self) -> None:
        """Let go of the journal; it stays readable."""

"""What changed since the index was built, in force from the next question on."""

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from zhamen.screening.entries import Entry

__all__ = ["Change", "Overlay"]


class Change(NamedTuple):
    """A record as it now is; ``number`` counts changes of the store, so that none is seen twice."""

    number: int
    key: bytes
    entry: Entry


class Overlay:
    """The newest form of each changed record, by key; one writer, any number of readers, no locks.

    A reader that looks while a change is put in sees the record as it was or as it is, never both
    and never neither, if it asks `knows` of what it found in the index before it asks `under`, and
    then drops what it found twice: a new form is in place before it is known.

    Examples
    --------
    >>> from zhamen.screening.entries import ListKind
    >>> overlay = Overlay()
    >>> entry = Entry(7, ListKind.BLACK, 90, 95, 101, 1, effective_from=0)
    >>> overlay.put(Change(1, bytes(16), entry))
    >>> overlay.under(bytes(16)) == (entry,), overlay.knows(7), overlay.last
    (True, True, 1)
    """

    def __init__(self, changes: Iterable[Change] = ()) -> None:
        self._newest: Final[dict[int, Change]] = {}
        self._by_key: Final[dict[bytes, tuple[Entry, ...]]] = {}
        self.last = 0
        """The number of the newest change."""
        self.spans: frozenset[int] = frozenset()
        """Of the networks among the changes."""
        for change in changes:
            self.put(change)

    def __len__(self) -> int:
        """How many records it holds."""
        return len(self._newest)

    def __iter__(self) -> Iterator[Change]:
        """Give every change that counts."""
        return iter(list(self._newest.values()))

    def put(self, change: Change) -> None:
        """Take a change; one that is older than what is known of the record changes nothing."""
        record_id = change.entry.record_id
        before = self._newest.get(record_id)
        if before is not None and before.number >= change.number:
            return
        if change.entry.span:
            self.spans |= {change.entry.span}
        others = [one for one in self._by_key.get(change.key, ()) if one.record_id != record_id]
        self._by_key[change.key] = (*others, change.entry)
        self._newest[record_id] = change
        if before is not None and before.key != change.key:
            self._strike(before.key, record_id)
        self.last = max(self.last, change.number)

    def under(self, key: bytes) -> tuple[Entry, ...]:
        """Give the entries under a key."""
        return self._by_key.get(key, ())

    def knows(self, record_id: int) -> bool:
        """Say whether a record changed, so that its form in the index no longer counts."""
        return record_id in self._newest

    def since(self, number: int) -> "Overlay":
        """Give an overlay of what changed after a change, for an index that holds all before."""
        return Overlay(sorted(change for change in self._newest.values() if change.number > number))

    def _strike(self, key: bytes, record_id: int) -> None:
        left = tuple(one for one in self._by_key[key] if one.record_id != record_id)
        if left:
            self._by_key[key] = left
        else:
            del self._by_key[key]

"""Index, overlay and keys together: what is known of an identifier, as of an instant."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np

from zhamen.screening.entries import ENTRY, Entry, ListKind, SourceNote
from zhamen.screening.forms import FORMED, forms_of
from zhamen.screening.index.overlay import Change, Overlay
from zhamen.screening.index.search import Search
from zhamen.screening.index.table import Table, table_of
from zhamen.screening.keys import KeyRing
from zhamen.screening.screen import Form, ListHit
from zhamen.screening.subjects import Identifier

__all__ = ["Built", "LiveScreen"]

_LISTS: Final = tuple(ListKind)
_REMEMBERED: Final = 1 << 16
_NOTHING: Final = table_of(np.empty((0, 16), np.uint8), np.empty(0, ENTRY))


class Built(NamedTuple):
    """An index as it was built: its table, the last change in it, the networks and sources it names."""

    table: Table
    last: int
    spans: frozenset[int]
    sources: Mapping[int, SourceNote]


class _State(NamedTuple):
    search: Search
    built: Built
    overlay: Overlay


class LiveScreen:
    """Answers from the newest index and what changed since; readers never wait.

    Parameters
    ----------
    ring
        The secrets of the keys; every version in use is asked for.
    built
        The index; none is an empty one.

    Notes
    -----
    One thread writes (`put`, `swap`), any number read. An account costs about 3 µs: 1 for each of the
    hash, the index and the rest. An old index stays readable until its last reader lets go of it.

    Examples
    --------
    >>> from zhamen.screening.identifiers.identify import identify
    >>> from zhamen.screening.subjects import SubjectKind
    >>> ring = KeyRing({1: bytes(32)})
    >>> screen = LiveScreen(ring)
    >>> phone = identify(SubjectKind.PHONE, "13800138000")
    >>> entry = Entry(7, ListKind.BLACK, 90, 95, 101, 1, effective_from=10, expires_at=20)
    >>> screen.put([Change(1, ring.key_of(phone), entry)])
    >>> [len(screen.find(phone, as_of)) for as_of in (9, 10, 20)]
    [0, 1, 0]
    """

    def __init__(self, ring: KeyRing, built: Built | None = None) -> None:
        self._keys: Final = lru_cache(_REMEMBERED)(ring.keys_to_ask)
        built = built or Built(_NOTHING, 0, frozenset(), {})
        self._state = _State(Search(built.table), built, Overlay())

    @property
    def sources(self) -> Mapping[int, SourceNote]:
        """The sources of the entries, by number."""
        return self._state.built.sources

    @property
    def last(self) -> int:
        """The number of the newest change that counts."""
        return max(self._state.built.last, self._state.overlay.last)

    @property
    def changed(self) -> int:
        """How many records changed since the index was built."""
        return len(self._state.overlay)

    @property
    def records(self) -> int:
        """How many records the index holds."""
        return self._state.built.table.size

    def put(self, changes: Iterable[Change], sources: Mapping[int, SourceNote] | None = None) -> None:
        """Take changes, in force for whoever asks next."""
        if sources is not None:
            self._state = self._state._replace(built=self._state.built._replace(sources=sources))
        overlay = self._state.overlay
        for change in changes:
            overlay.put(change)

    def swap(self, built: Built) -> None:
        """Go over to a newer index; what changed after it was built stays in force."""
        overlay = self._state.overlay.since(built.last)
        self._state = _State(Search(built.table), built, overlay)

    def find(self, identifier: Identifier, as_of: int) -> tuple[ListHit, ...]:
        """Give the hits in force at an instant (µs since 1970, UTC), the nearest form first."""
        return tuple([hit for hit in self.known(identifier) if hit.entry.in_force(as_of)])

    def known(self, identifier: Identifier) -> tuple[ListHit, ...]:
        """Give all that is known, in force or not, the nearest form first."""
        state = self._state
        if identifier.kind not in FORMED:
            found = self._entries(state, identifier)
            return tuple([ListHit(one, Form.EXACT, identifier.kind, identifier.masked) for one in found])
        spans = state.built.spans | state.overlay.spans
        return tuple(
            [
                ListHit(entry, form, one.kind, one.masked)
                for form, one in forms_of(identifier, spans)
                for entry in self._entries(state, one)
            ]
        )

    def _entries(self, state: _State, identifier: Identifier) -> Iterable[Entry]:
        """Give the entries of an identifier, each once.

        Older keys are asked first: a record that moves to a newer key meanwhile is found under one of
        them or both.
        """
        keys = self._keys(identifier)
        if len(keys) == 1:
            return _under(state, keys[0])
        return {entry.record_id: entry for key in reversed(keys) for entry in _under(state, key)}.values()


def _under(state: _State, key: bytes) -> Iterable[Entry]:
    """Give what stands under a key; the index is read before the overlay, see `Overlay`."""
    places = state.search.find(key)
    if not places:
        return state.overlay.under(key)
    rows = map(_entry, state.built.table.entries[places.start : places.stop])
    older = [one for one in rows if not state.overlay.knows(one.record_id)]
    newer = state.overlay.under(key)
    seen = {one.record_id for one in newer}
    return (*newer, *[one for one in older if one.record_id not in seen])


def _entry(row: np.void) -> Entry:
    record_id, since, until, category, source, kind, level, confidence, span = row.item()
    return Entry(record_id, _LISTS[kind], level, confidence, category, source, since, until, span)

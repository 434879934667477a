"""The public's tags of an import: made on every core once its records are in force, kept beside them."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from mmap import mmap
from typing import Final

import msgspec
from sqlalchemy import ColumnElement, Connection, and_, bindparam, exists, select, update

from zhamen.adapters.snapshots.child import Child
from zhamen.adapters.sql.endings import OPEN
from zhamen.adapters.sql.schema import records
from zhamen.records.source import Source
from zhamen.screening.oblivious import TAG_BYTES, ObliviousKey
from zhamen.screening.subjects import Identifier

__all__ = ["Tagging", "make_tags"]

_WORTH_A_CHILD: Final = 2_000
"""Tags that take ten times as long to make as a process does."""
_ASKED_AT_ONCE: Final = 1_000

_Subjects = Mapping[bytes, Identifier]
_Tags = dict[bytes, bytes]


class Tagging:
    """The subjects of one import of a source for the public, by their keys, until they have their tags.

    They are held in memory, about 85 bytes each, and nowhere else: of an identifier the store keeps
    nothing but its key. Where a process dies before all tags are made, the same file again makes the rest.
    """

    def __init__(self, source: Source, key: ObliviousKey) -> None:
        self._source: Final = source
        self._key: Final = key
        self._waiting: Final[list[bytes]] = []

    def take(self, subjects: _Subjects) -> None:
        """Let subjects wait."""
        if self._source.public and subjects:
            self._waiting.append(msgspec.msgpack.encode(list(subjects.items())))

    def waiting(self) -> Iterator[_Subjects]:
        """Give what waits, in parts, each once."""
        while self._waiting:
            yield dict(msgspec.msgpack.decode(self._waiting.pop(), type=list[tuple[bytes, Identifier]]))

    def lacking(self, connection: Connection) -> bool:
        """Say whether any record of the source needs a tag."""
        return bool(self._waiting) and bool(connection.scalar(select(exists().where(self._untagged))))

    def make(self, connection: Connection, subjects: _Subjects) -> _Tags:
        """Give the tags that are needed; only reads, for making tags takes long."""
        keys = list(subjects)
        needed = _tags_under(connection, self._untagged, keys)
        tags = _tags_under(connection, records.c.public_tag.is_not(None), list(needed))
        new = [key for key in needed if key not in tags]
        return tags | dict(zip(new, make_tags(self._key, [subjects[key] for key in new]), strict=True))

    def write(self, connection: Connection, tags: _Tags) -> None:
        """Write tags beside the records of the source that have none."""
        if not tags:
            return
        mine = (self._mine, records.c.public_tag.is_(None), records.c.key == bindparam("subject"))
        tagged = update(records).where(*mine).values(public_tag=bindparam("tag"))
        connection.execute(tagged, [{"subject": key, "tag": tag} for key, tag in tags.items()])

    @property
    def _mine(self) -> ColumnElement[bool]:
        return records.c.source == self._source.number

    @property
    def _untagged(self) -> ColumnElement[bool]:
        return and_(self._mine, records.c.public_tag.is_(None), records.c.status.in_(OPEN))


def _tags_under(connection: Connection, which: ColumnElement[bool], keys: Sequence[bytes]) -> _Tags:
    """Give the tags of some records under some keys, by key; empty where there is none."""
    found: _Tags = {}
    for at in range(0, len(keys), _ASKED_AT_ONCE):
        part = records.c.key.in_(keys[at : at + _ASKED_AT_ONCE])
        asked = select(records.c.key, records.c.public_tag).where(which, part)
        found |= {bytes(key): bytes(tag or b"") for key, tag in connection.execute(asked)}
    return found


def make_tags(key: ObliviousKey, subjects: Sequence[Identifier]) -> list[bytes]:
    """Give the tag of each subject, in their order.

    Notes
    -----
    About 85 µs a tag and core. A child that dies costs time only: its part is made here.
    """
    parts = max(1, min(len(os.sched_getaffinity(0)), len(subjects) // _WORTH_A_CHILD))
    if parts == 1:
        return [key.tag_of(one) for one in subjects]
    bounds = [len(subjects) * part // parts for part in range(parts + 1)]
    with mmap(-1, len(subjects) * TAG_BYTES) as shared:

        def fill(part: int) -> Callable[[], None]:
            return lambda: _fill(shared, key, subjects, range(bounds[part], bounds[part + 1]))

        children = [(part, Child(fill(part))) for part in range(1, parts)]
        fill(0)()
        for part, child in children:
            if not child.ended(wait=True):
                fill(part)()
        return [shared[at : at + TAG_BYTES] for at in range(0, len(shared), TAG_BYTES)]


def _fill(shared: mmap, key: ObliviousKey, subjects: Sequence[Identifier], which: range) -> None:
    for at in which:
        shared[at * TAG_BYTES : (at + 1) * TAG_BYTES] = key.tag_of(subjects[at])

"""The public's tags of an import: made on every core once its records are in force, kept beside them."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from mmap import mmap
from typing import Final

import msgspec
from sqlalchemy import Connection, bindparam, select, update

from zhamen.adapters.snapshots.child import Child
from zhamen.adapters.sql.schema import records
from zhamen.records.source import Source
from zhamen.screening.oblivious import TAG_BYTES, ObliviousKey
from zhamen.screening.subjects import Identifier

__all__ = ["Tagging", "make_tags"]

_WORTH_A_CHILD: Final = 2_000
"""Tags that take ten times as long to make as a process does."""
_ASKED_AT_ONCE: Final = 10_000

_Subjects = Mapping[bytes, Identifier]
_Tags = dict[bytes, bytes]


class Tagging:
    """The subjects of one import whose records have no tag yet, by their keys.

    They are held in memory, about 85 bytes each, and nowhere else: of an identifier the store keeps
    nothing but its key. Where a process dies before all tags are made, the same file again makes the rest.
    """

    def __init__(self, source: Source, key: ObliviousKey) -> None:
        self._source: Final = source
        self._key: Final = key
        self._waiting: Final[list[bytes]] = []

    def take(self, connection: Connection, subjects: _Subjects) -> _Tags:
        """Give the tags that are known already, and let those wait that a record of the source may lack."""
        if not self._source.public:
            return {}
        known, held = _known(connection, list(subjects), self._source.number)
        lacking = {key: who for key, who in subjects.items() if key not in held}
        if lacking:
            self._waiting.append(msgspec.msgpack.encode(list(lacking.items())))
        return known

    def waiting(self) -> Iterator[_Subjects]:
        """Give what waits, in parts, each once."""
        while self._waiting:
            packed = msgspec.msgpack.decode(self._waiting.pop(), type=list[tuple[bytes, Identifier]])
            yield dict(packed)

    def make(self, connection: Connection, subjects: _Subjects) -> _Tags:
        """Give the tag of each subject; only reads, for making tags takes long."""
        known, _ = _known(connection, list(subjects), self._source.number)
        new = [key for key in subjects if key not in known]
        return known | dict(zip(new, make_tags(self._key, [subjects[key] for key in new]), strict=True))

    def write(self, connection: Connection, tags: _Tags) -> None:
        """Write tags beside the records of the source that have none."""
        mine = (
            records.c.source == self._source.number,
            records.c.key == bindparam("subject"),
            records.c.public_tag.is_(None),
        )
        tagged = update(records).where(*mine).values(public_tag=bindparam("tag"))
        connection.execute(tagged, [{"subject": key, "tag": tag} for key, tag in tags.items()])


def _known(connection: Connection, keys: Sequence[bytes], source: int) -> tuple[_Tags, set[bytes]]:
    """Give the tags that records hold, and the keys of which every record of a source holds one."""
    tags: _Tags = {}
    held, lacking = set[bytes](), set[bytes]()
    columns = select(records.c.key, records.c.public_tag, records.c.source)
    for at in range(0, len(keys), _ASKED_AT_ONCE):
        asked = columns.where(records.c.key.in_(keys[at : at + _ASKED_AT_ONCE]))
        for key, tag, of in connection.execute(asked):
            if tag is not None:
                tags[bytes(key)] = bytes(tag)
            if of == source:
                (lacking if tag is None else held).add(bytes(key))
    return tags, held - lacking


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

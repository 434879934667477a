"""The public's tags of many subjects: points are multiplied on every core."""

import os
from collections.abc import Callable, Sequence
from mmap import mmap
from typing import Final

from zhamen.adapters.snapshots.child import Child
from zhamen.screening.oblivious import TAG_BYTES, ObliviousKey
from zhamen.screening.subjects import Identifier

__all__ = ["make_tags"]

_WORTH_A_CHILD: Final = 2_000
"""Tags that take ten times as long to make as a process does."""


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

"""Python's collector of reference cycles, kept from stopping the answers of a server."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

__all__ = ["calm_collector"]

_THRESHOLDS: Final = (2_000, 5, 1_000)
"""New objects until the youngest are looked at, and how often a generation is before the next: a pause looks at
10,000 objects (1 to 2 ms) and not at all that the caches have come to hold."""


@contextmanager
def calm_collector() -> Iterator[None]:
    """Take what is there out of the collector's sight, and let it look at new objects seldom; undone at the end.

    A full collection walks every object of the process while all answers wait, half a million of them
    after a start. They stay until the end, so there is nothing to find. What requests leave
    behind is freed by its reference counts; cycles are rare and mostly young.
    """
    before = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_THRESHOLDS)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()

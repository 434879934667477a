"""Python's interpreter, set for a process that answers requests while another thread writes."""

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

__all__ = ["serving_interpreter"]

_THRESHOLDS: Final = (2_000, 5, 1_000)
"""New objects until the youngest are looked at, and how often a generation is before the next is: a pause
looks at 10,000 objects, and not at all that the caches have come to hold."""
_TURN_SECONDS: Final = 0.0005
"""How long a thread keeps the interpreter from one that waits for it."""


@contextmanager
def serving_interpreter() -> Iterator[None]:
    """Keep the collector of cycles away from what is there, and let threads change often; undone at the end.

    A full collection walks every object of the process while all answers wait, half a million of them
    after a start. They stay until the end, so nothing is looked for among them, not even once, which
    would take most of a second on a busy machine. What requests leave behind is freed by its
    reference counts; cycles are rare and mostly young.

    A thread that comes back from the disk waits for its turn, by default 5 ms, which is
    longer than the disk took.
    """
    thresholds, turn = gc.get_threshold(), sys.getswitchinterval()
    gc.freeze()
    gc.set_threshold(*_THRESHOLDS)
    sys.setswitchinterval(_TURN_SECONDS)
    try:
        yield
    finally:
        sys.setswitchinterval(turn)
        gc.set_threshold(*thresholds)
        gc.unfreeze()

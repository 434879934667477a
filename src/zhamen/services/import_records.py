"""A file of a source comes into the store, once all of it could be read."""

from collections.abc import Callable, Iterable
from datetime import datetime

from zhamen.ports.records import Actor, Merged, RecordStore
from zhamen.records.claim import Claim
from zhamen.records.source import Source

__all__ = ["import_records"]


def import_records(
    store: RecordStore,
    source: Source,
    claims: Iterable[list[Claim]],
    *,
    actor: Actor,
    clock: Callable[[], datetime],
    progress: Callable[[int], None] = lambda _: None,
) -> Merged:
    """Bring the claims of a file into force, or to the desk of whoever checks them.

    Nothing counts before the last batch is in: a file that turns out to be broken changes nothing.
    The same file again changes nothing either, and completes what a process that died had begun.

    Parameters
    ----------
    progress
        Takes how many claims of a batch were staged.
    """
    begun_at = clock()
    importing = store.begin(store.register(source, actor, begun_at), actor, begun_at)
    try:
        for batch in claims:
            importing.stage(batch)
            progress(len(batch))
        return importing.merge(clock)
    except BaseException:
        importing.abandon()
        raise

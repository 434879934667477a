"""A file of a source comes into the store, once all of it could be read."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from zhamen.ports.records import Actor, Merged, RecordStore
from zhamen.records.claim import Claim, Unread
from zhamen.records.source import Source

__all__ = ["Progress", "import_records"]


def _unheard(_: int) -> None:
    """Tell nobody."""


class Progress(NamedTuple):
    """Who is told how far an import has come, in records."""

    staged: Callable[[int], None] = _unheard
    tagged: Callable[[int], None] = _unheard


_NOBODY: Final = Progress()


def import_records(
    store: RecordStore,
    source: Source,
    claims: Iterable[Sequence[Claim | Unread]],
    *,
    actor: Actor,
    clock: Callable[[], datetime],
    progress: Progress = _NOBODY,
) -> Merged:
    """Bring the claims of a file into force, or to the desk of whoever checks them.

    Nothing counts before the last batch is in: a file that turns out to be broken changes nothing.
    What a refused row is about stays as it was, though the file does not list it.
    The same file again changes nothing either, and completes what a process that died had begun.
    The public's tags are made when the records are in force already: it takes longer than all the rest.
    """
    begun_at = clock()
    importing = store.begin(store.register(source, actor, begun_at), actor, begun_at)
    try:
        for batch in claims:
            said = [one for one in batch if isinstance(one, Claim)]
            importing.stage(said)
            importing.leave([one for one in batch if isinstance(one, Unread)])
            progress.staged(len(said))
        merged = importing.merge(clock)
    except BaseException:
        importing.abandon()
        raise
    importing.tag(progress.tagged)
    return merged

"""Making one decision again, joined: the journal, the views, the packs of then and of today."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import lru_cache

from zhamen.adapters.journal import JournalReader
from zhamen.adapters.packs import find_kept_pack, read_pack
from zhamen.adapters.sql.views.related import SqlRelatedEntries
from zhamen.bootstrap.work import open_work_store
from zhamen.gate.gate import Gate
from zhamen.gate.pack import load_pack
from zhamen.screening.screen import Screen
from zhamen.services.reconsider import Reconsidering
from zhamen.settings import Settings

__all__ = ["open_reconsidering"]

_PACKS_KEPT_OPEN = 4


@contextmanager
def open_reconsidering(settings: Settings, screen: Screen | None = None) -> Iterator[Reconsidering]:
    """Open what makes decisions of a data folder again, beside a running gate or without one.

    Parameters
    ----------
    screen
        What today's lists are looked up in.

    Raises
    ------
    InvalidPack, PackNotFound
        The pack in force cannot be used.
    NotFoundError, JournalDamaged, JournalUnavailable, StoreUnavailable
        There is no journal, or it or the store does not answer.
    """
    today = Gate(load_pack(read_pack(settings.pack), settings.pack), screen=screen)

    @lru_cache(maxsize=_PACKS_KEPT_OPEN)
    def gate_of(pack_hash: str) -> Gate | None:
        if pack_hash == today.pack.hash:
            return today
        text = find_kept_pack(settings.data_dir / "packs", pack_hash)
        return None if text is None else Gate(load_pack(text, pack_hash))

    with ExitStack() as stack:
        journal = JournalReader(settings.data_dir / "journal.db")
        stack.callback(journal.close)
        engine = open_work_store(settings)
        stack.callback(engine.dispose)
        yield Reconsidering(journal, SqlRelatedEntries(engine), today, gate_of)

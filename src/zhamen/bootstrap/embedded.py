"""A gate inside another program: the real journal in a folder, a clock of the caller's, no server."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from zhamen.adapters.journal import SqliteJournal
from zhamen.adapters.packs import read_pack
from zhamen.gate.gate import Gate
from zhamen.gate.pack import load_pack
from zhamen.screening.index.live import LiveScreen
from zhamen.screening.keys import KeyRing
from zhamen.services.decide import DecisionService

__all__ = ["embedded_gate"]

_MOST_WAITING = 512


@contextmanager
def embedded_gate(pack: str, folder: Path, clock: Callable[[], datetime]) -> Iterator[DecisionService]:
    """Open a gate with its journal in `folder`; on the way out it answers all that waits.

    Its lists are empty. Replies come on the thread that writes the journal.

    Raises
    ------
    InvalidPack, PackNotFound
        The pack cannot be used.
    JournalInUse, JournalDamaged, JournalUnavailable, FeaturesDiffer
        The journal cannot be opened or the state not recovered.
    """
    gate = Gate(load_pack(read_pack(pack), pack), screen=LiveScreen(KeyRing({1: bytes(32)})))
    journal = SqliteJournal(folder / "journal.db")
    try:
        service = DecisionService(
            gate, journal, clock=clock, deliver=lambda answers: answers(), max_waiting=_MOST_WAITING
        )
        service.start()
        try:
            yield service
        finally:
            service.drain()
    finally:
        journal.close()

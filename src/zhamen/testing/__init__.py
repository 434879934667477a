"""Fakes that pass the same contracts as the real parts, and factories with boring defaults."""

from zhamen.testing.clock import NOON, SetClock
from zhamen.testing.decided import make_decided
from zhamen.testing.events import make_entries, make_events, make_transfer
from zhamen.testing.gate import TallyGate, TallyPack, TallyPlan, TallyState
from zhamen.testing.journal import MemoryJournal

__all__ = [
    "NOON",
    "MemoryJournal",
    "SetClock",
    "TallyGate",
    "TallyPack",
    "TallyPlan",
    "TallyState",
    "make_decided",
    "make_entries",
    "make_events",
    "make_transfer",
]

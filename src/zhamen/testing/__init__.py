"""Fakes that pass the same contracts as the real parts, and factories with boring defaults."""

from zhamen.testing.casework import MemoryCasework
from zhamen.testing.clock import NOON, SetClock
from zhamen.testing.decided import SMALL_BANK, make_decided
from zhamen.testing.events import make_entries, make_events, make_transfer
from zhamen.testing.gate import TallyGate, TallyPack, TallyPlan, TallyState
from zhamen.testing.journal import MemoryJournal
from zhamen.testing.stories import Accounts, decide_as, enter_as, make_story

__all__ = [
    "NOON",
    "SMALL_BANK",
    "Accounts",
    "MemoryCasework",
    "MemoryJournal",
    "SetClock",
    "TallyGate",
    "TallyPack",
    "TallyPlan",
    "TallyState",
    "decide_as",
    "enter_as",
    "make_decided",
    "make_entries",
    "make_events",
    "make_story",
    "make_transfer",
]

"""Fakes that pass the same contracts as the real parts."""

from zhamen.testing.gate import TallyGate, TallyPack, TallyPlan, TallyState
from zhamen.testing.journal import MemoryJournal

__all__ = ["MemoryJournal", "TallyGate", "TallyPack", "TallyPlan", "TallyState"]

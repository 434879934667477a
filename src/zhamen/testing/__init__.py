"""Fakes that pass the same contracts as the real parts."""

from zhamen.testing.journal import MemoryJournal

__all__ = ["MemoryJournal"]

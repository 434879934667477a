"""Where a replayed run is written down, so that it can be looked into and proved."""

from typing import Protocol

from zhamen.events.batch import Batch
from zhamen.gate.gate import DecisionTable

__all__ = ["Recorder"]


class Recorder(Protocol):
    """Takes batches with their decisions, in order."""

    def add(self, first_seq: int, batch: Batch, decisions: DecisionTable) -> None:
        """Write the events of a batch, whose first has the number `first_seq`."""

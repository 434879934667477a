"""Where the time of decisions goes, for metrics."""

from dataclasses import dataclass

__all__ = ["Timings"]


@dataclass(slots=True)
class Timings:
    """Counts and seconds since the start; every figure only grows, but the last two.

    ``waiting_seconds`` is from the decision to the beginning of its group's writing, summed over
    entries; ``journal_seconds`` is summed over groups, so a group of 30 counts once.
    """

    taken: int = 0
    duplicates: int = 0
    refused: int = 0
    """Events that the door, an earlier use of the id or the gate refused."""
    overloaded: int = 0
    admit_seconds: float = 0.0
    gate_seconds: float = 0.0
    record_seconds: float = 0.0
    """Writing event and decision as JSON, and their chain."""
    waiting_seconds: float = 0.0
    journal_seconds: float = 0.0
    groups: int = 0
    durable: int = 0
    """Entries written; divided by ``groups``, the mean group."""
    journal_failures: int = 0
    snapshots: int = 0
    snapshot_failures: int = 0
    snapshot_pause_seconds: float = 0.0
    """How long decisions were held up by the last snapshot."""
    largest_group: int = 0

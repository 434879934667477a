"""How far the views are behind the journal."""

from typing import Final, NamedTuple

import msgspec

from zhamen.bootstrap.gatehouse import Gatehouse
from zhamen.gate.decision import Decision

__all__ = ["Behind", "Lag"]

_DECISION: Final = msgspec.json.Decoder(Decision)


class Behind(NamedTuple):
    """Entries that the views have not taken in, and how many seconds ago the first of them was decided."""

    entries: int
    seconds: float


class Lag:
    """Compares the views with the journal: one question to each."""

    def __init__(self, house: Gatehouse) -> None:
        self._insight = house.insight
        self._service = house.service
        self._clock = house.desk.clock

    def behind(self) -> Behind:
        """Say how far the views are behind; 0 and 0 when they have all."""
        newest = self._insight.decisions.newest()
        seen = 0 if newest is None else newest[0]
        entry = self._insight.journal.at(seen + 1)
        if entry is None:
            return Behind(0, 0.0)
        waited = self._clock() - _DECISION.decode(entry.decision).decided_at
        return Behind(max(0, self._service.last_seq - seen), max(0.0, waited.total_seconds()))

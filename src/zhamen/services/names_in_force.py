"""The names in force as time goes on: those that begin come, those that end go."""

from collections.abc import Iterable, Iterator
from heapq import heappop, heappush

from zhamen.core.instants import Micros
from zhamen.ports.records import Named
from zhamen.screening.entries import EVER
from zhamen.screening.names.find import NameEntry
from zhamen.screening.names.index import NameIndex
from zhamen.screening.names.live import LiveNames

__all__ = ["NamesInForce"]


class NamesInForce:
    """Names of records in force at an instant that only moves on.

    Parameters
    ----------
    named
        Versions of records; read once.
    last
        The number of the last change among them.
    """

    def __init__(self, named: Iterable[Named], last: int, now: Micros) -> None:
        self._agenda: list[tuple[Micros, int]] = []
        self._timed: dict[int, Named] = {}
        self.last = last
        self.names = LiveNames(NameIndex(self._in_force(named, now)))

    def take(self, changed: Iterable[Named], now: Micros) -> None:
        """Take versions as they now are."""
        for one in changed:
            self._plan(one, now)
            if one.since <= now < one.until:
                self.names.put(_entry(one))
            else:
                self.names.strike(one.record_id)

    def advance(self, now: Micros) -> None:
        """Let come and go what is due."""
        while self._agenda and self._agenda[0][0] <= now:
            due, record_id = heappop(self._agenda)
            one = self._timed.get(record_id)
            if one is None or due not in (one.since, one.until):
                continue
            if due == one.since:
                self.take([one], now)
            else:
                del self._timed[record_id]
                self.names.strike(record_id)

    def _in_force(self, named: Iterable[Named], now: Micros) -> Iterator[NameEntry]:
        for one in named:
            self._plan(one, now)
            if one.since <= now < one.until:
                yield _entry(one)

    def _plan(self, one: Named, now: Micros) -> None:
        """Note when a version comes or goes, if it still does, in place of what was noted of it."""
        self._timed.pop(one.record_id, None)
        if one.until <= now:
            return
        instant = one.since if one.since > now else one.until
        if instant != EVER:
            self._timed[one.record_id] = one
            heappush(self._agenda, (instant, one.record_id))


def _entry(one: Named) -> NameEntry:
    return NameEntry(one.record_id, one.kind, one.names)

"""Whether a transfer was let go: the money of what waits here, or was refused, still lies with who pays."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from zhamen.cases.held import PaymentStatus
from zhamen.core.instants import to_micros
from zhamen.gate.decision import Outcome
from zhamen.networks.live import Networks
from zhamen.organisation.scope import Scope
from zhamen.ports.casework import Casework
from zhamen.services.name_accounts import Named

__all__ = ["Passages"]

_LONGEST: Final = timedelta(hours=48)
"""After which a transfer that nobody told of is taken to have arrived: what did not would have been told."""
_SLOW: Final = ("ordinary", "next_day")
_MOST_ASKED: Final = 500
"""Of the edges of one answer, how many of the newest are asked about."""


class Passages:
    """Tells what became of transfers so far, for one answer to one reader.

    Only of those of which no settlement told: a `transfer_settled` event has the last word.
    """

    def __init__(
        self, networks: Networks, casework: Casework, scope: Scope, named: Named, now: datetime
    ) -> None:
        self._networks = networks
        self._casework = casework
        self._scope = scope
        self._named = named
        self._oldest = to_micros(now - _LONGEST)
        self._known: dict[int, bool] = {}

    def stayed(self, edges: Iterable[int]) -> frozenset[int]:
        """Give those that were refused or are held, so that their money lies with who pays."""
        return frozenset(edge for edge in self._under_way(edges) if self._stays(edge))

    def flying(self, edges: Iterable[int]) -> frozenset[int]:
        """Give those that were let go, take their time, and can be called back until they arrive."""
        return frozenset(
            edge
            for edge in self._under_way(edges)
            if not self._stays(edge)
            and self._named.speed(edge) in _SLOW
            and self._networks.graph.edge(edge).posted_at >= self._oldest
        )

    def _under_way(self, edges: Iterable[int]) -> list[int]:
        asked = sorted(set(edges), reverse=True)[:_MOST_ASKED]
        found = [edge for edge in asked if self._networks.is_under_way(edge)]
        self._named.learn(found)
        return found

    def _stays(self, edge: int) -> bool:
        if edge not in self._known:
            payment = self._casework.find_payment(self._scope, self._named.event_id(edge))
            refused = self._named.outcome(edge) == Outcome.DECLINE.value
            self._known[edge] = refused if payment is None else payment.status is not PaymentStatus.RELEASED
        return self._known[edge]

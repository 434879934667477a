"""T8 多对多分层, looked for every night in the transfers since the night before."""

from typing import Final

import msgspec
from msgspec import Struct

from zhamen.core.instants import Micros
from zhamen.networks.graph.view import GraphView
from zhamen.networks.typologies.groups import dense_groups

__all__ = ["NightlyGroups", "night_of"]

_DAY: Final = 86_400_000_000
_NIGHT: Final = 19 * 3_600_000_000
"""When a night begins, after midnight UTC: three in the morning in China."""


def night_of(at: Micros) -> int:
    """Give which night an instant comes after, counted in days."""
    return (at - _NIGHT) // _DAY


class _Standing(Struct):
    """The night that was last looked at, where in the graph it ended, and who was in a group then."""

    night: int | None = None
    since: int = 0
    accounts: tuple[int, ...] = ()


class NightlyGroups:
    """Which accounts were sources or targets of a dense group in the day before the last night.

    `look` is for the thread that writes the graph; with each event it costs nothing but a comparison, and
    with the first of a new day a third of a second for 300,000 transfers.
    """

    def __init__(self, standing: _Standing | None = None) -> None:
        self._standing = standing or _Standing()
        self._members = frozenset(self._standing.accounts)

    def look(self, graph: GraphView, at: Micros) -> None:
        """Look for groups when a night has passed since the last event; times that go back change nothing."""
        night, standing = night_of(at), self._standing
        if standing.night is not None and night <= standing.night:
            return
        if standing.night is not None:
            groups = dense_groups(graph, since=standing.since, before=graph.watermark)
            self._members = frozenset(
                account for group in groups for account in (*group.sources, *group.targets)
            )
        self._standing = _Standing(night, graph.watermark, tuple(sorted(self._members)))

    def __contains__(self, account: int) -> bool:
        return account in self._members

    def written(self) -> bytes:
        """Give where these stand, as JSON."""
        return msgspec.json.encode(self._standing)

    @classmethod
    def restore(cls, written: bytes) -> "NightlyGroups":
        """Give those that were written."""
        return cls(msgspec.json.decode(written, type=_Standing))

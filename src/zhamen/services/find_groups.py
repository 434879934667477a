"""Which accounts make dense groups: sources that pay the same targets, found over a span of the graph."""

from datetime import datetime, timedelta

import numpy as np
from msgspec import Struct

from zhamen.core.instants import from_micros
from zhamen.networks.live import Networks
from zhamen.networks.typologies.groups import dense_groups
from zhamen.services.name_accounts import Named

__all__ = ["GroupFound", "GroupsFound", "find_groups"]

_MICROSECOND = timedelta(microseconds=1)


class GroupFound(Struct, frozen=True, kw_only=True):
    """A group by the numbers of its accounts; `stacked` when its targets are sources of another."""

    sources: tuple[str, ...]
    targets: tuple[str, ...]
    density: float
    stacked: bool


class GroupsFound(Struct, frozen=True, kw_only=True):
    """The groups of a span, and its newest transfer; None when the graph is empty."""

    until: datetime | None
    groups: tuple[GroupFound, ...]


def find_groups(networks: Networks, named: Named, width: timedelta) -> GroupsFound:
    """Give the groups (T8) among the transfers of so long before the newest, in posting order.

    Notes
    -----
    A third of a second for 300,000 transfers of a bank's day; minutes where thousands of accounts all pay
    each other.
    """
    graph = networks.graph
    edges = graph.watermark - graph.first_edge
    if not edges:
        return GroupsFound(until=None, groups=())
    times = graph.times(np.arange(edges))
    newest = int(times.max())
    since = graph.first_edge + int(np.argmax(times > newest - width // _MICROSECOND))
    found = dense_groups(graph, since=since, before=graph.watermark)
    ways = [(source, True) for group in found for source in group.sources]
    ways += [(target, False) for group in found for target in group.targets]
    named.learn(int(graph.edges_of(account, as_debtor=pays, limit=1)[0]) for account, pays in set(ways))
    return GroupsFound(
        until=from_micros(newest),
        groups=tuple(
            GroupFound(
                sources=_numbers(named, group.sources),
                targets=_numbers(named, group.targets),
                density=group.density,
                stacked=group.stacked,
            )
            for group in found
        ),
    )


def _numbers(named: Named, accounts: tuple[int, ...]) -> tuple[str, ...]:
    told = (named.account(account) for account in accounts)
    return tuple(sorted(one.identifier for one in told if one is not None))

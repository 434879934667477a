"""Which accounts make dense groups: sources that pay the same targets, found over a span of the graph."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

import numpy as np
from msgspec import Struct

from zhamen.core.instants import from_micros
from zhamen.networks.live import Networks
from zhamen.networks.typologies.groups import dense_groups
from zhamen.services.name_accounts import Named

__all__ = ["GroupFound", "GroupsFound", "find_groups", "listed"]

_MICROSECOND = timedelta(microseconds=1)
_IN_FORCE: Final = timedelta(days=30)
"""So long after the newest transfer, accounts of a group stay on the list."""


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


def listed(found: GroupsFound) -> Iterator[tuple[str, str, str]]:
    """Give the list that the mapping ``network-groups`` reads: its head, then a line for each account."""
    yield "identifier", "group", "expires_at"
    if found.until is None:
        return
    expires_at, told = (found.until + _IN_FORCE).isoformat(), set[str]()
    for number, group in enumerate(found.groups, 1):
        for account in (*group.sources, *group.targets):
            if account not in told:
                told.add(account)
                yield account, f"T8-{found.until:%Y%m%d}-{number}", expires_at


def _numbers(named: Named, accounts: tuple[int, ...]) -> tuple[str, ...]:
    told = (named.account(account) for account in accounts)
    return tuple(sorted(one.identifier for one in told if one is not None))

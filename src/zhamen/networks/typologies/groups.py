"""T8 多对多分层: sources that pay the same targets, found in one go over a span of the graph."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from zhamen.networks.graph.columns import columns
from zhamen.networks.graph.layout import A_KIND, ACCOUNT_WORDS, KIND_BITS, NOBODY
from zhamen.networks.graph.view import GraphView
from zhamen.networks.typologies.kinds import BULK, COUNTED_KINDS

__all__ = ["DenseGroup", "GroupSettings", "dense_groups"]

_Numbers = npt.NDArray[np.int64]
_SIDE: Final = 2**32


class GroupSettings(Struct, frozen=True, kw_only=True):
    """What makes a group; families and suppliers make small ones too, so raise it where they are too many."""

    sources_least: int = 2
    targets_least: int = 2
    share: float = 0.5
    """Of the targets, every source pays this at least; so the group is at least as dense."""
    most_degree: int = 50
    """An account with more targets, or more sources, belongs to no group."""


@dataclass(frozen=True, slots=True)
class DenseGroup:
    """Sources and targets, by account number, in order."""

    sources: tuple[int, ...]
    targets: tuple[int, ...]
    density: float
    """Of all pairs of a source and a target, how many have a transfer."""
    stacked: bool
    """Two of its targets, or more, are sources of another group."""


def dense_groups(
    graph: GraphView, *, since: int, before: int, settings: GroupSettings | None = None
) -> tuple[DenseGroup, ...]:
    """Give the groups among the transfers from one edge on and before another.

    A group grows from two sources with at least two targets in common: these are its targets, and
    every account that pays enough of them is its source. One whose sources and targets are all in
    another is not told. Accounts of very many, and transfers that came back whole or in part, are
    left out, as they are known now.

    Notes
    -----
    For the nightly batch: reads every edge of the span. What has fewer than two targets, or than two
    sources, goes first, and that is nearly all.
    """
    chosen = GroupSettings() if settings is None else settings
    pairs = _core(_pairs(graph, since, before), chosen.most_degree)
    targets_of, sources_of = _by(pairs[:, 0], pairs[:, 1]), _by(pairs[:, 1], pairs[:, 0])
    found = {
        group
        for seed in _seeds(sources_of)
        if (group := _grow(seed, targets_of, sources_of, chosen)) is not None
    }
    return tuple(_told(_largest(found), targets_of))


def _pairs(graph: GraphView, since: int, before: int) -> _Numbers:
    """Give each debtor and creditor with a transfer, once."""
    table = columns(graph, since=since, watermark=before)
    fits = np.isin(table.kind, [int(kind) for kind in COUNTED_KINDS]) & ~table.same_owner & ~table.reversed
    for side in (table.debtor, table.creditor):
        fits &= (side != NOBODY) & ~np.isin(_kinds(graph)[side], [int(kind) for kind in BULK])
    both = np.unique(table.debtor[fits] * _SIDE + table.creditor[fits])
    return np.stack([both // _SIDE, both % _SIDE], axis=1)


def _kinds(graph: GraphView) -> _Numbers:
    at = graph.memory.regions.at["accounts"]
    rows = graph.memory.words[at : at + graph.accounts * ACCOUNT_WORDS].reshape(-1, ACCOUNT_WORDS)
    return rows[:, A_KIND] & ((1 << KIND_BITS) - 1)


def _core(pairs: _Numbers, most_degree: int) -> _Numbers:
    """Drop accounts of too many, then what has one target or one source, until nothing more drops."""
    sources, targets = _degrees(pairs)
    pairs = pairs[(sources <= most_degree) & (targets <= most_degree)]
    while True:
        sources, targets = _degrees(pairs)
        kept = pairs[(sources >= 2) & (targets >= 2)]
        if len(kept) == len(pairs):
            return kept
        pairs = kept


def _degrees(pairs: _Numbers) -> tuple[_Numbers, _Numbers]:
    """Give, by pair, how many targets its source has, and how many sources its target."""
    size = int(pairs.max(initial=0)) + 1
    return (
        np.bincount(pairs[:, 0], minlength=size)[pairs[:, 0]],
        np.bincount(pairs[:, 1], minlength=size)[pairs[:, 1]],
    )


def _by(keys: _Numbers, values: _Numbers) -> dict[int, frozenset[int]]:
    grouped: dict[int, set[int]] = defaultdict(set)
    for key, value in zip(keys.tolist(), values.tolist(), strict=True):
        grouped[key].add(value)
    return {key: frozenset(values) for key, values in grouped.items()}


def _seeds(sources_of: dict[int, frozenset[int]]) -> list[tuple[int, int]]:
    """Give the pairs of sources with two targets in common, or more."""
    common = Counter(pair for sources in sources_of.values() for pair in combinations(sorted(sources), 2))
    return [pair for pair, many in common.items() if many >= 2]


_Group = tuple[frozenset[int], frozenset[int]]


def _grow(
    seed: tuple[int, int],
    targets_of: dict[int, frozenset[int]],
    sources_of: dict[int, frozenset[int]],
    chosen: GroupSettings,
) -> _Group | None:
    targets = targets_of[seed[0]] & targets_of[seed[1]]
    paid = Counter(source for target in targets for source in sources_of[target])
    sources = frozenset(
        source
        for source, many in paid.items()
        if many >= 2 and many >= chosen.share * len(targets) and source not in targets
    )
    enough = len(sources) >= chosen.sources_least and len(targets) >= chosen.targets_least
    return (sources, targets) if enough else None


def _largest(groups: Iterable[_Group]) -> list[_Group]:
    """Leave out what is within another, and order the rest."""
    by_source: dict[int, list[_Group]] = defaultdict(list)
    ordered = sorted(groups, key=lambda group: (-len(group[0]), -len(group[1]), *map(sorted, group)))
    kept = []
    for sources, targets in ordered:
        others = by_source[min(sources)]
        if not any(sources <= other[0] and targets <= other[1] for other in others):
            kept.append((sources, targets))
            for source in sources:
                by_source[source].append((sources, targets))
    return kept


def _told(groups: list[_Group], targets_of: dict[int, frozenset[int]]) -> Iterable[DenseGroup]:
    sourced: dict[int, set[int]] = defaultdict(set)
    for number, (sources, _) in enumerate(groups):
        for source in sources:
            sourced[source].add(number)
    for sources, targets in groups:
        shared = Counter(number for target in targets for number in sourced.get(target, ()))
        pairs = sum(len(targets_of[source] & targets) for source in sources)
        yield DenseGroup(
            tuple(sorted(sources)),
            tuple(sorted(targets)),
            pairs / (len(sources) * len(targets)),
            stacked=max(shared.values(), default=0) >= 2,
        )

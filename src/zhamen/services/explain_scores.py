"""How likely an account does a mule's work, and what speaks for it."""

from collections.abc import Sequence
from typing import Final

from zhamen.core.identifiers import identity
from zhamen.core.instants import from_micros
from zhamen.networks.graph.kinds import EdgeKind
from zhamen.networks.links.cluster import CLUSTER_NAMES
from zhamen.networks.live import Networks
from zhamen.networks.mule.accounts import is_scored
from zhamen.networks.mule.fitted import INBOUND, OUTBOUND
from zhamen.networks.mule.model import Contribution
from zhamen.networks.names import NETWORK_NAMES
from zhamen.networks.typologies.kinds import COUNTED_KINDS
from zhamen.services.explained import ContributionTold, ScoreTold
from zhamen.services.name_accounts import Named

__all__ = ["newest_edges", "scores_of"]

_NEWEST: Final = 64
"""Among so many of an account's newest edges the one that it is scored by is looked for."""
_PAID: Final = (*COUNTED_KINDS, EdgeKind.CASH_OUT)


def newest_edges(networks: Networks, account: int) -> list[int]:
    """Give the newest edges of an account, the newest first, as far as the typologies have come."""
    found = [
        int(edge)
        for as_debtor in (True, False)
        for edge in networks.graph.edges_of(
            account, as_debtor=as_debtor, watermark=networks.typologies.watermark, limit=_NEWEST
        )
    ]
    return sorted(found, reverse=True)


def scores_of(
    networks: Networks, account: str, numbers: Sequence[int], named: Named
) -> tuple[ScoreTold, ...]:
    """Give the inbound and the outbound score of an account; neither where none is of any use."""
    scores = []
    for side, kinds in (("inbound", COUNTED_KINDS), ("outbound", _PAID)):
        edges = [
            edge.number
            for number in numbers
            if is_scored(networks.graph.kind(number))
            for edge in map(networks.graph.edge, newest_edges(networks, number))
            if edge.kind in kinds and number == (edge.creditor if side == "inbound" else edge.debtor)
        ]
        if edges:
            named.learn([max(edges)])
            scores.append(_score(networks, account, side, max(edges), named))
    return tuple(scores)


def _score(networks: Networks, account: str, side: str, edge: int, named: Named) -> ScoreTold:
    model, role = (INBOUND, "creditor") if side == "inbound" else (OUTBOUND, "debtor")
    cluster = zip(CLUSTER_NAMES, networks.links.values(identity(account)), strict=True)
    values = networks.typologies.numbers(edge)
    score = model.score(values | {f"{role}_account_{name}": value for name, value in cluster})
    seq, event_id = named.event(edge)
    return ScoreTold(
        side=side,
        probability=score.probability,
        base=model.probability({}),
        at=from_micros(networks.graph.edge(edge).posted_at),
        seq=seq,
        event_id=event_id,
        contributions=tuple(map(_contribution, score.contributions)),
    )


def _contribution(one: Contribution) -> ContributionTold:
    words = NETWORK_NAMES[one.name]
    return ContributionTold(
        name=one.name, zh=words.zh, en=words.en, unit=words.unit, value=one.value, weight=one.weight
    )

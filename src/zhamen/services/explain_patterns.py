"""The patterns that a transfer completed, and with which transfers."""

from collections.abc import Sequence
from typing import Final

from zhamen.core.instants import from_micros
from zhamen.networks.live import Networks
from zhamen.networks.typologies.kinds import Typology
from zhamen.networks.typologies.names import TYPOLOGY_WORDS
from zhamen.services.explained import MovedTold, PatternTold
from zhamen.services.name_accounts import Named

__all__ = ["patterns_of"]

_MOST_TRANSFERS: Final = 50


def patterns_of(networks: Networks, edge: int, named: Named) -> tuple[PatternTold, ...]:
    """Give the patterns that an edge completed, each with its newest transfers."""
    evidence = {each: networks.typologies.evidence(edge, each) for each in _completed(networks, edge, named)}
    named.learn(one for edges in evidence.values() for one in edges[-_MOST_TRANSFERS:])
    return tuple(_pattern(each, edges, networks, named) for each, edges in evidence.items())


def _completed(networks: Networks, edge: int, named: Named) -> list[Typology]:
    """Give the patterns that an edge completed, by what was recorded of it where that is known."""
    told, again = named.told(edge), networks.typologies.complete(edge)
    recorded = {each: told.get(f"transfer_t{int(each)}") for each in Typology}
    return [each for each, flag in recorded.items() if (each in again if flag is None else flag == 1)]


def _pattern(typology: Typology, edges: Sequence[int], networks: Networks, named: Named) -> PatternTold:
    zh, en = TYPOLOGY_WORDS[typology]
    shown = edges[-_MOST_TRANSFERS:]
    return PatternTold(
        typology=int(typology),
        zh=zh,
        en=en,
        transfers=tuple(_moved(edge, networks, named) for edge in shown),
        more=len(edges) - len(shown),
    )


def _moved(number: int, networks: Networks, named: Named) -> MovedTold:
    edge, (seq, event_id) = networks.graph.edge(number), named.event(number)
    return MovedTold(
        debtor=named.account(edge.debtor),
        creditor=named.account(edge.creditor),
        kind=edge.kind.name.lower(),
        at=from_micros(edge.posted_at),
        amount_minor=edge.amount_minor,
        seq=seq,
        event_id=event_id,
    )

"""The cluster of an account and what ties it to the others, shown as its reader may see it."""

from typing import Final

from zhamen.core.identifiers import identity
from zhamen.core.instants import from_micros
from zhamen.networks.links.kinds import LINK_KIND_WORDS
from zhamen.networks.live import Networks
from zhamen.services.explain_scores import newest_edges
from zhamen.services.explained import ClusterTold, MemberTold, TieTold
from zhamen.services.name_accounts import Named

__all__ = ["cluster_of"]

_MOST_LOOKED_AT: Final = 100
_MOST_MEMBERS: Final = 20
_MOST_TIES: Final = 20


def cluster_of(networks: Networks, account: str, named: Named, *, profiled: bool) -> ClusterTold | None:
    """Give the cluster of an account with those of its members that its reader may see; None without one.

    Parameters
    ----------
    profiled
        Whether only members that have a profile are within the reader's part of the bank.
    """
    links, own = networks.links, identity(account)
    cluster = links.cluster(own)
    if cluster is None:
        return None
    others = [one for one in links.members(own, _MOST_LOOKED_AT) if one != own]
    moved = [(one, int(at)) for one, at in zip(others, networks.graph.find_accounts(others), strict=True)]
    moved = [(one, at) for one, at in moved if at >= 0]
    named.learn(edge for _, at in moved for edge in newest_edges(networks, at)[:1])
    inside = [
        (one, told)
        for one, at in moved
        if (told := named.account(at)) is not None and (not profiled or named.profile(at) is not None)
    ]
    return ClusterTold(
        size=cluster.size,
        reported=cluster.reported,
        opened_7d=cluster.opened_7d,
        growth_7d=cluster.growth_7d,
        risk=cluster.risk,
        suspicious=cluster.suspicious,
        ties=_ties(networks, own),
        members=tuple(
            MemberTold(account=told, ties=_kinds(networks, one)) for one, told in inside[:_MOST_MEMBERS]
        ),
        outside=len(moved) - len(inside),
        unmoved=len(others) - len(moved),
        more=max(0, cluster.size - 1 - len(others)) + max(0, len(inside) - _MOST_MEMBERS),
    )


def _ties(networks: Networks, account: int) -> tuple[TieTold, ...]:
    ties = []
    for one in networks.links.shared(account)[:_MOST_TIES]:
        zh, en = LINK_KIND_WORDS[one.kind]
        tie = TieTold(
            kind=one.kind.name.lower(),
            zh=zh,
            en=en,
            accounts=one.accounts,
            in_cluster=one.in_cluster,
            seen_at=from_micros(one.seen_at),
        )
        ties.append(tie)
    return tuple(ties)


def _kinds(networks: Networks, account: int) -> tuple[str, ...]:
    kinds = sorted({one.kind for one in networks.links.shared(account)})
    return tuple(kind.name.lower() for kind in kinds)

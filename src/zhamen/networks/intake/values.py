"""What is told of the two accounts of a payment: stolen money in them, their clusters, their scores."""

from typing import Final

from zhamen.features.compiled import Floats, Words, inlined
from zhamen.networks.books.layout import M_DEBTOR_KIND
from zhamen.networks.graph.accounts import account_at, find_account, kind_in, row_of
from zhamen.networks.graph.layout import A_KIND, IN_DEBTOR, NOBODY
from zhamen.networks.graph.log import creditor_of, debtor_of
from zhamen.networks.intake.layout import (
    B_OPENED_FROM,
    B_POSTING,
    B_REPORTED_FROM,
    B_SMALLEST,
    V_CLUSTERS,
    V_SCORES,
    V_TAINTED,
)
from zhamen.networks.links.cluster import CLUSTER_NAMES
from zhamen.networks.links.layout import A_JOININGS, A_OPENINGS, A_REPORTS, A_SIZE
from zhamen.networks.links.rows import account_row
from zhamen.networks.links.rows import find_account as find_linked
from zhamen.networks.links.unions import first_of
from zhamen.networks.mule.accounts import SCORED_BITS
from zhamen.networks.mule.tables import probability
from zhamen.networks.tracing.kernels import held_by
from zhamen.networks.tracing.request import NOT_FOLLOWED_BITS
from zhamen.networks.typologies.passing import NOTHING

__all__ = ["tell_clusters", "tell_scores", "tell_tainted"]

_CLUSTER: Final = len(CLUSTER_NAMES)


@inlined
def tell_tainted(graph: Words, taint: Words, board: Words, out: Floats, to: int) -> None:
    """Write what stolen money lies on either side of the movement on the board, before it is posted.

    None in accounts that hold the money of very many: what lies there is nobody's to be blamed for.
    """
    for side in range(2):
        identity = board[B_POSTING + IN_DEBTOR + side]
        row = -1 if identity < 0 else find_account(graph, identity)
        kind = 0 if row < 0 else kind_in(graph[row + A_KIND])
        kind = board[B_POSTING + M_DEBTOR_KIND + side] if kind == 0 else kind
        of_many = (NOT_FOLLOWED_BITS >> kind) & 1 != 0
        held = 0 if row < 0 or of_many else held_by(taint, account_at(graph, row))
        out[to + V_TAINTED + side] = NOTHING if identity < 0 else float(held)


@inlined
def tell_clusters(links: Words, board: Words, out: Floats, to: int) -> None:
    """Write what is known of the clusters that the two accounts belong to."""
    for side in range(2):
        identity = board[B_POSTING + IN_DEBTOR + side]
        account = -1 if identity < 0 else find_linked(links, identity)
        first = -1 if account < 0 else first_of(links, account)
        _tell_cluster(links, board, first, out, to + V_CLUSTERS + side * _CLUSTER)


@inlined
def _tell_cluster(links: Words, board: Words, first: int, out: Floats, to: int) -> None:
    """Write a cluster as `Cluster.values` gives it; nothing of an account that is alone."""
    row = account_row(links, max(0, first))
    if first < 0 or links[row + A_SIZE] < 2:
        for column in range(_CLUSTER):
            out[to + column] = NOTHING
        return
    size, reported, opened = links[row + A_SIZE], links[row + A_REPORTS], links[row + A_OPENINGS]
    large = size >= board[B_SMALLEST]
    out[to], out[to + 1], out[to + 2] = float(size), float(reported), float(opened)
    out[to + 3] = float(links[row + A_JOININGS])
    out[to + 4] = min(1.0, float(reported + opened) / float(size)) if large else 0.0
    enough = reported >= board[B_REPORTED_FROM] or opened >= board[B_OPENED_FROM]
    out[to + 5] = 1.0 if large and enough else 0.0


@inlined
def tell_scores(graph: Words, scores: Floats, record: int, out: Floats, to: int) -> None:
    """Write how likely each account does a mule's work, by all that is told of the payment."""
    for side in range(2):
        account = creditor_of(graph, record) if side else debtor_of(graph, record)
        kind = kind_in(graph[row_of(graph, account) + A_KIND])
        scored = account != NOBODY and (SCORED_BITS >> kind) & 1 != 0
        out[to + V_SCORES + side] = probability(scores, side, out, to) if scored else NOTHING

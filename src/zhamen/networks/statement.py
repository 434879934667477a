"""The statement of an account that traced money came to: what came of whose, and what went."""

from collections import Counter
from collections.abc import Iterable, Mapping, Set
from datetime import datetime
from typing import Final

from zhamen.networks.returns import Movement, ReturnPlan, plan_return
from zhamen.networks.tracing.result import Trace
from zhamen.networks.tracing.rules import Fate

__all__ = ["losses_of", "plan_returns", "statement_of"]

_MOST: Final = 1000
"""Movements of either direction that are looked at: the newest."""


def statement_of(trace: Trace, account: int, withheld: Set[int] = frozenset()) -> list[Movement]:
    """Give an account's movements from the first traced money on, as `plan_return` takes them.

    A victim is named by the number of the account that the seed was paid from. What the account held
    before stands first, as nobody's; a credit that brought traced money and other stands as several. Edges
    that are withheld moved nothing.
    """
    came = _came(trace, account)
    if not came:
        return []
    graph, since = trace.graph, min(came)
    numbers = [
        (int(number), as_debtor)
        for as_debtor in (False, True)
        for number in graph.edges_of(
            account, as_debtor=as_debtor, since=since, watermark=trace.watermark, limit=_MOST
        )
    ]
    first = min(number for number, _ in numbers)
    movements = []
    before = graph.balance(account, first)
    if before:
        movements.append(Movement(posted_at=graph.edge(first).posted_at, amount_minor=before))
    for number, as_debtor in sorted(numbers):
        edge = graph.edge(number)
        if edge.debtor == edge.creditor or number in withheld:
            continue
        whole = edge.amount_minor
        for victim, amount in sorted(came.get(number, {}).items()) if not as_debtor else ():
            movements.append(Movement(posted_at=edge.posted_at, amount_minor=amount, victim=str(victim)))
            whole -= amount
        if whole > 0:
            movements.append(Movement(posted_at=edge.posted_at, amount_minor=-whole if as_debtor else whole))
    return movements


def plan_returns(
    trace: Trace,
    held: Iterable[tuple[int, int]],
    *,
    announced_at: datetime,
    withheld: Set[int] = frozenset(),
) -> list[tuple[int, ReturnPlan]]:
    """Propose who gets how much of each account and what is held in it, one account after the other.

    What one account gives back is lost no more when the next one is shared, so no victim gets more than
    was lost. Edges that are withheld wait here or were refused: they are in no statement.
    """
    lost, plans = losses_of(trace), list[tuple[int, ReturnPlan]]()
    for account, amount in held:
        plan = plan_return(amount, statement_of(trace, account, withheld), lost, announced_at=announced_at)
        lost |= {line.victim: lost[line.victim] - line.returned_minor for line in plan.lines}
        plans.append((account, plan))
    return plans


def losses_of(trace: Trace) -> dict[str, int]:
    """Give what each victim of a trace forward lost and has not back, by the number of the account."""
    lost: Counter[str] = Counter()
    for seed, edge in ((seed, trace.graph.edge(seed.edge)) for seed in trace.request.seeds):
        lost[str(edge.debtor)] += edge.amount_minor if seed.amount_minor is None else seed.amount_minor
    for account, amount in trace.left_in(Fate.RECOVERED).items():
        if str(account) in lost:
            lost[str(account)] = max(0, lost[str(account)] - amount)
    return dict(lost)


def _came(trace: Trace, account: int) -> Mapping[int, Counter[int]]:
    """Give what each edge brought to an account, by victim."""
    victims = _victims(trace)
    came: dict[int, Counter[int]] = {}
    for number in (trace.accounts == account).nonzero()[0].tolist():
        edge = int(trace.edges[number])
        came.setdefault(edge, Counter())[victims[number]] += int(trace.amounts[number])
    return came


def _victims(trace: Trace) -> list[int]:
    """Give by piece the account that its seed was paid from."""
    victims: list[int] = []
    for piece in trace.pieces():
        seed = piece.parent is None
        victims.append(trace.graph.edge(piece.edge).debtor if seed else victims[piece.parent or 0])
    return victims

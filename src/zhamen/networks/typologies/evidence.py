"""Which edges make a pattern that an edge completed."""

from collections.abc import Callable
from typing import Final, NamedTuple

from zhamen.networks.graph.kinds import EdgeKind
from zhamen.networks.graph.layout import NOBODY
from zhamen.networks.typologies.kinds import Typology
from zhamen.networks.typologies.past import Past
from zhamen.networks.typologies.settings import micros
from zhamen.networks.typologies.ways import chain, cycle, ways

__all__ = ["LIMIT", "Passed", "Woken", "evidence_of", "new_payers", "passed_through", "woken"]

LIMIT: Final = 1000
"""Edges of one account that evidence lists at most: the newest."""


def evidence_of(past: Past, typology: Typology) -> tuple[int, ...]:
    """Give the edges of a pattern as of an edge, in posting order; none where there is nothing of it."""
    return tuple(sorted(set(_FINDERS[typology](past))))


def _fan_in(past: Past) -> list[int]:
    return past.transfers(past.edge(past.now).creditor, as_debtor=False, limit=LIMIT)


def _fan_out(past: Past) -> list[int]:
    return past.transfers(past.edge(past.now).debtor, as_debtor=True, limit=LIMIT)


def _gather_scatter(past: Past) -> list[int]:
    account = past.edge(past.now).debtor
    received = past.transfers(account, as_debtor=False, limit=LIMIT)
    return received + past.transfers(account, as_debtor=True, limit=LIMIT)


def _splitting(past: Past) -> list[int]:
    low, limit = past.settings.split_from_minor, past.settings.split_limit_minor
    return [number for number in _fan_out(past) if low <= past.edge(number).amount_minor < limit]


def _pass_through(past: Past) -> list[int]:
    return passed_through(past, past.edge(past.now).debtor).edges


def _woken(past: Past) -> list[int]:
    return woken(past, past.edge(past.now).debtor).edges


def _new_payers(past: Past) -> list[int]:
    return new_payers(past, past.edge(past.now).creditor)


class Passed(NamedTuple):
    """The receipt of which the largest share left again, and what left since; None without a large one."""

    share: float | None
    edges: list[int]


def passed_through(past: Past, account: int) -> Passed:
    """Give what an account passed on at once, as of the edge."""
    if past.is_bulk(account):
        return Passed(None, [])
    chosen, since = past.settings, past.since(past.now, past.settings.pass_within)
    span = {"before": past.now + 1, "since": since, "limit": chosen.most_edges}
    outs = [
        number
        for number in past.edges_of(account, as_debtor=True, **span)
        if past.is_outflow(number) and not past.is_official(past.edge(number).creditor)
    ]
    best = Passed(None, [])
    for receipt in past.edges_of(account, as_debtor=False, **span):
        edge = past.edge(receipt)
        if edge.amount_minor < chosen.pass_minor or not past.is_between_parties(receipt):
            continue
        best = best if best.share is not None else Passed(0.0, [])
        if past.is_counted(receipt, past.now) and not past.is_official(edge.debtor):
            left = [number for number in outs if number > receipt]
            gone = sum(past.edge(number).amount_minor for number in left)
            share = float(min(gone, edge.amount_minor)) / float(edge.amount_minor)
            best = max(best, Passed(share, [receipt, *left]), key=lambda found: found.share or 0.0)
    return best


class Woken(NamedTuple):
    """How long an account had slept when it woke lately, in microseconds, and what came and went since.

    None and nothing when it did not wake.
    """

    idle: int | None
    edges: list[int]


def woken(past: Past, account: int) -> Woken:
    """Give how an account woke, as of the edge, from the movement that woke it on."""
    span = {"before": past.now + 1, "since": 0, "limit": LIMIT}
    both = past.edges_of(account, as_debtor=True, **span) + past.edges_of(account, as_debtor=False, **span)
    moved = [number for number in sorted(set(both)) if past.edge(number).kind <= EdgeKind.CASH_OUT]
    needed, lately = micros(past.settings.idle_for), past.since(past.now, past.settings.woken_for)
    seen, woke, idle = past.opening(account), -1, 0
    for at, number in enumerate(moved):
        if seen is not None and past.time(number) - seen >= needed:
            woke, idle = at, past.time(number) - seen
        seen = past.time(number)
    if woke < 0 or moved[woke] < lately:
        return Woken(None, [])
    return Woken(idle, [number for number in moved[woke:] if past.is_outflow(number)])


def new_payers(past: Past, account: int) -> list[int]:
    """Give the first transfer of each payer who never paid an account before, in the window of the edge."""
    if past.opening(account) is None:
        return []
    older = past.edges_of(account, as_debtor=False, before=past.now + 1, since=0, limit=LIMIT)
    first = {past.edge(number).debtor: number for number in older}
    first.pop(NOBODY, None)
    came = past.transfers(account, as_debtor=False, limit=LIMIT)
    return [number for number in came if first.get(past.edge(number).debtor) == number]


_FINDERS: Final[dict[Typology, Callable[[Past], list[int]]]] = {
    Typology.FAN_IN: _fan_in,
    Typology.FAN_OUT: _fan_out,
    Typology.PASS_THROUGH: _pass_through,
    Typology.CYCLE: cycle,
    Typology.SCATTER_GATHER: ways,
    Typology.GATHER_SCATTER: _gather_scatter,
    Typology.CHAIN: chain,
    Typology.SPLITTING: _splitting,
    Typology.WOKEN: _woken,
    Typology.NEW_PAYERS: _new_payers,
}

"""What to trace, and how far."""

from collections.abc import Sequence
from datetime import timedelta
from functools import cache
from typing import Any, Final, NamedTuple

from msgspec import Struct

from zhamen.core.errors import InputError
from zhamen.core.instants import Micros
from zhamen.networks.graph.kinds import AccountKind, EdgeKind
from zhamen.networks.graph.layout import NOBODY, TOTAL_LIMIT
from zhamen.networks.graph.postings import Edge
from zhamen.networks.graph.view import GraphView
from zhamen.networks.tracing.layout import HOP_MASK
from zhamen.networks.tracing.rules import Direction, Rule

__all__ = [
    "NOT_FOLLOWED",
    "NOT_FOLLOWED_BITS",
    "Bounds",
    "Seed",
    "TraceRequest",
    "bounds_of",
    "check_request",
    "seeds_of_account",
]

NOT_FOLLOWED: Final = (
    AccountKind.MERCHANT,
    AccountKind.WALLET,
    AccountKind.PAYROLL,
    AccountKind.CLEARING,
    AccountKind.GOVERNMENT,
)
"""Kinds of account that hold the money of very many; what entered them is shown, and not followed on."""

_MOST_PIECES: Final = 2_000_000
_MOST_SEEDS: Final = 10_000
_MICROSECOND: Final = timedelta(microseconds=1)
_RANGES: Final[dict[str, tuple[Any, Any]]] = {
    "max_hops": (0, HOP_MASK),
    "within": (timedelta(0), timedelta(days=36_525)),
    "minimum_share": (0, 1),
    "minimum_minor": (1, TOTAL_LIMIT),
    "hub_stop": (0, 2**31 - 1),
    "max_pieces": (1, _MOST_PIECES),
}


class Seed(Struct, frozen=True):
    """A transfer that a trace begins with, and how much of it is meant; all of it, when not given."""

    edge: int
    amount_minor: int | None = None


class TraceRequest(Struct, frozen=True, kw_only=True):
    """What to trace, and how far.

    A case is its stolen transfers, as seeds. An account is what it received: `seeds_of_account`.
    """

    seeds: tuple[Seed, ...]
    rule: Rule = Rule.STOLEN_FIRST
    direction: Direction = Direction.FORWARD
    max_hops: int = 8
    """Transfers after the seed; those between accounts of one owner do not count."""
    within: timedelta = timedelta(hours=72)
    """After the last seed (backward: before the first). An account is left at its first transfer beyond."""
    minimum_share: float = 0.01
    """Of all that is traced: what an edge carries less of is not followed on (in FIFO, what one piece is)."""
    minimum_minor: int = 1
    """The same as an amount; the larger of both holds."""
    hub_stop: int = 2000
    """An account with more edges than this when the money comes is not followed on; 0 for any number."""
    not_followed: tuple[AccountKind, ...] = NOT_FOLLOWED
    victims: tuple[int, ...] = ()
    """Accounts by number, beside the seeds' debtors, where money that comes back counts as recovered."""
    watermark: int | None = None
    """The first edge that is not looked at; now, when not given."""
    max_pieces: int = 100_000
    """A trace that comes to more stops and says so."""


class Bounds(NamedTuple):
    """How far one case is followed, in the words of the kernel."""

    until: Micros
    minimum_minor: int
    max_hops: int
    hub_stop: int
    stopped_kinds: int
    victims: tuple[int, ...]


def check_request(request: TraceRequest) -> None:
    """Refuse what cannot be traced.

    Raises
    ------
    InputError
        A bound out of range, or no seed.
    """
    if not 0 < len(request.seeds) <= _MOST_SEEDS:
        raise InputError(f"a trace begins with 1 to {_MOST_SEEDS} transfers", path="$.seeds")
    if len({seed.edge for seed in request.seeds}) < len(request.seeds):
        raise InputError("a transfer is named twice", path="$.seeds")
    for name, (least, most) in _RANGES.items():
        if not least <= getattr(request, name) <= most:
            raise InputError(f"{name} must be {least} to {most}", path=f"$.{name}")


def bounds_of(request: TraceRequest, edges: Sequence[Edge], total_minor: int) -> Bounds:
    """Give the bounds of a request whose seeds are `edges` of `total_minor` in all.

    Raises
    ------
    InputError
        A seed pays out of an account that another seed paid into, or is a reversal.
    """
    forward = request.direction is Direction.FORWARD
    width = request.within // _MICROSECOND
    times = [edge.posted_at for edge in edges]
    victims: set[int] = set(request.victims)
    if any(edge.kind is EdgeKind.REVERSAL for edge in edges):
        raise InputError("a reversal is no seed; name the transfer that it takes back", path="$.seeds")
    debtors = {edge.debtor for edge in edges} - {NOBODY}
    if debtors & {edge.creditor for edge in edges}:
        raise InputError(
            "one seed pays out of an account that another paid into; name only the first of them"
            " (backward, the last), and the other will be found",
            path="$.seeds",
        )
    if forward:
        victims |= debtors
    return Bounds(
        until=max(times) + width if forward else min(times) - width,
        minimum_minor=max(request.minimum_minor, int(total_minor * request.minimum_share)),
        max_hops=request.max_hops,
        hub_stop=request.hub_stop,
        stopped_kinds=_bits(request.not_followed),
        victims=tuple(sorted(victims)),
    )


@cache
def _bits(kinds: tuple[AccountKind, ...]) -> int:
    return sum(1 << int(kind) for kind in set(kinds))


NOT_FOLLOWED_BITS: Final = _bits(NOT_FOLLOWED)
"""A bit for each of these kinds."""


def seeds_of_account(
    graph: GraphView,
    account: int,
    *,
    direction: Direction = Direction.FORWARD,
    since: int = 0,
    limit: int = 1000,
) -> tuple[Seed, ...]:
    """Give the newest transfers of an account as seeds: what it received, or (backward) what it paid."""
    edges = graph.edges_of(account, as_debtor=direction is Direction.BACKWARD, since=since, limit=limit)
    return tuple(Seed(int(edge)) for edge in edges)

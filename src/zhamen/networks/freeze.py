"""What to stop, where, and what first: the freeze plan of a case, as a plain document."""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from zhamen.core.errors import InputError
from zhamen.core.instants import Micros
from zhamen.networks.graph.kinds import AccountKind
from zhamen.networks.graph.layout import NOBODY
from zhamen.networks.graph.postings import Edge
from zhamen.networks.graph.view import GraphView
from zhamen.networks.tracing.request import NOT_FOLLOWED, TraceRequest
from zhamen.networks.tracing.result import Piece, Step, Trace
from zhamen.networks.tracing.rules import HELD, Direction, Fate, Rule

__all__ = ["Action", "Facts", "FreezeLine", "FreezePlan", "plan_freeze", "plan_waiting"]

_MINUTE: Final = 60_000_000
_EVEN: Final = 0.5
"""How likely an account is taken to be a mule's where it is not known."""
_MULE_LIKE: Final = 0.05
"""The mule score from which an account moves money as a mule's does; the pack's rules say it from there."""
_MOST_PARTS: Final = 50
"""Of the money in one place, how many parts have their ways told: what somebody may read and sign."""
_UNKNOWN_HOLDING: Final = 30 * _MINUTE
"""Taken where it is not known: a starting point, to be replaced by what the bank sees."""


class Action(StrEnum):
    """What to do about the money in one place."""

    STOP_PAYMENT = "stop_payment"
    """止付: hold the amount in an account of ours that behaves like a mule's."""
    DELAY = "delay"
    """延迟: delay what leaves an account of ours that is known not to, and call its owner."""
    PARTIAL_HOLD = "partial_hold"
    """部分冻结: hold this amount and no more, in an account that many pay into; or tell its owner."""
    INTERBANK_NOTICE = "interbank_notice"
    """跨行通报: tell the institution that has the money."""
    RECALL = "recall"
    """追回: the transfer is under way, or waits here; ask it back, or do not let it go, first."""


class Facts(Struct, frozen=True, kw_only=True):
    """What is known of an account beside the graph; what is not known is left out."""

    available_minor: int | None = None
    """What the core lets be held now; the graph's balance, when not given."""
    held_minor: int = 0
    """Of other cases, reported before."""
    mule_score: float | None = None
    """What the gate told of it; with `reported` it says whether the account is stopped."""
    reported: bool = False
    """A confirmed fraud was paid to it."""
    mule_probability: float | None = None
    """What the order counts with."""
    median_holding: Micros | None = None
    """How long money stays in it."""


class FreezeLine(Struct, frozen=True, kw_only=True):
    """What to do about the stolen money in one place, and how it came there."""

    account: int
    kind: AccountKind
    action: Action
    amount_minor: int
    """To hold, or to tell the other institution of. Of an account of ours, never more than either bound."""
    residual_minor: int
    """Of the case's money in it, stolen-first."""
    fifo_minor: int
    """The same, first in first out: the legal range begins at the least of the three."""
    libr_minor: int
    """The same by the lowest intermediate balance: the most that can be claimed there, as a rule."""
    minutes_left: float
    """Until half of such money is gone, as the account's median holding tells; 0 when overdue."""
    urgency: float
    """Minor units at risk a minute; the order of the plan."""
    arrived_at: Micros
    """When the newest of it came."""
    hop: int
    path: tuple[Step, ...]
    """The ways of its parts, each edge once; of many, the largest."""
    parts_left_out: int = 0
    """How many smaller parts have no way in it."""
    edges: tuple[int, ...]
    """The edges that brought it, all parts."""


class FreezePlan(Struct, frozen=True, kw_only=True):
    """The freeze plan of a case as of a watermark: what to do first stands first.

    The amounts to hold add up to no more than was stolen and is not recovered.
    """

    stolen_minor: int
    recovered_minor: int
    as_of: Micros
    watermark: int
    lines: tuple[FreezeLine, ...]
    gone_minor: dict[str, int]
    """What no line can reach, by fate: taken as cash, too little to follow, and so on."""
    max_hops: int
    minimum_share: float
    estimated: bool
    """The first-in-first-out and lowest-balance amounts count on a balance that is an estimate."""
    truncated: bool

    @property
    def hold_minor(self) -> int:
        """What is to be held in accounts of ours."""
        return sum(line.amount_minor for line in self.lines if line.action in _HOLDS)


_HOLDS: Final = (Action.STOP_PAYMENT, Action.DELAY, Action.PARTIAL_HOLD)


def plan_freeze(  # noqa: PLR0913  # all but the first three by name
    trace: Trace,
    beside: Mapping[Rule, Trace],
    facts: Mapping[int, Facts],
    *,
    as_of: Micros,
    unsettled: frozenset[int] = frozenset(),
    waiting: Sequence[int] = (),
    withheld: Set[int] = frozenset(),
) -> FreezePlan:
    """Make the freeze plan of a case.

    Parameters
    ----------
    trace
        Of the case, stolen-first and forward.
    beside
        The same by `Rule.FIFO` and `Rule.LIBR`.
    facts
        What is known of the accounts that hold money, by number.
    as_of
        Now.
    unsettled
        Edges whose money is under way, so that they can be recalled: from ours to ours too.
    waiting
        Reported transfers that never left, beside the traced ones: their money lies with who pays.
    withheld
        Edges that moved nothing: `trace` was made without them, and what the others say of them lies with
        who pays.

    Raises
    ------
    InputError
        The traces are not of one case at one watermark, or not of these rules.
    """
    _check(trace, beside)
    fifo, libr = (_beside(beside[rule], withheld) for rule in (Rule.FIFO, Rule.LIBR))
    asked = _Asked(trace, fifo, libr, as_of)
    lines = [
        _line(asked, facts.get(lots[0].account, Facts()), lots, recall)
        for (_, recall, _), lots in sorted(_places(trace, unsettled).items())
    ]
    waits = [_waiting(trace.graph.edge(number), trace.graph, as_of) for number in waiting]
    reached = sum(line.residual_minor for line in lines)
    gone = {fate.name.lower(): left for fate, left in trace.left_by_fate().items() if fate not in _REACHED}
    gone.pop(Fate.RECOVERED.name.lower(), None)
    assert reached + sum(gone.values()) + trace.recovered_minor == trace.total_minor  # noqa: S101
    return FreezePlan(
        stolen_minor=trace.total_minor + sum(line.amount_minor for line in waits),
        recovered_minor=trace.recovered_minor,
        as_of=as_of,
        watermark=trace.watermark,
        lines=_in_order([*lines, *waits]),
        gone_minor=gone,
        max_hops=trace.request.max_hops,
        minimum_share=trace.request.minimum_share,
        estimated=any(other.estimated for other in beside.values()),
        truncated=trace.truncated,
    )


def plan_waiting(
    graph: GraphView, edges: Sequence[int], request: TraceRequest, *, as_of: Micros
) -> FreezePlan:
    """Make the plan of a case of which nothing left: its reported transfers wait here, or were refused."""
    lines = [_waiting(graph.edge(number), graph, as_of) for number in edges]
    return FreezePlan(
        stolen_minor=sum(line.amount_minor for line in lines),
        recovered_minor=0,
        as_of=as_of,
        watermark=graph.watermark if request.watermark is None else request.watermark,
        lines=_in_order(lines),
        gone_minor={},
        max_hops=request.max_hops,
        minimum_share=request.minimum_share,
        estimated=False,
        truncated=False,
    )


def _in_order(lines: Iterable[FreezeLine]) -> tuple[FreezeLine, ...]:
    return tuple(sorted(lines, key=lambda line: (-line.urgency, line.account, line.edges)))


_REACHED: Final = (*HELD, Fate.EXITED)


def _check(trace: Trace, beside: Mapping[Rule, Trace]) -> None:
    if trace.request.rule is not Rule.STOLEN_FIRST or trace.request.direction is not Direction.FORWARD:
        raise InputError("a freeze plan is made of a stolen-first trace forward", path="$.trace")
    for rule in (Rule.FIFO, Rule.LIBR):
        other = beside.get(rule)
        if other is None or other.request.rule is not rule:
            raise InputError(f"the trace by {rule.name} is missing", path="$.beside")
        if (other.watermark, other.request.seeds) != (trace.watermark, trace.request.seeds):
            raise InputError(f"the trace by {rule.name} is of another case or moment", path="$.beside")


def _places(trace: Trace, unsettled: frozenset[int]) -> dict[tuple[int, bool, int], list[Piece]]:
    """Give the lots by what one act reaches: an account; each transfer that can be recalled apart."""
    places: dict[tuple[int, bool, int], list[Piece]] = {}
    for piece in _reached(trace):
        recall = piece.edge in unsettled
        edge = piece.edge if recall or piece.account == NOBODY else -1
        places.setdefault((piece.account, recall, edge), []).append(piece)
    return places


def _reached(trace: Trace) -> list[Piece]:
    return [piece for piece in trace.lots() if piece.fate in _REACHED]


def _beside(trace: Trace, withheld: Set[int]) -> list[Piece]:
    """Give the lots of another rule; what it lets go by a withheld edge lies with who pays there."""
    if withheld.isdisjoint(trace.edges.tolist()):
        return _reached(trace)
    lots, payers = list[Piece](), dict[int | None, int]()
    for piece in trace.pieces():
        if piece.parent in payers:
            payers[piece.number] = payers[piece.parent]
        elif piece.edge in withheld:
            payers[piece.number] = trace.graph.edge(piece.edge).debtor
        if piece.left_minor and piece.number in payers:
            lots.append(replace(piece, account=payers[piece.number]))
        elif piece.left_minor and piece.fate in _REACHED:
            lots.append(piece)
    return lots


@dataclass(frozen=True, slots=True)
class _Asked:
    trace: Trace
    fifo: list[Piece]
    libr: list[Piece]
    as_of: Micros


def _line(asked: _Asked, facts: Facts, lots: list[Piece], recall: bool) -> FreezeLine:
    parts = sorted(lots, key=lambda piece: (-piece.left_minor, piece.number))
    largest = parts[0]
    account, graph = largest.account, asked.trace.graph
    residual = sum(piece.left_minor for piece in lots)
    kind, outside = graph.kind(account), recall or largest.fate is Fate.EXITED
    amount = residual if outside else _to_hold(asked.trace, facts, account, residual)
    arrived = max(graph.edge(piece.edge).posted_at for piece in lots)
    holding = _UNKNOWN_HOLDING if facts.median_holding is None else facts.median_holding
    probability = _EVEN if facts.mule_probability is None else facts.mule_probability
    edges = {piece.edge for piece in lots}
    return FreezeLine(
        account=account,
        kind=kind,
        action=_action(kind, facts, largest.fate, recall=recall),
        amount_minor=amount,
        residual_minor=residual,
        fifo_minor=_left(asked.fifo, account, edges, outside=outside),
        libr_minor=_left(asked.libr, account, edges, outside=outside),
        minutes_left=max(0.0, (arrived + holding - asked.as_of) / _MINUTE),
        urgency=amount * probability / max(1.0, holding / _MINUTE),
        arrived_at=arrived,
        hop=largest.hop,
        path=asked.trace.ways(lot.number for lot in parts[:_MOST_PARTS]),
        parts_left_out=len(parts[_MOST_PARTS:]),
        edges=tuple(sorted(edges)),
    )


def _left(pieces: list[Piece], account: int, edges: set[int], *, outside: bool) -> int:
    """Give what another rule leaves in an account; of one elsewhere, what it says these edges brought."""
    return sum(
        piece.left_minor
        for piece in pieces
        if piece.account == account and (not outside or piece.edge in edges)
    )


def _action(kind: AccountKind, facts: Facts, fate: Fate, *, recall: bool) -> Action:
    if recall:
        return Action.RECALL
    if fate is Fate.EXITED:
        return Action.INTERBANK_NOTICE
    if fate is Fate.HUB or kind in NOT_FOLLOWED or kind is AccountKind.ENTERPRISE:
        return Action.PARTIAL_HOLD
    if not facts.reported and facts.mule_score is not None and facts.mule_score < _MULE_LIKE:
        return Action.DELAY
    return Action.STOP_PAYMENT


def _waiting(edge: Edge, graph: GraphView, as_of: Micros) -> FreezeLine:
    """Give the line of a reported transfer that did not leave."""
    amount = edge.amount_minor
    step = Step(
        edge=edge.number,
        kind=edge.kind,
        posted_at=edge.posted_at,
        debtor=edge.debtor,
        creditor=edge.creditor,
        edge_amount_minor=amount,
        amount_minor=amount,
        hop=0,
    )
    return FreezeLine(
        account=edge.debtor,
        kind=graph.kind(edge.debtor),
        action=Action.RECALL,
        amount_minor=amount,
        residual_minor=amount,
        fifo_minor=amount,
        libr_minor=amount,
        minutes_left=max(0.0, (edge.posted_at + _UNKNOWN_HOLDING - as_of) / _MINUTE),
        urgency=amount * _EVEN / (_UNKNOWN_HOLDING / _MINUTE),
        arrived_at=edge.posted_at,
        hop=0,
        path=(step,),
        edges=(edge.number,),
    )


def _to_hold(trace: Trace, facts: Facts, account: int, residual: int) -> int:
    """Give no more than is the case's, can be held, and is not held for others."""
    available = facts.available_minor
    if available is None:
        available = trace.graph.balance(account, trace.watermark)
    return max(0, min(residual, available - facts.held_minor))

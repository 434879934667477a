"""Random movements: the graph and its traces give what lists and loops give, to the minor unit."""

from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from random import Random

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from zhamen.networks.graph.kinds import AccountKind, EdgeKind
from zhamen.networks.graph.live import TransferGraph
from zhamen.networks.graph.postings import Posting
from zhamen.networks.tracing.request import Seed, TraceRequest
from zhamen.networks.tracing.result import Trace
from zhamen.networks.tracing.rules import Direction, Fate, Rule
from zhamen.networks.tracing.tracer import Tracer
from zhamen.testing.tracing import Limits, Lot, PlainBook, trace_back, trace_on

BUDGET = 1 << 20
ACCOUNTS = tuple(range(10, 16))
ELSEWHERE = (90, 91)
KINDS = (*[EdgeKind.TRANSFER] * 8, *EdgeKind)
HUGE = 10**14

WAYS = 200
"""How many examples each test tries."""

thorough = settings(max_examples=WAYS, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def random_posting(dice: Random, number: int, edges: int, *, plain: bool) -> Posting:
    kind = dice.choice((EdgeKind.TRANSFER, EdgeKind.CASH_IN) if plain else KINDS)
    if kind is EdgeKind.UNEXPLAINED or (kind is EdgeKind.REVERSAL and not edges):
        kind = EdgeKind.TRANSFER
    debtor = dice.choice((None, *ELSEWHERE) if kind is EdgeKind.ENTRY else ACCOUNTS)
    creditor = dice.choice((None, *ELSEWHERE) if kind is EdgeKind.EXIT else ACCOUNTS)
    told = (None, None, None, dice.randint(-5, 200))
    return Posting(
        posted_at=number + dice.randint(-1, 2),
        kind=kind,
        amount_minor=dice.choice((dice.randint(1, 60), dice.randint(1, 60), 100, 1000, HUGE - 1, HUGE)),
        debtor=None if kind in (EdgeKind.CASH_IN, EdgeKind.REVERSAL) else debtor,
        creditor=None if kind in (EdgeKind.CASH_OUT, EdgeKind.FEE, EdgeKind.REVERSAL) else creditor,
        debtor_balance_after=None if plain else dice.choice(told),
        creditor_balance_after=None if plain else dice.choice(told),
        original=dice.randrange(edges) if kind is EdgeKind.REVERSAL else None,
        same_owner=dice.random() < 0.2,
    )


class Books:
    """The same movements, kept both ways."""

    def __init__(self) -> None:
        self.graph, self.plain = TransferGraph(budget_bytes=BUDGET), PlainBook()

    def post(self, posting: Posting) -> int | None:
        """Post both ways; None when a reversal names what cannot be reversed."""
        if posting.original is not None:
            original = self.plain.edges[posting.original]
            if original.kind in (EdgeKind.REVERSAL, EdgeKind.UNEXPLAINED):
                return None
        number = self.graph.append(posting)
        assert self.plain.post(posting) == number
        return number

    def account(self, identity: int) -> int:
        found = self.graph.find_account(identity)
        return -1 if found is None else found

    def identity(self, account: int) -> int:
        return self.graph.identity(account) if account else -1


@st.composite
def books(draw: st.DrawFn, *, plain: bool = False) -> Books:
    kept, size = Books(), draw(st.integers(1, 60))
    dice = Random(draw(st.integers(0, 2**32)))  # noqa: S311
    for number in range(size):
        kept.post(random_posting(dice, number, len(kept.plain.edges), plain=plain))
    return kept


@st.composite
def questions(draw: st.DrawFn, kept: Books, rule: Rule, direction: Direction) -> TraceRequest:
    edges = kept.plain.edges
    watermark = draw(st.integers(1, len(edges)))
    usable = [
        edge.number
        for edge in edges[:watermark]
        if edge.kind is not EdgeKind.REVERSAL and edge.debtor != edge.creditor
    ]
    assume(usable)
    seeds = sorted(draw(st.sets(st.sampled_from(usable), min_size=1, max_size=3)))
    debtors = {edges[seed].debtor for seed in seeds} - {-1}
    assume(not debtors & {edges[seed].creditor for seed in seeds})
    shares = {seed: draw(st.sampled_from((None, None, edges[seed].amount // 2 + 1))) for seed in seeds}
    return TraceRequest(
        seeds=tuple(
            Seed(seed, min(edges[seed].amount, share) if share else None) for seed, share in shares.items()
        ),
        rule=rule,
        direction=direction,
        max_hops=draw(st.sampled_from((0, 1, 2, 50))),
        within=timedelta(microseconds=draw(st.sampled_from((3, 12, 1000)))),
        minimum_share=draw(st.sampled_from((0.0, 0.1, 0.3))),
        hub_stop=draw(st.sampled_from((0, 0, 2))),
        watermark=watermark,
    )


def limits_of(kept: Books, request: TraceRequest) -> tuple[Limits, dict[int, int]]:
    edges = kept.plain.edges
    seeds = {seed.edge: seed.amount_minor or edges[seed.edge].amount for seed in request.seeds}
    forward = request.direction is Direction.FORWARD
    width = request.within // timedelta(microseconds=1)
    times = [edges[seed].posted_at for seed in seeds]
    stopped = frozenset(
        identity
        for identity in (*ACCOUNTS, *ELSEWHERE)
        if kept.account(identity) >= 0 and kept.graph.kind(kept.account(identity)) in request.not_followed
    )
    limits = Limits(
        rule=request.rule,
        until=max(times) + width if forward else min(times) - width,
        minimum=max(1, int(sum(seeds.values()) * request.minimum_share)),
        max_hops=request.max_hops,
        hub_stop=request.hub_stop,
        not_followed=stopped,
        victims=frozenset(edges[seed].debtor for seed in seeds) - {-1} if forward else frozenset(),
    )
    return limits, seeds


Found = list[tuple[int, int, int, int, int, Fate]]


def of_trace(kept: Books, trace: Trace) -> Found:
    return sorted(
        (
            piece.edge,
            kept.identity(piece.account),
            piece.amount_minor,
            piece.left_minor,
            piece.hop,
            piece.fate,
        )
        for piece in trace.pieces()
    )


def of_lots(lots: list[Lot]) -> Found:
    return sorted((lot.edge, lot.account, lot.amount, lot.left, lot.hop, lot.fate) for lot in lots)


@cache
def kinds() -> Mapping[int, AccountKind]:
    return {ACCOUNTS[0]: AccountKind.MERCHANT, ACCOUNTS[1]: AccountKind.PERSON}


@given(books())
@thorough
def test_balances_places_and_gaps_are_those_of_a_plain_book(kept: Books) -> None:
    graph, plain = kept.graph, kept.plain
    assert graph.watermark == len(plain.edges)
    for edge in plain.edges:
        found = graph.edge(edge.number)
        assert (found.posted_at, found.kind, found.amount_minor) == (edge.posted_at, edge.kind, edge.amount)
        assert (kept.identity(found.debtor), kept.identity(found.creditor)) == (edge.debtor, edge.creditor)
        assert found.same_owner == edge.one_owner
        assert found.reversed == any(other.original == edge.number for other in plain.edges)
    for identity in ACCOUNTS:
        account = kept.account(identity)
        if account > 0:
            assert graph.balance(account) == plain.balances.get(identity, 0)
            assert graph.estimated(account) == (identity in plain.estimated)
            for as_debtor in (True, False):
                mine = [
                    edge.number
                    for edge in plain.edges
                    if (edge.debtor if as_debtor else edge.creditor) == identity
                ]
                assert graph.edges_of(account, as_debtor=as_debtor).tolist() == mine
                assert graph.degree(account, as_debtor=as_debtor) == len(mine)


@pytest.mark.parametrize("rule", Rule)
@given(data=st.data())
@thorough
def test_a_trace_forward_is_that_of_lists_and_loops(rule: Rule, data: st.DataObject) -> None:
    kept = data.draw(books())
    for identity, kind in kinds().items():
        kept.graph.enrol(identity, kind, since=0)
    request = data.draw(questions(kept, rule, Direction.FORWARD))
    limits, seeds = limits_of(kept, request)
    trace = Tracer(kept.graph).trace(request)
    plain = trace_on(kept.plain, limits, seeds, request.watermark or 0)
    assert of_trace(kept, trace) == of_lots(plain.lots)
    assert trace.conserved
    assert not trace.truncated


@pytest.mark.parametrize("rule", [rule for rule in Rule if rule is not Rule.FIFO])
@given(data=st.data())
@thorough
def test_a_trace_backward_is_that_of_lists_and_loops(rule: Rule, data: st.DataObject) -> None:
    kept = data.draw(books())
    for identity, kind in kinds().items():
        kept.graph.enrol(identity, kind, since=0)
    request = data.draw(questions(kept, rule, Direction.BACKWARD))
    limits, seeds = limits_of(kept, request)
    trace = Tracer(kept.graph).trace(request)
    plain = trace_back(kept.plain, limits, seeds, request.watermark or 0)
    assert of_trace(kept, trace) == of_lots(plain.lots)
    assert trace.conserved

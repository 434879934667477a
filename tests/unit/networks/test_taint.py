"""Live taint: what open cases hold is at every moment what a fresh trace of all of them gives."""

from datetime import timedelta
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhamen.core.errors import ConflictError, InputError, NotFoundError, StateFull
from zhamen.networks.graph.kinds import AccountKind, EdgeKind
from zhamen.networks.graph.live import TransferGraph
from zhamen.networks.graph.postings import Posting
from zhamen.networks.taint import LiveTaint
from zhamen.networks.tracing.request import Seed, TraceRequest
from zhamen.networks.tracing.rules import HELD, Direction, Fate, Rule
from zhamen.testing.tracing import Limits, PlainBook, trace_on

BUDGET = 1 << 21
ACCOUNTS = range(8)
ELSEWHERE = 90


def random_posting(dice: Random, number: int, reversible: list[int]) -> Posting:
    kind = dice.choice(
        (*[EdgeKind.TRANSFER] * 7, EdgeKind.EXIT, EdgeKind.CASH_OUT, EdgeKind.CASH_IN, EdgeKind.REVERSAL)
    )
    if kind is EdgeKind.REVERSAL and not reversible:
        kind = EdgeKind.TRANSFER
    debtor, creditor = dice.sample(ACCOUNTS, 2)
    return Posting(
        posted_at=number + dice.randint(-1, 1),
        kind=kind,
        amount_minor=dice.randint(1, 100),
        debtor=debtor if kind in (EdgeKind.TRANSFER, EdgeKind.EXIT, EdgeKind.CASH_OUT) else None,
        creditor={EdgeKind.TRANSFER: creditor, EdgeKind.CASH_IN: creditor, EdgeKind.EXIT: ELSEWHERE}.get(
            kind
        ),
        original=dice.choice(reversible) if kind is EdgeKind.REVERSAL else None,
        same_owner=dice.random() < 0.2,
    )


class Desk:
    """A graph with live taint, and the same as lists and loops."""

    def __init__(self) -> None:
        self.graph, self.plain = TransferGraph(budget_bytes=BUDGET), PlainBook()
        self.graph.enrol(ACCOUNTS[0], AccountKind.MERCHANT)
        self.taint = LiveTaint(self.graph, max_lots=10_000)
        self.cases: dict[str, TraceRequest] = {}
        self.opened = 0

    def post(self, dice: Random) -> None:
        reversible = [
            edge.number
            for edge in self.plain.edges
            if edge.kind not in (EdgeKind.REVERSAL, EdgeKind.UNEXPLAINED)
        ]
        posting = random_posting(dice, len(self.plain.edges), reversible)
        self.graph.append(posting)
        self.plain.post(posting)

    def open(self, dice: Random) -> None:
        usable = [edge for edge in self.plain.edges if edge.kind in (EdgeKind.TRANSFER, EdgeKind.EXIT)]
        seed = dice.choice(usable)
        request = TraceRequest(
            seeds=(Seed(seed.number),),
            max_hops=dice.choice((1, 2, 8)),
            within=timedelta(microseconds=dice.choice((10, 1000))),
            minimum_share=dice.choice((0.0, 0.1)),
            hub_stop=dice.choice((0, 3)),
        )
        self.opened += 1
        name = f"case {self.opened}"
        self.cases[name] = request
        self.taint.open(name, request)

    def check(self) -> None:
        """Compare with all cases traced one after another, each from what those before have left."""
        taken: dict[int, int] = {}
        sums: dict[int, int] = {}
        held: dict[int, int] = {}
        for name, request in self.cases.items():
            seed = self.plain.edges[request.seeds[0].edge]
            limits = Limits(
                rule=Rule.STOLEN_FIRST,
                until=seed.posted_at + request.within // timedelta(microseconds=1),
                minimum=max(1, int(seed.amount * request.minimum_share)),
                max_hops=request.max_hops,
                hub_stop=request.hub_stop,
                not_followed=frozenset({ACCOUNTS[0]}),
                victims=frozenset({seed.debtor}),
            )
            fresh = trace_on(self.plain, limits, {seed.number: seed.amount}, len(self.plain.edges), taken)
            for edge, amount in fresh.carried.items():
                taken[edge] = taken.get(edge, 0) + amount
            rests: dict[tuple[int, object], int] = {}
            for lot in fresh.lots:
                if lot.left:
                    rests[lot.account, lot.fate] = rests.get((lot.account, lot.fate), 0) + lot.left
                    if lot.fate in HELD:
                        held[lot.account] = held.get(lot.account, 0) + lot.left
                    if lot.fate in HELD and lot.fate is not Fate.HUB:
                        sums[lot.account] = sums.get(lot.account, 0) + lot.left
            assert {
                (self.graph.identity(rest.account) if rest.account else -1, rest.fate): rest.amount_minor
                for rest in self.taint.rests(name)
            } == rests
        found = self.taint.holds()
        assert {self.graph.identity(account): amount for account, amount in found.items()} == held
        for edge, amount in taken.items():
            assert amount <= self.plain.edges[edge].amount
        for account in range(1, self.graph.accounts):
            identity = self.graph.identity(account)
            if identity != ELSEWHERE:
                assert self.taint.tainted_amount(account) == sums.get(identity, 0)
                by_case = self.taint.amounts_in(account)
                assert sum(by_case.values()) == sums.get(identity, 0)
                assert list(by_case) == [name for name in self.cases if name in by_case]


@given(st.integers(0, 2**32), st.integers(5, 60))
@settings(max_examples=120, deadline=None)
def test_live_is_a_fresh_trace_of_all_cases_at_every_moment(seed: int, size: int) -> None:
    dice, desk = Random(seed), Desk()  # noqa: S311
    for _ in range(5):
        desk.post(dice)
    for _ in range(size):
        desk.post(dice)
        if dice.random() < 0.15 and any(edge.kind is EdgeKind.TRANSFER for edge in desk.plain.edges):
            desk.open(dice)
        if dice.random() < 0.05 and desk.cases:
            name = dice.choice([*desk.cases])
            desk.taint.close(name)
            del desk.cases[name]
        if dice.random() < 0.4:
            desk.taint.follow()
            desk.check()
    desk.taint.follow()
    desk.check()


@pytest.fixture
def graph() -> TransferGraph:
    graph = TransferGraph(budget_bytes=BUDGET)
    for debtor, creditor in ((1, 2), (2, 3)):
        transfer(graph, debtor, creditor, 100)
    return graph


def transfer(graph: TransferGraph, debtor: int, creditor: int, amount: int) -> int:
    return graph.append(
        Posting(
            posted_at=graph.watermark,
            kind=EdgeKind.TRANSFER,
            amount_minor=amount,
            debtor=debtor,
            creditor=creditor,
        )
    )


def test_two_victims_of_one_mule_never_claim_more_than_a_transfer_moved(graph: TransferGraph) -> None:
    first, second = transfer(graph, 11, 12, 80), transfer(graph, 13, 12, 50)
    taint = LiveTaint(graph)
    taint.open("second", TraceRequest(seeds=(Seed(second),)))
    taint.open("first", TraceRequest(seeds=(Seed(first),)))
    transfer(graph, 12, 14, 100)
    taint.follow()
    mule, next_ = graph.account(12), graph.account(14)
    assert taint.tainted_amounts(np.array([mule, next_, 0])).tolist() == [30, 100, 0]
    assert [(rest.account, rest.amount_minor) for rest in taint.rests("second")] == [(next_, 50)]
    taint.close("second")
    assert taint.tainted_amounts(np.array([mule, next_])).tolist() == [0, 80]
    assert taint.cases == ("first",)


def test_what_cannot_be_followed_is_refused(graph: TransferGraph) -> None:
    taint = LiveTaint(graph)
    taint.open("one", TraceRequest(seeds=(Seed(0),)))
    with pytest.raises(ConflictError, match="close it first"):
        taint.open("one", TraceRequest(seeds=(Seed(0),)))
    with pytest.raises(InputError, match="stolen-first"):
        taint.open("two", TraceRequest(seeds=(Seed(0),), rule=Rule.FIFO))
    with pytest.raises(InputError, match="stolen-first"):
        taint.open("two", TraceRequest(seeds=(Seed(0),), direction=Direction.BACKWARD))
    for ask in (taint.close, taint.rests):
        with pytest.raises(NotFoundError):
            ask("two")
    assert taint.cases == ("one",)


def test_a_case_in_more_places_than_there_is_room_for_is_an_error(graph: TransferGraph) -> None:
    taint = LiveTaint(graph, max_lots=2)
    taint.open("one", TraceRequest(seeds=(Seed(0),), minimum_share=0))
    for at in range(5):
        transfer(graph, 3, 100 + at, 10)
    with pytest.raises(StateFull, match="max_lots"):
        taint.follow()

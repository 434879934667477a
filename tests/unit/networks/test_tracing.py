"""Tracing: what becomes of money, case by case; FIFO beside SQL; laws that hold for every trace."""

from datetime import timedelta
from random import Random

import duckdb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhamen.core.errors import InputError, NotFoundError
from zhamen.networks.graph.columns import columns
from zhamen.networks.graph.kinds import AccountKind, EdgeKind
from zhamen.networks.graph.live import TransferGraph
from zhamen.networks.graph.postings import Posting, Postings
from zhamen.networks.tracing.request import Seed, TraceRequest, seeds_of_account
from zhamen.networks.tracing.result import Trace
from zhamen.networks.tracing.rules import Direction, Fate, Rule
from zhamen.networks.tracing.tracer import Tracer

BUDGET = 1 << 22
MINUTE = 60_000_000
VICTIM, M1, M2, M3, SHOP = 1, 11, 12, 13, 50
ELSEWHERE = 90
thorough = settings(max_examples=200, deadline=None)


class Bank:
    """A graph that is told of one movement a minute."""

    def __init__(self) -> None:
        self.graph = TransferGraph(budget_bytes=BUDGET)

    def post(
        self,
        kind: EdgeKind,
        amount: int,
        debtor: int | None = None,
        creditor: int | None = None,
        **more: object,
    ) -> int:
        given = {"posted_at": self.graph.watermark * MINUTE, "kind": kind, "amount_minor": amount, **more}
        return self.graph.append(Posting(debtor=debtor, creditor=creditor, **given))  # type: ignore[arg-type]

    def transfer(self, debtor: int, creditor: int, amount: int, **more: object) -> int:
        return self.post(EdgeKind.TRANSFER, amount, debtor, creditor, **more)

    def trace(self, *seeds: int, **more: object) -> Trace:
        given = {"minimum_share": 0.0, **more}
        request = TraceRequest(seeds=tuple(map(Seed, seeds)), **given)  # type: ignore[arg-type]
        return Tracer(self.graph).trace(request)

    def held(self, trace: Trace) -> dict[int, int]:
        return {self.graph.identity(account): amount for account, amount in trace.held().items()}


@pytest.fixture
def bank() -> Bank:
    return Bank()


RULES = [Rule.STOLEN_FIRST, Rule.FIFO, Rule.HAIRCUT, Rule.LIBR]


class TestRules:
    @pytest.mark.parametrize(
        ("rule", "moved"),
        [(Rule.STOLEN_FIRST, 100), (Rule.FIFO, 0), (Rule.HAIRCUT, 25), (Rule.LIBR, 0), (Rule.POISON, 100)],
    )
    def test_of_a_mule_with_money_of_its_own_each_rule_moves_its_part(
        self, bank: Bank, rule: Rule, moved: int
    ) -> None:
        bank.graph.enrol(M1, opening_balance_minor=300)
        stolen = bank.transfer(VICTIM, M1, 100)
        onward = bank.transfer(M1, M2, 100)
        assert bank.trace(stolen, rule=rule).carried().get(onward, 0) == moved

    @pytest.mark.parametrize("rule", RULES)
    def test_all_that_leaves_with_all_that_is_there_is_carried_by_every_rule(
        self, bank: Bank, rule: Rule
    ) -> None:
        bank.graph.enrol(M1, opening_balance_minor=300)
        stolen = bank.transfer(VICTIM, M1, 100)
        bank.transfer(M1, M2, 400)
        assert bank.held(bank.trace(stolen, rule=rule)) == {M2: 100}

    def test_a_haircut_of_the_largest_amounts_is_exact(self, bank: Bank) -> None:
        whole = 10**14
        bank.graph.enrol(M1, opening_balance_minor=3 * whole + 1)
        stolen = bank.transfer(VICTIM, M1, whole)
        onward = bank.transfer(M1, M2, whole - 7)
        carried = bank.trace(stolen, rule=Rule.HAIRCUT).carried()[onward]
        assert carried == (whole - 7) * whole // (4 * whole + 1)


class TestEnds:
    def test_every_fate_is_told_and_adds_up(self, bank: Bank) -> None:
        bank.graph.enrol(SHOP, AccountKind.MERCHANT)
        stolen = bank.transfer(VICTIM, M1, 1000)
        bank.post(EdgeKind.EXIT, 100, M1, ELSEWHERE)
        bank.post(EdgeKind.EXIT, 50, M1)
        bank.post(EdgeKind.CASH_OUT, 200, M1)
        bank.post(EdgeKind.FEE, 5, M1)
        bank.transfer(M1, SHOP, 150)
        bank.transfer(SHOP, M3, 150)
        bank.transfer(M1, VICTIM, 45)
        bank.transfer(M1, M2, 300, debtor_balance_after=100)
        trace = bank.trace(stolen)
        assert trace.left_by_fate() == {
            Fate.RESTING: 400,
            Fate.HUB: 150,
            Fate.EXITED: 150,
            Fate.CASHED: 200,
            Fate.CHARGED: 5,
            Fate.UNEXPLAINED: 50,
            Fate.RECOVERED: 45,
        }
        assert trace.conserved
        assert trace.recovered_minor == 45
        elsewhere = bank.graph.account(ELSEWHERE)
        assert trace.left_in(Fate.EXITED) == {elsewhere: 100, 0: 50}
        assert bank.held(trace) == {M1: 100, M2: 300, SHOP: 150}

    def test_hops_hours_and_the_minimum_stop_it(self, bank: Bank) -> None:
        stolen = bank.transfer(VICTIM, M1, 1000)
        bank.transfer(M1, M2, 600)
        bank.transfer(M2, M3, 599)
        assert bank.held(bank.trace(stolen, max_hops=1)) == {M1: 400, M2: 600}
        assert bank.trace(stolen, max_hops=1).left_by_fate() == {Fate.RESTING: 400, Fate.HOPS: 600}
        late = bank.trace(stolen, within=timedelta(minutes=1))
        assert late.left_by_fate() == {Fate.RESTING: 400, Fate.LATE: 600}
        small = bank.trace(stolen, minimum_minor=600)
        assert small.left_by_fate() == {Fate.RESTING: 401, Fate.BELOW: 599}

    def test_a_hub_is_told_by_what_it_had_paid_when_the_money_came(self, bank: Bank) -> None:
        for _ in range(3):
            bank.transfer(M2, M3, 1)
        stolen = bank.transfer(VICTIM, M1, 1000)
        bank.transfer(M1, M2, 1000)
        bank.transfer(M2, M3, 1000)
        assert bank.held(bank.trace(stolen, hub_stop=2)) == {M2: 1000}
        assert bank.held(bank.trace(stolen, hub_stop=3)) == {M3: 1000}

    def test_accounts_of_one_owner_are_traced_through_and_are_no_hop(self, bank: Bank) -> None:
        stolen = bank.transfer(VICTIM, M1, 1000)
        bank.transfer(M1, M2, 1000, same_owner=True)
        bank.transfer(M2, M3, 1000)
        trace = bank.trace(stolen, max_hops=1)
        assert trace.hops.tolist() == [0, 0, 1]
        assert bank.held(trace) == {M3: 1000}

    def test_an_entry_from_elsewhere_that_goes_back_there_is_recovered(self, bank: Bank) -> None:
        stolen = bank.post(EdgeKind.ENTRY, 1000, ELSEWHERE, M1)
        bank.post(EdgeKind.EXIT, 400, M1, ELSEWHERE)
        assert bank.trace(stolen).left_by_fate() == {Fate.RESTING: 600, Fate.RECOVERED: 400}

    def test_too_many_pieces_stop_it_and_nothing_is_lost(self, bank: Bank) -> None:
        stolen = bank.transfer(VICTIM, M1, 1000)
        for at in range(20):
            bank.transfer(M1, 100 + at, 50)
        trace = bank.trace(stolen, max_pieces=5)
        assert trace.truncated
        assert (trace.size, trace.conserved) == (5, True)


class TestReversals:
    @pytest.mark.parametrize("rule", RULES)
    def test_money_that_comes_back_is_where_it_was(self, bank: Bank, rule: Rule) -> None:
        stolen = bank.transfer(VICTIM, M1, 1000)
        onward = bank.transfer(M1, M2, 1000)
        bank.post(EdgeKind.REVERSAL, 400, original=onward)
        bank.transfer(M1, M3, 400)
        trace = bank.trace(stolen, rule=rule)
        assert bank.held(trace) == {M2: 600, M3: 400}
        assert max(trace.hops.tolist()) == 1

    @pytest.mark.parametrize("rule", RULES)
    def test_a_recall_from_elsewhere_brings_the_lot_back(self, bank: Bank, rule: Rule) -> None:
        stolen = bank.transfer(VICTIM, M1, 1000)
        gone = bank.post(EdgeKind.EXIT, 1000, M1, ELSEWHERE)
        bank.post(EdgeKind.REVERSAL, 700, original=gone)
        trace = bank.trace(stolen, rule=rule)
        assert trace.left_by_fate() == {Fate.RESTING: 700, Fate.EXITED: 300}

    @pytest.mark.parametrize("rule", RULES)
    def test_the_stolen_transfer_itself_reversed_is_recovered(self, bank: Bank, rule: Rule) -> None:
        stolen = bank.transfer(VICTIM, M1, 1000)
        bank.post(EdgeKind.REVERSAL, 1000, original=stolen)
        assert bank.trace(stolen, rule=rule).left_by_fate() == {Fate.RECOVERED: 1000}

    def test_a_refund_paid_with_other_money_carries_none_of_another_case(self, bank: Bank) -> None:
        order = bank.transfer(M3, M1, 500)
        stolen = bank.transfer(VICTIM, M1, 500)
        bank.post(EdgeKind.REVERSAL, 500, original=order)
        for rule in RULES:
            assert bank.held(bank.trace(stolen, rule=rule)) == {M1: 500}

    def test_fifo_takes_what_comes_back_out_of_the_middle_of_the_queue(self, bank: Bank) -> None:
        bank.transfer(M3, M1, 100)
        stolen = bank.transfer(VICTIM, M1, 100)
        order = bank.transfer(M3, M1, 100)
        bank.post(EdgeKind.REVERSAL, 100, original=order)
        bank.transfer(M1, M2, 150)
        assert bank.held(bank.trace(stolen, rule=Rule.FIFO)) == {M1: 50, M2: 50}


class TestEvidence:
    def test_a_path_leads_from_the_seed_to_the_piece(self, bank: Bank) -> None:
        stolen = bank.transfer(VICTIM, M1, 1000)
        bank.transfer(M1, M2, 600)
        bank.transfer(M2, M3, 100)
        trace = bank.trace(stolen)
        path = trace.path(trace.size - 1)
        assert [(step.edge, step.amount_minor, step.edge_amount_minor, step.hop) for step in path] == [
            (0, 1000, 1000, 0),
            (1, 600, 600, 1),
            (2, 100, 100, 2),
        ]
        assert [step.posted_at for step in path] == [0, MINUTE, 2 * MINUTE]

    def test_what_is_posted_later_changes_no_trace_at_a_watermark(self, bank: Bank) -> None:
        stolen = bank.transfer(VICTIM, M1, 1000)
        bank.transfer(M1, M2, 600)
        before = bank.trace(stolen)
        bank.transfer(M1, M2, 400)
        bank.post(EdgeKind.REVERSAL, 600, original=1)
        after = bank.trace(stolen, watermark=before.watermark)
        assert np.array_equal(before.words, after.words)
        assert bank.held(bank.trace(stolen)) != bank.held(after)

    def test_backward_tells_where_money_came_from(self, bank: Bank) -> None:
        bank.post(EdgeKind.CASH_IN, 300, creditor=M1)
        bank.transfer(VICTIM, M1, 500)
        gone = bank.post(EdgeKind.EXIT, 700, M1, ELSEWHERE)
        for rule, from_victim in ((Rule.STOLEN_FIRST, 500), (Rule.FIFO, 400), (Rule.LIBR, 400)):
            trace = bank.trace(gone, rule=rule, direction=Direction.BACKWARD)
            assert trace.carried()[1] == from_victim
            assert trace.conserved

    def test_an_account_is_traced_by_what_it_received(self, bank: Bank) -> None:
        bank.transfer(VICTIM, M1, 500)
        bank.transfer(2, M1, 300)
        bank.transfer(M1, M2, 800)
        seeds = seeds_of_account(bank.graph, bank.graph.account(M1))
        assert [seed.edge for seed in seeds] == [0, 1]
        assert bank.held(Tracer(bank.graph).trace(TraceRequest(seeds=seeds))) == {M2: 800}


class TestWhatCannotBeTraced:
    def test_says_what_is_wrong(self, bank: Bank) -> None:
        stolen = bank.transfer(VICTIM, M1, 1000)
        onward = bank.transfer(M1, M2, 600)
        bank.post(EdgeKind.REVERSAL, 600, original=onward)
        wrong: list[tuple[tuple[int, ...], dict[str, object]]] = [
            ((), {}),
            ((stolen, onward), {}),
            ((2,), {}),
            ((stolen, stolen), {}),
            ((stolen,), {"max_hops": -1}),
            ((stolen,), {"within": timedelta(-1)}),
            ((stolen,), {"minimum_share": 1.5}),
            ((stolen,), {"minimum_minor": 0}),
            ((stolen,), {"hub_stop": -1}),
            ((stolen,), {"max_pieces": 0}),
            ((onward,), {"watermark": 1}),
        ]
        for seeds, change in wrong:
            with pytest.raises(InputError):
                bank.trace(*seeds, **change)
        with pytest.raises(InputError, match="more than nothing"):
            Tracer(bank.graph).trace(TraceRequest(seeds=(Seed(stolen, 1001),)))
        with pytest.raises(NotFoundError):
            bank.trace(77)


# -- Laws ---------------------------------------------------------------------------------------------


def random_transfers(dice: Random, size: int, accounts: int, *, to_oneself: bool = True) -> TransferGraph:
    graph, rows = TransferGraph(budget_bytes=BUDGET), range(size)
    sides = [
        dice.choices(range(accounts), k=2) if to_oneself else dice.sample(range(accounts), 2) for _ in rows
    ]
    for account in range(accounts):
        graph.enrol(account, opening_balance_minor=dice.choice((0, dice.randint(0, 500))))
    graph.append_many(
        Postings.of(
            posted_at=np.array([at // 2 for at in rows]),
            kind=np.zeros(size, np.int64),
            amount_minor=np.array([dice.randint(1, 300) for _ in rows]),
            debtor=np.array([debtor for debtor, _ in sides]),
            creditor=np.array([creditor for _, creditor in sides]),
        )
    )
    return graph


@given(st.integers(0, 2**32), st.integers(2, 80))
@thorough
def test_less_rests_by_rules_that_move_more(seed: int, size: int) -> None:
    """Of one tainted inflow: stolen-first <= FIFO, haircut <= LIBR, in the account that it came to."""
    dice = Random(seed)  # noqa: S311
    graph = random_transfers(dice, size, 6)
    edge = graph.edge(dice.randrange(size))
    if edge.debtor == edge.creditor:
        return
    rests = {}
    for rule in RULES:
        request = TraceRequest(seeds=(Seed(edge.number),), rule=rule, max_hops=1, minimum_share=0, hub_stop=0)
        rests[rule] = Tracer(graph).trace(request).left[0]
    assert rests[Rule.STOLEN_FIRST] <= min(rests[Rule.FIFO], rests[Rule.HAIRCUT])
    assert max(rests[Rule.FIFO], rests[Rule.HAIRCUT]) <= rests[Rule.LIBR]


RECURSIVE = """
WITH RECURSIVE lots AS (
    SELECT creditor AS account, place AS low, place + amount AS high, 0 AS hop, amount AS amount
    FROM edges WHERE number = $seed
    UNION ALL
    SELECT e.creditor, e.place + greatest(l.low, e.paid) - e.paid,
           e.place + least(l.high, e.paid + e.amount) - e.paid, l.hop + 1,
           least(l.high, e.paid + e.amount) - greatest(l.low, e.paid)
    FROM lots l JOIN edges e
      ON e.debtor = l.account AND e.paid < l.high AND e.paid + e.amount > l.low AND e.posted_at <= $until
    WHERE l.hop < $hops AND (l.hop = 0 OR l.amount >= $minimum) AND l.account <> $victim
)
SELECT hop, account, sum(amount)::BIGINT, count(*) FROM lots GROUP BY ALL ORDER BY ALL
"""


@pytest.mark.parametrize("seed", range(12))
def test_fifo_is_what_a_recursive_query_finds(seed: int) -> None:
    dice = Random(seed)  # noqa: S311
    graph = random_transfers(dice, 400, 25, to_oneself=False)
    table = columns(graph)
    frame = {  # noqa: F841  # read by name in SQL
        "number": np.arange(table.size),
        "debtor": table.debtor,
        "creditor": table.creditor,
        "posted_at": table.posted_at,
        "amount": np.asarray(table.amount_minor),
        "paid": np.asarray(table.paid_before),
        "place": np.asarray(table.place),
    }
    connection = duckdb.connect()
    connection.execute("CREATE TABLE edges AS SELECT * FROM frame")
    for _ in range(8):
        edge = graph.edge(dice.randrange(300))
        hops, minimum, within = dice.choice((1, 3, 30)), dice.choice((1, 20)), dice.choice((50, 1000))
        request = TraceRequest(
            seeds=(Seed(edge.number),),
            rule=Rule.FIFO,
            max_hops=hops,
            within=timedelta(microseconds=within),
            minimum_share=0,
            minimum_minor=minimum,
            hub_stop=0,
        )
        trace = Tracer(graph).trace(request)
        given = {
            "seed": edge.number,
            "until": edge.posted_at + within,
            "hops": hops,
            "minimum": minimum,
            "victim": edge.debtor,
        }
        rows = connection.execute(RECURSIVE, given).fetchall()
        ours: dict[tuple[int, int], list[int]] = {}
        for piece in trace.pieces():
            entry = ours.setdefault((piece.hop, piece.account), [0, 0])
            entry[0] += piece.amount_minor
            entry[1] += 1
        found = [(hop, account, amount, count) for (hop, account), (amount, count) in sorted(ours.items())]
        assert found == rows


@given(st.integers(0, 2**32), st.integers(2, 80))
@thorough
def test_fifo_backward_is_forward_read_from_the_other_end(seed: int, size: int) -> None:
    """What a transfer is told to come from by one hop is what that transfer is told to go to."""
    dice = Random(seed)  # noqa: S311
    graph = random_transfers(dice, size, 5)
    last = graph.edge(size - 1)
    if last.debtor == last.creditor:
        return
    more = {"rule": Rule.FIFO, "max_hops": 1, "minimum_share": 0.0, "hub_stop": 0}
    back = Tracer(graph).trace(
        TraceRequest(seeds=(Seed(last.number),), direction=Direction.BACKWARD, **more)  # type: ignore[arg-type]
    )
    assert back.conserved
    came = {edge: amount for edge, amount in back.carried().items() if edge != last.number}
    for number in range(size - 1):
        edge = graph.edge(number)
        if edge.creditor == last.debtor and edge.debtor not in (edge.creditor, last.creditor):
            trace = Tracer(graph).trace(TraceRequest(seeds=(Seed(number),), **more))  # type: ignore[arg-type]
            assert trace.carried().get(last.number, 0) == came.get(number, 0)

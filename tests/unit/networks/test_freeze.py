"""Freeze plans: what is held, what is told to others, in which order, and never too much."""

from collections.abc import Mapping
from random import Random

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhamen.core.errors import InputError
from zhamen.networks.freeze import Action, Facts, FreezePlan, plan_freeze, plan_waiting
from zhamen.networks.graph.kinds import AccountKind, EdgeKind
from zhamen.networks.graph.live import TransferGraph
from zhamen.networks.graph.postings import Posting
from zhamen.networks.tracing.request import Seed, TraceRequest
from zhamen.networks.tracing.result import Trace
from zhamen.networks.tracing.rules import Rule
from zhamen.networks.tracing.tracer import Tracer

BUDGET = 1 << 21
MINUTE = 60_000_000
VICTIM, M1, M2, M3, SHOP, ELSEWHERE = 1, 11, 12, 13, 50, 90


@pytest.fixture
def graph() -> TransferGraph:
    return TransferGraph(budget_bytes=BUDGET)


def post(graph: TransferGraph, kind: EdgeKind, amount: int, debtor: int, creditor: int | None = None) -> int:
    at = graph.watermark * MINUTE
    return graph.append(
        Posting(posted_at=at, kind=kind, amount_minor=amount, debtor=debtor, creditor=creditor)
    )


def transfer(graph: TransferGraph, debtor: int, creditor: int, amount: int) -> int:
    return post(graph, EdgeKind.TRANSFER, amount, debtor, creditor)


def traces(graph: TransferGraph, *seeds: int) -> dict[Rule, Trace]:
    tracer = Tracer(graph)
    return {
        rule: tracer.trace(TraceRequest(seeds=tuple(map(Seed, seeds)), rule=rule, minimum_share=0))
        for rule in (Rule.STOLEN_FIRST, Rule.FIFO, Rule.LIBR)
    }


def plan_of(
    graph: TransferGraph,
    *seeds: int,
    facts: Mapping[int, Facts] | None = None,
    unsettled: frozenset[int] = frozenset(),
) -> FreezePlan:
    found = traces(graph, *seeds)
    return plan_freeze(
        found[Rule.STOLEN_FIRST], found, facts or {}, as_of=graph.watermark * MINUTE, unsettled=unsettled
    )


def test_each_kind_of_place_gets_its_own_act_and_its_way(graph: TransferGraph) -> None:
    graph.enrol(SHOP, AccountKind.MERCHANT)
    stolen = transfer(graph, VICTIM, M1, 1000)
    transfer(graph, M1, M2, 300)
    transfer(graph, M1, SHOP, 200)
    settled = post(graph, EdgeKind.EXIT, 100, M1, ELSEWHERE)
    under_way = post(graph, EdgeKind.EXIT, 150, M1, ELSEWHERE)
    post(graph, EdgeKind.CASH_OUT, 50, M1)
    m2 = graph.account(M2)
    plan = plan_of(graph, stolen, facts={m2: Facts(mule_score=0.01)}, unsettled=frozenset({under_way}))
    acts = {(graph.identity(line.account), line.action): line for line in plan.lines}
    assert {key: line.amount_minor for key, line in acts.items()} == {
        (M1, Action.STOP_PAYMENT): 200,
        (M2, Action.DELAY): 300,
        (SHOP, Action.PARTIAL_HOLD): 200,
        (ELSEWHERE, Action.INTERBANK_NOTICE): 100,
        (ELSEWHERE, Action.RECALL): 150,
    }
    assert acts[ELSEWHERE, Action.INTERBANK_NOTICE].edges == (settled,)
    assert [step.edge for step in acts[ELSEWHERE, Action.RECALL].path] == [stolen, under_way]
    assert plan.gone_minor == {"cashed": 50}
    assert plan.hold_minor == 700
    assert msgspec.json.decode(msgspec.json.encode(plan), type=FreezePlan) == plan


def test_a_line_tells_the_way_of_every_part(graph: TransferGraph) -> None:
    first = transfer(graph, VICTIM, M1, 1000)
    on, back = transfer(graph, M1, M2, 600), transfer(graph, M2, M1, 250)
    second = transfer(graph, 2, M1, 400)
    beside = transfer(graph, M1, M3, 100)
    lines = {graph.identity(line.account): line for line in plan_of(graph, first, second).lines}
    told = [(step.edge, step.amount_minor) for step in lines[M1].path]
    assert told == [(first, 1000), (on, 600), (back, 250), (second, 400)]
    assert (lines[M1].residual_minor, lines[M1].parts_left_out) == (950, 0)
    assert [step.edge for step in lines[M2].path] == [first, on]
    assert [step.edge for step in lines[M3].path] == [first, beside]


def test_of_very_many_parts_the_largest_have_their_ways_told(graph: TransferGraph) -> None:
    stolen = [transfer(graph, 100 + number, M1, 1000 + number) for number in range(53)]
    (line,) = plan_of(graph, *stolen).lines
    assert [step.edge for step in line.path] == stolen[3:]
    assert (line.parts_left_out, line.edges) == (3, tuple(stolen))


def test_no_more_is_held_than_is_there_and_not_held_for_others(graph: TransferGraph) -> None:
    stolen = transfer(graph, VICTIM, M1, 1000)
    m1 = graph.account(M1)
    for facts, held in (
        (Facts(available_minor=700), 700),
        (Facts(held_minor=900), 100),
        (Facts(held_minor=2000), 0),
    ):
        line = plan_of(graph, stolen, facts={m1: facts}).lines[0]
        assert (line.amount_minor, line.residual_minor) == (held, 1000)


def test_what_moves_soonest_and_most_stands_first(graph: TransferGraph) -> None:
    stolen = transfer(graph, VICTIM, M1, 1000)
    transfer(graph, M1, M2, 400)
    m1, m2 = graph.account(M1), graph.account(M2)
    fast = {
        m2: Facts(mule_probability=1.0, median_holding=2 * MINUTE),
        m1: Facts(median_holding=600 * MINUTE),
    }
    plan = plan_of(graph, stolen, facts=fast)
    assert [line.account for line in plan.lines] == [m2, m1]
    assert plan.lines[0].urgency == 400 / 2
    assert plan.lines[0].minutes_left == 1
    assert plan.lines[1].minutes_left == 598


def test_who_is_stopped_goes_by_the_score_and_by_reports(graph: TransferGraph) -> None:
    stolen = transfer(graph, VICTIM, M1, 1000)
    m1 = graph.account(M1)
    for facts, action in (
        (Facts(mule_score=0.049), Action.DELAY),
        (Facts(mule_score=0.05), Action.STOP_PAYMENT),
        (Facts(mule_score=0.0, reported=True), Action.STOP_PAYMENT),
        (Facts(), Action.STOP_PAYMENT),
    ):
        line = plan_of(graph, stolen, facts={m1: facts}).lines[0]
        assert (line.action, line.amount_minor) == (action, 1000)


def test_what_is_under_way_between_accounts_of_ours_is_called_back(graph: TransferGraph) -> None:
    stolen, before = transfer(graph, VICTIM, M1, 1000), transfer(graph, M1, M2, 100)
    flying = transfer(graph, M1, M2, 300)
    plan = plan_of(graph, stolen, unsettled=frozenset({flying}))
    acts = {(graph.identity(line.account), line.action): line for line in plan.lines}
    assert {key: line.amount_minor for key, line in acts.items()} == {
        (M1, Action.STOP_PAYMENT): 600,
        (M2, Action.STOP_PAYMENT): 100,
        (M2, Action.RECALL): 300,
    }
    assert acts[M2, Action.RECALL].edges == (flying,)
    assert acts[M2, Action.STOP_PAYMENT].edges == (before,)
    assert plan.hold_minor == 700


def test_reported_transfers_that_never_left_lie_with_who_pays(graph: TransferGraph) -> None:
    stolen, waiting = transfer(graph, VICTIM, M1, 1000), transfer(graph, VICTIM, M2, 200)
    found, at = traces(graph, stolen), graph.watermark * MINUTE
    plan = plan_freeze(found[Rule.STOLEN_FIRST], found, {}, as_of=at, waiting=[waiting])
    alone = plan_waiting(graph, [waiting], TraceRequest(seeds=(Seed(waiting),)), as_of=at)
    victim = graph.account(VICTIM)
    assert (plan.stolen_minor, alone.stolen_minor, alone.hold_minor) == (1200, 200, 0)
    assert [line for line in plan.lines if line.account == victim] == list(alone.lines)
    assert (alone.lines[0].action, alone.lines[0].amount_minor) == (Action.RECALL, 200)


def test_the_legal_range_stands_beside(graph: TransferGraph) -> None:
    graph.enrol(M1, opening_balance_minor=500)
    stolen = transfer(graph, VICTIM, M1, 1000)
    transfer(graph, M1, M2, 700)
    at = {graph.identity(line.account): line for line in plan_of(graph, stolen).lines}
    assert (at[M1].residual_minor, at[M1].fifo_minor, at[M1].libr_minor) == (300, 800, 800)
    assert (at[M2].residual_minor, at[M2].fifo_minor, at[M2].libr_minor) == (700, 200, 200)


def test_traces_of_another_case_or_rule_are_refused(graph: TransferGraph) -> None:
    first, second = transfer(graph, VICTIM, M1, 10), transfer(graph, VICTIM, M2, 10)
    found, other = traces(graph, first), traces(graph, second)
    with pytest.raises(InputError, match="stolen-first"):
        plan_freeze(found[Rule.FIFO], found, {}, as_of=0)
    with pytest.raises(InputError, match="LIBR is missing"):
        plan_freeze(found[Rule.STOLEN_FIRST], {Rule.FIFO: found[Rule.FIFO]}, {}, as_of=0)
    with pytest.raises(InputError, match="another case"):
        plan_freeze(found[Rule.STOLEN_FIRST], other, {}, as_of=0)


@given(st.integers(0, 2**32), st.integers(1, 60))
@settings(max_examples=100, deadline=None)
def test_holds_never_come_to_more_than_is_stolen_and_not_recovered(seed: int, size: int) -> None:
    dice, graph = Random(seed), TransferGraph(budget_bytes=BUDGET)  # noqa: S311
    stolen = transfer(graph, VICTIM, M1, 500)
    people = (VICTIM, M1, M2, M3, SHOP)
    for _ in range(size):
        kind = dice.choice((EdgeKind.TRANSFER, EdgeKind.TRANSFER, EdgeKind.EXIT, EdgeKind.CASH_OUT))
        debtor, creditor = dice.sample(people, 2)
        to = {EdgeKind.TRANSFER: creditor, EdgeKind.EXIT: dice.choice((None, ELSEWHERE))}.get(kind)
        post(graph, kind, dice.randint(1, 300), debtor, to)
    unsettled = frozenset(number for number in range(graph.watermark) if dice.random() < 0.3)
    plan = plan_of(graph, stolen, unsettled=unsettled)
    residuals = sum(line.residual_minor for line in plan.lines)
    assert plan.hold_minor <= residuals <= plan.stolen_minor - plan.recovered_minor
    assert residuals + sum(plan.gone_minor.values()) == plan.stolen_minor - plan.recovered_minor
    for line in plan.lines:
        assert 0 <= line.amount_minor <= line.residual_minor
        if line.action not in (Action.INTERBANK_NOTICE, Action.RECALL):
            assert line.amount_minor <= graph.balance(line.account)

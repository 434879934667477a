"""A trace as a picture: nothing is lost, no way leads back, and the largest is what is shown."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhamen.networks.flow import Flow, FlowNode, flow_of, watermark_at
from zhamen.networks.graph.kinds import EdgeKind
from zhamen.networks.graph.live import TransferGraph
from zhamen.networks.graph.postings import Posting
from zhamen.networks.layers import layers_of, without_circles
from zhamen.networks.tracing.request import Seed, TraceRequest
from zhamen.networks.tracing.result import Trace
from zhamen.networks.tracing.rules import Direction, Fate, Rule
from zhamen.networks.tracing.tracer import Tracer

MINUTE = 60_000_000
VICTIM, M1, M2, M3 = 1, 11, 12, 13
RULES = [Rule.STOLEN_FIRST, Rule.FIFO, Rule.HAIRCUT, Rule.LIBR]


class Bank:
    """A graph that is told of one movement a minute."""

    def __init__(self) -> None:
        self.graph = TransferGraph(budget_bytes=1 << 21)

    def transfer(self, debtor: int, creditor: int, amount: int) -> int:
        return self.post(EdgeKind.TRANSFER, amount, debtor, creditor)

    def post(self, kind: EdgeKind, amount: int, debtor: int | None, creditor: int | None) -> int:
        at = self.graph.watermark * MINUTE
        posting = Posting(posted_at=at, kind=kind, amount_minor=amount, debtor=debtor, creditor=creditor)
        return self.graph.append(posting)

    def trace(self, *seeds: int, **more: object) -> Trace:
        given = {"minimum_share": 0.0, **more}
        return Tracer(self.graph).trace(TraceRequest(seeds=tuple(map(Seed, seeds)), **given))  # type: ignore[arg-type]

    def shown(self, flow: Flow) -> dict[tuple[int, bool], FlowNode]:
        return {(self.graph.identity(node.account), node.again): node for node in flow.nodes}


@pytest.fixture
def bank() -> Bank:
    return Bank()


def test_money_goes_from_layer_to_layer_and_lies_where_it_lies(bank: Bank) -> None:
    stolen = bank.transfer(VICTIM, M1, 1000)
    bank.transfer(M1, M2, 700)
    bank.transfer(M2, M3, 200)
    bank.post(EdgeKind.CASH_OUT, 150, M2, None)
    flow = flow_of(bank.trace(stolen))
    at = {account: node for (account, _), node in bank.shown(flow).items() if node.ends is None}
    assert [(at[one].layer, at[one].held_minor) for one in (VICTIM, M1, M2, M3)] == [
        (0, 0), (1, 300), (2, 350), (3, 200),
    ]  # fmt: skip
    assert [node.begins for node in flow.nodes] == [True, False, False, False, False]
    cash = next(node for node in flow.nodes if node.ends is Fate.CASHED)
    assert (cash.layer, cash.arrived_minor, cash.gone_minor) == (3, 150, 150)
    assert [(edge.amount_minor, edge.carried_minor) for edge in flow.edges] == [
        (1000, 1000), (700, 700), (200, 200), (150, 150),
    ]  # fmt: skip
    assert flow.rest is None
    assert flow.layers == 4


def test_what_comes_back_comes_to_a_node_of_its_own(bank: Bank) -> None:
    stolen = bank.transfer(VICTIM, M1, 1000)
    bank.transfer(M1, M2, 600)
    bank.transfer(M2, M1, 400)
    bank.transfer(M1, VICTIM, 100)
    flow = flow_of(bank.trace(stolen))
    at = bank.shown(flow)
    assert (at[M1, True].layer, at[M1, True].arrived_minor, at[M1, True].left) == (3, 400, {})
    assert at[VICTIM, True].arrived_minor == 100
    assert at[VICTIM, False].left == {Fate.RECOVERED: 100}
    assert at[M1, False].arrived_minor == 1400


def test_a_transfer_to_oneself_is_a_circle_too(bank: Bank) -> None:
    stolen = bank.transfer(VICTIM, M1, 1000)
    bank.transfer(M1, M1, 500)
    flow = flow_of(bank.trace(stolen))
    assert _sound(flow)


def test_backward_the_sources_stand_to_the_left(bank: Bank) -> None:
    bank.transfer(M1, M2, 600)
    bank.transfer(M3, M2, 400)
    spent = bank.transfer(M2, VICTIM, 1000)
    at = bank.shown(flow_of(bank.trace(spent, direction=Direction.BACKWARD)))
    assert [at[one, False].layer for one in (M1, M3, M2, VICTIM)] == [0, 0, 1, 2]
    assert at[VICTIM, False].begins
    assert at[M1, False].held_minor == 600


def test_of_many_places_those_are_shown_that_most_came_to_and_the_rest_is_summed(bank: Bank) -> None:
    stolen = bank.transfer(VICTIM, M1, 1000)
    for number in range(20):
        bank.transfer(M1, 100 + number, 10 + number)
    flow = flow_of(bank.trace(stolen), most_nodes=6)
    at = bank.shown(flow)
    assert [account for account, _ in at] == [VICTIM, M1, 117, 118, 119]
    assert flow.rest is not None
    assert (flow.rest.places, flow.rest.transfers) == (17, 17)
    m1 = flow.nodes.index(at[M1, False])
    assert flow.rest.by_node == {m1: sum(range(10, 27))}
    assert flow.rest.left == {Fate.RESTING: sum(range(10, 27))}


def test_five_hundred_accounts_are_a_picture_in_layers_and_nothing_is_lost(bank: Bank) -> None:
    stolen = bank.transfer(VICTIM, M1, 1_000_000)
    for collector in range(20):
        bank.transfer(M1, 100 + collector, 40_000 + collector)
        for mule in range(26):
            bank.transfer(100 + collector, 1000 + 26 * collector + mule, 1_000 + mule)
        bank.transfer(100 + collector, M1, 5_000)
    trace = bank.trace(stolen)
    whole, flow = flow_of(trace, most_nodes=1_000), flow_of(trace, most_nodes=500)
    assert whole.rest is None
    assert len(whole.nodes) > 540
    assert flow.layers == whole.layers
    assert 480 <= len(flow.nodes) <= 500
    assert flow.rest is not None
    assert len(flow.nodes) + flow.rest.places == len(whole.nodes)
    ways = {(edge.source, edge.target) for edge in flow.edges}
    assert all(flow.nodes[source].layer < flow.nodes[target].layer for source, target in ways)
    left = sum(sum(node.left.values()) for node in flow.nodes) + sum(flow.rest.left.values())
    assert left == trace.total_minor


def test_of_many_transfers_the_largest_are_shown(bank: Bank) -> None:
    stolen = bank.transfer(VICTIM, M1, 1000)
    for amount in (5, 50, 500):
        bank.transfer(M1, M2, amount)
    flow = flow_of(bank.trace(stolen), most_edges=2)
    assert [edge.carried_minor for edge in flow.edges] == [1000, 500]
    assert flow.rest is not None
    assert (flow.rest.places, flow.rest.transfers, flow.rest.by_node) == (0, 2, {})


def test_as_of_an_instant_what_came_later_was_not_there(bank: Bank) -> None:
    stolen = bank.transfer(VICTIM, M1, 1000)
    onward = bank.transfer(M1, M2, 700)
    trace = bank.trace(stolen)
    assert watermark_at(trace, onward * MINUTE) == trace.watermark
    before = bank.trace(stolen, watermark=watermark_at(trace, onward * MINUTE - 1))
    assert sum(before.held().values()) == 1000
    assert [edge.number for edge in flow_of(before).edges] == [stolen]


@st.composite
def traced(draw: st.DrawFn) -> Trace:
    """A trace of a bank of few accounts, where money goes in circles."""
    bank, dice = Bank(), Random(draw(st.integers(0, 2**32)))  # noqa: S311  # repeatable on purpose
    accounts = list(range(1, draw(st.integers(3, 12))))
    bank.transfer(VICTIM, 2, 100)
    for _ in range(draw(st.integers(0, 60))):
        if dice.random() < 0.1:
            bank.post(EdgeKind.CASH_OUT, dice.randint(1, 90), dice.choice(accounts), None)
        else:
            bank.transfer(dice.choice(accounts), dice.choice(accounts), dice.randint(1, 100))
    bank.transfer(2, VICTIM, 100)
    direction = draw(st.sampled_from(Direction))
    seed = 0 if direction is Direction.FORWARD else bank.graph.watermark - 1
    return bank.trace(seed, direction=direction, rule=draw(st.sampled_from(RULES)))


@settings(max_examples=60, deadline=None)
@given(traced(), st.integers(3, 20), st.integers(1, 40))
def test_no_way_leads_back_and_no_money_is_lost(trace: Trace, most_nodes: int, most_edges: int) -> None:
    whole = flow_of(trace)
    assert _sound(whole)
    assert whole.rest is None
    assert sum(sum(node.left.values()) for node in whole.nodes) == trace.total_minor
    assert {edge.number for edge in whole.edges} == set(trace.carried())
    assert sum(edge.carried_minor for edge in whole.edges) == sum(trace.carried().values())
    flow = flow_of(trace, most_nodes=most_nodes, most_edges=most_edges)
    assert _sound(flow)
    unseen = flow.rest is not None and flow.rest.places > 0
    assert len(flow.nodes) + unseen <= most_nodes
    assert len(flow.edges) <= most_edges
    left = sum(sum(node.left.values()) for node in flow.nodes)
    assert left + (sum(flow.rest.left.values()) if flow.rest else 0) == trace.total_minor


def _sound(flow: Flow) -> bool:
    places = {(node.layer, node.row) for node in flow.nodes}
    forward = all(flow.nodes[edge.source].layer < flow.nodes[edge.target].layer for edge in flow.edges)
    return (
        forward
        and len(places) == len(flow.nodes)
        and {layer for layer, _ in places} == set(range(flow.layers))
    )


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=25, unique=True))
def test_circles_are_opened_at_what_came_last(pairs: list[tuple[int, int]]) -> None:
    kept, back = without_circles(pairs)
    assert sorted(kept + back) == sorted(pairs)
    for number, (source, target) in enumerate(pairs):
        before = [pair for pair in pairs[:number] if pair in kept]
        assert ((source, target) in back) == (source in _beyond(before, target))
    layer, row = layers_of(7, kept)
    assert all(layer[source] < layer[target] for source, target in kept)
    for at in set(layer):
        rows = sorted(row[node] for node in range(7) if layer[node] == at)
        assert rows == list(range(len(rows)))


def _beyond(pairs: list[tuple[int, int]], start: int) -> set[int]:
    """All that can be reached from a node, itself included."""
    reached, front = set[int](), {start}
    while front:
        reached |= front
        front = {target for source, target in pairs if source in front} - reached
    return reached

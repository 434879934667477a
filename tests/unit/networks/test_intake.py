"""The compiled step against the same in plain Python; one by one and many at once; what it refuses."""

from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.networks.network_events import Event, batch_of, random_events, row_of, written
from tests.unit.networks.plain_networks import PlainNetworks

from zhamen.core.errors import InputError, StateFull
from zhamen.core.identifiers import identity
from zhamen.events.batch import Batch
from zhamen.networks.intake.fields import elsewhere
from zhamen.networks.live import Networks

BUDGET = 1 << 22
STREAMS = st.tuples(st.integers(0, 10**9), st.integers(1, 150))


@settings(max_examples=60, deadline=None)
@given(STREAMS)
def test_the_step_gives_what_plain_python_gives(stream: tuple[int, int]) -> None:
    networks, plain = Networks(BUDGET), PlainNetworks(BUDGET)
    for event in random_events(Random(stream[0]), stream[1]):  # noqa: S311  # it has to repeat
        np.testing.assert_array_equal(networks.advance(row_of(event)), plain.advance(event))
    parts = written(networks)
    for room, of in (("book/graph", plain.graph), ("typologies", plain.typologies), ("links", plain.links)):
        for name, part in of.parts():
            assert parts[f"{room}/{name}"] == bytes(part), name
    accounts = np.arange(plain.graph.accounts)
    np.testing.assert_array_equal(
        networks.taint.tainted_amounts(accounts), plain.cases.taint.tainted_amounts(accounts)
    )
    assert networks.reported == plain.cases.edges
    assert [networks.edge_of(seq) for seq in range(1, networks.events + 1)] == [
        plain.edge_of.get(seq) for seq in range(1, networks.events + 1)
    ]


@settings(max_examples=60, deadline=None)
@given(STREAMS, st.lists(st.integers(1, 60), min_size=1, max_size=5))
def test_many_at_once_are_as_one_by_one_wherever_they_are_cut(
    stream: tuple[int, int], cuts: list[int]
) -> None:
    events = random_events(Random(stream[0]), stream[1])  # noqa: S311  # it has to repeat
    one, many, batch = Networks(BUDGET), Networks(BUDGET), batch_of(events)
    expected = np.array([one.advance(row_of(event)) for event in events])
    at, found = 0, list[Any]()
    while at < batch.size:
        size = cuts[len(found) % len(cuts)]
        found.append(many.advance_batch(batch[at : at + size]))
        at += size
    np.testing.assert_array_equal(np.concatenate(found).view(np.int64), expected.view(np.int64))
    assert written(many) == written(one)


def transfer(number: int, **more: object) -> Event:
    sides = {"debtor_account_id": f"A{number}", "creditor_account_id": f"B{number}"}
    return (
        {"type": "transfer", "event_id": f"E{number}", "occurred_at": number, "amount_minor": 1}
        | sides
        | more
    )


def test_of_many_at_once_those_before_a_full_memory_are_taken() -> None:
    events = [transfer(number) for number in range(400)]
    one, many = Networks(1 << 14), Networks(1 << 14)
    while one.events < len(events) and not one.graph.memory.full:
        one.advance(row_of(events[one.events]))
    with pytest.raises(StateFull, match="the event was not taken"):
        one.advance(row_of(events[one.events]))
    with pytest.raises(StateFull, match="the event was not taken"):
        many.advance_batch(batch_of(events))
    assert many.events == one.events < 400
    assert written(many) == written(one)


@pytest.mark.parametrize(
    "more", [{"occurred_at": 2**54}, {"occurred_at": -(2**54)}, {"debtor_account_opened_at": 2**54}]
)
def test_an_instant_that_cannot_be_kept_is_refused_before_anything_changed(more: Event) -> None:
    networks = Networks(BUDGET)
    networks.advance(row_of(transfer(1)))
    before = written(networks)
    with pytest.raises(InputError, match="570 years"):
        networks.advance(row_of(transfer(2, **more)))
    with pytest.raises(InputError, match="row 1"):
        networks.advance_batch(batch_of([transfer(2), transfer(3, **more)]))
    assert written(networks) == before


def test_columns_that_are_not_there_are_missing() -> None:
    one, many = Networks(BUDGET), Networks(BUDGET)
    events = [transfer(1), transfer(2)]
    batch = batch_of(events)
    few = Batch(2, {name: batch.columns[name] for name in transfer(1)})
    expected = np.array([one.advance(row_of(event)) for event in events])
    np.testing.assert_array_equal(many.advance_batch(few), expected)
    assert many.advance_batch(Batch(0)).shape == (0, len(Networks.names))


@pytest.mark.parametrize("pattern", ["A{}", "{:06}", "{:08}", "62220202{:08}", "6222020200{:09}"])
def test_an_account_elsewhere_is_never_taken_for_one_of_ours(pattern: str) -> None:
    accounts = [pattern.format(number) for number in range(20_000)]
    ours = {identity(account) for account in accounts}
    assert ours.isdisjoint(elsewhere(account) for account in accounts)

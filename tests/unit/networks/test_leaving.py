"""Old edges leave the networks of a gate while it decides."""

from collections.abc import Iterator
from random import Random

import numpy as np
import pytest
from tests.unit.networks.network_events import Event, batch_of, row_of, written

from zhamen.core.errors import JournalDamaged, NotFoundError
from zhamen.core.identifiers import identity
from zhamen.networks import leaving
from zhamen.networks.leaving import KEPT, Leaving, oldest_kept
from zhamen.networks.live import Networks

MINUTE = 60_000_000
DAY = 86_400_000_000
BUDGET = 1 << 24
ACCOUNTS = [f"account-{number}" for number in range(60)]


def events(seed: int, days: int, a_day: int) -> Iterator[Event]:
    """Give transfers of some days, now and then one that comes back and one that is reported."""
    dice, number = Random(seed), 0  # noqa: S311
    for day in range(days):
        times = sorted(dice.randrange(DAY) for _ in range(a_day))
        for at in times:
            number += 1
            debtor, creditor = dice.sample(ACCOUNTS, 2)
            sides = {"debtor_account_id": debtor, "creditor_account_id": creditor}
            moment = {"event_id": f"E{number}", "occurred_at": day * DAY + at}
            yield moment | sides | {"type": "transfer", "amount_minor": dice.randrange(1, 10_000)}
            if dice.random() < 0.02:
                about = {"event_id": f"S{number}", "transfer_event_id": f"E{number}"} | sides
                settled = {"type": "transfer_settled", "settlement": "returned"}
                yield moment | about | settled
            if dice.random() < 0.01:
                about = {"event_id": f"F{number}", "transfer_event_id": f"E{number}"} | sides
                yield moment | about | {"type": "fraud_reported", "label": "confirmed_fraud"}


def keeping_all(monkeypatch: pytest.MonkeyPatch) -> Networks:
    """Give networks that nothing leaves."""
    networks = Networks(budget_bytes=BUDGET)
    monkeypatch.setattr(networks, "_let_go", lambda _: None)
    return networks


def test_what_is_told_stays_the_same_where_no_count_reaches_so_far_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    letting, whole = Networks(budget_bytes=BUDGET), keeping_all(monkeypatch)
    for event in events(1, days=130, a_day=20):
        np.testing.assert_array_equal(letting.advance(row_of(event)), whole.advance(row_of(event)))
    assert letting.graph.first_edge > 100
    assert letting.graph.watermark == whole.graph.watermark
    for account in range(1, whole.graph.accounts):
        assert letting.graph.balance(account) == whole.graph.balance(account)
    newest = letting.graph.watermark - 1
    assert letting.seq_of(newest) == whole.seq_of(newest)
    assert letting.edge_of(whole.seq_of(newest)) == newest
    with pytest.raises(NotFoundError):
        letting.graph.edge(0)


def test_a_recovery_in_the_middle_of_a_change_goes_on_to_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leaving, "_EDGES_AN_EVENT", 16)  # so that the change takes long
    live, changing = Networks(), False
    others: list[Networks] = []
    for event in events(2, days=128, a_day=20):
        before = live.graph.first_edge
        live.advance(row_of(event))
        for other in others:
            other.advance(row_of(event))
        pending = bytes(dict(live.parts())["leaving"]) != b"null"
        if pending != changing or (pending and live.events % 30 == 0):
            others.append(Networks.restore({name: memoryview(part) for name, part in written(live).items()}))
        changing = pending
        assert live.graph.first_edge >= before
    assert len(others) >= 3
    assert live.graph.first_edge > 0
    for other in others:
        assert other.graph.first_edge == live.graph.first_edge
        assert written(other) == written(live)


def test_many_at_once_change_where_one_by_one_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leaving, "_EDGES_AN_EVENT", 64)
    one, many = Networks(budget_bytes=BUDGET), Networks(budget_bytes=BUDGET)
    given = list(events(6, days=122, a_day=20))
    expected = np.array([one.advance(row_of(event)) for event in given])
    np.testing.assert_array_equal(many.advance_batch(batch_of(given)), expected)
    assert one.graph.first_edge > 0
    assert written(many) == written(one)


def test_the_edges_of_open_cases_stay() -> None:
    networks = Networks(budget_bytes=BUDGET)
    stream = events(3, days=118, a_day=20)
    sides = {"debtor_account_id": "victim", "creditor_account_id": "mule"}
    first = {"type": "transfer", "event_id": "theft", "occurred_at": 0, "amount_minor": 900}
    networks.advance(row_of(first | sides))
    late = {"type": "fraud_reported", "label": "confirmed_fraud", "event_id": "R", "occurred_at": 89 * DAY}
    told = False
    for event in stream:
        if not told and event["occurred_at"] > 89 * DAY:
            networks.advance(row_of(late | sides | {"transfer_event_id": "theft"}))
            told = True
        networks.advance(row_of(event))
    assert networks.graph.first_edge == 0
    assert networks.taint.tainted_amount(networks.graph.account(identity("mule"))) == 900


def test_few_edges_do_not_leave() -> None:
    networks = Networks(budget_bytes=BUDGET)
    for event in events(4, days=95, a_day=20):
        networks.advance(row_of(event))
    assert networks.graph.first_edge == 0
    newest = 95 * DAY
    assert oldest_kept(networks.graph, newest, networks.graph.watermark) is None
    late = oldest_kept(networks.graph, newest + KEPT, networks.graph.watermark)
    assert late is not None
    assert networks.graph.edge(late - 1).posted_at < newest
    assert oldest_kept(networks.graph, newest + KEPT, 300) == 300
    assert oldest_kept(networks.graph, newest + KEPT, 10) is None


def test_a_change_that_begins_late_gives_the_same_graph_as_one_that_began_early() -> None:
    networks = Networks(budget_bytes=BUDGET)
    stream = events(5, days=20, a_day=40)
    for _ in range(400):
        networks.advance(row_of(next(stream)))
    early = Leaving(networks.graph, 150, due=0)
    for event in stream:
        networks.advance(row_of(event))
    late = Leaving(networks.graph, 150, due=0)
    ours, theirs = dict(early.finish().parts()), dict(late.finish().parts())
    assert {name: bytes(part) for name, part in ours.items()} == {
        name: bytes(part) for name, part in theirs.items()
    }


def test_a_snapshot_that_lacks_its_change_is_refused() -> None:
    parts = {name: memoryview(part) for name, part in written(Networks(budget_bytes=BUDGET)).items()}
    with pytest.raises(JournalDamaged, match="recover from an older one"):
        Networks.restore(parts | {"leaving": memoryview(b"[1]")})

"""Networks of events: what is posted, taken back, reported and followed; and going on from a snapshot."""

from collections.abc import Mapping
from math import isnan
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from zhamen.core.errors import JournalDamaged, StateFull
from zhamen.core.identifiers import identity
from zhamen.core.money import MAX_AMOUNT_MINOR
from zhamen.networks import cases
from zhamen.networks.books.layout import SCANNED
from zhamen.networks.graph.kinds import AccountKind, EdgeKind
from zhamen.networks.live import Networks
from zhamen.networks.tracing.request import Seed, TraceRequest
from zhamen.networks.tracing.tracer import Tracer

MINUTE = 60_000_000
DAY = 86_400_000_000


class Stream:
    """Networks, and events told shortly."""

    def __init__(self) -> None:
        self.networks = Networks(budget_bytes=1 << 22)
        self.now = 0

    def tell(self, **given: object) -> list[float | None]:
        self.now += MINUTE
        row = {"event_id": f"E{self.networks.events + 1}", "occurred_at": self.now} | given
        told = self.networks.advance([row.get(name) for name in Networks.fields])
        return [None if isnan(value) else value for value in told]

    def pay(self, event: str, debtor: str, creditor: str, amount: int, **more: object) -> list[float | None]:
        sides = {"debtor_account_id": debtor, "creditor_account_id": creditor}
        return self.tell(**({"type": "transfer", "event_id": event, "amount_minor": amount} | sides | more))

    def settle(self, event: str, debtor: str, creditor: str, settlement: str, **more: object) -> None:
        sides = {"debtor_account_id": debtor, "creditor_account_id": creditor}
        self.tell(type="transfer_settled", transfer_event_id=event, settlement=settlement, **sides, **more)

    def report(self, creditor: str, label: str = "confirmed_fraud", **more: Any) -> None:
        self.tell(type="fraud_reported", label=label, creditor_account_id=creditor, **more)

    def balance(self, account: str) -> int:
        return self.networks.graph.balance(self.networks.graph.account(identity(account)))

    def tainted(self, account: str) -> int:
        return self.networks.taint.tainted_amount(self.networks.graph.account(identity(account)))


def test_the_gate_sees_stolen_money_before_the_next_transfer() -> None:
    stream = Stream()
    stream.pay("T1", "victim", "mule", 1000)
    assert stream.pay("T2", "mule", "next", 300)[:2] == [0.0, 0.0]
    stream.report("mule", transfer_event_id="T1")
    assert stream.pay("T3", "mule", "next", 500)[:2] == [700.0, 300.0]
    cash = stream.tell(type="cash_withdrawal", debtor_account_id="next", amount_minor=100)
    assert cash[:2] == [800.0, None]
    assert (stream.tainted("mule"), stream.tainted("next")) == (200, 700)


def test_other_events_are_told_nothing() -> None:
    stream = Stream()
    assert set(stream.tell(type="login", account_id="a")) == {None}
    assert stream.networks.events == 1
    assert stream.networks.graph.watermark == 0


def test_what_did_not_go_out_is_taken_back_once() -> None:
    stream = Stream()
    stream.pay("T1", "victim", "mule", 1000, debtor_account_balance_minor=1500)
    for settlement in ("declined", "cancelled", "returned"):
        stream.settle("T1", "victim", "mule", settlement)
        assert (stream.balance("victim"), stream.balance("mule")) == (1500, 0)
    assert stream.networks.graph.watermark == 2


def test_what_comes_back_in_parts_is_taken_back_in_parts() -> None:
    stream = Stream()
    stream.pay("T1", "victim", "mule", 100, debtor_account_balance_minor=100)
    stream.report("mule", transfer_event_id="T1")
    for back, left in ((40, 60), (50, 10), (50, 0), (50, 0)):
        stream.settle("T1", "victim", "mule", "returned", amount_minor=back)
        assert (stream.balance("victim"), stream.tainted("mule")) == (100 - left, left)
    assert stream.networks.graph.watermark == 4


def test_a_transfer_is_under_way_until_it_is_told_what_became_of_it() -> None:
    stream = Stream()
    for edge, side in enumerate(("both", "debtor", "creditor")):
        stream.pay(f"T{edge}", "a", "b", 100, customer_side=side)
        assert stream.networks.is_under_way(edge)
        stream.settle(f"T{edge}", "a", "b", "settled")
        assert not stream.networks.is_under_way(edge)
    stream.tell(type="cash_withdrawal", debtor_account_id="a", amount_minor=100)
    assert not stream.networks.is_under_way(3)


def test_a_settlement_is_found_at_once_among_millions_and_else_among_an_account_s_newest() -> None:
    stream, events = Stream(), SCANNED + 10
    for number in range(events):
        stream.pay(f"T{number}", "platform", f"w{number % 50}", 100)
    book, payer = stream.networks._book, [identity("platform")]
    oldest, newest = (identity(f"T{number}") for number in (0, events - 1))
    assert book.find(oldest, payer, as_debtor=True) == 0
    assert book.find(oldest, [identity("w0")], as_debtor=False) == 0
    assert book.find(identity("T1"), [identity("w0")], as_debtor=False) is None
    book.recent[:] = 0
    assert book.find(oldest, payer, as_debtor=True) is None
    assert book.find(newest, payer, as_debtor=True) == events - 1
    restored = Networks.restore({name: memoryview(bytes(part)) for name, part in stream.networks.parts()})
    assert restored._book.find(oldest, payer, as_debtor=True) == 0


def test_a_shop_that_took_stolen_money_is_not_told_as_one_that_holds_it() -> None:
    stream = Stream()
    stream.pay("T1", "victim", "mule", 1000)
    stream.report("mule", transfer_event_id="T1")
    assert stream.pay("T2", "mule", "shop", 600, creditor_account_kind="merchant")[:2] == [1000.0, 0.0]
    assert stream.pay("T3", "other", "shop", 50)[:2] == [0.0, 0.0]
    assert stream.pay("T4", "shop", "supplier", 600)[:2] == [0.0, 0.0]
    assert (stream.tainted("mule"), stream.tainted("shop"), stream.tainted("supplier")) == (400, 0, 0)


def test_stolen_money_in_a_shop_that_nobody_knew_for_one_is_told_no_more_once_somebody_does() -> None:
    stream = Stream()
    stream.pay("T1", "victim", "shop", 1000)
    stream.report("shop", transfer_event_id="T1")
    assert stream.pay("T2", "shop", "a", 100)[:2] == [1000.0, 0.0]
    assert stream.pay("T3", "shop", "a", 100, debtor_account_kind="merchant")[:2] == [0.0, 100.0]
    assert stream.pay("T4", "shop", "a", 100)[:2] == [0.0, 200.0]


def test_a_kind_told_later_changes_no_trace_of_before_and_nothing_after_a_recovery() -> None:
    stream = Stream()
    stream.pay("T1", "victim", "mule", 1000)
    stream.report("mule", transfer_event_id="T1")
    stream.pay("T2", "mule", "shop", 1000)
    stream.pay("T3", "shop", "next", 1000)
    tracer, asked = Tracer(stream.networks.graph), TraceRequest(seeds=(Seed(0),))
    before = tracer.trace(asked)
    stream.pay("T4", "other", "shop", 5, creditor_account_kind="merchant")
    after = tracer.trace(replace(asked, watermark=before.watermark))
    assert after.words.tobytes() == before.words.tobytes()
    restored = Stream()
    restored.networks = Networks.restore(
        {name: memoryview(bytes(part)) for name, part in stream.networks.parts()}
    )
    restored.now = stream.now
    assert restored.tainted("next") == stream.tainted("next") == 1000
    assert restored.pay("T5", "next", "last", 500) == stream.pay("T5", "next", "last", 500)


def test_who_reports_without_naming_the_transfer_is_answered_with_the_one_that_is_followed() -> None:
    stream = Stream()
    stream.pay("T1", "victim", "mule", 1000)
    for _ in range(2):
        stream.report("mule", debtor_account_id="victim")
    assert [stream.networks.reported_by(seq) for seq in range(1, 5)] == [None, 0, 0, None]
    copied = {name: memoryview(bytes(part)) for name, part in stream.networks.parts()}
    assert Networks.restore(copied).reported_by(3) == 0


def test_money_in_too_many_places_ends_the_oldest_cases_and_stops_no_event(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cases, "MOST_LOTS", 30)
    stream, restored = Stream(), Stream()
    for number in range(120):
        if number == 60:
            copied = {name: memoryview(bytes(part)) for name, part in stream.networks.parts()}
            restored.networks, restored.now = Networks.restore(copied), stream.now
        for one in (stream, restored) if number >= 60 else (stream,):
            one.pay(f"T{number}", f"victim{number}", f"mule{number % 7}", 1000)
            one.report(f"mule{number % 7}", transfer_event_id=f"T{number}")
            one.pay(f"P{number}", f"mule{number % 7}", f"next{number % 11}", 300)
    assert stream.networks.events == 360
    assert stream.networks.cases_ended_early > 60
    assert 5 < len(stream.networks.reported) < 30
    assert stream.networks.reported[-1] == stream.networks.edge_of(358)
    assert restored.networks.reported == stream.networks.reported
    assert restored.networks.taint.holds() == stream.networks.taint.holds()
    assert [restored.tainted(f"next{number}") for number in range(11)] == [
        stream.tainted(f"next{number}") for number in range(11)
    ]


def test_a_report_follows_nothing_that_came_back() -> None:
    stream = Stream()
    stream.pay("T1", "victim", "mule", 1000)
    stream.settle("T1", "victim", "mule", "returned")
    stream.report("mule", transfer_event_id="T1")
    assert stream.tainted("mule") == 0


def test_money_returned_after_the_report_is_followed_no_more() -> None:
    stream = Stream()
    stream.pay("T1", "victim", "mule", 1000)
    stream.report("mule", transfer_event_id="T1")
    stream.settle("T1", "victim", "mule", "returned")
    assert stream.tainted("mule") == 0


def test_a_withdrawn_report_ends_the_case() -> None:
    stream = Stream()
    stream.pay("T1", "victim", "mule", 1000)
    stream.report("mule", transfer_event_id="T1")
    stream.report("mule", "false_positive", transfer_event_id="T1")
    assert stream.networks.reported == ()
    assert stream.pay("T2", "mule", "next", 500)[:2] == [0.0, 0.0]


@pytest.mark.parametrize(
    ("more", "found"),
    [
        ({"debtor_account_id": "victim"}, "T3"),
        ({"debtor_account_id": "victim", "amount_minor": 200}, "T1"),
        ({"debtor_account_id": "victim", "amount_minor": 999}, None),
        ({"debtor_account_id": "nobody"}, None),
        ({}, None),
        ({"transfer_event_id": "T2"}, "T2"),
        ({"transfer_event_id": "T9"}, None),
    ],
)
def test_a_report_names_its_transfer_or_the_newest_that_fits(
    more: Mapping[str, Any], found: str | None
) -> None:
    stream, edges = Stream(), {}
    for event, debtor, amount in (("T1", "victim", 200), ("T2", "other", 300), ("T3", "victim", 400)):
        stream.pay(event, debtor, "mule", amount)
        edges[event] = stream.networks.graph.watermark - 1
    stream.report("mule", **more)
    assert stream.networks.reported == (() if found is None else (edges[found],))


def test_a_report_of_what_is_suspected_only_opens_nothing() -> None:
    stream = Stream()
    stream.pay("T1", "victim", "mule", 1000)
    stream.report("mule", "suspicious", transfer_event_id="T1")
    assert stream.networks.reported == ()


def test_old_reports_end_on_the_first_report_of_a_later_day() -> None:
    stream = Stream()
    for event in ("T1", "T2"):
        stream.pay(event, "victim", "mule", 1000)
        stream.report("mule", transfer_event_id=event)
        stream.now += 20 * DAY
    stream.pay("T3", "victim", "other", 500)
    stream.report("other", transfer_event_id="T3")
    assert [stream.networks.seq_of(edge) for edge in stream.networks.reported] == [3, 5]
    assert stream.tainted("mule") == 1000


@pytest.mark.parametrize(
    ("side", "kind"),
    [
        (None, EdgeKind.TRANSFER),
        ("both", EdgeKind.TRANSFER),
        ("debtor", EdgeKind.EXIT),
        ("creditor", EdgeKind.ENTRY),
    ],
)
def test_which_side_is_ours_makes_the_kind_of_edge(side: str | None, kind: EdgeKind) -> None:
    stream = Stream()
    stream.pay("T1", "a", "b", 100, customer_side=side, debtor_id="p", creditor_id="p")
    edge = stream.networks.graph.edge(0)
    assert (edge.kind, edge.same_owner) == (kind, True)
    kinds = [stream.networks.graph.kind(account) for account in (edge.debtor, edge.creditor)]
    elsewhere = {"debtor": [0, AccountKind.EXTERNAL], "creditor": [AccountKind.EXTERNAL, 0]}
    assert kinds == elsewhere.get(side or "", [0, 0])


def test_what_is_under_way_is_no_difference_to_the_core() -> None:
    stream = Stream()
    stream.pay("T1", "a", "b", 1000, debtor_account_balance_minor=5000, creditor_account_balance_minor=0)
    stream.pay("T2", "b", "c", 10, debtor_account_balance_minor=50)
    assert stream.networks.graph.watermark == 2
    stream.settle("T1", "a", "b", "settled")
    stream.pay("T3", "b", "c", 10, debtor_account_balance_minor=1040)
    assert stream.networks.graph.edge(2).kind is EdgeKind.UNEXPLAINED
    assert stream.balance("b") == 1030
    stream.pay("T4", "b", "c", 10, debtor_account_balance_minor=900)
    assert stream.networks.graph.edge(4).kind is EdgeKind.UNEXPLAINED
    assert stream.balance("b") == 890


def test_each_edge_knows_its_event_and_each_event_its_edge() -> None:
    stream = Stream()
    stream.tell(type="login", account_id="a")
    stream.pay("T1", "a", "b", 1000, debtor_account_balance_minor=1000)
    stream.pay("T2", "a", "b", 50, debtor_account_balance_minor=400)
    stream.settle("T2", "a", "b", "declined")
    graph, networks = stream.networks.graph, stream.networks
    kinds = [(graph.edge(number).kind.name, networks.seq_of(number)) for number in range(graph.watermark)]
    assert kinds == [("TRANSFER", 2), ("UNEXPLAINED", 3), ("TRANSFER", 3), ("REVERSAL", 4)]
    assert [networks.edge_of(seq) for seq in range(6)] == [None, None, 0, 2, 3, None]


@pytest.mark.parametrize(("amount", "edges"), [(MAX_AMOUNT_MINOR, 3), (MAX_AMOUNT_MINOR + 1, 0)])
def test_what_no_account_can_hold_is_counted_and_not_posted(amount: int, edges: int) -> None:
    stream = Stream()
    for number in range(3):
        stream.pay(f"T{number}", "a", "b", amount, debtor_account_balance_minor=-amount)
    assert (stream.networks.events, stream.networks.graph.watermark) == (3, edges)


def test_a_full_graph_refuses_the_event_before_anything_changed() -> None:
    stream = Stream()
    stream.networks = Networks(budget_bytes=1 << 14)
    while not stream.networks.graph.memory.full:
        stream.pay("T", f"a{stream.networks.events}", "b", 1)
    taken = stream.networks.events
    with pytest.raises(StateFull, match="budget"):
        stream.pay("T", "a", "b", 1)
    assert stream.networks.events == taken > 0


def test_patterns_clusters_and_the_score_are_told_of_the_payment_that_makes_them() -> None:
    stream = Stream()
    for number in range(3):
        stream.tell(type="login", account_id=f"m{number}", device_id="phone", device_ip="192.0.2.1")
    more = {"debtor_account_kind": "person", "creditor_account_kind": "person"}
    for number in range(3):
        stream.pay(f"P{number}", f"payer{number}", "m0", 900_000, **more)
    told = named(stream.pay("T1", "m0", "m1", 2_650_000, creditor_account_opened_at=0, **more))
    assert told["debtor_account_fan_in"] == 3
    assert told["debtor_account_pass_through_share"] == 1
    assert (told["debtor_account_cluster_size"], told["creditor_account_cluster_size"]) == (3, 3)
    assert told["creditor_account_age_days"] == 7 / 1440
    assert told["transfer_t4"] == 0
    for role in ("debtor", "creditor"):
        assert 0 < (told[f"{role}_account_mule_score"] or 0) < 1
    back = named(stream.pay("T2", "m1", "m0", 2_600_000, **more))
    assert (back["transfer_cycle_length"], back["transfer_t4"]) == (2, 0)


def test_there_is_no_score_of_a_merchant_or_of_an_account_elsewhere() -> None:
    stream = Stream()
    told = named(stream.pay("T1", "a", "shop", 100, creditor_account_kind="merchant"))
    assert told["creditor_account_mule_score"] is None
    told = named(stream.pay("T2", "a", "b", 100, customer_side="debtor"))
    assert told["creditor_account_mule_score"] is None
    assert told["debtor_account_mule_score"] is not None


def fired(stream: Stream, payments: list[tuple[str, str, int]], **kinds: str) -> set[str]:
    """Give the typologies that payments a minute apart show, in yuan, of accounts of some kinds."""
    found = set[str]()
    for number, (debtor, creditor, yuan) in enumerate(payments):
        of = {
            f"{role}_account_kind": kinds.get(account.rstrip("0123456789"), "person")
            for role, account in (("debtor", debtor), ("creditor", creditor))
        }
        told = named(stream.pay(f"P{number}", debtor, creditor, yuan * 100, **of))
        found |= {
            name.removeprefix("transfer_")
            for name, value in told.items()
            if value == 1 and name.startswith("transfer_t") and name[-1].isdigit()
        }
    return found


@pytest.mark.parametrize(
    ("payments", "kinds", "otherwise"),
    [
        ([("firm", f"worker{n}", 8000) for n in range(40)], {"firm": "payroll"}, "t2"),
        ([(f"parent{n}", "school", 3000) for n in range(40)], {"school": "government"}, "t1"),
        ([("firm", "worker", 20_000), ("worker", "landlord", 19_000)], {"firm": "payroll"}, "t3"),
        (
            [
                *(("buyer", f"friend{n}", 1000) for n in range(5)),
                *((f"friend{n}", "platform", 950) for n in range(5)),
            ],
            {"platform": "wallet"},
            "t5",
        ),
    ],
    ids=["payroll", "school fees", "salary then rent", "platform"],
)
def test_everyday_life_of_an_account_of_many_is_no_pattern_when_events_say_what_it_is(
    payments: list[tuple[str, str, int]], kinds: dict[str, str], otherwise: str
) -> None:
    assert otherwise in fired(Stream(), payments)
    assert otherwise not in fired(Stream(), payments, **kinds)


def named(values: list[float | None]) -> dict[str, float | None]:
    return dict(zip(Networks.names, values, strict=True))


def random_event(dice: Random, number: int) -> dict[str, Any]:
    accounts = [f"A{dice.randrange(6)}" for _ in range(2)]
    sides = {"debtor_account_id": accounts[0], "creditor_account_id": accounts[1]}
    earlier = f"E{dice.randrange(number + 1)}"
    kind = dice.choices(
        ("transfer", "cash_withdrawal", "account_credited", "transfer_settled", "fraud_reported", "login"),
        (12, 2, 2, 3, 3, 1),
    )[0]
    more: dict[str, dict[str, Any]] = {
        "transfer": {"customer_side": dice.choice((None, "both", "debtor", "creditor")), **sides},
        "cash_withdrawal": {"debtor_account_id": accounts[0]},
        "account_credited": {"account_id": accounts[0]},
        "login": {"account_id": accounts[0], "device_id": f"D{dice.randrange(3)}", "device_ip": "192.0.2.1"},
        "transfer_settled": {
            "transfer_event_id": earlier,
            "settlement": dice.choice(("settled", "declined", "returned")),
            **sides,
        },
        "fraud_reported": {
            "transfer_event_id": dice.choice((None, earlier)),
            "label": dice.choice(("confirmed_fraud", "confirmed_fraud", "false_positive", "suspicious")),
            **sides,
        },
    }
    balance = dice.choice((None, None, dice.randrange(500)))
    about: dict[str, Any] = {"debtor_account_balance_minor": balance, "amount_minor": dice.randint(1, 300)}
    kinds = (*[None] * 8, "person", "merchant", "wallet", "payroll", "government", "internal")
    about |= {f"{role}_account_kind": dice.choice(kinds) for role in ("debtor", "creditor")}
    return {"type": kind, "event_id": f"E{number}"} | about | more.get(kind, {})


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**9), st.integers(10, 120))
def test_a_restored_one_goes_on_as_the_first_would(seed: int, size: int) -> None:
    dice, first, second = Random(seed), Stream(), Stream()  # noqa: S311  # it has to repeat
    cut = dice.randrange(size)
    for number in range(size):
        event = random_event(dice, number)
        values = first.tell(**event)
        if number >= cut:
            assert second.tell(**event) == values
        if number == cut - 1:
            copied = {name: memoryview(bytes(part)) for name, part in first.networks.parts()}
            second.networks, second.now = Networks.restore(copied), first.now
    assert {name: bytes(part) for name, part in second.networks.parts() if "header" not in name} == {
        name: bytes(part) for name, part in first.networks.parts() if "header" not in name
    }


def test_a_snapshot_that_is_cut_short_is_refused() -> None:
    stream = Stream()
    stream.pay("T1", "a", "b", 1)
    parts = {name: memoryview(bytes(part)) for name, part in stream.networks.parts()}
    for name in (name for name, part in parts.items() if part.nbytes):
        with pytest.raises(JournalDamaged):
            Networks.restore(parts | {name: memoryview(b"")})
        with pytest.raises(JournalDamaged):
            Networks.restore({other: part for other, part in parts.items() if other != name})

"""Lists in packs: what the risk information says of an event, one by one and in batches alike."""

from datetime import UTC, datetime, timedelta
from importlib import resources
from typing import ClassVar

import msgspec
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from zhamen.core.errors import InvalidPack
from zhamen.core.instants import to_micros
from zhamen.events.batch import Batch
from zhamen.events.model import AnyEvent
from zhamen.gate.contents import Pack
from zhamen.gate.decision import Decision, Outcome
from zhamen.gate.gate import Gate
from zhamen.gate.lists import TIMES, Lists
from zhamen.gate.listuse import SCREENED, ListUse
from zhamen.gate.pack import load_pack
from zhamen.screening.categories import category
from zhamen.screening.entries import EVER, Entry, ListKind, SourceNote
from zhamen.screening.identifiers.identify import identify
from zhamen.screening.index.live import LiveScreen
from zhamen.screening.index.overlay import Change
from zhamen.screening.keys import KeyRing
from zhamen.screening.screen import ListHit
from zhamen.screening.subjects import Identifier, SubjectKind

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
RING = KeyRing({1: bytes(32)})
POLICE = SourceNote(1, "police", "公安", "police", 95, authority=True)
MODEL = SourceNote(2, "model", "模型", "model", 60)
MULE, SUSPECT, CLEARED, DEVICE = "6222020200112233445", "6222020200112233446", "6222020200112233447", "D-77"
UNREAD = "  unread: {of: device_id, list: [black], zh: 没有规则读, en: unread}\n"
TEXT = resources.files("zhamen.packs").joinpath("starter.yaml").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load_pack(TEXT, "starter.yaml")


def screen() -> LiveScreen:
    made = LiveScreen(RING)
    said = [
        (SubjectKind.ACCOUNT, MULE, ListKind.BLACK, "mule.case_account", POLICE, 0, to_micros(NOON)),
        (SubjectKind.ACCOUNT, SUSPECT, ListKind.GREY, "mule.suspected_mule", MODEL, 0, EVER),
        (SubjectKind.ACCOUNT, CLEARED, ListKind.GREY, "mule.suspected_mule", MODEL, 0, EVER),
        (SubjectKind.ACCOUNT, CLEARED, ListKind.WHITE, "white.verified_customer", POLICE, 0, EVER),
        (SubjectKind.DEVICE, DEVICE, ListKind.GREY, "device.black_market", MODEL, 0, EVER),
        (SubjectKind.IP, "192.0.2.0/24", ListKind.GREY, "network.proxy", MODEL, 0, EVER),
    ]
    changes = []
    for number, (kind, text, kind_of_list, code, source, since, until) in enumerate(said, 1):
        who = identify(kind, text)
        span = 24 if kind is SubjectKind.IP else 0
        numbers = category(code).number, source.number
        entry = Entry(number, kind_of_list, 80, 90, *numbers, since, until, span)
        changes.append(Change(number, RING.key_of(who), entry))
    made.put(changes, {1: POLICE, 2: MODEL})
    return made


def transfer(creditor: str, /, *, before: bool = True, **fields: object) -> AnyEvent:
    content = {
        "type": "transfer",
        "event_id": f"E-{len(creditor)}",
        "occurred_at": NOON + timedelta(minutes=-1 if before else 1),
        "channel": "mobile",
        "debtor_account": {"id": "6222020200119999999"},
        "creditor_account": {"id": creditor},
        "amount_minor": 10_000,
        "currency": "CNY",
    }
    event: AnyEvent = msgspec.convert(content | fields, AnyEvent)
    return event


def decided(gate: Gate, event: AnyEvent) -> Decision:
    return gate.decide(event, trace_id="T", decided_at=NOON)


def codes(decision: Decision) -> set[str]:
    return {reason.code for reason in decision.reasons}


def test_a_confirmed_account_is_refused_and_the_record_is_told(pack: Pack) -> None:
    decision = decided(Gate(pack, screen=screen()), transfer("6222-0202-0011-2233-445"))
    assert decision.outcome is Outcome.DECLINE
    assert "VICTIM-040" in codes(decision)
    assert decision.list_hits is not None
    (hit,) = decision.list_hits
    assert (hit.name, hit.list, hit.level, hit.source, hit.category, hit.record_id) == (
        "payee_confirmed",
        "black",
        80,
        "police",
        "mule.case_account",
        1,
    )
    assert (hit.form, hit.masked) == ("exact", "6222****3445")
    assert MULE not in msgspec.json.encode(decision).decode()


def test_at_the_counter_a_person_decides(pack: Pack) -> None:
    decision = decided(Gate(pack, screen=screen()), transfer(MULE, channel="counter"))
    assert (decision.outcome, "VICTIM-041" in codes(decision)) == (Outcome.HOLD, True)


def test_a_record_counts_as_of_the_time_of_the_event(pack: Pack) -> None:
    decision = decided(Gate(pack, screen=screen()), transfer(MULE, before=False))
    assert decision.list_hits == ()
    assert "VICTIM-040" not in codes(decision)


def test_an_event_from_the_future_counts_as_of_its_arrival(pack: Pack) -> None:
    event = transfer(MULE, before=False, received_at=NOON - timedelta(minutes=1))
    assert decided(Gate(pack, screen=screen()), event).outcome is Outcome.DECLINE


def test_what_is_cleared_is_no_hit(pack: Pack) -> None:
    gate = Gate(pack, screen=screen())
    assert "VICTIM-042" in codes(decided(gate, transfer(SUSPECT)))
    assert "VICTIM-042" not in codes(decided(gate, transfer(CLEARED)))


def test_devices_and_networks_are_looked_up(pack: Pack) -> None:
    event = transfer("P1", device={"id": DEVICE, "ip": "192.0.2.9"}, session={"new_device": True})
    decision = decided(Gate(pack, screen=screen()), event)
    assert {"ATO-010", "ATO-011"} <= codes(decision)
    assert {(hit.name, hit.form) for hit in decision.list_hits or ()} == {
        ("device_listed", "exact"),
        ("address_listed", "network"),
    }


def test_without_risk_information_the_rules_stay_open(pack: Pack) -> None:
    decision = decided(Gate(pack), transfer(MULE))
    assert decision.list_hits is None
    assert {"VICTIM-040", "VICTIM-042"} <= set(decision.unknown)


def test_a_field_that_the_event_lacks_is_unknown_and_one_that_is_not_listed_is_false(pack: Pack) -> None:
    decision = decided(Gate(pack, screen=screen()), transfer("not-a-number"))
    assert "ATO-010" in decision.unknown
    assert "VICTIM-042" not in decision.unknown


def test_a_decision_is_repeated_by_what_it_found_and_not_by_what_is_known_now(pack: Pack) -> None:
    event, later = transfer(MULE), LiveScreen(RING)
    first = decided(Gate(pack, screen=screen()), event)
    again = Gate(pack, screen=later).decide(event, trace_id="T", decided_at=NOON, again=first)
    assert msgspec.json.encode(again) == msgspec.json.encode(first)
    assert decided(Gate(pack, screen=later), event).outcome is not Outcome.DECLINE


def test_one_by_one_and_batches_decide_alike(pack: Pack) -> None:
    draw = np.random.default_rng(3)
    accounts = [MULE, SUSPECT, CLEARED, "P1", "6222020200112233448", "6222020200119999999"]
    events = [
        transfer(
            str(draw.choice(accounts)),
            before=bool(draw.integers(0, 2)),
            event_id=f"E{number}",
            channel=str(draw.choice(["mobile", "counter"])),
            debtor_account={"id": str(draw.choice(accounts))},
            device=None if draw.integers(0, 2) else {"id": DEVICE, "ip": f"192.0.{draw.integers(1, 4)}.9"},
        )
        for number in range(300)
    ]
    alone, together = Gate(pack, screen=screen()), Gate(pack, screen=screen())
    decisions = [decided(alone, event) for event in events]
    table = together.decide_batch(Batch.of(events, together.fields, pack.utc_offset_minutes))
    for at, decision in enumerate(decisions):
        assert tuple(Outcome)[table.outcomes[at]] is decision.outcome
        assert together.reasons(table, at) == decision.reasons
        assert table.list_hits.get(at, ()) == decision.list_hits
        assert [pack.rules[rule].id for rule in np.flatnonzero(table.unknown[at])] == list(decision.unknown)
    assert len({decision.outcome for decision in decisions}) > 2


def test_a_part_of_a_batch_asks_about_its_own_events_only(pack: Pack) -> None:
    class Counting(LiveScreen):
        asked: ClassVar[list[str]] = []

        def known(self, identifier: Identifier) -> tuple[ListHit, ...]:
            self.asked.append(identifier.canonical)
            return super().known(identifier)

    gate = Gate(pack, screen=Counting(RING))
    payer = {"id": "6222020200119999999"}
    events = [transfer(f"62220202001122{at:05}", event_id=f"E{at}", debtor_account=payer) for at in range(50)]
    batch = Batch.of(events, gate.fields, pack.utc_offset_minutes)
    gate.decide_batch(batch[10:12])
    assert set(Counting.asked) == {"6222020200119999999", "6222020200112200010", "6222020200112200011"}


def test_a_state_comes_back_with_its_lists(pack: Pack) -> None:
    gate = Gate(pack, screen=screen())
    assert decided(gate.with_state(gate.state), transfer(MULE)).outcome is Outcome.DECLINE


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (
            "of: creditor_account_id, list: [black]",
            "of: creditor_acount_id, list: [black]",
            "is not looked up",
        ),
        ("list: [black], level_from: 60", "list: [blak], level_from: 60", "blak"),
        ("level_from: 60", "level_from: 600", "600"),
        ("categories: [sanctions,", "categories: [sanktions,", "did you mean sanctions"),
        ("\nlists:\n", f"\nlists:\n{UNREAD}", "no rule reads it"),
        ("payee_watched_hit and pair", "payee_wached_hit and pair", "payee_wached_hit"),
    ],
)
def test_a_wrong_list_says_where_and_what_to_do(before: str, after: str, told: str) -> None:
    assert before in TEXT
    text = TEXT.replace(before, after, 1)
    with pytest.raises(InvalidPack) as refused:
        load_pack(text, "starter.yaml")
    assert told in "\n".join(refused.value.problems)


@pytest.mark.parametrize("field", ["creditor_phone", "customer_phone", "debtor_phone"])
def test_phones_of_both_sides_are_looked_up(field: str) -> None:
    who, number = identify(SubjectKind.PHONE, "13800138000"), category("watch.public_report").number
    listed = LiveScreen(RING)
    entry = Entry(1, ListKind.GREY, 60, 90, number, POLICE.number, 0)
    listed.put([Change(1, RING.key_of(who), entry)], {1: POLICE})
    use = ListUse("phone_listed", field, (ListKind.GREY,), 0, (), "", "")
    lists = Lists([use], {field: 0, "occurred_at": 1, "received_at": 2}, listed)
    assert [hit.field for hit in lists.ask(["+86 138 0013 8000", 5, 5]) or ()] == [field]
    assert lists.ask(["13800138001", 5, 5]) == ()


def test_a_payee_of_a_dissolved_county_is_decided_on_as_any_other(pack: Pack) -> None:
    gate = Gate(pack, screen=screen())
    for number in ("110199199003070017", "110199900307001"):
        decision = decided(gate, transfer("P1", event_id=f"E-{number}", creditor={"id": number}))
        assert decision.list_hits == ()
        assert decision.outcome is not Outcome.DECLINE


_ALL = [ListUse(f"all_{of}", of, tuple(ListKind), 0, (), "", "") for of in SCREENED]
_ASKED = Lists(_ALL, {name: at for at, name in enumerate([*SCREENED, *TIMES])}, screen())
_WRITTEN = st.text() | st.text("0123456789XxHM+-./:[]%@a中１", max_size=40)


@given(st.lists(_WRITTEN, min_size=len(SCREENED), max_size=len(SCREENED)))
@example(["110199199003070017"] * len(SCREENED))
@example(["\ud800", "192.0.2.9%eth0", "::ffff:192.0.2.9", "", "\0", "1" * 3_000][: len(SCREENED)])
@settings(max_examples=400, deadline=None)
def test_whatever_a_channel_sends_in_a_screened_field_is_looked_up_or_unknown(texts: list[str]) -> None:
    row = [*texts, *[None] * (len(SCREENED) - len(texts)), 0, 0]
    hits = _ASKED.ask(row)
    assert hits is not None
    assert {hit.field for hit in hits} <= set(SCREENED)

"""Networks in packs: what rules read of who paid whom, one by one, in batches, again, and from a snapshot."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from zhamen.core.errors import InvalidPack, JournalDamaged
from zhamen.events.batch import Batch, Numbers
from zhamen.events.model import AnyEvent
from zhamen.features.plan import Plan
from zhamen.features.state import FeatureState
from zhamen.gate.contents import Pack
from zhamen.gate.decision import Decision, Outcome
from zhamen.gate.gate import Gate
from zhamen.gate.pack import load_pack
from zhamen.networks.names import NETWORK_NAMES

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
RULE = """rules:
  - id: MULE-002
    typology: mule
    zh: 付款账户里有被骗的钱
    en: Stolen money lies in the paying account
    when: debtor_account_tainted_amount >= money(100)
    outcome: hold
    source: test
    fires: {debtor_account_tainted_amount: 10000}
    silent: {debtor_account_tainted_amount: 0}
"""


@pytest.fixture
def pack(small: str) -> Pack:
    return load_pack(small.replace("rules:\n", RULE), "small.yaml")


def event(number: int, kind: str, **fields: object) -> AnyEvent:
    content = {"type": kind, "event_id": f"E{number}", "occurred_at": NOON + timedelta(minutes=number)}
    made: AnyEvent = msgspec.convert(content | fields, AnyEvent)
    return made


def transfer(number: int, debtor: str, creditor: str, amount: int = 20_000) -> AnyEvent:
    return event(
        number,
        "transfer",
        channel="mobile",
        debtor_account={"id": debtor},
        creditor_account={"id": creditor},
        amount_minor=amount,
        currency="CNY",
    )


STORY = [
    transfer(1, "victim-1", "mule-1"),
    transfer(2, "mule-1", "next-1", 5_000),
    event(
        3,
        "fraud_reported",
        creditor_account={"id": "mule-1"},
        transfer_event_id="E1",
        label="confirmed_fraud",
    ),
    transfer(4, "mule-1", "next-1", 10_000),
    transfer(5, "next-1", "exit-1", 9_000),
    transfer(6, "other-1", "exit-1"),
]


def decided(gate: Gate, each: AnyEvent, **more: object) -> Decision:
    return gate.decide(each, trace_id="T", decided_at=NOON, **more)  # type: ignore[arg-type]


def test_stolen_money_stops_at_the_next_transfer(pack: Pack) -> None:
    gate = Gate(pack)
    decisions = [decided(gate, each) for each in STORY]
    held = [each.event_id for each in decisions if each.outcome is Outcome.HOLD]
    assert held == ["E4", "E5"]
    assert [each.networks for each in decisions] == [
        {"debtor_account_tainted_amount": value} for value in (0.0, 0.0, None, 15_000.0, 15_000.0, 0.0)
    ]
    reason = next(one for one in decisions[3].reasons if one.code == "MULE-002")
    assert reason.evidence == {"debtor_account_tainted_amount": 15_000.0}


def test_many_at_once_are_decided_like_one_by_one(pack: Pack) -> None:
    one, many = Gate(pack), Gate(pack)
    decisions = [decided(one, each) for each in STORY]
    table = many.decide_batch(Batch.of(STORY, many.fields, pack.utc_offset_minutes))
    assert table.outcomes.tolist() == [each.outcome.severity for each in decisions]
    told = table.columns["debtor_account_tainted_amount"]
    assert isinstance(told, Numbers)
    assert [value if known else None for value, known in zip(told.values, told.known, strict=True)] == [
        (each.networks or {}).get("debtor_account_tainted_amount") for each in decisions
    ]
    assert dict(one.parts()).keys() == dict(many.parts()).keys()
    assert [bytes(part) for _, part in one.parts()] == [bytes(part) for _, part in many.parts()]


def test_without_networks_what_was_recorded_counts(pack: Pack) -> None:
    gate = Gate(pack)
    decisions = [decided(gate, each) for each in STORY]
    alone = Gate(pack, FeatureState(Plan(pack.definitions), budget_bytes=1 << 20))
    assert "MULE-002" in decided(alone, STORY[3]).unknown
    again = decided(alone, STORY[3], again=decisions[3], lists_anew=True)
    assert again.outcome is Outcome.HOLD
    assert again.networks == decisions[3].networks


def test_a_renewed_gate_goes_on_where_the_parts_were_taken(pack: Pack) -> None:
    gate = Gate(pack)
    for each in STORY[:4]:
        decided(gate, each)
    parts = {name: memoryview(bytes(part)) for name, part in gate.parts()}
    renewed, fresh = gate.renewed(parts), gate.renewed()
    assert decided(renewed, STORY[4]) == decided(gate, STORY[4])
    assert decided(fresh, STORY[4]).networks == {"debtor_account_tainted_amount": 0.0}
    with pytest.raises(JournalDamaged):
        gate.renewed({name: part for name, part in parts.items() if not name.startswith("networks/")})


def test_a_pack_that_reads_no_networks_keeps_none(small: str, pack: Pack) -> None:
    plain = load_pack(small, "small.yaml")
    gate = Gate(plain)
    assert (plain.networks, gate.networks) == ((), None)
    assert decided(gate, STORY[0]).networks is None
    assert gate.fingerprint != Gate(pack).fingerprint
    assert all(name.startswith("features/") for name, _ in gate.parts())


def test_a_name_that_networks_do_not_give_is_refused(small: str) -> None:
    text = small.replace("rules:\n", RULE.replace("_tainted_amount", "_tainted_amounts"))
    with pytest.raises(InvalidPack, match="debtor_account_tainted_amount"):
        load_pack(text, "small.yaml")


def test_names_are_said_in_both_languages() -> None:
    for name, words in NETWORK_NAMES.items():
        assert name.startswith(("debtor_account_", "creditor_account_", "transfer_"))
        assert words.unit in ("count", "minor", "share", "days", "flag")
        assert not words.zh.isascii()
        assert words.en.isascii()

"""The gate on the starter pack: one by one and in batches alike, explained, and pure."""

from datetime import UTC, datetime, timedelta
from importlib import resources

import msgspec
import numpy as np
import pytest

from zhamen.events.batch import Batch
from zhamen.events.model import AnyEvent
from zhamen.gate.contents import Pack
from zhamen.gate.decision import Outcome
from zhamen.gate.gate import Gate
from zhamen.gate.pack import load_pack

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)


@pytest.fixture(scope="module")
def pack() -> Pack:
    text = resources.files("zhamen.packs").joinpath("starter.yaml").read_text(encoding="utf-8")
    return load_pack(text, "starter.yaml")


def transfer(number: int, *, minutes: int = 0, debtor: str = "A", **fields: object) -> AnyEvent:
    plain = {
        "type": "transfer",
        "event_id": f"E{number}",
        "occurred_at": NOON + timedelta(minutes=minutes),
        "channel": "mobile",
        "debtor_account": {"id": debtor, "kind": "person"},
        "creditor_account": {"id": f"P{number % 7}"},
        "amount_minor": 10_000,
        "currency": "CNY",
    }
    event: AnyEvent = msgspec.convert(plain | fields, AnyEvent)
    return event


def many(size: int) -> list[AnyEvent]:
    draw = np.random.default_rng(7)
    return [
        transfer(
            number,
            minutes=number // 3 - int(draw.integers(0, 50)),
            debtor=f"A{draw.integers(0, 12)}",
            amount_minor=int(draw.integers(100, 6_000_000)),
            creditor_account={"id": f"A{draw.integers(0, 12)}"},
            session={"screen_sharing": bool(draw.integers(0, 2)), "new_device": bool(draw.integers(0, 2))},
        )
        for number in range(size)
    ]


def test_one_by_one_and_batches_decide_alike(pack: Pack) -> None:
    events = many(400)
    alone, together = Gate(pack), Gate(pack)
    decisions = [alone.decide(event, trace_id="T", decided_at=NOON) for event in events]
    batch = Batch.of(events, together.fields, pack.utc_offset_minutes)
    tables = [together.decide_batch(batch[start : start + 130]) for start in range(0, 400, 130)]
    ids = [rule.id for rule in pack.rules]
    assert np.concatenate([t.outcomes for t in tables]).tolist() == [d.outcome.severity for d in decisions]
    assert np.concatenate([t.scores for t in tables]).tolist() == [d.score for d in decisions]
    hits = np.concatenate([t.hits for t in tables])
    assert [[ids[at] for at in np.flatnonzero(row)] for row in hits] == [
        [reason.code for reason in d.reasons] for d in decisions
    ]
    assert len({d.outcome for d in decisions}) > 2


def test_the_same_events_give_the_same_bytes(pack: Pack) -> None:
    events = many(60)

    def run() -> bytes:
        gate = Gate(pack)
        return msgspec.json.encode([gate.decide(e, trace_id="T", decided_at=NOON) for e in events])

    assert run() == run()


def test_a_quiet_payment_is_allowed_without_reasons(pack: Pack) -> None:
    decision = Gate(pack).decide(transfer(1, amount_minor=3_000), trace_id="T", decided_at=NOON)
    assert decision.outcome is Outcome.ALLOW
    assert decision.reasons == ()
    assert decision.advice is None
    assert decision.features is None


def test_features_come_on_request_in_the_order_of_the_pack(pack: Pack) -> None:
    gate = Gate(pack)
    decision = gate.decide(transfer(1), trace_id="T", decided_at=NOON, with_features=True)
    assert decision.features is not None
    assert tuple(decision.features) == gate.state.plan.names


def test_evidence_never_shows_an_account_number(pack: Pack) -> None:
    account = "6222020200112233445"
    gate = Gate(pack)
    decisions = [
        gate.decide(
            transfer(n, debtor=account, amount_minor=4_950_000, creditor_account={"id": account[::-1]}),
            trace_id="T",
            decided_at=NOON,
        )
        for n in range(8)
    ]
    evidence = msgspec.json.encode([r.evidence for d in decisions for r in d.reasons]).decode()
    assert any(d.reasons for d in decisions)
    assert account not in evidence
    assert account[::-1] not in evidence


def test_a_delayed_payment_says_until_when(pack: Pack) -> None:
    delayed = [
        d
        for gate in [Gate(pack)]
        for d in (gate.decide(event, trace_id="T", decided_at=NOON) for event in many(300))
        if d.outcome is Outcome.DELAY
    ]
    assert delayed
    assert {d.delay_until for d in delayed} == {NOON + timedelta(hours=pack.policy.delay_hours)}
    assert all(d.advice is not None for d in delayed)

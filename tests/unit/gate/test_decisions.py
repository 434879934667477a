"""The gate on a small pack: reasons and their evidence, measures, unknown and failing rules."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import numpy as np
import pytest

from zhamen.core.errors import InputError
from zhamen.events.batch import Batch
from zhamen.events.model import AnyEvent
from zhamen.expressions.columns import evaluate
from zhamen.gate.contents import Pack
from zhamen.gate.decision import Decision, Outcome
from zhamen.gate.gate import Gate
from zhamen.gate.pack import load_pack
from zhamen.rules import book

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)


@pytest.fixture(scope="module")
def pack(small: str) -> Pack:
    return load_pack(small)


def transfer(**fields: Any) -> AnyEvent:
    plain = {
        "type": "transfer",
        "event_id": "E1",
        "occurred_at": NOON,
        "debtor_account": {"id": "6222020200112233445"},
        "creditor_account": {"id": "6222020200998877665"},
        "amount_minor": 100,
        "currency": "CNY",
    }
    event: AnyEvent = msgspec.convert(plain | fields, AnyEvent)
    return event


SHARED = {"session": {"screen_sharing": True}, "debtor": {"name": "Zhang San Feng"}}


def decide(pack: Pack, event: AnyEvent) -> Decision:
    return Gate(pack).decide(event, trace_id="T", decided_at=NOON)


def test_a_hit_is_explained_with_its_words_and_values(pack: Pack) -> None:
    (reason,) = decide(pack, transfer(amount_minor=500_000)).reasons
    assert (reason.code, reason.typology, reason.weight) == ("MULE-001", "mule", 40)
    assert reason.text.zh == "一小时内付款很多"
    assert reason.evidence == {"debtor_account_sent_sum_1h": 500_000.0}


def test_evidence_hides_who_somebody_is(pack: Pack) -> None:
    (reason,) = decide(pack, transfer(**SHARED)).reasons
    assert reason.evidence == {
        "debtor_name": "Zhan******Feng",
        "pair_paid_since_first_ever": 0.0,
        "session_screen_sharing": True,
    }


def test_a_measure_names_the_account_of_its_role_and_ends_in_time(pack: Pack) -> None:
    (measure,) = decide(pack, transfer(amount_minor=500_000)).measures
    assert (measure.kind, measure.account, measure.reason_code) == (
        "limit",
        "6222020200112233445",
        "MULE-001",
    )
    assert measure.expires_at - measure.starts_at == timedelta(hours=48)


def test_scores_bands_and_outcomes_of_rules_come_together(pack: Pack) -> None:
    decision = decide(pack, transfer(amount_minor=500_000, **SHARED))
    assert decision.scores == {"mule": 70}
    assert (decision.outcome, decision.score) == (Outcome.HOLD, 70)
    assert decision.advice is not None
    assert decision.advice.customer.en == "wait"


def test_a_rule_that_a_missing_value_leaves_open_is_recorded(pack: Pack) -> None:
    decision = decide(pack, transfer())
    assert decision.unknown == ("VICTIM-001",)
    assert decision.outcome is Outcome.ALLOW


def test_the_policy_says_what_unknown_means(pack: Pack) -> None:
    strict = replace(pack, policy=replace(pack.policy, unknown=Outcome.WARN))
    assert decide(strict, transfer()).outcome is Outcome.WARN


def test_a_rule_is_not_asked_about_other_events(pack: Pack) -> None:
    login = msgspec.convert(
        {"type": "login", "event_id": "L", "occurred_at": NOON, "account": {"id": "A"}}, AnyEvent
    )
    decision = decide(pack, login)
    assert (decision.outcome, decision.reasons, decision.unknown) == (Outcome.ALLOW, (), ())


def sabotaged(expressions: Sequence[Any], names: Sequence[str]) -> Any:
    """Make a row function that fails when it comes to the rule about shared screens."""

    def run(row: Sequence[object]) -> tuple[object, ...]:
        for expression in expressions:
            if "session_screen_sharing" in expression.names:
                raise ZeroDivisionError("6222020200112233445")
        return tuple(row[names.index(expression.names[0])] is not None for expression in expressions)

    return run


def failing_evaluate(expression: Any, columns: Any, size: int) -> Any:
    if "session_screen_sharing" in expression.names:
        raise ZeroDivisionError
    return evaluate(expression, columns, size)


def test_a_rule_that_fails_is_named_and_stops_no_other(pack: Pack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(book, "compile_row", sabotaged)
    decision = decide(pack, transfer(amount_minor=500_000))
    assert [(error.rule, error.message) for error in decision.errors] == [("VICTIM-001", "ZeroDivisionError")]
    assert [reason.code for reason in decision.reasons] == ["MULE-001"]
    assert decision.outcome is Outcome.CHALLENGE


def test_a_rule_that_fails_in_a_batch_is_asked_row_by_row(
    pack: Pack, monkeypatch: pytest.MonkeyPatch
) -> None:
    events = [transfer(event_id=f"E{n}", amount_minor=400_000, **(SHARED if n % 2 else {})) for n in range(6)]
    expected = batch_of(pack, events)
    monkeypatch.setattr(book, "evaluate", failing_evaluate)
    found = batch_of(pack, events)
    assert found.hits.tolist() == expected.hits.tolist()
    assert found.unknown.tolist() == expected.unknown.tolist()
    assert not found.failed.any()


def batch_of(pack: Pack, events: list[AnyEvent]) -> Any:
    gate = Gate(pack)
    return gate.decide_batch(Batch.of(events, gate.fields, pack.utc_offset_minutes))


def test_rows_of_a_batch_are_explained_as_single_events_are(pack: Pack) -> None:
    events = [transfer(event_id=f"E{n}", amount_minor=300_000, **(SHARED if n % 3 else {})) for n in range(9)]
    single = Gate(pack)
    decisions = [single.decide(event, trace_id="T", decided_at=NOON) for event in events]
    gate = Gate(pack)
    table = gate.decide_batch(Batch.of(events, gate.fields, pack.utc_offset_minutes))
    assert [gate.reasons(table, at) for at in range(len(events))] == [each.reasons for each in decisions]
    assert np.unique(table.outcomes).size > 1


def test_a_batch_without_types_is_refused(pack: Pack) -> None:
    gate = Gate(pack)
    names = [name for name in gate.fields if name != "type"]
    with pytest.raises(InputError, match="type"):
        gate.decide_batch(Batch.of([transfer()], names))


def test_an_empty_batch_gives_an_empty_table(pack: Pack) -> None:
    table = batch_of(pack, [])
    assert table.outcomes.shape == (0,)
    assert table.hits.shape == (0, 2)

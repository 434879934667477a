"""Which decisions ask for eyes, and what is known of them."""

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from zhamen.cases.alert import LABEL_PREFIX, alert_of
from zhamen.cases.ties import Place, Tie, TieRole
from zhamen.events.model import FraudReported, Login, Transfer
from zhamen.events.parts import Account, Device
from zhamen.gate.decision import Bilingual, ListedHit, Outcome, ProposedMeasure
from zhamen.testing import NOON, decide_as

PLACE = Place("HQ/R1", 7, 8)


def transfer(**changes: Any) -> Transfer:
    made = Transfer(
        event_id="T1",
        occurred_at=NOON,
        debtor_account=Account(id="6222020200112233445"),
        creditor_account=Account(id="6217000010012345678", kind="person"),
        amount_minor=980_000,
        currency="CNY",
        device=Device(id="phone"),
    )
    return replace(made, **changes)


@pytest.mark.parametrize("outcome", Outcome)
def test_an_outcome_of_challenge_or_above_asks_for_eyes(outcome: Outcome) -> None:
    found = alert_of(1, transfer(), decide_as(transfer(), outcome), PLACE)
    assert (found is not None) == (outcome.severity >= Outcome.CHALLENGE.severity)


def test_a_proposed_measure_asks_for_eyes_whatever_the_outcome() -> None:
    event = Login(event_id="L1", occurred_at=NOON, account=Account(id="A"))
    measure = ProposedMeasure(
        kind="limit",
        account="A",
        reason_code="MULE-008",
        legal_basis="",
        starts_at=NOON,
        expires_at=NOON,
        text=Bilingual("", ""),
    )
    decision = replace(decide_as(event, Outcome.ALLOW), measures=(measure,))
    found = alert_of(1, event, decision, Place("HQ", 3))
    assert found is not None
    assert found.ties == (Tie(TieRole.SUSPECT, 3),)
    assert (found.amount_minor, found.payment, found.stake.amount_minor) == (0, "", 0)


@pytest.mark.parametrize(
    ("label", "asks"), [("confirmed_fraud", True), ("suspicious", True), ("false_positive", False)]
)
def test_a_report_of_fraud_asks_for_eyes(label: Any, asks: bool) -> None:
    event = FraudReported(event_id="F1", occurred_at=NOON, creditor_account=Account(id="A"), label=label)
    assert (alert_of(1, event, decide_as(event, Outcome.ALLOW), PLACE) is not None) is asks


def test_what_a_case_told_the_gate_does_not_come_back() -> None:
    event = FraudReported(
        event_id=f"{LABEL_PREFIX}1-2",
        occurred_at=NOON,
        creditor_account=Account(id="A"),
        label="confirmed_fraud",
    )
    assert alert_of(1, event, decide_as(event, Outcome.ALLOW), PLACE) is None


@pytest.mark.parametrize(
    ("typology", "ties"),
    [
        ("victim", ((TieRole.SUSPECT, 8), (TieRole.PAYER, 7))),
        ("ato", ((TieRole.SUSPECT, 8), (TieRole.PAYER, 7))),
        ("mule", ((TieRole.SUSPECT, 7), (TieRole.RECEIVER, 8))),
    ],
)
def test_the_typology_says_who_is_suspected(typology: str, ties: tuple[tuple[TieRole, int], ...]) -> None:
    found = alert_of(1, transfer(), decide_as(transfer(), typology=typology), PLACE)
    assert found is not None
    assert [(tie.role, tie.key) for tie in found.ties if tie.role is not TieRole.DEVICE] == list(ties)
    assert found.suspect == ("6222***********3445" if typology == "mule" else "6217***********5678")


def test_only_the_device_of_a_suspect_counts() -> None:
    roles = {
        typology: {tie.role for tie in found.ties}
        for typology in ("victim", "mule")
        if (found := alert_of(1, transfer(), decide_as(transfer(), typology=typology), PLACE))
    }
    assert TieRole.DEVICE not in roles["victim"]
    assert TieRole.DEVICE in roles["mule"]


@pytest.mark.parametrize("kind", ["merchant", "internal"])
@pytest.mark.parametrize("typology", ["victim", "mule"])
def test_a_merchant_ties_nothing_together(kind: Any, typology: str) -> None:
    event = transfer(creditor_account=Account(id="6217000010012345678", kind=kind), device=None)
    found = alert_of(1, event, decide_as(event, typology=typology), PLACE)
    assert found is not None
    assert found.ties == (Tie(TieRole.SUSPECT, 7),)


def test_an_account_on_a_white_list_ties_nothing_together() -> None:
    hit = ListedHit(
        name="known",
        field="creditor_account_id",
        form="exact",
        masked="",
        list="white",
        level=0,
        confidence=100,
        category="",
        source="",
        record_id=1,
        grade_level=0,
    )
    decision = replace(decide_as(transfer()), list_hits=(hit,))
    found = alert_of(1, transfer(), decision, PLACE)
    assert found is not None
    assert found.ties == (Tie(TieRole.SUSPECT, 7),)


def test_no_account_number_is_in_an_alert() -> None:
    found = alert_of(1, transfer(), decide_as(transfer()), PLACE)
    assert "6222020200112233445" not in str(found)
    assert "6217000010012345678" not in str(found)


def test_money_that_waits_is_pending_and_declined_money_is_not_at_stake() -> None:
    stakes = {
        outcome: found.stake
        for outcome in Outcome
        if (found := alert_of(1, transfer(), decide_as(transfer(), outcome), PLACE))
    }
    assert {outcome for outcome, stake in stakes.items() if stake.pending} == {Outcome.DELAY, Outcome.HOLD}
    assert stakes[Outcome.DECLINE].amount_minor == 0
    assert stakes[Outcome.CHALLENGE].amount_minor == 980_000
    assert stakes[Outcome.CHALLENGE].since - NOON == timedelta(0)

"""What channels and payment systems ask about payments that wait."""

from datetime import timedelta
from typing import Any

import msgspec

from zhamen.cases.acts import Act, ActKind
from zhamen.cases.policy import STANDARD
from zhamen.organisation.scope import Scope
from zhamen.services.keys import Limits, create_key
from zhamen.testing import NOON

SAID = {
    "event_id": "T1",
    "channel": "mobile",
    "shown": "请先停一停。",
    "acknowledged": True,
    "answers": [{"question": "认识收款人吗", "answer": "认识，是我儿子"}],
}


def test_what_a_payer_said_is_kept_with_its_hash_and_shown_with_the_case(desk: Any) -> None:
    desk.post("/v1/decisions", desk.transfer())
    desk.hold("T1")
    reply = desk.post("/v1/statements", SAID)
    assert reply.status == 200
    assert (len(reply.json["digest"]), reply.json["as_decided"]) == (64, False)
    (kept,) = desk.house.cases.store.list_statements(Scope("head"), 1)
    assert (kept.digest, kept.answers[0].answer) == (reply.json["digest"], "认识，是我儿子")


def test_a_statement_without_a_decision_is_not_found(desk: Any) -> None:
    reply = desk.post("/v1/statements", SAID)
    assert (reply.status, reply.error["code"]) == (404, "decision_not_found")


def test_a_statement_of_another_shape_is_refused(desk: Any) -> None:
    for broken in (SAID | {"more": 1}, SAID | {"answers": "no"}, SAID | {"shown": ""}, b"{"):
        assert desk.post("/v1/statements", broken).status in (400, 422)
    assert desk.post("/v1/statements", SAID | {"shown": "x" * 70_000}).status == 413


def test_a_held_payment_is_shown_until_it_ends(desk: Any) -> None:
    desk.hold("T1")
    waiting = desk.ask("GET", "/v1/payments/T1").json
    assert (waiting["status"], waiting["outcome"], waiting["at_expiry"]) == ("pending", "hold", "declined")
    assert "ended_at" not in waiting
    act = Act(case=1, payment=1, kind=ActKind.RELEASE, by="li", unit="head", at=NOON, reason="核实无误")
    desk.house.cases.store.perform(Scope("head"), act, STANDARD)
    ended = desk.ask("GET", "/v1/payments/T1").json
    assert (ended["status"], ended["ended_at"]) == ("released", "2026-03-02T12:00:00Z")


def test_the_payer_takes_it_back_once(desk: Any) -> None:
    desk.hold("T1")
    assert desk.post("/v1/payments:cancel", {"event_id": "T1"}).json["status"] == "cancelled"
    again = desk.post("/v1/payments:cancel", {"event_id": "T1"})
    assert (again.status, again.error["code"]) == (409, "case_conflict")
    (message,) = desk.house.cases.outbox.ready(NOON + timedelta(days=1), ["webhook"])
    assert b'"by":"payer"' in message.body


def test_what_never_waited_is_not_found_and_what_was_just_held_is_asked_for_again(desk: Any) -> None:
    assert desk.ask("GET", "/v1/payments/T9").error["code"] == "case_not_found"
    outcomes = {}
    for number in range(1, 7):
        decided = desk.post("/v1/decisions", desk.transfer(number)).json
        reply = desk.ask("GET", f"/v1/payments/T{number}")
        outcomes[decided["outcome"]] = (reply.status, "retry-after" in reply.headers)
    assert outcomes["hold"] == outcomes["delay"] == (503, True)
    assert outcomes["allow"] == outcomes["decline"] == (404, False)


def test_a_key_of_one_unit_sees_nothing_of_another(desk: Any) -> None:
    desk.hold("T1", unit="head/R1")
    desk.hold("T2", unit="head/R2", seq=2)
    made = create_key(
        desk.keys,
        name="south",
        scopes=("payments:read", "payments:answer"),
        at=NOON,
        by="tests",
        limits=Limits(unit="head/R2"),
    )
    desk.house.keyring._load()
    assert desk.ask("GET", "/v1/payments/T2", token=made.token).status == 200
    assert desk.ask("GET", "/v1/payments/T1", token=made.token).status == 404
    assert desk.post("/v1/payments:cancel", {"event_id": "T1"}, token=made.token).status == 404


def test_messages_that_were_given_up_are_listed(desk: Any) -> None:
    desk.hold("T1")
    desk.post("/v1/payments:cancel", {"event_id": "T1"})
    outbox = desk.house.cases.outbox
    (message,) = outbox.ready(NOON, ["webhook"])
    assert desk.ask("GET", "/v1/outbox").json == {"waiting": 1, "failed": 0, "messages": []}
    outbox.postponed(message.id, NOON, "the receiver answered 500", None)
    told = desk.ask("GET", "/v1/outbox").json
    assert (told["waiting"], told["failed"]) == (0, 1)
    assert told["messages"][0]["error"] == "the receiver answered 500"


def test_a_key_of_one_unit_is_told_of_its_own_messages_alone(desk: Any) -> None:
    desk.hold("T1", unit="head/R1")
    desk.hold("T2", unit="head/R2", seq=2)
    desk.hold("T3", unit="head/R2", seq=4)
    for event_id in ("T1", "T2", "T3"):
        assert desk.post("/v1/payments:cancel", {"event_id": event_id}).status == 200
    outbox = desk.house.cases.outbox
    sent = {msgspec.json.decode(one.body)["event_id"]: one.id for one in outbox.ready(NOON, ["webhook"])}
    for event_id in ("T1", "T2"):
        outbox.postponed(sent[event_id], NOON, "the receiver answered 500", None)
    told = {}
    for unit in ("head", "head/R1", "head/R2", "head/R3"):
        limits = Limits(unit=unit)
        made = create_key(desk.keys, name=unit, scopes=("payments:read",), at=NOON, by="tests", limits=limits)
        desk.house.keyring._load()
        answer = desk.ask("GET", "/v1/outbox", token=made.token).json
        told[unit] = (answer["waiting"], [one["id"] for one in answer["messages"]])
        assert answer["failed"] == len(answer["messages"])
    assert told == {
        "head": (1, [sent["T1"], sent["T2"]]),
        "head/R1": (0, [sent["T1"]]),
        "head/R2": (1, [sent["T2"]]),
        "head/R3": (0, []),
    }

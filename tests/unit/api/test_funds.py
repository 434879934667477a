"""Traces and freeze plans for systems: masked or whole, within their part of the bank, and written down."""

from typing import Any

import pytest

from zhamen.core.identifiers import mask
from zhamen.ports.audit import Wanted
from zhamen.services.keys import Limits, create_key
from zhamen.testing import NOON

PAYER, PAYEE, NEXT = "6222020200112233445", "6217000010012345678", "6217000010087654321"


@pytest.fixture(autouse=True)
def bank(desk: Any) -> Any:
    """A desk where stolen money went on once."""
    onward = desk.transfer(
        2, debtor_account={"id": PAYEE}, creditor_account={"id": NEXT}, amount_minor=500_000
    )
    for event in (desk.transfer(), onward):
        assert desk.post("/v1/decisions", event).status == 200
    desk.follow_money()
    return desk


def deeds(desk: Any) -> list[tuple[str, str]]:
    entries = desk.house.trails.search.list_entries(None, Wanted()).entries
    return [(entry.act, entry.subject) for entry in entries]


def test_a_trace_is_masked_and_written_down(desk: Any) -> None:
    reply = desk.post("/v1/traces", {"event_id": "T1"})
    assert [place["account"]["masked"] for place in reply.json["places"]] == [
        mask(PAYER), mask(PAYEE), mask(NEXT),
    ]  # fmt: skip
    assert PAYEE not in reply.body.decode()
    assert reply.json["by_fate"] == {"resting": 980_000}
    assert ("trace-funds", "decision/1") in deeds(desk)


def test_a_freeze_plan_names_what_is_to_be_held(desk: Any) -> None:
    reply = desk.post("/v1/freeze-plans", {"account": PAYEE})
    lines = {line["account"]["identifier"]: line["amount_minor"] for line in reply.json["lines"]}
    assert lines == {PAYEE: 480_000, NEXT: 500_000}
    assert ("plan-freeze", "account/2") in deeds(desk)


def test_a_freeze_plan_is_bounded_and_repeated(desk: Any) -> None:
    asked = {"account": PAYEE, "minimum_minor": 600_000, "hub_stop": 0, "follow_all": True}
    reply = desk.post("/v1/freeze-plans", asked)
    assert reply.json["gone_minor"] == {"below": 500_000}
    before = desk.post("/v1/freeze-plans", {"event_id": "T1", "watermark": 1}).json
    assert (before["watermark"], [line["amount_minor"] for line in before["lines"]]) == (1, [980_000])


@pytest.mark.parametrize("rule", ["stolen_first", "fifo", "haircut", "libr", "poison"])
@pytest.mark.parametrize("direction", ["forward", "backward"])
def test_every_rule_in_either_direction(desk: Any, rule: str, direction: str) -> None:
    reply = desk.post("/v1/traces", {"event_id": "T2", "rule": rule, "direction": direction})
    assert (reply.status, reply.json["rule"], reply.json["direction"]) == (200, rule, direction)


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({}, 400),
        ({"event_id": "T1", "account": PAYEE}, 400),
        ({"event_id": "T1", "rule": "lifo"}, 400),
        ({"event_id": "T1", "hops": 65}, 400),
        ({"event_id": "T1", "minimum_share": 2}, 400),
        ({"event_id": "T1", "surprise": 1}, 400),
        ({"event_id": "T9"}, 404),
        ({"account": "6200000000000000000"}, 404),
        ({"case": 99}, 404),
    ],
)
def test_what_cannot_be_traced_is_refused(desk: Any, asked: dict[str, Any], status: int) -> None:
    reply = desk.post("/v1/traces", asked)
    assert reply.status == status
    assert "6200000000000000000" not in reply.error["message"]
    assert ("trace-funds", "") not in deeds(desk)


def test_without_a_graph_it_is_said_that_there_is_none(desk: Any) -> None:
    desk.house.service._live.gate.networks = None
    reply = desk.post("/v1/traces", {"event_id": "T1"})
    assert (reply.status, reply.error["code"]) == (503, "unavailable")


def test_a_key_of_another_part_of_the_bank_finds_nothing(desk: Any) -> None:
    limits = Limits("head/south")
    made = create_key(desk.keys, name="south", scopes=["funds:trace"], at=NOON, by="tests", limits=limits)
    desk.house.keyring._load()
    assert desk.post("/v1/traces", {"event_id": "T1"}, token=made.token).status == 404
    assert desk.post("/v1/networks", {"event_id": "T1"}, token=made.token).status == 404
    assert desk.post("/v1/networks", {"account": PAYEE}, token=made.token).status == 404


def test_a_transfer_and_an_account_are_explained_masked_and_written_down(desk: Any) -> None:
    told = desk.post("/v1/networks", {"event_id": "T2"})
    assert (told.status, told.json["transfer"]) == (
        200, {"about": "decision/2", "currency": "CNY", "event_id": "T2", "patterns": []},
    )  # fmt: skip
    reply = desk.post("/v1/networks", {"account": PAYEE})
    assert reply.json["account"]["account"]["masked"] == mask(PAYEE)
    assert [(score["side"], score["event_id"]) for score in reply.json["account"]["scores"]] == [
        ("inbound", "T1"), ("outbound", "T2"),
    ]  # fmt: skip
    assert PAYEE not in reply.body.decode()
    assert {("explain-networks", "decision/2"), ("explain-networks", "account/2")} <= set(deeds(desk))


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({}, 400),
        ({"event_id": "T1", "account": PAYEE}, 400),
        ({"event_id": "T9"}, 404),
        ({"account": "?"}, 404),
    ],
)
def test_what_cannot_be_explained_is_refused(desk: Any, asked: dict[str, Any], status: int) -> None:
    assert desk.post("/v1/networks", asked).status == status
    assert ("explain-networks", "") not in deeds(desk)

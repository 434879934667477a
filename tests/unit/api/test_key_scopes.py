"""A key for a part of the bank asks about it, and is told of it only."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from zhamen.organisation.units import Organisation
from zhamen.ports.keys import SCOPES
from zhamen.services.keys import Limits, create_key, rotate_key
from zhamen.simulate.organisation import bank_tree
from zhamen.testing import NOON


@pytest.fixture
def token(desk: Any) -> str:
    """Give a key of the first region."""
    desk.house.work.organisation.replace(bank_tree(), at=NOON, by="tests")
    limits = Limits("HQ/R1")
    made = create_key(desk.keys, name="regional", scopes=SCOPES, at=NOON, by="tests", limits=limits)
    desk.house.keyring._load()
    return made.token


def ask(desk: Any, token: str, **more: str) -> Any:
    asked = {"value": "13800138000", "purpose": "payment"} | more
    return desk.post("/v1/risk", asked, token=token)


@pytest.mark.parametrize(
    ("named", "logged"),
    [
        ("", "HQ/R1"),
        ("B01", "HQ/R1/B01"),
        ("B01-003", "HQ/R1/B01/B01-S1/B01-003"),
        ("HQ/R1/B01", "HQ/R1/B01"),
        ("HQ/R1/counter-7", "HQ/R1/counter-7"),
    ],
)
def test_a_question_is_filed_within_the_keys_part(desk: Any, token: str, named: str, logged: str) -> None:
    assert ask(desk, token, **({"unit": named} if named else {})).status == 200
    (query,) = desk.house.desk.log.list_queries()
    assert query.unit == logged


@pytest.mark.parametrize(
    "named", ["HQ", "R2", "B02", "HQ/R2", "HQ/R1x", "HQ/R2/B02", "HQ/../R2", "%", "R9", "hq/r1"]
)
def test_a_unit_outside_the_keys_part_is_not_there(desk: Any, token: str, named: str) -> None:
    reply = ask(desk, token, unit=named)
    assert (reply.status, reply.error["code"]) == (404, "unit_not_found")
    assert desk.house.desk.log.list_queries() == []


def test_a_key_of_the_whole_bank_files_anywhere_in_it(desk: Any, token: str) -> None:
    assert token
    assert ask(desk, desk.token, unit="B02").status == 200
    assert ask(desk, desk.token, unit="R9").status == 404
    assert desk.house.desk.log.list_queries()[0].unit == "HQ/R2/B02"


def test_what_one_system_tells_is_not_written_over_by_another(desk: Any, token: str) -> None:
    told = {"event_id": "E1", "outcome": "stopped", "amount_minor": 500}
    assert desk.post("/v1/feedback", told).json["first"] is True
    mine = told | {"outcome": "false_alarm"}
    assert desk.post("/v1/feedback", mine, token=token).json == {"event_id": "E1", "first": True}
    assert desk.post("/v1/feedback", mine, token=token).json["first"] is False
    assert desk.post("/v1/feedback", told).json["first"] is False
    key_id, later = token.split("_")[1], NOON + timedelta(minutes=1)
    newer = rotate_key(desk.keys, key_id, at=later, by="tests", overlap=timedelta()).token
    desk.house.keyring._load()
    assert desk.post("/v1/feedback", mine, token=newer).json["first"] is False


def test_names_and_feedback_are_filed_within_too(desk: Any, token: str) -> None:
    name = {"name": "王小明", "purpose": "payment", "unit": "R2"}
    assert desk.post("/v1/names", name, token=token).status == 404
    told = {"event_id": "E1", "outcome": "stopped", "amount_minor": 1, "unit": "R2"}
    assert desk.post("/v1/feedback", told, token=token).status == 404


def test_a_decision_of_another_part_is_not_found(desk: Any, token: str) -> None:
    for number, outlet in ((1, "B01-003"), (2, "B02-001"), (3, None), (4, "B99-001")):
        event = desk.transfer(number, outlet=outlet)
        assert desk.post("/v1/decisions", msgspec.json.encode(event)).status == 200
    seen = [desk.ask("GET", f"/v1/decisions/T{number}", token=token).status for number in (1, 2, 3, 4)]
    assert seen == [200, 404, 404, 404]
    unknown = desk.ask("GET", "/v1/decisions/T9", token=token)
    hidden = desk.ask("GET", "/v1/decisions/T2", token=token)
    assert {**unknown.error, "request_id": ""} == {**hidden.error, "request_id": ""}
    assert [desk.ask("GET", f"/v1/decisions/T{number}").status for number in (1, 2, 3, 4)] == [200] * 4


def test_a_key_follows_its_unit_when_that_moves(desk: Any, token: str) -> None:
    limits = Limits("HQ/R1/B01")
    branch = create_key(desk.keys, name="branch", scopes=SCOPES, at=NOON, by="tests", limits=limits).token
    desk.house.keyring._load()
    moved = [
        msgspec.structs.replace(unit, parent="R2") if unit.code == "B01" else unit
        for unit in bank_tree().units
    ]
    desk.house.work.organisation.replace(Organisation(moved), at=NOON, by="tests")
    assert ask(desk, branch).status == 200
    assert desk.house.desk.log.list_queries()[0].unit == "HQ/R2/B01"
    assert ask(desk, token, unit="B01").status == 404

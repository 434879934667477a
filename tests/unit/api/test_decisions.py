"""The decision path in one process: answers, duplicates, deadlines, batches."""

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from zhamen.ports.keys import SCOPES
from zhamen.services.keys import create_key
from zhamen.testing import NOON


def test_a_payment_gets_a_decision_that_is_in_the_journal(desk: Any) -> None:
    reply = desk.post("/v1/decisions", desk.transfer())
    assert reply.status == 200
    assert reply.json["event_id"] == "T1"
    assert reply.json["outcome"] in ("allow", "warn", "challenge", "delay", "hold", "decline")
    assert reply.json["duplicate"] is False
    assert reply.json["trace_id"] == reply.headers["x-request-id"]
    assert desk.journal.last_seq == 1
    assert "features" not in reply.json


def test_feature_values_come_on_request(desk: Any) -> None:
    assert desk.post("/v1/decisions?features=true", desk.transfer()).json["features"]["count"] == 1.0


def test_the_same_payment_again_gets_the_first_decision(desk: Any) -> None:
    first = desk.post("/v1/decisions", desk.transfer()).json
    again = desk.post("/v1/decisions", desk.transfer())
    assert again.status == 200
    assert again.json == first | {"duplicate": True}
    assert desk.journal.last_seq == 1


def test_another_payment_under_the_same_id_is_a_conflict(desk: Any) -> None:
    desk.post("/v1/decisions", desk.transfer())
    reply = desk.post("/v1/decisions", desk.transfer(amount_minor=1))
    assert (reply.status, reply.error["code"]) == (409, "event_id_reused")
    assert desk.journal.last_seq == 1


def test_a_decision_is_found_by_its_event_id(desk: Any) -> None:
    made = desk.post("/v1/decisions", desk.transfer(event_id="a/b%2F:c")).json
    assert desk.ask("GET", "/v1/decisions/a/b%2F:c").json == made
    missing = desk.ask("GET", "/v1/decisions/T2")
    assert (missing.status, missing.error["code"]) == (404, "decision_not_found")


def test_another_event_is_recorded(desk: Any) -> None:
    login = {"type": "login", "event_id": "L1", "occurred_at": NOON.isoformat(), "account": {"id": "A"}}
    assert desk.post("/v1/events", login).status == 202
    assert desk.post("/v1/events", login).json == {"event_id": "L1", "duplicate": True}
    assert desk.journal.last_seq == 1


def test_each_kind_of_event_has_its_own_route(desk: Any) -> None:
    login = {"type": "login", "event_id": "L1", "occurred_at": NOON.isoformat(), "account": {"id": "A"}}
    for reply in (desk.post("/v1/decisions", login), desk.post("/v1/events", desk.transfer())):
        assert (reply.status, reply.error["path"]) == (422, "$.type")
        assert "send it to POST /v1/" in reply.error["message"]
    assert desk.journal.last_seq == 0


def test_the_callers_trace_id_is_kept(desk: Any) -> None:
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    headers = {"traceparent": f"00-{trace}-00f067aa0ba902b7-01"}
    assert desk.post("/v1/decisions", desk.transfer(), headers=headers).json["trace_id"] == trace


@pytest.mark.parametrize(
    "parent",
    [
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
        "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
        "x" * 5000,
    ],
)
def test_a_trace_parent_that_the_standard_forbids_is_not_taken(desk: Any, parent: str) -> None:
    first = desk.post("/v1/decisions", desk.transfer(), headers={"traceparent": parent}).json["trace_id"]
    assert first not in parent
    assert len(first) == 32


def test_a_batch_answers_every_event_in_its_order(desk: Any) -> None:
    login = {"type": "login", "event_id": "L1", "occurred_at": NOON.isoformat(), "account": {"id": "A"}}
    batch = [
        desk.transfer(1),
        login,
        {"type": "transfer"},
        desk.transfer(1),
        desk.transfer(1, amount_minor=5),
    ]
    items = desk.post("/v1/decisions:batch", batch).json["items"]
    assert items[0]["decision"]["event_id"] == "T1"
    assert items[1]["recorded"] == {"event_id": "L1", "duplicate": False}
    assert items[2]["error"]["code"] == "invalid_event"
    assert items[3]["decision"]["duplicate"] is True
    assert items[4]["error"]["code"] == "event_id_reused"
    assert desk.journal.last_seq == 2


def test_a_batch_may_come_as_lines(desk: Any) -> None:
    body = (
        b"\n".join(msgspec.json.encode(desk.transfer(number)) for number in range(100)) + b"\n\nnonsense\r\n"
    )
    headers = {"content-type": "application/x-ndjson; charset=utf-8"}
    items = desk.post("/v1/decisions:batch", body, headers=headers).json["items"]
    assert [item["decision"]["event_id"] for item in items[:100]] == [f"T{number}" for number in range(100)]
    assert items[100]["error"]["message"].startswith("not JSON")


def test_a_batch_gives_the_same_decisions_as_one_by_one(make_desk: Any) -> None:
    one, many = make_desk(), make_desk()
    events = [one.transfer(number) for number in range(50)]
    singly = [one.post("/v1/decisions", event).json for event in events]
    together = [item["decision"] for item in many.post("/v1/decisions:batch", events).json["items"]]
    drop = {"trace_id": ""}
    assert [each | drop for each in singly] == [each | drop for each in together]


def test_a_batch_of_too_many_events_is_refused_whole(make_desk: Any) -> None:
    desk = make_desk(max_batch_events=3)
    reply = desk.post("/v1/decisions:batch", [desk.transfer(number) for number in range(4)])
    assert (reply.status, reply.error["code"]) == (413, "too_large")
    assert desk.journal.last_seq == 0


def test_a_key_without_the_scope_records_nothing_through_a_batch(desk: Any) -> None:
    made = create_key(desk.keys, name="payments", scopes=["decisions:make"], at=NOON, by="tests")
    desk.house.keyring._load()
    login = {"type": "login", "event_id": "L1", "occurred_at": NOON.isoformat(), "account": {"id": "A"}}
    items = desk.post("/v1/decisions:batch", [login, desk.transfer()], token=made.token).json["items"]
    assert items[0]["error"]["code"] == "missing_permission"
    assert "decision" in items[1]


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not true():
            await asyncio.sleep(0.01)


class SlowJournal:
    """Stands before a journal and holds its writer until told to go on."""

    def __init__(self, journal: Any) -> None:
        self.go_on = threading.Event()
        self._append = journal.append
        journal.append = self.append

    def append(self, entries: Any) -> None:
        self.go_on.wait(10)
        self._append(entries)


def test_a_late_decision_is_answered_with_the_fallback_and_found_by_asking_again(make_desk: Any) -> None:
    desk = make_desk(decision_timeout_ms=30)
    slow = SlowJournal(desk.journal)
    reply = desk.post("/v1/decisions", desk.transfer(amount_minor=6_000_000))
    assert (reply.status, reply.error["code"], reply.error["fallback"]) == (503, "decision_late", "hold")
    assert reply.headers["retry-after"] == "1"
    slow.go_on.set()
    desk.runner.run(until(lambda: desk.journal.last_seq == 1))
    again = desk.post("/v1/decisions", desk.transfer(amount_minor=6_000_000))
    assert (again.status, again.json["duplicate"]) == (200, True)


def test_more_than_may_wait_are_refused_at_once_and_the_rest_are_answered(make_desk: Any) -> None:
    desk = make_desk(max_waiting=10)
    slow = SlowJournal(desk.journal)

    async def rush() -> list[Any]:
        asked = [
            asyncio.ensure_future(
                desk.asked("POST", "/v1/decisions", msgspec.json.encode(desk.transfer(number)))
            )
            for number in range(40)
        ]
        await asyncio.sleep(0.05)
        slow.go_on.set()
        return await asyncio.gather(*asked)

    replies = desk.runner.run(rush())
    assert [reply.status for reply in replies] == [200] * 10 + [503] * 30
    assert replies[-1].error["code"] == "overloaded"
    assert replies[-1].error["fallback"] == "delay"
    assert "retry-after" in replies[-1].headers
    assert desk.post("/v1/decisions", desk.transfer(99)).status == 200
    assert desk.journal.last_seq == 11


def test_one_key_cannot_take_all_places(make_desk: Any) -> None:
    desk = make_desk(max_in_flight_per_key=5, max_batch_events=5)
    other = create_key(desk.keys, name="other", scopes=SCOPES, at=NOON, by="tests")
    desk.house.keyring._load()
    slow = SlowJournal(desk.journal)

    async def rush() -> list[Any]:
        asked = [
            asyncio.ensure_future(
                desk.asked("POST", "/v1/decisions", msgspec.json.encode(desk.transfer(number)), token=token)
            )
            for number, token in enumerate([desk.token] * 8 + [other.token])
        ]
        await asyncio.sleep(0.05)
        slow.go_on.set()
        return await asyncio.gather(*asked)

    replies = desk.runner.run(rush())
    assert [reply.status for reply in replies] == [200] * 5 + [429] * 3 + [200]
    assert replies[5].error["code"] == "quota_exceeded"


def test_a_full_disk_is_an_answer_and_not_an_end(desk: Any) -> None:
    desk.post("/v1/decisions", desk.transfer(1))
    desk.journal.full = True
    reply = desk.post("/v1/decisions", desk.transfer(2))
    assert (reply.status, reply.error["code"], reply.error["fallback"]) == (
        503,
        "journal_unavailable",
        "delay",
    )
    assert desk.ask("GET", "/readyz").status == 503
    assert desk.ask("GET", "/healthz").status == 200
    assert desk.ask("GET", "/v1/decisions/T1").status == 200
    desk.journal.full = False
    desk.runner.run(until(lambda: desk.house.service.ready))
    assert desk.post("/v1/decisions", desk.transfer(2)).json["duplicate"] is False
    assert desk.journal.last_seq == 2

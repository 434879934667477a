"""Risk information over HTTP: asked, logged, watched, and asked without telling."""

import asyncio
import secrets
from typing import Any

import msgspec
import pytest

from zhamen.adapters.feeds import read_feed
from zhamen.api import names as name_routes
from zhamen.api import risk as risk_routes
from zhamen.core.errors import StoreUnavailable
from zhamen.ports.records import Actor
from zhamen.records.claim import Claim
from zhamen.records.record import Move
from zhamen.screening.categories import category
from zhamen.screening.entries import ListKind
from zhamen.screening.identifiers.identify import identify
from zhamen.screening.oblivious import blind, point_of, tag_from, unblind
from zhamen.screening.subjects import SubjectKind
from zhamen.services.import_records import import_records
from zhamen.services.proofs import Proofs

MULE, OTHER = "6222020200112233445", "6222020200112233446"


def bring(desk: Any, *values: str, level: int = 90) -> None:
    case = category("mule.case_account")
    claims = [
        Claim(identify(SubjectKind.ACCOUNT, value), ListKind.BLACK, case, level, 95, source_ref=f"R{value}")
        for value in values
    ]
    risk, source = desk.house.desk, read_feed("police-accounts").source
    import_records(risk.records.store, source, iter([claims]), actor=Actor("li"), clock=desk.clock)
    risk.follower.look()


def ask(desk: Any, value: str, **more: str) -> Any:
    return desk.post("/v1/risk", {"value": value, "purpose": "payment", **more})


def test_a_listed_account_is_told_with_grounds_script_and_next_step(desk: Any) -> None:
    bring(desk, MULE)
    known = ask(desk, MULE).json
    assert (known["list"], known["level"], known["masked"]) == ("black", 90, "6222****3445")
    (finding,) = known["findings"]
    assert finding["source"]["code"] == "police-accounts"
    assert finding["category"]["zh"] == "公安涉案账户"
    assert known["script"]["zh"]
    assert known["next_step"]["en"]


@pytest.mark.parametrize("kind", ["", "account", "card"])
def test_a_number_is_found_whether_it_is_asked_as_account_or_as_card(desk: Any, kind: str) -> None:
    number = "4111111111111111"
    bring(desk, number)
    known = ask(desk, number, kind=kind).json
    assert (known["list"], known["level"]) == ("black", 90)
    subject = {"value": number, "kind": "card", "purpose": "payment"}
    assert desk.post("/v1/subscriptions", subject).status == 200
    bring(desk, number, level=70)
    assert [notice["level"] for notice in desk.post("/v1/subscriptions:changes", {}).json["notices"]] == [
        90,
        70,
    ]


def test_what_is_watched_has_a_stated_kind(desk: Any) -> None:
    refused = desk.post("/v1/subscriptions", {"value": MULE, "purpose": "payment"})
    assert refused.status == 400
    assert "kind" in refused.json["error"]["message"]


def test_one_that_is_not_listed_is_never_called_safe(desk: Any) -> None:
    known = ask(desk, OTHER).json
    assert (known["list"], known["findings"]) == ("", [])
    assert "no proof of safety" in known["meaning"]["en"]


def test_a_record_is_in_force_in_the_next_question_and_out_of_it_when_released(desk: Any) -> None:
    bring(desk, MULE)
    record = ask(desk, MULE).json["findings"][0]["record_id"]
    risk = desk.house.desk
    risk.records.store.move(record, Move.RELEASE, Actor("wang", reason="a mistake"), desk.clock())
    risk.follower.look()
    assert ask(desk, MULE).json["list"] == ""


def test_every_question_is_in_the_log_before_its_answer(desk: Any) -> None:
    bring(desk, MULE)
    ask(desk, MULE, unit="head/outlet-12")
    (query,) = desk.house.desk.log.list_queries()
    assert (query.purpose, query.list, query.level, query.unit, query.masked) == (
        "payment",
        "black",
        90,
        "head/outlet-12",
        "6222****3445",
    )


def test_when_the_log_cannot_be_written_nothing_is_told(desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    bring(desk, MULE)

    def full(_: object) -> None:
        raise StoreUnavailable("the disk is full")

    monkeypatch.setattr(desk.house.desk.log, "append", full)
    reply = ask(desk, MULE)
    assert (reply.status, reply.error["code"]) == (503, "store_unavailable")
    assert "black" not in reply.body.decode()


def test_many_are_asked_at_once_each_with_its_answer(desk: Any) -> None:
    bring(desk, MULE)
    subjects = [{"value": MULE}, {"value": "?", "kind": "account"}, {"value": OTHER, "kind": "account"}]
    items = desk.post("/v1/risk:batch", {"purpose": "peer", "subjects": subjects}).json["items"]
    assert [item.get("known", {}).get("list") for item in items] == ["black", None, ""]
    assert items[1]["error"]["code"] == "invalid_identifier"
    assert len(desk.house.desk.log.list_queries()) == 2


def test_ten_thousand_are_answered_and_one_more_is_refused(desk: Any) -> None:
    subjects = [{"value": str(6222020200110000000 + at), "kind": "account"} for at in range(10_000)]
    bring(desk, subjects[777]["value"])
    body = {"purpose": "peer", "subjects": subjects}
    items = desk.post("/v1/risk:batch", body).json["items"]
    assert [at for at, item in enumerate(items) if item["known"]["list"]] == [777]
    reply = desk.post("/v1/risk:batch", body | {"subjects": [*subjects, {"value": "1"}]})
    assert (reply.status, reply.error["path"]) == (400, "$.subjects")


@pytest.mark.parametrize(
    ("body", "path"),
    [
        (b"", "$"),
        (b"[]", "$"),
        (b'{"value": "1"}', "$"),
        (b'{"value": 1, "purpose": "payment"}', "$.value"),
        (b'{"value": "", "purpose": "payment"}', "$.value"),
        (b'{"value": "1", "purpose": "curiosity"}', "$.purpose"),
        (b'{"value": "1", "purpose": "payment", "more": 1}', "$"),
        (b"\xff", "$"),
    ],
)
def test_a_wrong_question_is_told_by_its_path_and_not_repeated(desk: Any, body: bytes, path: str) -> None:
    reply = desk.post("/v1/risk", body)
    assert (reply.status, reply.error["path"]) == (400, path)
    assert "curiosity" not in reply.error["message"]


@pytest.mark.parametrize("value", ["not an account", "1" * 100, "\u0000", "张三"])
def test_what_names_nothing_of_its_kind_is_refused(desk: Any, value: str) -> None:
    reply = ask(desk, value, kind="account")
    assert (reply.status, reply.error["code"]) == (422, "invalid_identifier")
    assert value not in reply.error["message"]


def test_without_a_kind_the_one_that_is_listed_counts(desk: Any) -> None:
    bring(desk, "13800138000")
    known = ask(desk, "13800138000").json
    assert (known["kind"], known["list"]) == ("account", "black")


def test_a_change_of_a_watched_subject_is_told_to_who_watches(desk: Any) -> None:
    made = desk.post("/v1/subscriptions", {"value": MULE, "kind": "account", "purpose": "peer"}).json
    assert made["masked"] == "6222****3445"
    assert desk.post("/v1/subscriptions:changes", {}).json == {"notices": []}
    bring(desk, MULE, OTHER)
    (notice,) = desk.post("/v1/subscriptions:changes", {}).json["notices"]
    assert (notice["subscription"], notice["list"], notice["level"]) == (made["id"], "black", 90)
    assert desk.post("/v1/subscriptions:changes", {"after": notice["number"]}).json == {"notices": []}
    assert desk.ask("GET", "/v1/subscriptions").json["subscriptions"] == [made]
    desk.post("/v1/subscriptions:remove", {"id": made["id"]})
    assert desk.ask("GET", "/v1/subscriptions").json["subscriptions"] == []


def test_who_waits_is_told_as_soon_as_there_is_something(desk: Any) -> None:
    desk.post("/v1/subscriptions", {"value": MULE, "kind": "account", "purpose": "peer"})

    async def waiting() -> Any:
        body = msgspec.json.encode({"wait_seconds": 20})
        asked = asyncio.create_task(desk.asked("POST", "/v1/subscriptions:changes", body))
        await asyncio.sleep(0.05)
        await asyncio.to_thread(bring, desk, MULE)
        return await asyncio.wait_for(asked, 10)

    assert len(desk.runner.run(waiting()).json["notices"]) == 1


@pytest.mark.parametrize(
    ("setting", "told"),
    [(None, "J*** S****"), ("full", "John Smith"), ("masked", "J*** S****"), ("nothing", "")],
)
def test_a_close_match_of_a_payee_tells_what_the_institution_lets_it(
    make_desk: Any, setting: str | None, told: str
) -> None:
    desk = make_desk(payee_disclosure=setting) if setting else make_desk()
    asked = {"given": "Jon Smith", "held": "John Smith"}
    checked = desk.post("/v1/payee-checks", asked).json
    assert (checked["verdict"], checked["suggestion"]) == ("close_match", told)
    assert desk.post("/v1/payee-checks", asked | {"given": "Li Ming"}).json["suggestion"] == ""


def test_feedback_is_kept_and_later_word_takes_its_place(desk: Any) -> None:
    told = {"event_id": "E1", "outcome": "stopped", "amount_minor": 500, "source": "police-accounts"}
    assert desk.post("/v1/feedback", told).json == {"event_id": "E1", "first": True}
    assert desk.post("/v1/feedback", told | {"outcome": "false_alarm"}).json["first"] is False


def proof(desk: Any) -> dict[str, str]:
    task = desk.post("/v1/public/challenge", b"").json
    numbers = (str(number) for number in range(1 << 24))
    answer = next(each for each in numbers if Proofs.solves(task["challenge"], each, task["bits"]))
    return {"challenge": task["challenge"], "answer": answer}


@pytest.mark.parametrize(("value", "known"), [(MULE, True), (OTHER, False)])
def test_an_application_learns_of_its_number_without_telling_it(desk: Any, value: str, known: bool) -> None:
    bring(desk, MULE, *[str(6222020200110000000 + at) for at in range(50)])
    point, blinding = point_of(identify(SubjectKind.ACCOUNT, value)), secrets.randbits(255) + 1
    sent = proof(desk) | {"blinded": blind(point, blinding).hex()}
    multiple = bytes.fromhex(desk.post("/v1/public/multiple", sent).json["multiple"])
    tag = tag_from(point, unblind(multiple, blinding))
    prefix = int.from_bytes(tag) >> (len(tag) * 8 - 12)
    tags = desk.post("/v1/public/tags", {"prefix": prefix}).json["tags"]
    assert (tag.hex() in tags) == known


def test_a_proof_counts_once_and_must_be_one(desk: Any) -> None:
    point = point_of(identify(SubjectKind.ACCOUNT, MULE)).hex()
    sent = proof(desk) | {"blinded": point}
    assert desk.post("/v1/public/multiple", sent).status == 200
    assert desk.post("/v1/public/multiple", sent).status == 400
    assert desk.post("/v1/public/multiple", sent | {"answer": "x"}).status == 400
    assert desk.post("/v1/public/multiple", proof(desk) | {"blinded": "00"}).status == 400
    assert desk.post("/v1/public/tags", {"prefix": 4_096}).status == 400


def test_what_a_search_for_a_name_found_is_in_the_log(desk: Any) -> None:
    person = identify(SubjectKind.PERSON, "PASSPORT:E12345678")
    claim = Claim(person, ListKind.BLACK, category("sanctions.un"), 90, 100, names=("王建国",))
    risk, source = desk.house.desk, read_feed("un-consolidated").source
    import_records(risk.records.store, source, iter([[claim]]), actor=Actor("li"), clock=desk.clock)
    for name in ("王建国", "欧阳无名"):
        assert desk.post("/v1/names", {"name": name, "purpose": "peer"}).status == 200
    assert [(query.list, query.level) for query in risk.log.list_queries()] == [("", 0), ("black", 90)]


QUICK = {"max_rate_per_key": 3, "max_in_flight_per_key": 3, "max_batch_events": 1}


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/names", {"name": "王建国", "purpose": "peer"}),
        ("/v1/subscriptions", {"value": MULE, "kind": "account", "purpose": "peer"}),
        ("/v1/subscriptions:changes", {}),
        ("/v1/feedback", {"event_id": "E1", "outcome": "stopped", "amount_minor": 100}),
    ],
)
def test_a_key_that_calls_too_often_has_to_wait(
    make_desk: Any, monkeypatch: pytest.MonkeyPatch, path: str, body: Any
) -> None:
    for module in (risk_routes, name_routes):
        monkeypatch.setattr(module, "monotonic", lambda: 0.0)
    desk = make_desk(**QUICK)
    replies = [desk.post(path, body) for _ in range(4)]
    assert [reply.status for reply in replies] == [200, 200, 200, 429]
    assert replies[3].error["code"] == "quota_exceeded"


def test_a_key_asks_about_ten_thousand_subjects_a_second_and_not_one_more(
    make_desk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(risk_routes, "monotonic", lambda: 0.0)
    monkeypatch.setattr(risk_routes, "MOST_SUBJECTS", 3)
    desk = make_desk(**QUICK)
    subjects = [{"value": OTHER, "kind": "account"}] * 2
    assert desk.post("/v1/risk:batch", {"purpose": "peer", "subjects": subjects}).status == 200
    assert [ask(desk, OTHER).status for _ in range(2)] == [200, 429]

"""`zhamen trace`: money followed in a data folder, and the plan of what to stop."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import pytest
from typer.testing import CliRunner

from zhamen.adapters.journal import SqliteJournal
from zhamen.cli.trace import app
from zhamen.core.errors import DecisionNotFound, InputError, NotFoundError
from zhamen.core.identifiers import mask
from zhamen.events.model import AnyEvent
from zhamen.services.traced import FreezeShown
from zhamen.testing import NOON, decide_as, enter_as

VICTIM, MULE, NEXT = "6222020200110000001", "6222020200110000002", "6222020200110000003"


def paid(event_id: str, debtor: str, creditor: str, amount: int) -> dict[str, Any]:
    return {
        "event_id": event_id,
        "type": "transfer",
        "occurred_at": NOON.isoformat(),
        "debtor_account": {"id": debtor},
        "creditor_account": {"id": creditor},
        "creditor_agent": {"id": "BANK9"},
        "amount_minor": amount,
        "currency": "CNY",
    }


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a journal of three events, of which two move money."""
    login = {"event_id": "L1", "type": "login", "occurred_at": NOON.isoformat(), "account": {"id": VICTIM}}
    events = [login, paid("T1", VICTIM, MULE, 900_00), paid("T2", MULE, NEXT, 500_00)]
    write(tmp_path, events)
    return tmp_path


def write(folder: Path, events: list[dict[str, Any]]) -> None:
    journal = SqliteJournal(folder / "journal.db")
    for seq, content in enumerate(events, 1):
        event: Any = msgspec.convert(content, AnyEvent)
        journal.append([enter_as(seq, event, decide_as(event))])
    journal.close()


def run(folder: Path, *words: str) -> Any:
    result = CliRunner().invoke(app, [*words, "--data-dir", str(folder)])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.stdout


def test_an_event_is_traced_and_told_in_lines(folder: Path) -> None:
    told = run(folder, "T1")
    assert f"{mask(VICTIM)} → {mask(MULE)}  900.00 CNY" in told
    assert f"{mask(MULE)} → {mask(NEXT)}  500.00 CNY" in told
    assert "仍在账户" in told
    assert "zhamen trace T1 --freeze-plan" in told


def test_backward_it_is_told_where_money_came_from(folder: Path) -> None:
    shown = json.loads(run(folder, "T2", "--backward", "--json"))["trace"]
    assert shown["direction"] == "backward"
    assert [one["event_id"] for one in shown["transfers"]] == ["T1", "T2"]


def test_an_account_is_traced_by_any_rule(folder: Path) -> None:
    shown = json.loads(run(folder, "--account", MULE, "--rule", "fifo", "--json"))["trace"]
    assert (shown["rule"], shown["total_minor"]) == ("fifo", 900_00)


def test_the_freeze_plan_is_written_in_full_and_never_over_another_file(folder: Path) -> None:
    file = folder / "plan.json"
    told = run(folder, "T1", "--freeze-plan", str(file))
    assert "止付 stop payment" in told
    assert "BANK9" in told
    assert "/min" in told
    plan = msgspec.json.decode(file.read_bytes(), type=FreezeShown)
    assert {line.account.identifier for line in plan.lines if line.account} == {MULE, NEXT}
    with pytest.raises(InputError, match="there already"):
        run(folder, "T1", "--freeze-plan", str(file))


def test_traces_and_plans_are_in_the_audit_trail(folder: Path) -> None:
    run(folder, "T1", "--freeze-plan", str(folder / "plan.json"))
    with closing(sqlite3.connect(folder / "work.db")) as work:
        noted = work.execute("select act, subject, detail from audit_entries order by number").fetchall()
    assert [(act, subject) for act, subject, _ in noted] == [
        ("trace-funds", "decision/2"),
        ("export-freeze-plan", "decision/2"),
    ]
    assert json.loads(noted[1][2]) == {"lines": 2}


def test_a_trace_is_bounded_and_repeated(folder: Path) -> None:
    whole = json.loads(run(folder, "T1", "--json"))["trace"]
    assert whole["by_fate"] == {"resting": 900_00}
    bounded = json.loads(run(folder, "T1", "--minimum-minor", "60000", "--json"))["trace"]
    assert bounded["by_fate"] == {"resting": 400_00, "below": 500_00}
    before = json.loads(run(folder, "T1", "--watermark", "1", "--json"))["trace"]
    assert (before["watermark"], before["by_fate"]) == (1, {"resting": 900_00})
    until = json.loads(run(folder, "T1", "--until", NOON.isoformat(), "--hub-stop", "0", "--json"))["trace"]
    assert until["transfers"] == whole["transfers"]
    for wrong in ("yesterday", "2026-03-02T12:00:00"):
        with pytest.raises(InputError, match="offset"):
            run(folder, "T1", "--until", wrong)


def test_what_is_not_there_is_said(folder: Path) -> None:
    with pytest.raises(DecisionNotFound):
        run(folder, "T9")
    with pytest.raises(NotFoundError, match="moved no money"):
        run(folder, "L1")
    with pytest.raises(InputError, match="name one of"):
        run(folder)
    with pytest.raises(NotFoundError):
        run(folder, "--case", "7")


def test_a_transfer_is_explained_with_the_transfers_of_what_it_completed(tmp_path: Path) -> None:
    folder = tmp_path
    write(folder, [paid("T3", VICTIM, MULE, 9_000_00), paid("T4", MULE, NEXT, 8_900_00)])
    told = run(folder, "T4", "--explain")
    assert "T3  快进快出 pass-through" in told
    assert f"{mask(VICTIM)} → {mask(MULE)}  9,000.00 CNY  T3" in told
    assert VICTIM not in told
    assert "没有完成" in run(folder, "T3", "--explain")
    shown = json.loads(run(folder, "T4", "--explain", "--json"))["explained"]["transfer"]
    assert [one["event_id"] for one in shown["patterns"][0]["transfers"]] == ["T3", "T4"]
    with closing(sqlite3.connect(folder / "work.db")) as work:
        noted = work.execute("select act, subject from audit_entries order by number").fetchall()
    assert noted[0] == ("explain-networks", "decision/2")


def test_an_account_is_explained(folder: Path) -> None:
    told = run(folder, "--account", MULE, "--explain")
    assert "作为付款账户 as one that pays" in told
    assert mask(MULE) in told
    shown = json.loads(run(folder, "--account", MULE, "--explain", "--json"))["explained"]["account"]
    assert [score["event_id"] for score in shown["scores"]] == ["T1", "T2"]
    for wrong in (["--case", "7"], ["T1", "--backward"], ["T1", "--freeze-plan", "plan.json"]):
        with pytest.raises(InputError, match="--explain"):
            run(folder, *wrong, "--explain")

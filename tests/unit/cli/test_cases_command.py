"""Casework from the command line, on a folder of its own."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from zhamen.adapters.sql.casework import CaseView
from zhamen.adapters.sql.engine import writing
from zhamen.adapters.sql.views.view import Projected
from zhamen.bootstrap.work import open_work
from zhamen.cli.app import app
from zhamen.core.errors import CaseNotFound, FourEyes
from zhamen.settings import read_settings
from zhamen.testing import Accounts, make_story

Run = Callable[..., Any]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run a command as JSON on a folder with a story of a day."""
    accounts = Accounts()
    batch = []
    for seq, event, decision in make_story(80, accounts=60):
        account, creditor = accounts.of(event)
        batch.append(
            Projected(
                seq=seq,
                event=event,
                decision=decision,
                unit="head/B01",
                account=account,
                creditor=creditor,
            )
        )
    with (
        open_work(read_settings({}, {"data_dir": tmp_path})) as work,
        writing(work.engine.execution_options(immediate=True)) as connection,
    ):
        CaseView().apply(connection, batch)

    def call(*words: str) -> Any:
        result = CliRunner().invoke(app, ["cases", *words, "--data-dir", str(tmp_path), "--json"])
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return json.loads(result.output)

    return call


def test_the_queue_a_case_and_the_acts_on_it(run: Run) -> None:
    queue = run("list")
    assert queue["counts"]["new"] == len(queue["cases"]) > 5
    case = next(str(one["id"]) for one in queue["cases"] if not one.get("payments"))
    assert run("claim", case)["status"] == "investigating"
    run("note", case, "-r", "已电话核实")
    assert run("escalate", case, "-r", "涉及多个网点")["unit"] == "head"
    file = run("show", case)["file"]
    assert [act["kind"] for act in file["acts"]] == ["claim-case", "note-case", "escalate-case"]
    assert file["acts"][0]["by"].startswith("cli:")
    assert run("dispose", case, "no_answer", "-r", "无法联系")["status"] == "closed"
    assert [one["id"] for one in run("list", "--status", "closed")["cases"]] == [int(case)]


def test_payments_are_released_declined_and_extended(run: Run) -> None:
    waiting = run("payments")["payments"]
    small = [one for one in waiting if one["amount_minor"] < 5_000_000]
    large = next(one for one in waiting if one["amount_minor"] >= 5_000_000)
    run("release", str(small[0]["id"]), "-r", "本人确认")
    run("decline", str(small[1]["id"]), "-r", "客户确认受骗")
    run("extend", str(small[2]["id"]), "-r", "等待材料", "--hours", "5")
    run("release", str(large["id"]), "-r", "本人确认")
    left = {one["id"]: one for one in run("payments")["payments"]}
    assert not {small[0]["id"], small[1]["id"]} & left.keys()
    assert left[small[2]["id"]]["extensions"] == 1
    assert left[large["id"]]["proposal"]["kind"] == "release-payment"
    assert run("outbox")["waiting"] == 3


def test_one_person_at_the_keyboard_is_not_two(run: Run) -> None:
    cases = [one for one in run("list")["cases"] if not one.get("payments")]
    case = str(next(one["id"] for one in cases if one["amount_minor"] >= 5_000_000))
    assert run("dispose", case, "confirmed_fraud", "-r", "受害人报案")["status"] == "proposed"
    with pytest.raises(FourEyes):
        run("approve", case)


def test_what_is_not_there_is_told(run: Run) -> None:
    with pytest.raises(CaseNotFound):
        run("show", "999999")
    with pytest.raises(CaseNotFound):
        run("outbox", "--replay", "5")

"""`zhamen appeals` and `zhamen feedback` as their users meet them."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from zhamen.adapters.sql.appeals import SqlAppeals
from zhamen.bootstrap.records import open_records
from zhamen.cli import main
from zhamen.screening.identifiers.identify import identify
from zhamen.screening.subjects import SubjectKind
from zhamen.services.hear_appeals import AppealDesk
from zhamen.settings import read_settings
from zhamen.testing import SetClock

LIST = "编号,类型,标识,类别\nB1,手机号,13800138000,phone.scam_caller\n"
LONG_AGO = datetime(2026, 1, 2, 12, tzinfo=UTC)
Run = Callable[..., Any]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    def runner(*words: str, code: int = 0, as_json: bool = True) -> Any:
        more = ["--data-dir", str(tmp_path / "data"), *(["--json"] if as_json else [])]
        monkeypatch.setattr("sys.argv", ["zhamen", *words, *more])
        with pytest.raises(SystemExit) as ended:
            main()
        told = capsys.readouterr()
        assert ended.value.code == code, told.err
        if code:
            return told.err
        return json.loads(told.out) if as_json else told.out + told.err

    return runner


@pytest.fixture
def appealed(run: Run, tmp_path: Path) -> int:
    """Give the number of an appeal against a record that li made and wang published."""
    (tmp_path / "list.csv").write_text(LIST)
    run("records", "import", str(tmp_path / "list.csv"), "--source", "branch-reports", "--by", "li")
    run("records", "publish", "1", "--reason", "seen", "--by", "wang")
    phone = identify(SubjectKind.PHONE, "13800138000")
    with open_records(read_settings(options={"data_dir": tmp_path / "data"})) as records:
        desk = AppealDesk(SqlAppeals(records.engine), SetClock(LONG_AGO))
        keys = records.secrets.ring.keys_to_ask(phone)
        return desk.receive(phone, keys, claim="it is mine", contact="a@b.example").appeal.id


def test_what_the_public_wrote_does_not_command_the_terminal(run: Run, appealed: int, tmp_path: Path) -> None:
    phone = identify(SubjectKind.PHONE, "13800138000")
    with open_records(read_settings(options={"data_dir": tmp_path / "data"})) as records:
        desk = AppealDesk(SqlAppeals(records.engine), SetClock(LONG_AGO))
        claim = "mine\x1b]0;x\x07\x9b31m [bold]\u202e\n     1  upheld"
        desk.receive(phone, records.secrets.ring.keys_to_ask(phone), claim=claim, contact="x")
    shown = run("appeals", "list", as_json=False)
    assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(shown)
    assert "mine\ufffd]0;x\ufffd\ufffd31m [bold]\ufffd 1 upheld" in shown
    assert f"{appealed:>6}  received" in shown


def test_an_appeal_is_listed_taken_and_upheld_and_its_record_is_released(run: Run, appealed: int) -> None:
    listed = run("appeals", "list")
    assert (listed["appeals"][0]["id"], listed["overdue"]) == (appealed, 1)
    run("appeals", "step", str(appealed), "take", "--by", "zhao")
    assert "mistaken" in run(
        "appeals", "step", str(appealed), "uphold", "--by", "zhao", "--reason", "seen", code=2
    )
    words = ("--by", "zhao", "--reason", "the bill is theirs", "--cause", "mistaken")
    done = run("appeals", "step", str(appealed), "uphold", *words)
    assert (done["status"], done["released"]) == ("upheld", 1)
    assert run("records", "show", "1")["record"]["status"] == "released"
    assert run("appeals", "list")["appeals"] == []
    assert run("appeals", "list", "--all")["appeals"][0]["cause"] == "mistaken"


def test_who_published_a_record_does_not_reject_the_appeal(run: Run, appealed: int) -> None:
    run("appeals", "step", str(appealed), "take", "--by", "wang")
    words = ("reject", "--by", "wang", "--reason", "no", "--cause", "evidence_stands")
    assert "four_eyes" in run("appeals", "step", str(appealed), *words, code=4)


def test_a_decision_shows_what_to_tell_the_customer(run: Run, appealed: int) -> None:
    told = run("appeals", "step", str(appealed), "withdraw", "--reason", "by phone", as_json=False)
    assert "您的申诉已按您的要求撤回" in told


def test_what_became_of_warnings_is_kept_and_reported(run: Run) -> None:
    give = ("feedback", "give")
    common = ("--source", "police-accounts", "--channel", "mobile", "--category", "mule.case_account")
    run(*give, "E1", "stopped", "--amount", "500000", *common)
    run(*give, "E2", "continued", "--amount", "100", "--lost", "80", "--fraud", *common)
    run(*give, "E3", "stopped", "--amount", "700", *common)
    run(*give, "E3", "stopped", "--amount", "700", "--innocent", *common)
    run(*give, "E4", "missed", "--amount", "900", "--lost", "900", *common)
    for grouping, group in (
        ("source", "police-accounts"),
        ("channel", "mobile"),
        ("category", "mule.case_account"),
        ("unit", "head"),
    ):
        (told,) = run("feedback", "report", "--group-by", grouping)["effects"]
        assert (told["effect"]["group"], told["effect"]["warnings"]) == (group, 3)
        assert (told["precision"], told["recall"]) == (2 / 3, 2 / 3)
        assert (told["effect"]["prevented_minor"], told["effect"]["lost_minor"]) == (500_000, 980)


def test_a_report_ends_with_all_groups_together(run: Run) -> None:
    run("feedback", "give", "E1", "stopped", "--channel", "mobile")
    run("feedback", "give", "E2", "missed", "--channel", "counter")
    told = run("feedback", "report", "--group-by", "channel", as_json=False)
    assert "查全 recall 50.0%" in told.partition("合计 all")[2]


@pytest.mark.parametrize("words", [("--amount", "-1"), ("--lost", "-1")])
def test_amounts_are_not_negative(run: Run, words: tuple[str, str]) -> None:
    run("feedback", "give", "E1", "stopped", *words, code=2)


def test_a_grouping_that_is_none_names_those_there_are(run: Run) -> None:
    assert "source, category, channel, unit" in run("feedback", "report", "--group-by", "colour", code=2)


def test_what_names_no_unit_is_of_the_head_office_whatever_it_is_called(run: Run, appealed: int) -> None:
    run("organisation", "import", "--example")
    run("feedback", "give", "E1", "stopped")
    run("feedback", "give", "E2", "stopped", "--unit", "B01-001")
    run("appeals", "step", str(appealed), "take")
    run("records", "suspend", "1", "--reason", "looked into")
    groups = [one["effect"]["group"] for one in run("feedback", "report", "--group-by", "unit")["effects"]]
    assert "HQ" in groups
    assert len(groups) == 2
    assert all(group.startswith("HQ") for group in groups)
    assert run("records", "show", "1")["acts"][-1]["unit"] == "HQ"
    assert "unit_not_found" in run("feedback", "give", "E3", "stopped", "--unit", "nowhere", code=3)

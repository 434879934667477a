"""`zhamen records` as its user meets it: import, check by another person, release, tidy, build."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from zhamen.cli import main

LIST = "编号,类型,标识,类别\nB1,手机号,13800138000,phone.scam_caller\nB2,卡号,4111111111111112,mule.seller\n"
Run = Callable[..., Any]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    def runner(*words: str, code: int = 0) -> Any:
        given = ["zhamen", "records", *words, "--data-dir", str(tmp_path / "data"), "--json"]
        monkeypatch.setattr("sys.argv", given)
        with pytest.raises(SystemExit) as ended:
            main()
        assert ended.value.code == code
        told = capsys.readouterr()
        return json.loads(told.out) if code == 0 else told.err

    return runner


@pytest.fixture
def reported(run: Run, tmp_path: Path) -> dict[str, Any]:
    (tmp_path / "list.csv").write_text(LIST)
    words = ("import", str(tmp_path / "list.csv"), "--source", "branch-reports", "--by", "li")
    done: dict[str, Any] = run(*words, "--rejects", str(tmp_path / "refused.jsonl"))
    return done


def test_a_list_is_imported_and_its_bad_rows_are_kept_apart(reported: dict[str, Any], tmp_path: Path) -> None:
    assert reported == {"created": 1, "changed": 0, "unchanged": 0, "withdrawn": 0, "rejected": 1}
    (refused,) = (tmp_path / "refused.jsonl").read_text().splitlines()
    assert json.loads(refused)["row"] == 2
    assert "4111111111111112" not in refused


@pytest.mark.usefixtures("reported")
def test_a_candidate_is_published_by_another_person_and_released(run: Run) -> None:
    (record,) = run("list")["records"]
    assert "four_eyes" in run("publish", str(record["id"]), "--reason", "seen", "--by", "li", code=4)
    assert run("publish", str(record["id"]), "--reason", "seen", "--by", "wang")["status"] == "active"
    assert "reason" in run("release", str(record["id"]), "--reason", " ", code=2)
    assert run("release", str(record["id"]), "--reason", "a mistake", "--by", "zhao")["status"] == "released"
    shown = run("show", str(record["id"]))
    assert [(act["by"], act["move"]) for act in shown["acts"]] == [("wang", "publish"), ("zhao", "release")]


def test_a_run_is_listed_page_by_page_and_published_by_another_person(run: Run, tmp_path: Path) -> None:
    rows = [f"B{n},账号,62220202001122{n:05},mule.case_account" for n in range(130)]
    (tmp_path / "many.csv").write_text("编号,类型,标识,类别\n" + "\n".join(rows) + "\n")
    run("import", str(tmp_path / "many.csv"), "--source", "branch-reports", "--by", "li")
    (waiting,) = run("runs")["runs"]
    assert (waiting["number"], waiting["by"], waiting["waiting"]) == (1, "li", 130)
    first = run("list", "--run", "1")
    rest = run("list", "--run", "1", "--after", str(first["records"][-1]["id"]))
    assert (len(first["records"]), first["more"], len(rest["records"]), rest["more"]) == (
        100,
        True,
        30,
        False,
    )
    assert run("list", "--run", "2")["records"] == []
    assert "four_eyes" in run("publish-run", "1", "--reason", "seen", "--by", "li", code=4)
    assert run("publish-run", "1", "--reason", "seen", "--by", "wang") == {"published": 130, "waiting": 0}
    assert run("runs")["runs"] == []
    assert "record_not_found" in run("publish-run", "1", "--reason", "seen", "--by", "wang", code=3)


@pytest.mark.usefixtures("reported")
def test_the_index_holds_what_is_in_force(run: Run) -> None:
    assert run("build")["records"] == 0
    run("publish", "1", "--reason", "seen", "--by", "wang")
    assert run("build")["records"] == 1
    nothing = {"expired": 0, "deleted": 0, "questions_deleted": 0, "appeals_deleted": 0}
    nothing["subscriptions_deleted"] = 0
    assert run("tidy") == nothing


@pytest.mark.usefixtures("reported")
def test_secrets_are_counted_and_added(run: Run, tmp_path: Path) -> None:
    assert run("keys")["records_by_key_version"] == {"1": 1}
    assert run("keys", "--rotate")["new_version"] == 2
    assert (tmp_path / "data" / "screening.key").stat().st_mode & 0o777 == 0o600


def test_secrets_that_others_can_read_are_refused(run: Run, tmp_path: Path) -> None:
    run("sources")
    (tmp_path / "data" / "screening.key").chmod(0o644)
    assert "chmod 600" in run("sources", code=6)
    (tmp_path / "data" / "screening.key").chmod(0o600)
    (tmp_path / "data" / "screening.key").write_text("1 zz\n")
    assert "restore it" in run("sources", code=6)


def test_categories_and_sources_are_listed(run: Run) -> None:
    assert "police-accounts" in run("sources")["shipped"]
    monkey = run("show", "9", code=3)
    assert "record_not_found" in monkey

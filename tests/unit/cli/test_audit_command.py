"""`zhamen audit`: what an auditor does at the command line, with what stands in every store."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from zhamen.adapters.sql.queries import SqlQueryLog
from zhamen.bootstrap.desk import open_query_log
from zhamen.bootstrap.operator import operator
from zhamen.cli.app import app
from zhamen.core.audit import parse_head
from zhamen.core.errors import AuditBroken, InputError, UnreadableFile
from zhamen.ports.queries import Query
from zhamen.settings import read_settings

Run = Callable[..., Result]
LIST = "phone\n13800138000\n13800138001\n"


@pytest.fixture
def run(tmp_path: Path) -> Run:
    runner = CliRunner()

    def command(*words: str, fails: type[Exception] | None = None) -> Result:
        given = [*words] if "--file" in words else [*words, "--data-dir", str(tmp_path / "data")]
        result = runner.invoke(app, given)
        assert (result.exception is None) == (fails is None), result.output
        assert fails is None or isinstance(result.exception, fails)
        return result

    return command


@pytest.fixture
def used(run: Run, tmp_path: Path) -> Path:
    """Give a data folder in which something was done to keys and asked."""
    run("keys", "create", "--name", "core", "--scope", "risk:ask", "--by", "li")
    run("audit", "verify")
    with open_query_log(read_settings(options={"data_dir": tmp_path / "data"})) as log:
        ask(log)
    return tmp_path / "data"


def ask(log: SqlQueryLog) -> None:
    asked = Query(
        at=datetime(2026, 11, 2, tzinfo=UTC),
        who="li",
        unit="HQ",
        channel="console",
        purpose="counter",
        kind="phone",
        masked="138****8000",
        key=b"k" * 16,
        list="",
        level=0,
        took_us=9,
    )
    log.append([asked, asked])


def told(result: Result) -> dict[str, list[dict[str, object]]]:
    found: dict[str, list[dict[str, object]]] = json.loads(result.stdout)
    return found


def test_heads_are_printed_so_that_they_can_be_written_down_and_compared(run: Run, used: Path) -> None:
    lines = run("audit", "head").stdout.split()
    assert [parse_head(line).chain for line in lines] == ["work", "queries", "keys"]
    written = used / "heads"
    written.write_text("\n".join(lines))
    run("audit", "verify", "--from", f"@{written}", "--from", lines[0])
    other = lines[0][:-1] + ("0" if lines[0][-1] != "0" else "1")
    assert "rewritten" in str(told(run("audit", "verify", "--from", other, "--json", fails=AuditBroken)))


@pytest.mark.parametrize(
    "head", ["", "work:1", "work:x:" + "0" * 64, "other:1:" + "0" * 64, "@/no/such/file"]
)
def test_what_is_no_head_is_refused(run: Run, head: str) -> None:
    run("audit", "verify", "--from", head, fails=InputError)


def test_verification_follows_every_chain_and_leaves_an_entry(run: Run, used: Path) -> None:
    assert used.exists()
    chains = {one["chain"]: one["entries"] for one in told(run("audit", "verify", "--json"))["chains"]}
    assert chains == {"work": 1, "records": 0, "queries": 2, "keys": 1, "retention": 0}
    newest = told(run("audit", "list", "--act", "verify-audit", "--json"))["entries"][0]
    assert newest["detail"] == {
        "entries": 4,
        "chains": ["work:1", "records:0", "queries:2", "keys:1", "retention:0"],
        "broken": [],
    }


def test_a_question_deleted_by_hand_is_told_with_what_it_means(run: Run, used: Path) -> None:
    with closing(sqlite3.connect(used / "queries.db")) as other:
        other.execute("delete from queries where number = 1")
        other.commit()
    result = run("audit", "verify", fails=AuditBroken)
    assert "第 1 条：这一条不见了" in result.stdout
    assert "audit-broken.md" in str(result.exception)


@pytest.mark.usefixtures("used")
def test_deeds_are_listed_from_every_store_newest_first(run: Run) -> None:
    run("keys", "create", "--name", "later", "--scope", "risk:ask", "--by", "wang")
    entries = told(run("audit", "list", "--json"))["entries"]
    assert [one["act"] for one in entries] == ["create-key", "verify-audit", "create-key"]
    li = f"li ({operator()})"
    assert [one["actor"] for one in told(run("audit", "list", "--actor", li, "--json"))["entries"]] == [li]
    assert told(run("audit", "list", "--until", "2020-01-01", "--json"))["entries"] == []
    assert json.loads(run("audit", "list", "--limit", "1", "--json").stdout)["more"] is True
    assert "create-key key/" in run("audit", "list", "--chain", "keys").stdout
    run("audit", "list", "--chain", "nothing", fails=InputError)
    run("audit", "list", "--chain", "keys", "--chain", "work", fails=InputError)


def test_whoever_states_a_name_stands_beside_it(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOGNAME", "li")
    (tmp_path / "list.csv").write_text("编号,类型,标识,类别\nB1,手机号,13800138000,phone.scam_caller\n")
    run("records", "import", str(tmp_path / "list.csv"), "--source", "branch-reports", "--by", "li")
    run("records", "publish", "1", "--reason", "seen", "--by", "wang")
    run("records", "release", "1", "--reason", "seen")
    acts = {one["act"]: one for one in told(run("audit", "list", "--chain", "records", "--json"))["entries"]}
    for act, name in (("import-records", "li"), ("publish-record", "wang"), ("release-record", operator())):
        assert acts[act]["actor"] == name
        assert acts[act]["detail"]["operator"] == operator()  # type: ignore[index]  # a mapping, here


def test_an_export_is_verified_elsewhere_and_is_itself_a_deed(run: Run, used: Path, tmp_path: Path) -> None:
    to = tmp_path / "trail.jsonl"
    run("audit", "export", "--to", str(to))
    heads = run("audit", "head").stdout.split()
    for path in used.iterdir():
        path.unlink()
    run("audit", "verify", "--file", str(to), "--from", heads[0])
    assert '"act":"export-audit"' in to.read_text()
    lines = to.read_text().splitlines()
    to.write_text("\n".join(line for line in lines if '"number":2,' not in line or "queries" not in line))
    assert "cut" in str(told(run("audit", "verify", "--file", str(to), "--json", fails=AuditBroken)))


def test_an_export_writes_over_nothing(run: Run, used: Path) -> None:
    run("audit", "export", "--to", str(used / "keys.db"), fails=UnreadableFile)

"""`zhamen journal`: what it says, also beside a gate that writes."""

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from typer.testing import CliRunner, Result

from zhamen.adapters.journal import SqliteJournal
from zhamen.adapters.snapshots import SnapshotFolder
from zhamen.cli.journal import app
from zhamen.core.errors import DecisionNotFound, InputError, JournalDamaged, NotFoundError
from zhamen.services.live import Live
from zhamen.testing import TallyGate, TallyPack, make_entries

HASH = TallyPack().hash


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[SqliteJournal]:
    """A journal of 30 entries that its owner holds open."""
    opened = SqliteJournal(tmp_path / "journal.db")
    opened.begin_pack("tally 1", HASH)
    opened.append(make_entries(30))
    yield opened
    opened.close()


def run(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(app, [*arguments, "--data-dir", str(folder)])


def facts(folder: Path, *arguments: str) -> Any:
    result = run(folder, *arguments, "--json")
    assert result.exit_code == 0, result.exception
    return json.loads(result.stdout)


@pytest.mark.usefixtures("journal")
def test_info_tells_size_span_packs_and_snapshots(tmp_path: Path) -> None:
    live = Live(TallyGate())
    snapshots = SnapshotFolder(tmp_path / "snapshots")
    snapshots.begin(live.about(), live.parts())
    snapshots.finish()
    told = facts(tmp_path, "info")
    assert told["entries"] == 30
    assert told["packs"] == [{"first_seq": 1, "pack": "tally 1", "pack_hash": HASH}]
    assert told["first_decided_at"] == told["last_decided_at"] == "2026-03-02T12:00:00Z"
    (snapshot,) = told["snapshots"]
    assert (snapshot["seq"], snapshot["pack_hash"]) == (0, HASH)
    words = run(tmp_path, "info")
    assert "条数 entries" in words.stdout
    assert "zhamen journal verify" in words.stdout


def test_info_of_an_empty_journal_has_no_span(tmp_path: Path) -> None:
    SqliteJournal(tmp_path / "journal.db").close()
    assert facts(tmp_path, "info")["last_decided_at"] is None


def test_find_gives_event_and_decision(journal: SqliteJournal, tmp_path: Path) -> None:
    told = facts(tmp_path, "find", "T7")
    entry = journal.find("T7")
    assert entry is not None
    assert told["seq"] == 7
    assert told["decision"] == json.loads(entry.decision)
    assert told["event"] == json.loads(entry.event)
    assert "TALLY-001" in run(tmp_path, "find", "T7").stdout


@pytest.mark.usefixtures("journal")
def test_find_says_when_there_is_none(tmp_path: Path) -> None:
    assert isinstance(run(tmp_path, "find", "T99").exception, DecisionNotFound)


def test_without_a_journal_every_command_says_so(tmp_path: Path) -> None:
    for arguments in (["info"], ["find", "T1"], ["verify"], ["export", "--to", str(tmp_path / "a.parquet")]):
        assert isinstance(run(tmp_path, *arguments).exception, NotFoundError)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("journal")
def test_verify_finds_a_sound_journal_sound(tmp_path: Path) -> None:
    told = facts(tmp_path, "verify")
    assert (told["entries"], told["problems"]) == (30, [])


def test_verify_names_what_is_wrong_and_fails(journal: SqliteJournal, tmp_path: Path) -> None:
    journal.close()
    with sqlite3.connect(tmp_path / "journal.db") as other:
        other.execute("UPDATE entries SET digest = zeroblob(16) WHERE seq = 12")
    other.close()
    result = run(tmp_path, "verify", "--json")
    assert isinstance(result.exception, JournalDamaged)
    assert json.loads(result.stdout)["problems"] == ["entry 12: its digest is not its event's"]
    assert "entry 12" in run(tmp_path, "verify").stdout


def test_verify_finds_a_damaged_page(journal: SqliteJournal, tmp_path: Path) -> None:
    journal.close()
    path = tmp_path / "journal.db"
    content = bytearray(path.read_bytes())
    at = content.rindex(b"T29")
    content[at : at + 3] = b"T92"
    path.write_bytes(content)
    result = run(tmp_path, "verify", "--json")
    assert isinstance(result.exception, JournalDamaged)


@pytest.mark.usefixtures("journal")
def test_export_writes_every_entry_and_does_not_replace_unasked(tmp_path: Path) -> None:
    to = tmp_path / "archive.parquet"
    assert facts(tmp_path, "export", "--to", str(to))["entries"] == 30
    with duckdb.connect() as connection:
        found = connection.execute("SELECT count(*), max(seq) FROM read_parquet(?)", [str(to)])
        assert found.fetchall() == [(30, 30)]
    assert isinstance(run(tmp_path, "export", "--to", str(to)).exception, InputError)
    assert facts(tmp_path, "export", "--to", str(to), "--force")["entries"] == 30

"""What the SQLite journal promises beyond the contract of all journals."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from zhamen.adapters.journal import JournalReader, SqliteJournal
from zhamen.core.errors import JournalDamaged, JournalInUse, JournalUnavailable, NotFoundError
from zhamen.testing import make_entries


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "var" / "journal.db"


@pytest.fixture
def journal(path: Path) -> Iterator[SqliteJournal]:
    opened = SqliteJournal(path)
    yield opened
    opened.close()


def test_commits_wait_for_the_disk_and_do_no_checkpoints(journal: SqliteJournal) -> None:
    def pragma(name: str) -> object:
        return journal._connection.execute(f"PRAGMA {name}").fetchone()[0]

    assert pragma("journal_mode") == "wal"
    assert pragma("synchronous") == 2
    assert pragma("wal_autocheckpoint") == 0


def test_entries_are_there_when_it_is_opened_again(path: Path) -> None:
    entries = make_entries(5)
    journal = SqliteJournal(path)
    journal.append(entries)
    journal.close()
    journal.close()
    again = SqliteJournal(path)
    assert again.last_seq == 5
    assert list(again.read()) == entries
    again.close()


def test_a_second_owner_in_this_process_is_refused(journal: SqliteJournal, path: Path) -> None:
    with pytest.raises(JournalInUse, match=f"{path}.*process {os.getpid()}.*stop that one"):
        SqliteJournal(path)
    journal.append(make_entries(1))


def test_a_second_owner_in_another_process_is_refused(journal: SqliteJournal, path: Path) -> None:
    code = "import pathlib, sys, zhamen.adapters.journal as j; j.SqliteJournal(pathlib.Path(sys.argv[1]))"
    command = [sys.executable, "-c", code, str(path)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)  # our own
    assert ran.returncode == 1
    assert f"JournalInUse: the journal {path} is held by process {os.getpid()}" in ran.stderr
    journal.append(make_entries(1))


def test_a_closed_journal_may_be_taken_over(path: Path) -> None:
    SqliteJournal(path).close()
    SqliteJournal(path).close()


def test_a_lock_file_left_behind_means_nothing(path: Path) -> None:
    path.parent.mkdir()
    path.with_name("journal.db.lock").write_text("1\n")
    SqliteJournal(path).close()


def test_readers_see_entries_while_the_owner_writes(journal: SqliteJournal, path: Path) -> None:
    entries = make_entries(4)
    journal.append(entries[:2])
    reader = JournalReader(path)
    assert list(reader.read()) == entries[:2]
    journal.append(entries[2:])
    assert (reader.last_seq, reader.find("T4")) == (4, entries[3])
    reader.close()


def test_a_reader_does_not_make_a_journal(path: Path) -> None:
    with pytest.raises(NotFoundError, match=str(path)):
        JournalReader(path)
    assert not path.exists()


def test_a_file_that_is_no_database_is_not_a_journal(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    path.write_bytes(b"something else, and long enough to be looked at" * 100)
    with pytest.raises(JournalDamaged, match=r"recovery\.md"):
        SqliteJournal(path)
    with pytest.raises(JournalDamaged):
        JournalReader(path)


def test_another_programs_database_is_not_a_journal(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE t (x)")
    other.close()
    with pytest.raises(JournalDamaged, match="not a journal of zhamen"):
        SqliteJournal(path)


def test_a_journal_of_a_later_version_is_left_alone(path: Path) -> None:
    SqliteJournal(path).close()
    with sqlite3.connect(path) as other:
        other.execute("PRAGMA user_version = 2")
    other.close()
    with pytest.raises(JournalDamaged, match="version 2 and this program reads 1"):
        SqliteJournal(path)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE entries SET decision = replace(decision, 'allow', 'hold_') WHERE seq = 295",
        "UPDATE entries SET decision = x'7b7d' WHERE seq = 300",
        "DELETE FROM entries WHERE seq = 299",
        "UPDATE entries SET seq = 1000 WHERE seq = 300",
    ],
)
def test_changed_entries_at_the_end_are_noticed_when_it_is_opened(path: Path, change: str) -> None:
    journal = SqliteJournal(path)
    journal.append(make_entries(300))
    journal.close()
    with sqlite3.connect(path) as other:
        assert other.execute(change).rowcount == 1
    other.close()
    with pytest.raises(JournalDamaged, match=r"does not follow|was changed"):
        SqliteJournal(path)
    with pytest.raises(JournalDamaged, match=r"does not follow|was changed"):
        SqliteJournal(path)


def test_a_main_file_cut_short_is_damaged(path: Path) -> None:
    journal = SqliteJournal(path)
    journal.append(make_entries(300))
    journal.close()
    os.truncate(path, path.stat().st_size // 2)
    with pytest.raises(JournalDamaged, match=r"recovery\.md"):
        SqliteJournal(path)


def test_a_journal_that_reached_its_size_is_unavailable_until_there_is_room(journal: SqliteJournal) -> None:
    entries = make_entries(400)
    journal.append(entries[:100])
    pages = journal._connection.execute("PRAGMA page_count").fetchone()[0]
    journal._connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(JournalUnavailable, match=r"SQLITE_FULL.*disk-full\.md"):
        journal.append(entries[100:])
    with pytest.raises(JournalUnavailable):
        journal.probe()
    assert list(journal.read()) == entries[:100]
    journal._connection.execute("PRAGMA max_page_count = 1000000")
    journal.probe()
    journal.append(entries[100:])
    assert list(journal.read()) == entries


def test_a_folder_that_cannot_be_written_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(JournalUnavailable, match="folder"):
        SqliteJournal(tmp_path / "file" / "journal.db")


def test_a_closed_journal_is_unavailable(path: Path) -> None:
    journal = SqliteJournal(path)
    journal.close()
    with pytest.raises(JournalUnavailable):
        journal.append(make_entries(1))
    with pytest.raises(JournalUnavailable):
        journal.find("T1")


def test_the_log_is_bounded_while_entries_come(path: Path) -> None:
    journal = SqliteJournal(path, checkpoint_bytes=1 << 18)
    entries = make_entries(6000)
    for at in range(0, 6000, 50):
        journal.append(entries[at : at + 50])
    log = path.with_name("journal.db-wal").stat().st_size
    assert log < path.stat().st_size + (8 << 20)
    journal.close()
    assert not path.with_name("journal.db-wal").exists()
    again = SqliteJournal(path)
    assert list(again.read()) == entries
    again.close()

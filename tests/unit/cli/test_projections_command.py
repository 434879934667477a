"""`zhamen projections`: how far the views are, and made anew."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from zhamen.adapters.journal import SqliteJournal
from zhamen.cli.projections import app
from zhamen.core.errors import JournalMismatch, NotFoundError
from zhamen.testing import make_decided


def facts(folder: Path, command: str) -> Any:
    result = CliRunner().invoke(app, [command, "--data-dir", str(folder), "--json"])
    if result.exception:
        raise result.exception
    return json.loads(result.stdout)


def write(folder: Path, seed: int) -> None:
    journal = SqliteJournal(folder / "journal.db")
    journal.append(make_decided(40, seed))
    journal.close()


def test_views_are_behind_until_they_are_rebuilt(tmp_path: Path) -> None:
    write(tmp_path, 1)
    assert facts(tmp_path, "status") == {"entries": 40, "projected": 0, "behind": 40}
    assert facts(tmp_path, "rebuild")["projected"] == 40
    assert facts(tmp_path, "status") == {"entries": 40, "projected": 40, "behind": 0}


def test_a_rebuild_goes_over_to_another_journal_and_status_says_that_it_is_another(tmp_path: Path) -> None:
    write(tmp_path, 1)
    facts(tmp_path, "rebuild")
    for part in tmp_path.glob("journal.db*"):
        part.unlink()
    write(tmp_path, 2)
    with pytest.raises(JournalMismatch):
        facts(tmp_path, "status")
    assert facts(tmp_path, "rebuild")["projected"] == 40
    assert facts(tmp_path, "status")["behind"] == 0


def test_without_a_journal_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="no journal"):
        facts(tmp_path, "status")

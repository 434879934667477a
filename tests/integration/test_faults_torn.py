"""A write-ahead log whose end is torn: what was whole before it is kept, and nothing else is made up."""

import shutil
from pathlib import Path
from random import Random

import pytest

from zhamen.adapters.journal import SqliteJournal
from zhamen.ports.journal import Entry
from zhamen.services.recover import recover
from zhamen.testing import TallyGate, make_entries

FRAME = 4096 + 24
GROUP = 10
ENTRIES = make_entries(300)


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of a journal whose process was killed, its log full of entries."""
    folder = tmp_path_factory.mktemp("killed")
    path = folder / "running" / "journal.db"
    journal = SqliteJournal(path)
    for at in range(0, len(ENTRIES), GROUP):
        journal.append(ENTRIES[at : at + GROUP])
    shutil.copytree(path.parent, folder / "left")
    journal.close()
    return folder / "left"


def opened(folder: Path) -> list[Entry]:
    """Open the journal, see that it can be recovered from and written, and give what it held."""
    journal = SqliteJournal(folder / "journal.db")
    held = list(journal.read())
    recover(TallyGate(), journal)
    journal.append(ENTRIES[len(held) :])
    assert list(journal.read()) == ENTRIES
    journal.close()
    return held


def copy(killed: Path, tmp_path: Path) -> tuple[Path, Path]:
    folder = tmp_path / "copy"
    shutil.copytree(killed, folder)
    return folder, folder / "journal.db-wal"


def test_a_kill_alone_loses_nothing(killed: Path, tmp_path: Path) -> None:
    folder, _ = copy(killed, tmp_path)
    assert opened(folder) == ENTRIES


@pytest.mark.parametrize("seed", range(12))
def test_a_log_cut_anywhere_gives_whole_groups_from_the_beginning(
    killed: Path, tmp_path: Path, seed: int
) -> None:
    folder, log = copy(killed, tmp_path)
    left = Random(seed).randrange(32 + 40 * FRAME, log.stat().st_size)  # noqa: S311  # can be run again
    with open(log, "r+b") as file:
        file.truncate(left)
    held = opened(folder)
    assert held == ENTRIES[: len(held)]
    assert len(held) % GROUP == 0


@pytest.mark.parametrize("seed", range(12))
def test_a_log_scribbled_over_gives_whole_groups_from_the_beginning(
    killed: Path, tmp_path: Path, seed: int
) -> None:
    folder, log = copy(killed, tmp_path)
    dice = Random(seed)  # noqa: S311  # can be run again
    with open(log, "r+b") as file:
        file.seek(dice.randrange(32 + 40 * FRAME, log.stat().st_size - 100))
        file.write(dice.randbytes(100))
    held = opened(folder)
    assert held == ENTRIES[: len(held)]
    assert len(held) % GROUP == 0
    assert len(held) < len(ENTRIES)


def test_an_unfinished_group_behind_the_last_whole_one_is_as_if_it_never_was(
    killed: Path, tmp_path: Path
) -> None:
    folder, log = copy(killed, tmp_path)
    content = log.read_bytes()
    with open(log, "ab") as file:
        file.write(content[-3 * FRAME : -FRAME // 2])
    assert opened(folder) == ENTRIES

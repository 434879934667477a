"""Views under `kill -9`: no entry is missing or counted twice, and nothing is left running."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import create_engine, inspect, text

from zhamen.adapters.journal import SqliteJournal
from zhamen.bootstrap.projections import ProjectorProcess, open_projector
from zhamen.settings import Settings, read_settings
from zhamen.testing import make_decided

ENTRIES = 8_000
VIEWS = ("accounts", "customers", "decisions", "figures", "marked_payments", "mentions", "projections")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data folder with a journal."""
    journal = SqliteJournal(tmp_path / "journal.db")
    journal.append(make_decided(ENTRIES))
    journal.close()
    return tmp_path


def rows(folder: Path) -> dict[str, list[Any]]:
    engine = create_engine(f"sqlite:///{folder}/work.db")
    with engine.connect() as connection:
        assert set(inspect(connection).get_table_names()) >= set(VIEWS)
        found = {
            view: sorted(map(repr, connection.execute(text(f"SELECT * FROM {view}"))))  # noqa: S608
            for view in VIEWS
        }
    engine.dispose()
    return found


def come_true(claim: Callable[[], bool]) -> bool:
    for _ in range(1200):
        if claim():
            return True
        time.sleep(0.05)
    return False


def follows_beyond(process: ProjectorProcess, seq: int) -> bool:
    return process.last_seq > seq


def settings_of(folder: Path) -> Settings:
    return read_settings({}, {"data_dir": folder})


@pytest.mark.slow
def test_a_killed_projector_goes_on_where_it_was_and_the_views_are_those_of_a_quiet_run(
    folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    dice, reached, killed = Random(3), 0, 0  # noqa: S311  # a test that can be run again
    process = ProjectorProcess(settings_of(folder))
    process.start()
    try:
        while reached < ENTRIES:
            assert come_true(partial(follows_beyond, process, reached))
            time.sleep(dice.uniform(0, 0.8))
            assert process.pid is not None
            os.kill(process.pid, signal.SIGKILL)
            killed += 1
            with open_projector(settings_of(folder)) as projector:
                assert projector.standing() >= reached
                reached = projector.standing()
    finally:
        process.stop()
    assert killed >= 3

    quiet = tmp_path_factory.mktemp("quiet")
    (quiet / "journal.db").symlink_to(folder / "journal.db")
    with open_projector(settings_of(quiet)) as projector:
        assert projector.catch_up() == ENTRIES
    assert rows(folder) == rows(quiet)


def test_the_process_follows_and_stops_when_told(folder: Path) -> None:
    process = ProjectorProcess(settings_of(folder))
    process.start()
    try:
        assert come_true(lambda: process.last_seq == ENTRIES and process.well)
        assert running(process.pid)
    finally:
        process.stop()
    assert not running(process.pid)


def test_the_process_ends_with_its_parent_also_when_that_is_killed(folder: Path) -> None:
    program = (
        "import sys, time\n"
        "from zhamen.bootstrap.projections import ProjectorProcess\n"
        "from zhamen.settings import read_settings\n"
        "if __name__ == '__main__':\n"
        "    process = ProjectorProcess(read_settings({}, {'data_dir': sys.argv[1]}))\n"
        "    process.start()\n"
        "    while not process.last_seq:\n"
        "        time.sleep(0.02)\n"
        "    print(process.pid, flush=True)\n"
        "    time.sleep(600)\n"
    )
    script = folder / "parent.py"
    script.write_text(program)
    with subprocess.Popen([sys.executable, str(script), str(folder)], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert running(child)
        parent.kill()
    assert come_true(lambda: not running(child))


def running(pid: int | None) -> bool:
    """Whether a process is there and not only waiting to be buried."""
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and status.read_text().rpartition(")")[2].split()[0] != "Z"

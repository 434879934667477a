"""A disk that is full: nobody is told what is not written, and all goes on when there is room again."""

import os
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of eight megabytes."""
    disk = tmp_path / "disk"
    disk.mkdir()
    command = ["/bin/mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(disk)]
    if os.geteuid() != 0 or subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("only root may mount a small file system")
    yield disk
    subprocess.run(["/bin/umount", str(disk)], check=True)


def check(loaded_gate: Any, told: Any, elsewhere: Path) -> None:
    """See that the run was refused and that it ended as one with room enough."""
    assert told.code == 0
    assert told.refused > 0
    elsewhere.mkdir()
    unhindered = replace(loaded_gate, folder=elsewhere)
    assert unhindered.run().refused == 0
    entries = loaded_gate.entries()
    assert told.acknowledged == {entry.seq: entry.decision for entry in entries}
    assert entries == unhindered.entries()


def test_a_full_file_system_is_survived(loaded_gate: Any, small_disk: Path, tmp_path: Path) -> None:
    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes(6_500_000))

    def make_room(told: Any, _: object) -> None:
        if told.refused:
            ballast.unlink(missing_ok=True)

    gate = replace(loaded_gate, folder=small_disk)
    check(gate, gate.run(watch=make_room), tmp_path / "elsewhere")


@pytest.mark.parametrize("limit", [200_000, 900_000])
def test_a_file_that_may_not_grow_is_survived(loaded_gate: Any, tmp_path: Path, limit: int) -> None:
    check(loaded_gate, loaded_gate.run(limit), tmp_path / "elsewhere")

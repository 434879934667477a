"""Snapshots: written beside a parent that goes on, whole or not there."""

import fcntl
import logging
import os
import resource
from pathlib import Path

import numpy as np
import pytest

from zhamen.adapters.snapshots import SnapshotFolder
from zhamen.core.errors import UnreadableFile
from zhamen.ports.snapshots import About
from zhamen.testing import NOON


def about(seq: int) -> About:
    return About(seq=seq, chain=bytes(16), decided_at=NOON, pack_hash="aa", fingerprint="bb")


def parts(seed: int = 1, size: int = 100_000) -> list[tuple[str, memoryview]]:
    values = np.random.default_rng(seed)
    return [
        ("totals", values.integers(0, 1 << 60, size).data),
        ("matrix", values.random((4, 7)).data),
        ("empty", np.zeros((0, 3)).data),
        ("flags", np.array([True, False, True]).data),
    ]


def write(folder: SnapshotFolder, seq: int, seed: int = 1) -> None:
    assert folder.begin(about(seq), parts(seed)) is not None
    assert folder.finish() is True


def test_a_snapshot_gives_back_every_byte(tmp_path: Path) -> None:
    folder = SnapshotFolder(tmp_path)
    write(folder, 7)
    (snapshot,) = folder.newest()
    assert snapshot.about == about(7)
    assert {name: bytes(part) for name, part in snapshot.read().items()} == {
        name: part.tobytes() for name, part in parts()
    }


def test_the_newest_comes_first_and_only_the_last_few_are_kept(tmp_path: Path) -> None:
    folder = SnapshotFolder(tmp_path, keep=2)
    for seq in (9, 10, 100):
        write(folder, seq)
    assert [snapshot.about.seq for snapshot in folder.newest()] == [100, 10]


def test_snapshots_ahead_of_the_journal_make_way_for_one_that_is_not(tmp_path: Path) -> None:
    folder = SnapshotFolder(tmp_path, keep=2)
    for seq in (5, 900, 40):
        write(folder, seq)
    assert [snapshot.about.seq for snapshot in folder.newest()] == [40, 5]


def test_a_snapshot_of_the_same_entry_takes_the_place_of_the_older(tmp_path: Path) -> None:
    folder = SnapshotFolder(tmp_path)
    write(folder, 7, seed=1)
    write(folder, 7, seed=2)
    (snapshot,) = folder.newest()
    assert bytes(snapshot.read()["totals"]) == parts(2)[0][1].tobytes()


def test_what_changes_after_the_beginning_is_not_in_it(tmp_path: Path) -> None:
    folder = SnapshotFolder(tmp_path)
    values = np.ones(5_000_000, np.int64)
    folder.begin(about(1), [("values", values.data)])
    values[:] = 2
    assert folder.finish() is True
    (snapshot,) = folder.newest()
    assert np.frombuffer(snapshot.read()["values"], np.int64).max() == 1


def test_one_is_written_at_a_time(tmp_path: Path) -> None:
    folder = SnapshotFolder(tmp_path)
    assert folder.poll() is None
    assert folder.begin(about(1), parts(size=3_000_000)) is not None
    assert folder.begin(about(2), parts()) is None
    assert folder.finish() is True
    assert folder.finish() is None
    assert [snapshot.about.seq for snapshot in folder.newest()] == [1]


@pytest.mark.parametrize("part", ["header.json", "state.bin"])
@pytest.mark.parametrize("harm", ["cut", "flip", "remove"])
def test_a_damaged_snapshot_is_never_read_as_whole(
    tmp_path: Path, part: str, harm: str, caplog: pytest.LogCaptureFixture
) -> None:
    folder = SnapshotFolder(tmp_path)
    write(folder, 7)
    path = tmp_path / f"{7:015d}" / part
    content = bytearray(path.read_bytes())
    if harm == "cut":
        os.truncate(path, len(content) - 1)
    elif harm == "flip":
        content[len(content) // 2] ^= 0x10
        path.write_bytes(content)
    else:
        path.unlink()
    with caplog.at_level(logging.WARNING):
        whole = list(folder.newest())
    if part == "header.json":
        assert whole == []
        assert str(path.parent) in caplog.text
    else:
        with pytest.raises(UnreadableFile, match=str(path.parent)):
            whole[0].read()


def test_an_unfinished_snapshot_is_not_seen_and_is_cleared_away(tmp_path: Path) -> None:
    left = tmp_path / f"{9:015d}.unfinished"
    left.mkdir()
    (left / "state.bin").write_bytes(b"half")
    folder = SnapshotFolder(tmp_path)
    assert list(folder.newest()) == []
    assert not left.exists()


def test_a_full_disk_fails_the_snapshot_and_leaves_the_older_one(tmp_path: Path) -> None:
    folder = SnapshotFolder(tmp_path)
    write(folder, 7)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 19, hard))
    try:
        assert folder.begin(about(8), parts()) is not None
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert folder.finish() is False
    assert [path.name for path in tmp_path.iterdir()] == [f"{7:015d}"]
    write(folder, 9)


def test_the_child_lets_go_of_the_parents_locks(tmp_path: Path) -> None:
    folder = SnapshotFolder(tmp_path / "snapshots")
    mine = os.open(tmp_path / "lock", os.O_RDWR | os.O_CREAT)
    fcntl.flock(mine, fcntl.LOCK_EX)
    read, write_end = os.pipe()
    folder.begin(about(1), parts(size=3_000_000))
    os.close(write_end)
    assert os.read(read, 1) == b"", "the child would have kept the pipe open"
    assert folder.poll() is None, "and it did so before its work was done"
    os.close(mine)
    other = os.open(tmp_path / "lock", os.O_RDWR)
    fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
    os.close(other)
    os.close(read)
    assert folder.finish() is True

"""A folder of snapshots: begin one, learn what became of it, find the newest that is whole."""

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

import numpy as np

from zhamen.adapters.snapshots.child import Child
from zhamen.adapters.snapshots.layout import (
    HEADER,
    STATE,
    SnapshotFile,
    list_snapshots,
    snapshot_paths,
    write_files,
)
from zhamen.ports.snapshots import About, Parts

__all__ = ["SnapshotFolder"]

_UNFINISHED: Final = ".unfinished"


class SnapshotFolder:
    """The snapshots of one journal; the process that holds the journal holds the folder.

    Parameters
    ----------
    path
        Made if it is not there. A snapshot is a folder in it, named by the seq of its last entry.
    keep
        How many to keep, so that a damaged one has another behind it.

    Notes
    -----
    A snapshot is written under another name and renamed when all of it is on disk, so that what
    bears a snapshot's name was whole once.
    """

    def __init__(self, path: Path, *, keep: int = 3) -> None:
        self._path = path.absolute()
        self._keep = keep
        self._child: Child | None = None
        self._path.mkdir(parents=True, exist_ok=True)
        for left in self._path.glob(f"*{_UNFINISHED}"):
            shutil.rmtree(left, ignore_errors=True)

    def begin(self, about: About, parts: Parts) -> float | None:
        """Start to write a snapshot and return at once; `parts` may change right afterwards."""
        if self._child is not None:
            return None
        flat = [(name, _flat(part)) for name, part in parts]
        name = f"{about.seq:015d}"
        others = [path for path in snapshot_paths(self._path) if path.name != name]
        kept = [path for path in others if path.name < name][: self._keep - 1]
        rest = [str(path) for path in others if path not in kept]
        folder = str(self._path)
        self._child = Child(lambda: _write(folder, name, about, flat, rest))
        return self._child.pause

    def poll(self) -> bool | None:
        """Tell what became of the snapshot under way."""
        return self._look(wait=False)

    def finish(self) -> bool | None:
        """Wait for the snapshot under way and tell what became of it."""
        return self._look(wait=True)

    def newest(self) -> Iterator[SnapshotFile]:
        """Iterate over the snapshots that may be whole, newest first."""
        return list_snapshots(self._path)

    def _look(self, *, wait: bool) -> bool | None:
        if self._child is None:
            return None
        ended = self._child.ended(wait=wait)
        if ended is not None:
            self._child = None
        return ended


def _write(
    folder: str, name: str, about: About, parts: Sequence[tuple[str, memoryview]], rest: Sequence[str]
) -> None:
    unfinished, final = f"{folder}/{name}{_UNFINISHED}", f"{folder}/{name}"
    try:
        os.mkdir(unfinished, 0o700)
        write_files(unfinished, about, parts)
        _sync(unfinished)
    except OSError:
        _remove(unfinished)
        raise
    if os.path.isdir(final):
        _remove(final)
    os.rename(unfinished, final)
    _sync(folder)
    for path in rest:
        _remove(path)


def _sync(folder: str) -> None:
    file = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    os.fsync(file)
    os.close(file)


def _remove(snapshot: str) -> None:
    for name in (HEADER, STATE):
        with suppress(OSError):
            os.unlink(f"{snapshot}/{name}")
    with suppress(OSError):
        os.rmdir(snapshot)


def _flat(part: memoryview) -> memoryview:
    return np.frombuffer(part, np.uint8).data if part.nbytes else memoryview(b"")

"""How a snapshot lies in its folder: a header and one file with all parts, both with checksums."""

import logging
import mmap
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct
from xxhash import xxh3_128, xxh3_128_hexdigest

from zhamen.core.errors import UnreadableFile
from zhamen.ports.snapshots import About

__all__ = [
    "HEADER",
    "STATE",
    "SnapshotFile",
    "list_snapshots",
    "read_header",
    "snapshot_paths",
    "write_files",
]

HEADER: Final = "header.json"
STATE: Final = "state.bin"
_FORMAT: Final = 1
_PIECE: Final = 8 << 20
_log = logging.getLogger(__name__)


class _Part(Struct, frozen=True):
    name: str
    size: int
    checksum: str


class _Header(Struct, frozen=True, kw_only=True):
    about: About
    parts: tuple[_Part, ...]
    format: int = _FORMAT


class _Sealed(Struct, frozen=True):
    header: msgspec.Raw
    checksum: str


@dataclass(frozen=True, slots=True)
class SnapshotFile:
    """A snapshot whose header is whole; whether its parts are shows when they are read."""

    path: Path
    header: _Header

    @property
    def name(self) -> str:
        """Its path."""
        return str(self.path)

    @property
    def about(self) -> About:
        """Which state it holds."""
        return self.header.about

    @property
    def size(self) -> int:
        """The bytes of its parts."""
        return sum(part.size for part in self.header.parts)

    def read(self) -> Mapping[str, memoryview]:
        """Give the parts by name, each checked against its checksum."""
        parts: dict[str, memoryview] = {}
        memory = self._memory()
        at = 0
        for part in self.header.parts:
            parts[part.name] = memory[at : at + part.size]
            at += part.size
            if xxh3_128_hexdigest(parts[part.name]) != part.checksum:
                raise UnreadableFile(f"its part {part.name} differs from what was written", path=self.name)
        return parts

    def _memory(self) -> memoryview:
        size = self.size
        try:
            with open(self.path / STATE, "rb") as file:
                found = os.fstat(file.fileno()).st_size
                if found == size > 0:
                    return memoryview(mmap.mmap(file.fileno(), size, prot=mmap.PROT_READ))
        except OSError as error:
            raise UnreadableFile(f"its parts cannot be read ({error.strerror})", path=self.name) from error
        raise UnreadableFile(f"its parts have {found} bytes instead of {size}", path=self.name)


def read_header(path: Path) -> SnapshotFile:
    """Read the header of the snapshot in the folder `path`.

    Raises
    ------
    UnreadableFile
        There is none, or it is not what was written.
    """
    try:
        sealed = msgspec.json.decode((path / HEADER).read_bytes(), type=_Sealed)
        if xxh3_128_hexdigest(sealed.header) != sealed.checksum:
            raise UnreadableFile("its header differs from what was written", path=str(path))
        return SnapshotFile(path, msgspec.json.decode(sealed.header, type=_Header))
    except (OSError, msgspec.MsgspecError) as error:
        raise UnreadableFile(f"its header cannot be read ({error})", path=str(path)) from error


def list_snapshots(folder: Path) -> Iterator[SnapshotFile]:
    """Iterate over the snapshots in `folder` that may be whole, newest first; the folder may be missing.

    One whose header cannot be read is skipped with a warning that names it.
    """
    for path in snapshot_paths(folder):
        try:
            yield read_header(path)
        except UnreadableFile as error:
            _log.warning("snapshot %s is skipped: %s", path, error)


def snapshot_paths(folder: Path) -> list[Path]:
    """Give the snapshots in `folder`, whole or not, newest first."""
    found = folder.iterdir() if folder.is_dir() else ()
    return sorted((path for path in found if path.name.isdecimal()), reverse=True)


def write_files(folder: str, about: About, parts: Sequence[tuple[str, memoryview]]) -> None:
    """Write a snapshot into an empty folder and wait until it is on disk; `parts` are plain bytes.

    Notes
    -----
    Runs in a forked child: it opens, writes, syncs and hashes, and nothing else.
    """
    written = []
    state = os.open(f"{folder}/{STATE}", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    for name, part in parts:
        hasher = xxh3_128()
        for at in range(0, len(part), _PIECE):
            piece = part[at : at + _PIECE]
            hasher.update(piece)
            _write_all(state, piece)
        written.append(_Part(name, len(part), hasher.hexdigest()))
    os.fsync(state)
    header = msgspec.json.encode(_Header(about=about, parts=tuple(written)))
    sealed = msgspec.json.encode(_Sealed(msgspec.Raw(header), xxh3_128_hexdigest(header)))
    head = os.open(f"{folder}/{HEADER}", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    _write_all(head, memoryview(sealed))
    os.fsync(head)


def _write_all(file: int, piece: memoryview) -> None:
    while piece:
        piece = piece[os.write(file, piece) :]

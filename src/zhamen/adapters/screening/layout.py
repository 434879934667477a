"""How an index lies in its folder: a sealed header, the arrays that are searched, and the entries."""

import mmap
import os
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO, Final

import msgspec
import numpy as np
import numpy.typing as npt
from msgspec import Struct
from xxhash import xxh3_128, xxh3_128_hexdigest

from zhamen.core.errors import UnreadableFile
from zhamen.screening.entries import ENTRY, SourceNote
from zhamen.screening.index.live import Built
from zhamen.screening.index.table import Table

__all__ = ["PARTS", "Header", "Part", "checksum", "read_built", "read_header", "write_header"]

HEADER: Final = "header.json"
PARTS: Final[dict[str, np.dtype[Any]]] = {
    "directory": np.dtype("<u4"),
    "heads": np.dtype("<u4"),
    "tails": np.dtype("<u2"),
    "lows": np.dtype("<u8"),
    "entries": ENTRY,
}
"""The files of an index and what they are arrays of."""
_FORMAT: Final = 1
_PIECE: Final = 16 << 20
_POPULATE_READ: Final = 22
"""MADV_POPULATE_READ of Linux, which Python does not name: an error of the disk is told, not a signal."""


class Part(Struct, frozen=True):
    """One file: how many items it has, and the checksum of its bytes."""

    items: int
    checksum: str


class Header(Struct, frozen=True, kw_only=True):
    """What an index holds; ``last`` is the number of the newest change in it."""

    bits: int
    last: int
    spans: tuple[int, ...]
    sources: tuple[SourceNote, ...]
    parts: dict[str, Part]
    format: int = _FORMAT


class _Sealed(Struct, frozen=True):
    header: msgspec.Raw
    checksum: str


def write_header(folder: Path, header: Header) -> None:
    """Write the header, last of all files, and wait until all is on disk."""
    raw = msgspec.json.encode(header)
    with open(folder / HEADER, "xb") as file:
        file.write(msgspec.json.encode(_Sealed(msgspec.Raw(raw), xxh3_128_hexdigest(raw))))
        file.flush()
        os.fsync(file.fileno())


def read_header(folder: Path) -> Header:
    """Read what an index holds.

    Raises
    ------
    UnreadableFile
        There is no header, or it is not what was written.
    """
    try:
        sealed = msgspec.json.decode((folder / HEADER).read_bytes(), type=_Sealed)
        if xxh3_128_hexdigest(sealed.header) != sealed.checksum:
            raise UnreadableFile("its header differs from what was written", path=str(folder))
        header = msgspec.json.decode(sealed.header, type=Header)
    except (OSError, msgspec.MsgspecError) as error:
        raise UnreadableFile(f"its header cannot be read ({error})", path=str(folder)) from error
    if header.format != _FORMAT or set(header.parts) != set(PARTS):
        raise UnreadableFile(f"it has format {header.format}, not {_FORMAT}; build it anew", path=str(folder))
    return header


def read_built(folder: Path) -> Built:
    """Map an index into memory, when every part is what was written.

    Raises
    ------
    UnreadableFile
        A part is missing, cut short or different.

    Notes
    -----
    Reads every byte once, for the checksums: a second for some gigabytes that are in the page cache.
    """
    header = read_header(folder)
    arrays = {name: _mapped(folder, name, header.parts[name]) for name in PARTS}
    table = Table(
        header.bits,
        arrays["directory"],
        arrays["heads"],
        arrays["tails"],
        arrays["lows"],
        arrays["entries"],
    )
    return Built(table, header.last, frozenset(header.spans), {one.number: one for one in header.sources})


def checksum(path: Path) -> str:
    """Give the checksum of a file's bytes, and leave the file in memory in large pages where that can be.

    Notes
    -----
    A page of 2 MB takes one place in the processor's list of pages instead of 512: many keys are
    then found 1.4 times as fast. Linux makes such pages of files on ext4 from 6.16 on, on XFS before;
    elsewhere, and for what is in memory already, nothing is lost.
    """
    hasher = xxh3_128()
    with open(path, "rb") as file:
        for at in range(0, os.fstat(file.fileno()).st_size, _PIECE):
            _bring(file, at)
            hasher.update(file.read(_PIECE))
    return hasher.hexdigest()


def _bring(file: BinaryIO, at: int) -> None:
    """Bring a piece of a file into memory in large pages; what is wrong with it shows when it is read."""
    size = min(_PIECE, os.fstat(file.fileno()).st_size - at)
    with (
        suppress(OSError, ValueError),
        mmap.mmap(file.fileno(), size, prot=mmap.PROT_READ, offset=at) as piece,
    ):
        piece.madvise(mmap.MADV_HUGEPAGE)
        piece.madvise(_POPULATE_READ)


def _mapped(folder: Path, name: str, part: Part) -> npt.NDArray[Any]:
    kind, path = PARTS[name], folder / name
    try:
        found = path.stat().st_size
        if found != part.items * kind.itemsize:
            raise UnreadableFile(f"it has {found} bytes, not {part.items * kind.itemsize}", path=str(path))
        if checksum(path) != part.checksum:
            raise UnreadableFile("it differs from what was written", path=str(path))
        if not found:
            return np.empty(0, kind)
        with open(path, "rb") as file:
            mapped = mmap.mmap(file.fileno(), found, prot=mmap.PROT_READ)
        mapped.madvise(mmap.MADV_RANDOM)  # keys are hashes: what stands beside one is not asked for next
        return np.frombuffer(mapped, kind)
    except OSError as error:
        raise UnreadableFile(f"it cannot be read ({error.strerror})", path=str(path)) from error

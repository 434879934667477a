"""An index of more records than memory holds: dealt by their first bits, sorted pile by pile."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Final, Self

import numpy as np
import numpy.typing as npt

from zhamen.adapters.screening.layout import PARTS, Header, Part, checksum, write_header
from zhamen.screening.entries import SourceNote
from zhamen.screening.index.table import (
    KEYED,
    Keys,
    directory_bits,
    directory_of,
    halves,
    heads_and_tails,
    order_of,
)

__all__ = ["IndexBuilder"]

_PILE_BITS: Final = 8
_PILES: Final = 1 << _PILE_BITS
_AT_ONCE: Final = 1 << 20


class IndexBuilder:
    """Takes records in any order and writes an index into an empty folder.

    Use it as a context; what it needs meanwhile is in the folder and is removed at the end.

    Parameters
    ----------
    folder
        Is made; it must not be there yet.

    Notes
    -----
    Sequential input and output only: each record is written to a pile by the first byte of its key, and
    each pile is read, sorted and written again, 112 bytes a record. Memory is that of a million records
    and of one pile: 210 MB beside the program, for 10 M records as for 20 M. Keys are hashes, so piles
    are alike; many records under one key make one pile of them.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        self._folder: Final = folder
        self._waiting: list[npt.NDArray[np.void]] = []
        self._held = 0
        self._piles: list[IO[bytes]] = [self._pile(at).open("xb") for at in range(_PILES)]
        self._size = 0

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Remove what was needed meanwhile."""
        for at, pile in enumerate(self._piles):
            pile.close()
            self._pile(at).unlink(missing_ok=True)

    def add(self, keys: Keys, entries: npt.NDArray[np.void]) -> None:
        """Take records, a row of each."""
        rows = np.empty(len(keys), KEYED)
        rows["key"], rows["entry"] = keys, entries
        self._waiting.append(rows)
        self._held += len(rows)
        if self._held >= _AT_ONCE:
            self._deal()

    def finish(self, *, last: int, sources: Iterable[SourceNote]) -> None:
        """Write the index; it is complete when this returns.

        Parameters
        ----------
        last
            The number of the newest change among the records.
        """
        self._deal()
        bits = directory_bits(self._size)
        begun, spans = 0, set[int]()
        with _Writer(self._folder) as writer:
            for high, rows in self._sorted():
                # A pile holds the buckets of one first byte, so its part of the directory goes by the rest.
                buckets = directory_of(high << np.uint64(_PILE_BITS), bits - _PILE_BITS)[:-1]
                heads, tails = heads_and_tails(high)
                low = rows["key"][:, 8:].copy().view(">u8").ravel()
                writer.write({"directory": buckets + np.uint32(begun), "heads": heads, "tails": tails})
                writer.write({"lows": low, "entries": rows["entry"]})
                begun += len(high)
                spans |= set(np.unique(rows["entry"]["span"]).tolist())
            writer.write({"directory": np.array([begun], np.uint32)})
        items = dict.fromkeys(PARTS, self._size) | {"directory": (1 << bits) + 1}
        parts = {name: Part(items[name], checksum(self._folder / name)) for name in PARTS}
        header = Header(
            bits=bits,
            last=last,
            spans=tuple(sorted(spans - {0})),
            sources=tuple(sorted(sources, key=lambda one: one.number)),
            parts=parts,
        )
        write_header(self._folder, header)

    def _deal(self) -> None:
        if not self._held:
            return
        rows = np.concatenate(self._waiting)
        self._waiting, self._held = [], 0
        self._size += len(rows)
        first = rows["key"][:, 0]
        rows = rows[np.argsort(first, kind="stable")]
        ends = np.cumsum(np.bincount(first, minlength=_PILES))
        for pile, part in zip(self._piles, np.split(rows, ends[:-1]), strict=True):
            pile.write(part.tobytes())

    def _sorted(self) -> Iterator[tuple[npt.NDArray[np.uint64], npt.NDArray[np.void]]]:
        for at, pile in enumerate(self._piles):
            pile.close()
            rows = np.fromfile(self._pile(at), KEYED)
            self._pile(at).unlink()
            high, low = halves(rows["key"])
            order = order_of(high, low, rows["entry"]["record_id"])
            yield high[order], rows[order]

    def _pile(self, at: int) -> Path:
        return self._folder / f"pile.{at}"


class _Writer:
    """The files of an index while they grow; on disk when it is left without an error."""

    def __init__(self, folder: Path) -> None:
        self._files: Final = {name: (folder / name).open("xb") for name in PARTS}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for file in self._files.values():
            if kind is None:
                file.flush()
                os.fsync(file.fileno())
                # The checksum is then of what the disk has, and brings it back in large pages.
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
            file.close()

    def write(self, parts: dict[str, npt.NDArray[Any]]) -> None:
        for name, part in parts.items():
            self._files[name].write(np.ascontiguousarray(part, PARTS[name]).data)

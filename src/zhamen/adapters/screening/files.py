"""The folder of the indexes: the newest whole one is in use, an older one goes when a newer is there."""

import logging
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from zhamen.adapters.screening.build import IndexBuilder
from zhamen.adapters.screening.layout import read_built
from zhamen.core.errors import UnreadableFile
from zhamen.screening.entries import SourceNote
from zhamen.screening.index.live import Built
from zhamen.screening.index.table import Keys

__all__ = ["IndexFolder"]

_log = logging.getLogger(__name__)


class IndexFolder:
    """Builds and opens indexes, each in a folder named by its number.

    Parameters
    ----------
    folder
        Made when it is not there.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder: Final = folder

    def newest(self) -> Built | None:
        """Map the newest index that is whole; None when there is none.

        One that cannot be read is skipped with a warning that names it.
        """
        for number in self._numbers():
            try:
                return read_built(self._folder / str(number))
            except UnreadableFile as error:
                _log.warning("screening index %d is skipped: %s", number, error)
        return None

    def build(
        self,
        records: Iterable[tuple[Keys, npt.NDArray[np.void]]],
        sources: Iterable[SourceNote],
        last: Callable[[], int],
    ) -> Built:
        """Build an index beside those there are, and give it; older ones than the one before go.

        Parameters
        ----------
        records
            Keys and entries, in any order, batch by batch.
        last
            Gives the number of the newest change among the records, once all were read.

        Notes
        -----
        Whoever has an older index open keeps it: its files are gone by name only.
        """
        number = next(self._numbers(), 0) + 1
        making = self._folder / f"{number}.making"
        shutil.rmtree(making, ignore_errors=True)
        with IndexBuilder(making) as builder:
            for keys, entries in records:
                builder.add(keys, entries)
            builder.finish(last=last(), sources=sources)
        made = self._folder / str(number)
        making.rename(made)
        _sync(self._folder)
        for old in list(self._numbers())[2:]:
            shutil.rmtree(self._folder / str(old))
        return read_built(made)

    def _numbers(self) -> Iterator[int]:
        names = (path.name for path in self._folder.iterdir())
        return iter(sorted((int(name) for name in names if name.isdecimal()), reverse=True))


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

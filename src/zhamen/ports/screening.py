"""Where screening indexes are kept."""

from collections.abc import Callable, Iterable
from typing import Protocol

import numpy as np
import numpy.typing as npt

from zhamen.screening.entries import SourceNote
from zhamen.screening.index.live import Built
from zhamen.screening.index.table import Keys

__all__ = ["Indexes"]


class Indexes(Protocol):
    """Builds indexes and gives the newest."""

    def newest(self) -> Built | None:
        """Give the newest index that is whole; None when there is none."""

    def build(
        self,
        records: Iterable[tuple[Keys, npt.NDArray[np.void]]],
        sources: Iterable[SourceNote],
        last: Callable[[], int],
    ) -> Built:
        """Build an index of records, in any order, and give it."""

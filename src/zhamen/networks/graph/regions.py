"""A flat memory of named regions: reserved whole, used from the bottom of each, never moved."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from zhamen.features.memory import reserve

__all__ = ["PAGE_WORDS", "Regions"]

PAGE_WORDS: Final = 512


class Regions:
    """A header and regions of equal size behind it; addresses only, until a page is first written.

    Parameters
    ----------
    header_words
        How long the header is: whole pages.
    names
        Of the regions, in their order.
    region_words
        How far each may grow.

    Raises
    ------
    InvalidSetting
        The system refuses to reserve that many addresses.
    """

    def __init__(self, header_words: int, names: Sequence[str], region_words: int) -> None:
        pages = -(-region_words // PAGE_WORDS)
        self.region_words: Final = pages * PAGE_WORDS
        self.header_words: Final = header_words
        self.at: Final = {name: header_words + n * self.region_words for n, name in enumerate(names)}
        self.words: Final[npt.NDArray[np.int64]] = reserve(header_words + len(names) * self.region_words)
        self.halves: Final[npt.NDArray[np.int32]] = self.words.view(np.int32)
        """The same memory as words of 32 bits."""

"""The memory that traces run in, and that open cases live in."""

from typing import Final

import numpy as np
import numpy.typing as npt

from zhamen.core.errors import StateFull
from zhamen.features.layout import FIRST_BUCKETS, LIVE_WORDS, TABLE_BUCKETS, TABLE_MASK
from zhamen.networks.graph.regions import Regions
from zhamen.networks.tracing.layout import (
    AT_BUCKETS,
    C_VICTIM_COUNT,
    C_VICTIMS,
    CASE_WORDS,
    HEADER_WORDS,
    HOLDERS,
    LIMIT,
    LIVE,
    PIECE_WORDS,
    REGIONS,
    TAKEN,
    VICTIMS,
)
from zhamen.networks.tracing.request import Bounds

__all__ = ["TraceMemory"]


class TraceMemory:
    """Room for so many pieces of traced money; addresses only, until it is used."""

    def __init__(self, pieces: int, *, live: bool = False) -> None:
        self.pieces: Final = pieces
        self.regions: Final = Regions(HEADER_WORDS, REGIONS, 2 * PIECE_WORDS * pieces)
        self.words: Final[npt.NDArray[np.int64]] = self.regions.words
        for at, name in enumerate(REGIONS):
            self.words[AT_BUCKETS + at] = self.regions.at[name]
        self.words[LIMIT] = pieces
        self.words[LIVE] = live
        for table in (HOLDERS, TAKEN):
            self.words[table + TABLE_BUCKETS] = FIRST_BUCKETS
            self.words[table + TABLE_MASK] = FIRST_BUCKETS - 1
        self.words[LIVE_WORDS] = 2 * FIRST_BUCKETS

    def write_case(self, case: int, bounds: Bounds) -> None:
        """Say how far a case is followed.

        Raises
        ------
        StateFull
            There is no room for its victims.
        """
        at = self.regions.at["victims"] + int(self.words[VICTIMS])
        size = len(bounds.victims)
        if int(self.words[VICTIMS]) + size > self.regions.region_words:
            raise StateFull("there is no room for the victims of so many cases; close some")
        self.words[at : at + size] = bounds.victims
        self.words[VICTIMS] += size
        row = self.regions.at["cases"] + case * CASE_WORDS
        self.words[row : row + CASE_WORDS - 1] = (
            bounds.until,
            bounds.minimum_minor,
            bounds.max_hops,
            bounds.hub_stop,
            bounds.stopped_kinds,
            at,
            size,
        )

    def copy_case(self, case: int, other: "TraceMemory") -> None:
        """Say that a case is followed as far as the one case of a trace."""
        at = other.regions.at["cases"]
        row = other.words[at : at + CASE_WORDS].tolist()
        victims = other.words[row[C_VICTIMS] : row[C_VICTIMS] + row[C_VICTIM_COUNT]].tolist()
        until, minimum, hops, hub, stopped = row[:C_VICTIMS]
        self.write_case(case, Bounds(until, minimum, hops, hub, stopped, tuple(victims)))

"""The patterns of a graph, taken over to the one that its older edges have left."""

from typing import Final

import numpy as np
import numpy.typing as npt

from zhamen.core.errors import JournalDamaged
from zhamen.features.layout import TABLE_TOP
from zhamen.networks.graph.view import GraphView
from zhamen.networks.typologies.layout import (
    FIRST_NUMBER,
    FOLLOWED,
    HOLDING,
    LOWER,
    P_COUNT,
    PAIR_WORDS,
    PAIRS,
    PASSING,
    R_LARGE,
    R_NEWEST,
    ROW_WORDS,
    ROWS_USED,
    SCATTER,
    TAIL_EDGE,
    W_EDGE,
    WHOLE,
    WOKEN,
    WOKEN_WORDS,
)
from zhamen.networks.typologies.memory import TypologyMemory

__all__ = ["rebase"]

_UPPER: Final = 32

_Numbers = npt.NDArray[np.int64]


def rebase(memory: TypologyMemory, graph: GraphView) -> None:
    """Count places of edges from the first one that a graph has.

    Raises
    ------
    JournalDamaged
        The graph lacks edges of the window, or has not come as far.
    """
    words = memory.words
    gone = graph.first_edge - int(words[FIRST_NUMBER])
    if not 0 <= gone <= int(words[WHOLE + TAIL_EDGE]) or graph.watermark < int(
        words[FIRST_NUMBER] + words[FOLLOWED]
    ):
        raise JournalDamaged("the typologies tell of other edges than the transfer graph has")
    if not gone:
        return
    words[FIRST_NUMBER] += gone
    for place in (FOLLOWED, *(window + TAIL_EDGE for window in (WHOLE, PASSING, SCATTER, HOLDING))):
        words[place] -= gone
    rows = _table(memory, "rows", int(words[ROWS_USED]), ROW_WORDS)
    rows[:, R_NEWEST] = _moved(rows[:, R_NEWEST] >> _UPPER, gone) << _UPPER | _moved(
        rows[:, R_NEWEST] & LOWER, gone
    )
    rows[:, R_LARGE] = _moved(rows[:, R_LARGE] >> _UPPER, gone) << _UPPER | rows[:, R_LARGE] & LOWER
    pairs = _table(memory, "pairs", int(words[PAIRS + TABLE_TOP]), PAIR_WORDS)
    pairs[:, P_COUNT] -= (pairs[:, P_COUNT] & LOWER) - _moved(pairs[:, P_COUNT] & LOWER, gone)
    woken = _table(memory, "woken", int(words[WOKEN + TABLE_TOP]), WOKEN_WORDS)
    woken[:, W_EDGE] -= gone


def _table(memory: TypologyMemory, region: str, size: int, row_words: int) -> _Numbers:
    at = memory.regions.at[region]
    return memory.words[at : at + size * row_words].reshape(-1, row_words)


def _moved(places: _Numbers, gone: int) -> _Numbers:
    """Give places + 1 as they are now; 0 for none, and for what is gone."""
    return np.maximum(0, places - gone)

"""What Python calls of the books: compiled once, for fixed types."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from zhamen.features.compiled import HALVES, SIZE, WORDS, Words, bare, entry
from zhamen.networks.books.settlements import find_edge
from zhamen.networks.graph.kernels import SOURCES

__all__ = ["edge_of_event"]

_Find = Callable[[Words, Words, Words, Words, Words, int], int]


def _make_find(sources: str) -> _Find:
    def find(graph: Words, slots: Words, origins: Words, recent: Words, asked: Words, event: int) -> int:
        """Give the newest edge that came of an event, or -1; `asked` is whose, and 1 for its debits."""
        _ = sources
        whose = bare(asked)
        return find_edge(
            bare(graph), bare(slots), bare(origins), bare(recent), event, (whose[0], whose[1] != 0)
        )

    return find


edge_of_event: Final = entry(
    _make_find, (WORDS, HALVES, WORDS, WORDS, WORDS, SIZE), rooms=(*SOURCES, Path(__file__).parent)
)

"""What Python calls of the patterns: compiled once, for fixed types."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from zhamen.features.compiled import FLOATS, HALVES, SIZE, WORDS, Floats, Words, bare, entry, inlined
from zhamen.features.layout import LIVE_WORDS
from zhamen.networks.graph.kernels import SOURCES
from zhamen.networks.graph.kinds import EdgeKind
from zhamen.networks.graph.layout import E_TIME, KIND_MASK
from zhamen.networks.graph.log import creditor_of, debtor_of, record_of
from zhamen.networks.typologies.ahead import look_ahead
from zhamen.networks.typologies.chains import lengthen
from zhamen.networks.typologies.counters import count
from zhamen.networks.typologies.layout import BUDGET, FOLLOWED, FULL, ROWS_USED
from zhamen.networks.typologies.names import COLUMNS
from zhamen.networks.typologies.newness import note_new_payer
from zhamen.networks.typologies.taken import take_back
from zhamen.networks.typologies.tell import tell
from zhamen.networks.typologies.waking import see
from zhamen.networks.typologies.windows import advance

__all__ = ["follow_all", "take"]

_Follow = Callable[[Words, Words, Words, Floats, int, int], int]
_REVERSAL = int(EdgeKind.REVERSAL)
_ROW = len(COLUMNS)


def _make_follow(sources: str) -> _Follow:
    def follow(graph: Words, slots: Words, memory: Words, out: Floats, end: int, told: int) -> int:
        """Take in edges up to `end`, with a row for each of the last `told`; give the first not taken."""
        _ = sources
        log, index, own, rows = bare(graph), bare(slots), bare(memory), bare(out)
        start = own[FOLLOWED]
        for edge in range(start, end):
            if own[LIVE_WORDS] > own[BUDGET]:
                own[FULL] = 1
                return edge
            look_ahead(log, own, edge, end)
            more = take(log, index, own, edge)
            if edge >= end - told:
                tell(log, index, own, rows, (edge - max(start, end - told)) * _ROW, (edge, more))
            own[FOLLOWED] = edge + 1
        return end

    return follow


@inlined
def take(graph: Words, slots: Words, memory: Words, edge: int) -> int:
    """Take in an edge; give how many looks ended at their bound."""
    record = record_of(graph, edge)
    advance(graph, memory, edge)
    higher = max(debtor_of(graph, record), creditor_of(graph, record))
    memory[ROWS_USED] = max(memory[ROWS_USED], higher + 1)
    if graph[record + E_TIME] & KIND_MASK == _REVERSAL:
        take_back(graph, slots, memory, edge)
    see(graph, memory, edge, record)
    more = 0
    if count(graph, memory, edge, record) and note_new_payer(graph, slots, memory, edge, record):
        more += 1
    if lengthen(graph, slots, memory, edge):
        more += 1
    return more


follow_all: Final = entry(
    _make_follow,
    (WORDS, HALVES, WORDS, FLOATS, SIZE, SIZE),
    rooms=(*SOURCES, Path(__file__).parent),
    nogil=True,
)

"""The step: events go in as words, and what networks tell of each comes out; compiled once."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from zhamen.features.compiled import (
    FLOATS,
    SIZE,
    WORDS,
    Floats,
    Words,
    bare,
    entry,
    halves_at,
    inlined,
    words_at,
)
from zhamen.networks.books.movements import move
from zhamen.networks.books.settlements import remember
from zhamen.networks.graph.kernels import SOURCES
from zhamen.networks.graph.layout import EDGES
from zhamen.networks.graph.log import record_of
from zhamen.networks.intake.following import follow, note_openings
from zhamen.networks.intake.layout import (
    ALL_TAKEN,
    B_EVENTS,
    B_GRAPH,
    B_LINKS,
    B_ORIGINS,
    B_POSTING,
    B_RECENT,
    B_SLOTS,
    B_STOP,
    B_TAINT,
    B_TYPOLOGIES,
    B_UNDER_WAY,
    CASH_WITHDRAWAL,
    CROWDED,
    E_AT,
    E_LABEL,
    E_TYPE,
    EVENT_WORDS,
    FRAUD_REPORTED,
    NEW_NIGHT,
    NO_ROOM,
    REPORT,
    TRANSFER,
    TRANSFER_SETTLED,
    VALUE_WORDS,
)
from zhamen.networks.intake.posting import write_movement
from zhamen.networks.intake.room import has_room
from zhamen.networks.intake.settling import settle
from zhamen.networks.intake.telling import is_new_night, tell
from zhamen.networks.intake.values import tell_clusters, tell_scores, tell_tainted
from zhamen.networks.tracing.layout import TRUNCATED
from zhamen.networks.typologies.passing import NOTHING

__all__ = ["take_all"]

_Take = Callable[[Words, Words, Floats, Floats, int], int]


def _make_take(sources: str) -> _Take:
    def take_many(board: Words, given: Words, scores: Floats, out: Floats, size: int) -> int:
        """Take events in turn, until all are or one needs more than this; give how many were taken.

        The board says why it stopped.
        """
        _ = sources
        words, events, tables, values = bare(board), bare(given), bare(scores), bare(out)
        for event in range(size):
            at, to = event * EVENT_WORDS, event * VALUE_WORDS
            words[B_STOP] = _stop_before(words, events, at)
            if words[B_STOP] != ALL_TAKEN:
                return event
            words[B_EVENTS] += 1
            _tell_nothing(values, to)
            tell(words_at(words[B_LINKS]), words, events, at)
            if events[at + E_TYPE] == FRAUD_REPORTED and events[at + E_LABEL] != 0:
                words[B_STOP] = REPORT
                return event + 1
            if _is_movement(words, events, at):
                _move(words, events, at, tables, values, to)
                if words_at(words[B_TAINT])[TRUNCATED] != 0:
                    words[B_STOP] = CROWDED
                    return event + 1
        return size

    return take_many


@inlined
def _stop_before(board: Words, given: Words, at: int) -> int:
    """Tell why an event cannot be taken now, or `ALL_TAKEN`."""
    graph, typologies = words_at(board[B_GRAPH]), words_at(board[B_TYPOLOGIES])
    links = words_at(board[B_LINKS])
    if not has_room(graph, typologies, links):
        return NO_ROOM
    return NEW_NIGHT if is_new_night(links, given[at + E_AT]) else ALL_TAKEN


@inlined
def _is_movement(board: Words, given: Words, at: int) -> bool:
    """Write the movement that an event makes on the board; tell whether there is one."""
    if given[at + E_TYPE] == TRANSFER_SETTLED:
        return settle(board, given, at)
    return write_movement(board, given, at)


@inlined
def _move(board: Words, given: Words, at: int, scores: Floats, out: Floats, to: int) -> None:
    """Post the movement on the board, and tell all that is told of a payment."""
    graph, slots, links = words_at(board[B_GRAPH]), halves_at(board[B_SLOTS]), words_at(board[B_LINKS])
    pays = given[at + E_TYPE] in (TRANSFER, CASH_WITHDRAWAL)
    if pays:
        tell_tainted(graph, words_at(board[B_TAINT]), board, out, to)
    origins = words_at(board[B_ORIGINS])
    if not move(graph, slots, words_at(board[B_UNDER_WAY]), origins, board, B_POSTING):
        _tell_nothing(out, to)
        return
    remember(origins, words_at(board[B_RECENT]), graph[EDGES] - 1)
    record = record_of(graph, graph[EDGES] - 1)
    if given[at + E_TYPE] != TRANSFER_SETTLED:
        note_openings(graph, words_at(board[B_TYPOLOGIES]), given, at, record)
    follow(board, out, to, pays)
    if pays:
        tell_clusters(links, board, out, to)
        tell_scores(graph, scores, record, out, to)


@inlined
def _tell_nothing(out: Floats, to: int) -> None:
    for column in range(VALUE_WORDS):
        out[to + column] = NOTHING


take_all: Final = entry(
    _make_take,
    (WORDS, WORDS, FLOATS, FLOATS, SIZE),
    rooms=(
        *SOURCES,
        *(
            Path(__file__).parents[1] / room
            for room in ("books", "intake", "links", "mule", "tracing", "typologies")
        ),
    ),
)

"""What Python calls of links: compiled once, for fixed types."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from zhamen.features.compiled import SIZE, WORDS, Words, bare, entry
from zhamen.networks.links.layout import (
    A_CODE,
    A_JOININGS,
    A_OPENINGS,
    A_REPORTS,
    A_SIZE,
    IN_WORDS,
    OUT_ACCOUNT,
    OUT_FIRST,
    OUT_JOININGS,
    OUT_OPENINGS,
    OUT_REPORTS,
    OUT_SIZE,
    OUT_WORDS,
)
from zhamen.networks.links.notes import has_room, take
from zhamen.networks.links.rebuilding import rebuild
from zhamen.networks.links.rows import account_row, find_account
from zhamen.networks.links.unions import first_of

__all__ = ["read_all", "rebuild_all", "take_all"]

_SOURCES: Final = (Path(__file__).parent,)
_Take = Callable[[Words, Words, int], int]
_Read = Callable[[Words, Words, Words, int], int]
_Rebuild = Callable[[Words, Words, Words, int], int]


def _make_take(sources: str) -> _Take:
    def take_many(links: Words, given: Words, size: int) -> int:
        """Take what is told in turn; give how many were taken before there was no room."""
        _ = sources
        memory, told = bare(links), bare(given)
        for at in range(size):
            if not has_room(memory):
                return at
            take(memory, told, at * IN_WORDS)
        return size

    return take_many


def _make_read(sources: str) -> _Read:
    def read_many(links: Words, identities: Words, found: Words, size: int) -> int:
        """Give what the cluster of each account comes to."""
        _ = sources
        memory, asked, out = bare(links), bare(identities), bare(found)
        for at in range(size):
            account, to = find_account(memory, asked[at]), at * OUT_WORDS
            out[to + OUT_ACCOUNT] = account
            out[to + OUT_SIZE] = 0
            if account >= 0:
                row = account_row(memory, first_of(memory, account))
                out[to + OUT_FIRST] = memory[row + A_CODE]
                out[to + OUT_SIZE] = memory[row + A_SIZE]
                out[to + OUT_REPORTS] = memory[row + A_REPORTS]
                out[to + OUT_OPENINGS] = memory[row + A_OPENINGS]
                out[to + OUT_JOININGS] = memory[row + A_JOININGS]
        return size

    return read_many


def _make_rebuild(sources: str) -> _Rebuild:
    def rebuild_links(links: Words, ends: Words, members: Words, now: int) -> int:
        """Make all clusters anew."""
        _ = sources
        rebuild(bare(links), bare(ends), bare(members), now)
        return 0

    return rebuild_links


take_all: Final = entry(_make_take, (WORDS, WORDS, SIZE), rooms=_SOURCES)
read_all: Final = entry(_make_read, (WORDS, WORDS, WORDS, SIZE), rooms=_SOURCES)
rebuild_all: Final = entry(_make_rebuild, (WORDS, WORDS, WORDS, SIZE), rooms=_SOURCES, nogil=True)

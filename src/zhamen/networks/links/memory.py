"""The memory of links: its regions, what it holds, and how it is written down and read back."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from zhamen.core.errors import JournalDamaged
from zhamen.features.layout import FIRST_BUCKETS, LIVE_WORDS, TABLE_BUCKETS, TABLE_LIVE, TABLE_MASK, TABLE_TOP
from zhamen.features.memory import machine_bytes
from zhamen.networks.graph.regions import PAGE_WORDS, Regions
from zhamen.networks.links.layout import (
    ACCOUNT_WORDS,
    ACCOUNTS,
    AT_ACCOUNT_BUCKETS,
    BUDGET,
    CLOCK,
    HEADER_WORDS,
    HORIZON,
    KEPT,
    LINK_WORDS,
    LINKS,
    MOST,
    NEEDED,
    NEVER,
    RECENT_END,
    RECENT_WORDS,
    REGIONS,
    THING_WORDS,
    THINGS,
    WEIGHTS,
    WINDOW,
)
from zhamen.networks.links.settings import LinkSettings

__all__ = ["LinkMemory", "LinkSize", "Part"]

Part = tuple[str, bytes | bytearray | memoryview]

_WORD: Final = 8
_ADDRESSES: Final = 2**44
"""Bytes of addresses that links may reserve, of the 2^47 a process has."""
_FORMAT: Final = "zhamen links 1"
_TABLES: Final = (ACCOUNTS, THINGS, LINKS)


@dataclass(frozen=True, slots=True)
class LinkSize:
    """What is held now."""

    links: int
    accounts: int
    things: int
    bytes: int


class LinkMemory:
    """An empty memory of links.

    Parameters
    ----------
    settings
        Written into its header, for compiled code to read.
    budget_bytes
        What it may come to; all of the machine's memory when not given. Only what is used is taken.

    Raises
    ------
    InvalidSetting
        The system refuses to reserve addresses for the budget.
    """

    def __init__(self, settings: LinkSettings, budget_bytes: int | None = None) -> None:
        wanted = budget_bytes if budget_bytes is not None else machine_bytes()
        budget_words = min(wanted, _ADDRESSES // (2 * len(REGIONS))) // _WORD
        self.settings: Final = settings
        self.regions: Final = Regions(HEADER_WORDS, REGIONS, budget_words + 8 * PAGE_WORDS)
        self.words: Final = self.regions.words
        self._place(budget_words)
        self.words[CLOCK] = self.words[HORIZON] = NEVER
        for table in _TABLES:
            self.words[table + TABLE_BUCKETS] = FIRST_BUCKETS
            self.words[table + TABLE_MASK] = FIRST_BUCKETS - 1
        self.words[LIVE_WORDS] = len(_TABLES) * FIRST_BUCKETS

    def _place(self, budget_words: int) -> None:
        words, settings = self.words, self.settings
        for at, name in enumerate(REGIONS):
            words[AT_ACCOUNT_BUCKETS + at] = self.regions.at[name]
        words[BUDGET] = budget_words
        words[NEEDED] = settings.needed
        words[MOST] = settings.most_accounts
        words[KEPT] = settings.kept_micros
        words[WINDOW] = settings.window_micros
        for accounts in range(settings.most_accounts + 1):
            words[WEIGHTS + accounts] = settings.weight(accounts)

    @property
    def size(self) -> LinkSize:
        """What is held now."""
        accounts, things, links = (int(self.words[table + TABLE_LIVE]) for table in _TABLES)
        held = int(self.words[LIVE_WORDS]) + int(self.words[RECENT_END]) * RECENT_WORDS + accounts
        return LinkSize(links, accounts, things, held * _WORD)

    @property
    def full(self) -> bool:
        """Whether the budget is used up: what is told next would be refused."""
        held = int(self.words[LIVE_WORDS]) + int(self.words[RECENT_END]) * RECENT_WORDS
        return held >= int(self.words[BUDGET])

    def _used(self) -> Iterator[tuple[str, int, int]]:
        """Give each region's name, where it begins, and how many words of it were ever used."""
        words, at = self.words, self.regions.at
        yield "header", 0, HEADER_WORDS
        for name, table, row_words in (
            ("account", ACCOUNTS, ACCOUNT_WORDS),
            ("thing", THINGS, THING_WORDS),
            ("link", LINKS, LINK_WORDS),
        ):
            yield f"{name}_buckets", at[f"{name}_buckets"], int(words[table + TABLE_BUCKETS])
            yield f"{name}s", at[f"{name}s"], int(words[table + TABLE_TOP]) * row_words
        yield "recent", at["recent"], int(words[RECENT_END]) * RECENT_WORDS

    def parts(self) -> Iterator[tuple[str, memoryview]]:
        """Give the memory as named bytes, without a copy; good until the next thing is told."""
        used = list(self._used())
        sizes = {name: size for name, _, size in used}
        about = {"format": _FORMAT, "settings": self.settings.plain(), "words": sizes}
        yield "about", memoryview(json.dumps(about, sort_keys=True).encode())
        for name, at, size in used:
            yield name, self.words[at : at + size].view(np.uint8).data

    @classmethod
    def restore(
        cls, parts: Iterable[Part], settings: LinkSettings, budget_bytes: int | None = None
    ) -> "LinkMemory":
        """Give the memory that `parts` were taken from.

        Raises
        ------
        JournalDamaged
            A part is missing, cut short, of another format, or made with other settings.
        """
        given = dict(parts)
        memory = cls(settings, budget_bytes)
        sizes, budget_words = _sizes(given, settings), int(memory.words[BUDGET])
        for name, at, size in _filling(memory):
            data = given.get(name, b"")
            if sizes.get(name) != size or len(data) != size * _WORD or size > memory.regions.region_words:
                raise JournalDamaged(
                    f"part {name!r} of a snapshot of links is cut short; recover from an older one"
                )
            memory.words[at : at + size] = np.frombuffer(data, np.int64)
            if name == "header":
                memory._place(budget_words)
        return memory


def _filling(memory: LinkMemory) -> Iterator[tuple[str, int, int]]:
    """Give the header, and when it is filled the other regions, whose sizes it tells."""
    yield "header", 0, HEADER_WORDS
    yield from list(memory._used())[1:]


def _sizes(given: dict[str, bytes | bytearray | memoryview], settings: LinkSettings) -> dict[str, int]:
    try:
        about = json.loads(bytes(given["about"]))
        if about["format"] == _FORMAT and about["settings"] == settings.plain():
            return dict(about["words"])
    except (KeyError, ValueError, TypeError):
        pass
    raise JournalDamaged(
        f"a snapshot of links is not of the format {_FORMAT!r}, or of other settings; make them anew from the"
        " journal"
    )

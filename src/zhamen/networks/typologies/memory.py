"""The memory of the patterns: its regions, and how it is written down and read back."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import msgspec
import numpy as np

from zhamen.core.errors import InputError, JournalDamaged
from zhamen.features.layout import FIRST_BUCKETS, LIVE_WORDS, TABLE_BUCKETS, TABLE_MASK, TABLE_TOP
from zhamen.features.memory import machine_bytes
from zhamen.networks.graph.regions import PAGE_WORDS, Regions
from zhamen.networks.typologies.layout import (
    AT_CHAINS,
    AT_LARGEST,
    AT_LISTS,
    AT_MARKS,
    AT_PAIR_BUCKETS,
    AT_PAIRS,
    AT_ROWS,
    AT_TAKEN,
    AT_TAKEN_BUCKETS,
    AT_WOKEN,
    AT_WOKEN_BUCKETS,
    BUDGET,
    FIRST_MARK,
    FIRST_NUMBER,
    FOLLOWED,
    HEADER_WORDS,
    HOLDING,
    MARK_EDGES,
    NOW,
    PAIR_WORDS,
    PAIRS,
    PASSING,
    ROW_WORDS,
    ROWS_USED,
    S_CHAIN_MEMORY,
    SCATTER,
    SETTINGS,
    TAIL_TIME,
    TAIL_WIDTH,
    TAKEN,
    TAKEN_WORDS,
    WHOLE,
    WOKEN,
    WOKEN_WORDS,
)
from zhamen.networks.typologies.settings import TypologySettings, check_settings, micros

__all__ = ["Parts", "TypologyMemory"]

Parts = Iterable[tuple[str, bytes | bytearray | memoryview]]

_WORD: Final = 8
_ADDRESSES: Final = 2**44
"""Bytes of addresses that one memory may reserve, of the 2^47 a process has."""
_FORMAT: Final = "zhamen typologies 1"
_EARLY: Final = -(2**62)
_PLACES: Final = {
    "rows": AT_ROWS,
    "pair-buckets": AT_PAIR_BUCKETS,
    "pairs": AT_PAIRS,
    "woken-buckets": AT_WOKEN_BUCKETS,
    "woken": AT_WOKEN,
    "taken-buckets": AT_TAKEN_BUCKETS,
    "taken": AT_TAKEN,
    "chains": AT_CHAINS,
    "marks": AT_MARKS,
    "lists": AT_LISTS,
    "largest": AT_LARGEST,
}
_TABLES: Final = {"pair": (PAIRS, PAIR_WORDS), "woken": (WOKEN, WOKEN_WORDS), "taken": (TAKEN, TAKEN_WORDS)}
_ROWS_OF: Final = {"pair": "pairs", "woken": "woken", "taken": "taken"}


class TypologyMemory:
    """An empty memory, for edges from `first_edge` on.

    Raises
    ------
    InvalidSetting
        The system refuses to reserve addresses for the budget.
    """

    def __init__(self, settings: TypologySettings, first_edge: int, budget_bytes: int | None = None) -> None:
        wanted = budget_bytes if budget_bytes is not None else machine_bytes()
        budget = min(wanted, _ADDRESSES // (2 * len(_PLACES))) // _WORD
        room = max(budget + budget // 8, settings.chain_memory) + 32 * PAGE_WORDS
        self.settings: Final = settings
        self.regions: Final = Regions(HEADER_WORDS, tuple(_PLACES), room)
        self.words: Final = self.regions.words
        self.words[FIRST_NUMBER], self.words[FIRST_MARK] = first_edge, -(-first_edge // MARK_EDGES)
        self.words[NOW] = _EARLY
        for window in (WHOLE, PASSING, SCATTER, HOLDING):
            self.words[window + TAIL_TIME] = _EARLY
        for header, _ in _TABLES.values():
            self.words[header + TABLE_BUCKETS] = FIRST_BUCKETS
            self.words[header + TABLE_MASK] = FIRST_BUCKETS - 1
            self.words[LIVE_WORDS] += FIRST_BUCKETS
        self._place(budget)

    def _place(self, budget: int) -> None:
        """Write down what is not kept: where the regions stand, the budget, and the settings."""
        words, settings = self.words, self.settings
        for name, place in _PLACES.items():
            words[place] = self.regions.at[name]
        words[BUDGET] = budget
        words[WHOLE + TAIL_WIDTH] = micros(settings.window)
        words[PASSING + TAIL_WIDTH] = micros(settings.pass_within)
        words[SCATTER + TAIL_WIDTH] = micros(settings.scatter_window)
        words[HOLDING + TAIL_WIDTH] = micros(settings.chain_within)
        numbers = list(_numbers(settings))
        words[SETTINGS : SETTINGS + len(numbers)] = numbers

    def _used(self) -> Iterator[tuple[str, int, int]]:
        """Give each kept region's name, where it begins, and how many words of it were ever used."""
        words, at = self.words, self.regions.at
        followed = int(words[FIRST_NUMBER] + words[FOLLOWED])
        yield "header", 0, HEADER_WORDS
        yield "rows", at["rows"], int(words[ROWS_USED]) * ROW_WORDS
        for name, (header, size) in _TABLES.items():
            yield f"{name}-buckets", at[f"{name}-buckets"], int(words[header + TABLE_BUCKETS])
            yield _ROWS_OF[name], at[_ROWS_OF[name]], int(words[header + TABLE_TOP]) * size
        yield "chains", at["chains"], min(followed, int(words[S_CHAIN_MEMORY]))
        yield "marks", at["marks"], max(0, -(-followed // MARK_EDGES) - int(words[FIRST_MARK]))

    @property
    def size_bytes(self) -> int:
        """How much of it is in use."""
        return _WORD * sum(size for _, _, size in self._used())

    def parts(self) -> Iterator[tuple[str, memoryview]]:
        """Give the memory as named bytes, without a copy; good until the next edge is followed."""
        used = list(self._used())
        about = {
            "format": _FORMAT,
            "settings": msgspec.to_builtins(self.settings),
            "words": {name: size for name, _, size in used},
        }
        yield "about", memoryview(json.dumps(about, sort_keys=True).encode())
        for name, at, size in used:
            yield name, self.words[at : at + size].view(np.uint8).data

    @classmethod
    def restore(cls, parts: Parts, budget_bytes: int | None = None) -> "TypologyMemory":
        """Give the memory that `parts` were taken from.

        Raises
        ------
        JournalDamaged
            A part is missing, cut short, or of another format.
        """
        given = dict(parts)
        about = _about(given)
        try:
            settings = msgspec.convert(about["settings"], TypologySettings)
            check_settings(settings)
        except (KeyError, msgspec.ValidationError, InputError):
            raise _damaged("about") from None
        memory = cls(settings, 0, budget_bytes)
        budget = int(memory.words[BUDGET])
        memory._fill("header", given, 0, HEADER_WORDS)
        memory._place(budget)
        used = list(memory._used())
        if about["words"] != {name: size for name, _, size in used}:
            raise _damaged("header")
        for name, at, size in used[1:]:
            memory._fill(name, given, at, size)
        return memory

    def _fill(
        self, name: str, given: Mapping[str, bytes | bytearray | memoryview], at: int, size: int
    ) -> None:
        data = given.get(name, b"")
        if not 0 <= size <= self.regions.region_words or len(data) != size * _WORD:
            raise _damaged(name)
        self.words[at : at + size] = np.frombuffer(data, np.int64)


def _numbers(settings: TypologySettings) -> Iterator[int]:
    """Give what the kernel reads of the settings, in the order of their places."""
    for name in settings.__struct_fields__:
        value = getattr(settings, name)
        if name in ("window", "pass_within", "scatter_window", "chain_within"):
            continue
        if isinstance(value, float):
            yield round(value * 1_000_000)
        else:
            yield value if isinstance(value, int) else micros(value)


def _about(given: Mapping[str, bytes | bytearray | memoryview]) -> dict[str, Any]:
    try:
        about = json.loads(bytes(given["about"]))
        if about["format"] == _FORMAT and isinstance(about["words"], dict):
            return dict(about)
    except (KeyError, ValueError, TypeError):
        pass
    raise _damaged("about")


def _damaged(name: str) -> JournalDamaged:
    return JournalDamaged(
        f"part {name!r} of a snapshot of the typologies cannot be read; recover from an older one"
    )

"""The memory of one graph: its regions, what it holds, and how it is written down and read back."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from zhamen.core.errors import JournalDamaged
from zhamen.features.layout import FIRST_BUCKETS, LIVE_WORDS, TABLE_BUCKETS, TABLE_LIVE, TABLE_MASK, TABLE_TOP
from zhamen.features.memory import machine_bytes
from zhamen.networks.graph.layout import (
    ACCOUNT_WORDS,
    ACCOUNTS,
    AT_ACCOUNTS,
    AT_BUCKETS,
    AT_LOG,
    AT_REVERSALS,
    AT_SLOTS,
    BUDGET,
    EDGE_WORDS,
    EDGES,
    HEADER_WORDS,
    NOBODY_CODE,
    REVERSAL_WORDS,
    REVERSALS,
    UNIT,
    UNITS,
)
from zhamen.networks.graph.regions import PAGE_WORDS, Regions

__all__ = ["GraphMemory", "GraphSize"]

_WORD: Final = 8
_NAMES: Final = ("buckets", "accounts", "log", "slots", "reversals")
_ADDRESSES: Final = 2**44
"""Bytes of addresses that one graph may reserve, of the 2^47 a process has."""
_FORMAT: Final = "zhamen transfer graph 2"


@dataclass(frozen=True, slots=True)
class GraphSize:
    """What a graph holds now."""

    edges: int
    accounts: int
    reversals: int
    bytes: int
    edge_bytes: float
    """Log and both indexes, divided by the edges; 0 when there are none."""
    account_bytes: float


class GraphMemory:
    """An empty memory of a graph.

    Parameters
    ----------
    budget_bytes
        What it may come to; all of the machine's memory when not given. Only what is used is taken.

    Raises
    ------
    InvalidSetting
        The system refuses to reserve addresses for the budget.
    """

    def __init__(self, budget_bytes: int | None = None) -> None:
        wanted = budget_bytes if budget_bytes is not None else machine_bytes()
        budget_words = min(wanted, _ADDRESSES // (2 * len(_NAMES))) // _WORD
        self.regions: Final = Regions(HEADER_WORDS, _NAMES, budget_words + budget_words // 8 + 8 * PAGE_WORDS)
        self.words: Final = self.regions.words
        self.slots: Final = self.regions.halves
        self._place(budget_words)
        self.words[UNITS] = 1
        self.words[ACCOUNTS + TABLE_BUCKETS] = FIRST_BUCKETS
        self.words[ACCOUNTS + TABLE_MASK] = FIRST_BUCKETS - 1
        self.words[LIVE_WORDS] = FIRST_BUCKETS
        self._add_nobody()

    def _place(self, budget_words: int) -> None:
        at = self.regions.at
        self.words[AT_BUCKETS] = at["buckets"]
        self.words[AT_ACCOUNTS] = at["accounts"]
        self.words[AT_LOG] = at["log"]
        self.words[AT_SLOTS] = 2 * at["slots"]
        self.words[AT_REVERSALS] = at["reversals"]
        self.words[BUDGET] = budget_words

    def _add_nobody(self) -> None:
        """Take the first row for the account that stands for none; no identity finds it."""
        self.words[self.regions.at["accounts"]] = NOBODY_CODE
        self.words[self.regions.at["buckets"] + (NOBODY_CODE & (FIRST_BUCKETS - 1))] = 1
        self.words[ACCOUNTS + TABLE_TOP] = 1
        self.words[ACCOUNTS + TABLE_LIVE] = 1
        self.words[LIVE_WORDS] += ACCOUNT_WORDS

    @property
    def size(self) -> GraphSize:
        """What is held now."""
        words = self.words
        edges, accounts = int(words[EDGES]), int(words[ACCOUNTS + TABLE_LIVE])
        by_edges = edges * EDGE_WORDS * _WORD + int(words[UNITS]) * UNIT * 4
        by_accounts = int(words[LIVE_WORDS]) * _WORD
        reversals = int(words[REVERSALS])
        return GraphSize(
            edges=edges,
            accounts=accounts - 1,
            reversals=reversals,
            bytes=by_edges + by_accounts + reversals * REVERSAL_WORDS * _WORD,
            edge_bytes=by_edges / edges if edges else 0.0,
            account_bytes=by_accounts / accounts,
        )

    @property
    def budget_bytes(self) -> int:
        """What it may come to."""
        return int(self.words[BUDGET]) * _WORD

    @property
    def full(self) -> bool:
        """Whether the budget is used up: the next posting would be refused."""
        words = self.words
        log = int(words[EDGES]) * EDGE_WORDS + int(words[REVERSALS]) * REVERSAL_WORDS
        return int(words[LIVE_WORDS]) + log + int(words[UNITS]) * (UNIT // 2) > int(words[BUDGET])

    def _used(self) -> Iterator[tuple[str, int, int]]:
        """Give each region's name, where it begins, and how many words of it were ever used."""
        words, at = self.words, self.regions.at
        yield "header", 0, HEADER_WORDS
        yield "buckets", at["buckets"], int(words[ACCOUNTS + TABLE_BUCKETS])
        yield "accounts", at["accounts"], int(words[ACCOUNTS + TABLE_TOP]) * ACCOUNT_WORDS
        yield "log", at["log"], int(words[EDGES]) * EDGE_WORDS
        yield "slots", at["slots"], int(words[UNITS]) * UNIT // 2
        yield "reversals", at["reversals"], int(words[REVERSALS]) * REVERSAL_WORDS

    def parts(self) -> Iterator[tuple[str, memoryview]]:
        """Give the memory as named bytes, without a copy; good until the next posting."""
        used = list(self._used())
        about = {"format": _FORMAT, "words": {name: size for name, _, size in used}}
        yield "about", memoryview(json.dumps(about, sort_keys=True).encode())
        for name, at, size in used:
            yield name, self.words[at : at + size].view(np.uint8).data

    @classmethod
    def restore(
        cls,
        parts: Iterable[tuple[str, bytes | bytearray | memoryview]],
        budget_bytes: int | None = None,
    ) -> "GraphMemory":
        """Give the memory that `parts` were taken from.

        Raises
        ------
        JournalDamaged
            A part is missing, cut short, or of another format.
        """
        given = dict(parts)
        memory = cls(budget_bytes)
        words, budget_words = _sizes(given), int(memory.words[BUDGET])
        memory._fill("header", given, 0, HEADER_WORDS, words)
        memory._place(budget_words)
        for name, at, size in list(memory._used())[1:]:
            memory._fill(name, given, at, size, words)
        return memory

    def _fill(
        self,
        name: str,
        given: Mapping[str, bytes | bytearray | memoryview],
        at: int,
        size: int,
        words: Mapping[str, int],
    ) -> None:
        data = given.get(name, b"")
        if words.get(name) != size or len(data) != size * _WORD or size > self.regions.region_words:
            raise JournalDamaged(
                f"part {name!r} of a snapshot of the graph is cut short; recover from an older one"
            )
        self.words[at : at + size] = np.frombuffer(data, np.int64)


def _sizes(given: Mapping[str, bytes | bytearray | memoryview]) -> dict[str, int]:
    try:
        about = json.loads(bytes(given["about"]))
        if about["format"] == _FORMAT:
            return dict(about["words"])
    except (KeyError, ValueError, TypeError):
        pass
    raise JournalDamaged(
        f"a snapshot of the graph is not of the format {_FORMAT!r}; recover from an older one"
    )

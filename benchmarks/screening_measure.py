"""How a store of records is asked: one key, many, one with nothing in memory; every answer is checked."""

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter, perf_counter_ns
from typing import Final, Protocol

import numpy as np
import numpy.typing as npt

from benchmarks.screening_peers import split

__all__ = ["FindMany", "Measured", "Questions", "Store", "cold", "rate", "times", "warm"]

_SINGLE: Final = 20_000
_COLD: Final = 100
_SLOW_MANY: Final = 100_000
"""As many are asked of a store that takes them one after another."""
_ROUNDS: Final = 5

Times = npt.NDArray[np.float64]
"""Microseconds of each question."""
Find = Callable[[bytes], int]
FindMany = Callable[[npt.NDArray[np.uint8]], npt.NDArray[np.int64]]


@dataclass(frozen=True)
class Questions:
    """What is asked, half of it there, and the right answers."""

    keys: npt.NDArray[np.uint8]
    answers: npt.NDArray[np.int64]

    def __getitem__(self, rows: slice) -> "Questions":
        return Questions(self.keys[rows], self.answers[rows])


@dataclass(frozen=True)
class Measured:
    """What a store was measured at."""

    seconds: float
    """To build it."""
    bytes: int
    one: Times
    many: float
    """Keys a second."""
    cold: Times | None = None
    """None for what has no files."""


class Store(Protocol):
    """What is asked."""

    def find(self, key: bytes) -> int:
        """Give the record id under a key, -1 for none."""

    def find_many(self, keys: npt.NDArray[np.uint8]) -> npt.NDArray[np.int64]:
        """Give the record ids under many keys, as fast as it can."""


def times(find: Find, asked: Questions) -> Times:
    """Ask one after another and check every answer."""
    took = np.empty(len(asked.keys))
    answers = np.empty(len(asked.keys), np.int64)
    for at, key in enumerate(split(asked.keys)):
        begin = perf_counter_ns()
        answers[at] = find(key)
        took[at] = perf_counter_ns() - begin
    assert (answers == asked.answers).all()
    return took / 1e3


def rate(find_many: FindMany, asked: Questions, rounds: int = _ROUNDS) -> float:
    """Give the keys a second of the best round."""
    best = 0.0
    for _ in range(rounds):
        begin = perf_counter()
        answers = find_many(asked.keys)
        best = max(best, len(asked.keys) / (perf_counter() - begin))
        assert (answers == asked.answers).all()
    return best


def warm(store: Store, questions: Questions, *, at_once: bool) -> tuple[Times, float]:
    """Give what one key takes the second time, and how many keys a second are found; some for the slow."""
    asked = questions[:_SINGLE]
    times(store.find, asked)
    one = times(store.find, asked)
    return one, rate(store.find_many, questions if at_once else questions[:_SLOW_MANY])


def cold(store: Store, forget: Callable[[], None], questions: Questions) -> Times:
    """Put all files out of memory before each key; to open a store anew is not counted."""
    asked, took = questions[_SINGLE : _SINGLE + _COLD], []
    for at in range(len(asked.keys)):
        forget()
        took.append(times(store.find, asked[at : at + 1]))
    return np.concatenate(took)

"""The networks of a gate, asked about an event: what rules read of who paid whom."""

from collections.abc import Mapping, Sequence
from math import isnan
from operator import itemgetter
from typing import Any, Final

import numpy as np

from zhamen.events.batch import Column, Numbers, Texts
from zhamen.networks.live import Networks

__all__ = ["NetworkUse"]

Told = dict[str, float | None]


class NetworkUse:
    """Advances networks by events, and keeps of what they tell the names that a pack reads.

    Parameters
    ----------
    names
        What the pack reads, in order; none when it reads nothing.
    places
        Where the fields stand in a flat row.
    """

    def __init__(self, names: Sequence[str], places: Mapping[str, int]) -> None:
        self.names: Final = tuple(names)
        self.fields: Final = Networks.fields if names else ()
        self._row: Final = itemgetter(*[places[name] for name in self.fields]) if names else None
        self._told: Final = [(name, Networks.names.index(name)) for name in names]

    def ask(self, networks: Networks | None, flat: Sequence[Any], recorded: Told | None) -> Told | None:
        """Advance by one event; without networks, give what was recorded of it."""
        if self._row is None or networks is None:
            return recorded
        values = networks.advance(self._row(flat))
        return {name: None if isnan(values[at]) else values[at] for name, at in self._told}

    def values(self, told: Told | None) -> tuple[float | None, ...]:
        """Give the value of each of `names`."""
        if not self.names:
            return ()
        return tuple([None if told is None else told.get(name) for name in self.names])

    def ask_batch(
        self, networks: Networks | None, columns: Mapping[str, Column], size: int
    ) -> dict[str, Column]:
        """Advance by many events and give the columns of `names`."""
        if not self.names:
            return {}
        values = np.full((size, len(self.names)), np.nan)
        if networks is not None:
            cells = [_cells(columns.get(name), size) for name in self.fields]
            rows = (networks.advance(row) for row in zip(*cells, strict=True))
            pick = itemgetter(*[at for _, at in self._told])
            told = np.array([pick(row) for row in rows], np.float64)
            values = told.reshape(size, len(self.names))
        return {
            name: Numbers(np.ascontiguousarray(values[:, at]), ~np.isnan(values[:, at]))
            for at, name in enumerate(self.names)
        }


def _cells(column: Column | None, size: int) -> list[Any]:
    """Give a column as a list, None where it is missing."""
    match column:
        case None:
            return [None] * size
        case Texts(codes, values):
            texts = [*values, None]
            return [texts[code] for code in codes.tolist()]
        case Numbers(values, known):
            numbers = values.tolist()
            return [number if there else None for number, there in zip(numbers, known.tolist(), strict=True)]

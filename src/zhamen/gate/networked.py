"""The networks of a gate, asked about an event: what rules read of who paid whom."""

from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import Any, Final

import numpy as np

from zhamen.events.batch import Batch, Column, Numbers
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
        self._columns: Final = [Networks.names.index(name) for name in names]
        self._told: Final = list(zip(self.names, self._columns, strict=True))

    def ask(self, networks: Networks | None, flat: Sequence[Any], recorded: Told | None) -> Told | None:
        """Advance by one event; without networks, give what was recorded of it."""
        if self._row is None or networks is None:
            return recorded
        values = networks.take(self._row(flat))
        return {
            name: value if (value := values[at]) == value else None  # NaN
            for name, at in self._told
        }

    def values(self, told: Told | None) -> tuple[float | None, ...]:
        """Give the value of each of `names`."""
        return (None,) * len(self.names) if told is None else tuple(map(told.get, self.names))

    def ask_batch(self, networks: Networks | None, batch: Batch) -> dict[str, Column]:
        """Advance by many events and give the columns of `names`."""
        if not self.names:
            return {}
        if networks is None:
            values = np.full((len(self.names), batch.size), np.nan)
        else:
            values = np.ascontiguousarray(networks.advance_batch(batch)[:, self._columns].T)
        known = ~np.isnan(values)
        return {name: Numbers(values[at], known[at]) for at, name in enumerate(self.names)}

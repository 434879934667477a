"""The networks of a journal, made from its events alone, without a gate."""

from collections.abc import Callable
from itertools import islice
from typing import Final

import msgspec

from zhamen.events.flat import flat_reader
from zhamen.events.model import AnyEvent
from zhamen.networks.live import Networks
from zhamen.ports.journal import JournalRead

__all__ = ["read_networks"]

_STEP: Final = 1000
_EVENT: Final = msgspec.json.Decoder(AnyEvent)


def read_networks(
    journal: JournalRead, tick: Callable[[int], None] | None = None, *, budget_bytes: int | None = None
) -> Networks:
    """Give the networks that a gate has after the entries that the journal has now.

    `tick` is told of entries as they are read, how many since it was told before.

    Raises
    ------
    StateFull
        The budget is used up.
    """
    networks, last = Networks(budget_bytes), journal.last_seq
    read = flat_reader(Networks.fields)
    for entry in islice(journal.read(), last):
        networks.advance(read(_EVENT.decode(entry.event)))
        if tick is not None and (entry.seq % _STEP == 0 or entry.seq == last):
            tick(entry.seq % _STEP or _STEP)
    return networks

"""What the writer is given of one movement, and what it notes beside the graph."""

from typing import Final

from zhamen.networks.graph.layout import IN_WORDS

__all__: list[str] = []

# -- A movement: a posting of the graph, and behind it ---------------------------------------------

M_DEBTOR_BEFORE: Final = IN_WORDS
"""The debtor's balance before, as the core told it with the event; `UNKNOWN` when it did not."""
M_CREDITOR_BEFORE: Final = IN_WORDS + 1
M_DEBTOR_KIND: Final = IN_WORDS + 2
"""An `AccountKind`; 0 when the event does not say."""
M_CREDITOR_KIND: Final = IN_WORDS + 3
M_EVENT: Final = IN_WORDS + 4
"""The identity of the event's id."""
M_ORDINAL: Final = IN_WORDS + 5
"""Which event it was, counted from 1."""
MOVEMENT_WORDS: Final = IN_WORDS + 6

# -- An origin: what is noted of an edge -----------------------------------------------------------

O_EVENT: Final = 0
O_ORDINAL: Final = 1
"""The ordinal of the event, and in the lowest bit whether its money is still under way."""
ORIGIN_WORDS: Final = 2

RECENT: Final = 2**22
"""How many of the newest edges are found by their event at once: a place for each, by its lowest bits."""
SCANNED: Final = 4096
"""How many of an account's newest edges are looked through for an event that is not found so."""

ORIGINS_LIMIT: Final = 2**32
"""Words reserved for origins: addresses only, until they are used."""
UNDER_WAY_LIMIT: Final = 2**31
"""Words reserved for what is under way to each account."""
